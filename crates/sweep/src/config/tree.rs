//! A TOML document as a plain tree in which every key and value knows where it stands.

use std::path::PathBuf;

use toml_edit::{Item, TableLike};

use crate::error::{ConfigError, Problem, shorten};
use crate::value::Value;
use etascape_text::format_number;

/// Where something was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Byte offset in the file.
    At(u32),
    /// Number of the `--set` argument.
    Set(u32),
    /// Nowhere: a default, or something that is missing.
    Nowhere,
}

/// What the tree was read from; turns places into lines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source {
    pub file: PathBuf,
    pub text: String,
    pub sets: Vec<String>,
}

impl Source {
    /// A problem at a place.
    pub fn problem(&self, place: Place, key: &str, message: impl Into<String>) -> Problem {
        let (line, set) = match place {
            Place::At(offset) => (Some(self.line(offset as usize)), None),
            Place::Set(number) => (None, self.sets.get(number as usize).cloned()),
            Place::Nowhere => (None, None),
        };
        Problem {
            file: self.file.clone(),
            line,
            set,
            key: key.to_string(),
            message: message.into(),
            ..Default::default()
        }
    }

    /// A problem with the value at a key, which is shown.
    pub fn problem_with(&self, key: &str, node: &Node, message: impl Into<String>) -> Problem {
        let name = key.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or(key);
        Problem {
            found: Some(shorten(&format!("{name} = {}", node.inline()))),
            ..self.problem(node.place, key, message)
        }
    }

    pub fn line(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
    }

    /// The error of the TOML parser, with line and column.
    pub fn syntax_error(&self, error: &toml_edit::TomlError) -> ConfigError {
        let message = shorten(&error.message().replace('\n', ", "));
        let mut problem = self.problem(Place::Nowhere, "", format!("not TOML: {message}"));
        if let Some(span) = error.span() {
            let before = self.text.get(..span.start).unwrap_or("");
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            problem.line = Some(self.line(span.start));
            problem.column = Some(1 + before[line_start..].chars().count());
        }
        problem.into()
    }
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub tree: Tree,
    pub place: Place,
}

#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    Date(String),
    List(Vec<Node>),
    Table(Table),
}

/// Keys in the order in which they were written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub name: String,
    pub place: Place,
    pub node: Node,
}

