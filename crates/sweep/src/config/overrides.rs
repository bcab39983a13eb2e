//! `--set KEY=VALUE`: applied to the tree that is decoded and to the text that is stored.
//!
//! A value is TOML. Text without quotes is a text where TOML cannot read it, or reads something else that the key does not
//! take: `name=2024`.

use toml_edit::{DocumentMut, InlineTable, Item, Key, Value};

use super::edit::set;
use super::syntax::syntax_error;
use super::tree::{Entry, Node, Table, Tree, read_value};
use crate::error::{ConfigError, Problem, shorten};
use crate::spec::keys::{Destination, Key as SpecKey};
use crate::spec::source::{Source, SourceSpan};
use crate::spec::types::Type;

struct Override {
    keys: Vec<String>,
    value: Value,
    span: SourceSpan,
}

/// Applies every `--set` to the tree; returns the text with them applied.
pub(crate) fn apply(source: &Source, root: &mut Table) -> Result<String, ConfigError> {
    if source.sets.is_empty() {
        return Ok(source.text.clone());
    }
    let mut document: DocumentMut = source.text.parse().map_err(|error| syntax_error(source, &error))?;
    for (number, text) in source.sets.iter().enumerate() {
        let mut change = read(source, number, text)?;
        change.keys = as_spelt(root, change.keys);
        change_tree(source, root, &change)?;
        change_item(document.as_item_mut(), &change.keys, &change.value)
            .ok_or_else(|| error(source, change.span, text, "cannot be set there"))?;
    }
    Ok(document.to_string())
}

fn error(source: &Source, span: SourceSpan, text: &str, message: impl Into<String>) -> ConfigError {
    let key = text.split('=').next().unwrap_or("").trim();
    source.problem(span, key, message).into()
}

fn read(source: &Source, number: usize, text: &str) -> Result<Override, ConfigError> {
    let span = SourceSpan::Set(number as u32);
    let malformed = |message: String| -> ConfigError {
        let allowed = "KEY=VALUE: a dotted path and a TOML value, or a text without quotes".to_string();
        Problem { allowed: Some(allowed), ..source.problem(span, "", message) }.into()
    };
    let (keys, value) = key_and_value(text).map_err(malformed)?;
    Ok(Override { keys, value, span })
}

/// Splits `KEY=VALUE` into the parts of the key's path and the value.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn key_and_value(text: &str) -> Result<(Vec<String>, Value), String> {
    // The first '=' outside quotes: quoted keys may hold one.
    let mut quote = None;
    let split = text.char_indices().find(|&(_, c)| match quote {
        Some(open) if c == open => {
            quote = None;
            false
        }
        None if c == '"' || c == '\'' => {
            quote = Some(c);
            false
        }
        None => c == '=',
        _ => false,
    });
    let Some((at, _)) = split else { return Err("no '='".to_string()) };
    let keys = Key::parse(&text[..at]).map_err(|error| format!("not a key: {}", one_line(&error)))?;
    let keys: Vec<&str> = keys.iter().map(Key::get).collect();
    // Outside [sweep.parameters], whose keys are paths, a quoted path is as good as a plain one.
    let keys: Vec<&str> = match keys[..] {
        ["sweep", ..] => keys,
        _ => keys.into_iter().flat_map(|key| key.split('.')).collect(),
    };
    let value = value(&keys.join("."), text[at + 1..].trim())?;
    Ok((keys.into_iter().map(str::to_string).collect(), value))
}

/// The value of the key at a path.
fn value(path: &str, text: &str) -> Result<Value, String> {
    const OPENING: [char; 4] = ['"', '\'', '[', '{'];
    if text.is_empty() {
        return Err("no value".to_string());
    }
    let bare = || Some(Value::from(text)).filter(|_| !text.starts_with(OPENING));
    match text.parse::<Value>() {
        Ok(value) if is_text_alone(path, &value) => Ok(bare().unwrap_or(value)),
        Ok(value) => Ok(value),
        Err(error) => bare().ok_or_else(|| format!("not a TOML value: {}", one_line(&error))),
    }
}

/// Whether the key at a path takes texts, and not what TOML makes of this one without its quotes.
fn is_text_alone(path: &str, value: &Value) -> bool {
    match SpecKey::of(path).map(|key| &key.row().destination) {
        Some(Destination::Run(of)) => is_text_alone_for(of, value),
        Some(Destination::Fixed(of)) => is_text_alone_for(of, value),
        None => false,
    }
}

fn is_text_alone_for<S>(of: &Type<S>, value: &Value) -> bool {
    let is_bare = !value.is_str() && !value.is_array() && !value.is_inline_table();
    match of {
        Type::Text(_) | Type::Word(..) | Type::TextOrTexts(_) | Type::WordOrTable(..) | Type::WordOr(..) => is_bare,
        Type::Column(_) => is_bare && !value.is_integer(),
        _ => false,
    }
}

fn one_line(error: &toml_edit::TomlError) -> String {
    shorten(&error.message().replace('\n', ", "))
}

/// A swept parameter can be one quoted key or nested keys. Returns the spelling that the file uses.
fn as_spelt(root: &Table, keys: Vec<String>) -> Vec<String> {
    if keys.len() < 3 || keys[..2] != ["sweep", "parameters"] {
        return keys;
    }
    let path = keys[2..].join(".");
    let head = || vec!["sweep".to_string(), "parameters".to_string()];
    let spelt = root.at("sweep.parameters").and_then(Node::as_table).and_then(|table| spelling(table, &path));
    head().into_iter().chain(spelt.unwrap_or_else(|| vec![path])).collect()
}

fn spelling(table: &Table, path: &str) -> Option<Vec<String>> {
    table.entries.iter().find_map(|entry| {
        if entry.name == path {
            return Some(vec![path.to_string()]);
        }
        let rest = path.strip_prefix(&entry.name)?.strip_prefix('.')?;
        let inner = spelling(entry.node.as_table()?, rest)?;
        Some([entry.name.clone()].into_iter().chain(inner).collect())
    })
}

fn change_tree(source: &Source, root: &mut Table, change: &Override) -> Result<(), ConfigError> {
    let node = read_value(&change.value).moved(change.span);
    if change.keys[0] != "sweep" {
        return set(root, &change.keys.join("."), node, source);
    }
    let mut table = root;
    let Some((last, tables)) = change.keys.split_last() else { return Ok(()) };
    for name in tables {
        if table.get(name).is_none() {
            let node = Node { tree: Tree::Table(Table::default()), span: change.span };
            table.entries.push(Entry { name: name.clone(), span: change.span, node });
        }
        match table.get_mut(name).map(|node| &mut node.tree) {
            Some(Tree::Table(inner)) => table = inner,
            _ => {
                return Err(source.problem(change.span, &change.keys.join("."), format!("{name} is no table")).into());
            }
        }
    }
    table.insert(last, node);
    Ok(())
}

/// Sets a value in the document, keeping comments; `None` where the path leads through something else.
fn change_item(item: &mut Item, keys: &[String], value: &Value) -> Option<()> {
    let Some((first, rest)) = keys.split_first() else {
        let mut value = value.clone();
        if let Some(old) = item.as_value() {
            *value.decor_mut() = old.decor().clone();
        }
        *item = Item::Value(value);
        return Some(());
    };
    if let (Ok(index), Some(list)) = (first.parse::<usize>(), item.as_array_mut()) {
        let mut inner = Item::Value(list.get(index)?.clone());
        change_item(&mut inner, rest, value)?;
        list.replace_formatted(index, inner.into_value().ok()?);
        return Some(());
    }
    // A word such as "adam" becomes the table that it stands for.
    if let Some(word) = item.as_str() {
        let mut table = InlineTable::new();
        table.insert("kind", word.into());
        let decor = item.as_value().map(|word| word.decor().clone());
        let mut table = Value::from(table);
        *table.decor_mut() = decor.unwrap_or_default();
        *item = Item::Value(table);
    }
    let table = item.as_table_like_mut()?;
    if table.get(first).is_none() {
        table.insert(first, if rest.is_empty() { Item::Value(value.clone()) } else { toml_edit::table() });
    }
    change_item(table.get_mut(first)?, rest, value)
}