impl Node {
    pub fn as_text(&self) -> Option<&str> {
        match &self.tree {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_number(&self) -> Option<f64> {
        match self.tree {
            Tree::Integer(integer) => Some(integer as f64),
            Tree::Number(number) => Some(number),
            _ => None,
        }
    }

    pub fn as_integer(&self) -> Option<i64> {
        match self.tree {
            Tree::Integer(integer) => Some(integer),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.tree {
            Tree::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_table(&self) -> Option<&Table> {
        match &self.tree {
            Tree::Table(table) => Some(table),
            _ => None,
        }
    }

    /// What kind of value it is, for people.
    pub fn type_name(&self) -> &'static str {
        match self.tree {
            Tree::Bool(_) => "true or false",
            Tree::Integer(_) => "a whole number",
            Tree::Number(_) => "a floating-point number",
            Tree::Text(_) => "a text",
            Tree::Date(_) => "a date",
            Tree::List(_) => "a list",
            Tree::Table(_) => "a table",
        }
    }

    /// As TOML on one line.
    pub fn inline(&self) -> String {
        let join = |parts: &mut dyn Iterator<Item = String>| parts.collect::<Vec<_>>().join(", ");
        match &self.tree {
            Tree::Bool(flag) => flag.to_string(),
            Tree::Integer(integer) => integer.to_string(),
            Tree::Number(number) if number.is_nan() => "nan".to_string(),
            // So that it reads back as what it is.
            Tree::Number(number) if number.is_finite() && number.fract() == 0.0 && number.abs() < 1e16 => {
                format!("{number:.1}")
            }
            Tree::Number(number) => format_number(*number),
            Tree::Text(text) => toml_edit::Value::from(text.as_str()).to_string(),
            Tree::Date(date) => date.clone(),
            Tree::List(items) => format!("[{}]", join(&mut items.iter().map(Node::inline))),
            Tree::Table(table) => {
                format!(
                    "{{ {} }}",
                    join(&mut table.entries.iter().map(|e| format!("{} = {}", e.name, e.node.inline())))
                )
            }
        }
    }

    /// As the value of a parameter.
    pub fn value(&self) -> Value {
        match &self.tree {
            Tree::Bool(flag) => Value::Bool(*flag),
            Tree::Integer(integer) => Value::Integer(*integer),
            Tree::Number(number) => Value::Number(*number),
            Tree::Text(text) => Value::Text(text.clone()),
            Tree::Date(_) | Tree::List(_) | Tree::Table(_) => Value::Other(self.inline()),
        }
    }

    /// Puts every part of it at another place.
    pub fn moved(mut self, place: Place) -> Node {
        self.place = place;
        match &mut self.tree {
            Tree::List(items) => items.iter_mut().for_each(|item| item.move_to(place)),
            Tree::Table(table) => table.entries.iter_mut().for_each(|entry| {
                entry.place = place;
                entry.node.move_to(place);
            }),
            _ => {}
        }
        self
    }

    fn move_to(&mut self, place: Place) {
        let node = std::mem::replace(self, Node { tree: Tree::Bool(false), place });
        *self = node.moved(place);
    }
}

impl Table {
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries.iter().find(|entry| entry.name == name).map(|entry| &entry.node)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| entry.name == name).map(|entry| &mut entry.node)
    }

    /// The value at a dotted path of plain keys.
    pub fn at(&self, path: &str) -> Option<&Node> {
        match path.split_once('.') {
            None => self.get(path),
            Some((first, rest)) => self.get(first)?.as_table()?.at(rest),
        }
    }

    /// Puts a value in the place of the old one, or at the end.
    pub fn insert(&mut self, name: &str, node: Node) {
        match self.get_mut(name) {
            Some(old) => *old = node,
            None => self.entries.push(Entry { name: name.to_string(), place: node.place, node }),
        }
    }
}

/// The tree of a parsed document.
pub(crate) fn read_table(table: &dyn TableLike) -> Table {
    let mut entries = Vec::with_capacity(table.len());
    for (name, _) in table.iter() {
        if let Some((key, item)) = table.get_key_value(name)
            && let Some(mut node) = read_item(item)
        {
            let place = key.span().map_or(node.place, at);
            if node.place == Place::Nowhere {
                node.place = place;
            }
            entries.push(Entry { name: name.to_string(), place, node });
        }
    }
    Table { entries }
}

fn at(span: std::ops::Range<usize>) -> Place {
    u32::try_from(span.start).map_or(Place::Nowhere, Place::At)
}

fn read_item(item: &Item) -> Option<Node> {
    let tree = match item {
        Item::None => return None,
        Item::Value(value) => return Some(read_value(value)),
        Item::Table(table) => Tree::Table(read_table(table)),
        Item::ArrayOfTables(tables) => Tree::List(
            tables
                .iter()
                .map(|table| Node {
                    tree: Tree::Table(read_table(table)),
                    place: table.span().map_or(Place::Nowhere, at),
                })
                .collect(),
        ),
    };
    Some(Node { tree, place: item.span().map_or(Place::Nowhere, at) })
}

pub(crate) fn read_value(value: &toml_edit::Value) -> Node {
    let tree = match value {
        toml_edit::Value::String(text) => Tree::Text(text.value().clone()),
        toml_edit::Value::Integer(integer) => Tree::Integer(*integer.value()),
        toml_edit::Value::Float(number) => Tree::Number(*number.value()),
        toml_edit::Value::Boolean(flag) => Tree::Bool(*flag.value()),
        toml_edit::Value::Datetime(date) => Tree::Date(date.value().to_string()),
        toml_edit::Value::Array(items) => Tree::List(items.iter().map(read_value).collect()),
        toml_edit::Value::InlineTable(table) => Tree::Table(read_table(table)),
    };
    Node { tree, place: value.span().map_or(Place::Nowhere, at) }
}
