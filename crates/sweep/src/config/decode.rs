//! Reads the values of a tree's keys. Unknown keys, wrong types and values out of range are errors.

use std::collections::HashMap;

use super::edit::spelt_out;
use super::tree::{Entry, Node, Table, Tree};
use super::value;
use crate::error::{ConfigError, Problem, shorten};
use crate::spec::draft::Draft;
use crate::spec::key_set::KeySet;
use crate::spec::keys::{Destination, Key};
use crate::spec::nearest::{children, nearest_key};
use crate::spec::run::RunSpec;
use crate::spec::setter::Assign;
use crate::spec::source::{Source, Written};
use crate::spec::source_map::SourceMap;

/// Reads a whole file.
pub(super) fn file(source: &Source, root: &Table) -> Result<(Draft, SourceMap), ConfigError> {
    let (mut draft, mut written) = (Draft::default(), HashMap::new());
    each_key(source, "", root, &mut |key, entry| {
        let node = &entry.node;
        match &key.row().destination {
            Destination::Run(of) => {
                value::read(source, key.path(), of, node)?(&mut draft.run);
                draft.run.given.insert(key);
            }
            Destination::Fixed(of) => {
                value::read(source, key.path(), of, node)?(&mut draft);
                draft.given.insert(key);
            }
        }
        let text = if key.is_section() { String::new() } else { node.inline() };
        written.insert(key, Written::new(entry.span, node.span, text));
        Ok(())
    })?;
    Ok((draft, SourceMap { source: source.clone(), written }))
}

/// What a value of a swept parameter sets, and the keys that it gives.
pub(super) struct Change {
    pub assign: Assign<RunSpec>,
    pub parts: Box<[(Key, Written)]>,
}

/// Reads one value of a swept key.
pub(super) fn change(source: &Source, key: Key, node: &Node) -> Result<Change, ConfigError> {
    let Destination::Run(of) = &key.row().destination else { return Err(fixed(source, key, node)) };
    let put = value::read(source, key.path(), of, node)?;
    if !of.is_table() {
        let is_text = node.as_text().is_some();
        let parts = is_text.then(|| (key, node.written())).into_iter().collect();
        return Ok(Change { assign: put, parts });
    }
    let node = spelt_out(node);
    let (mut assignments, mut parts, mut gives): (Vec<Assign<RunSpec>>, _, _) =
        (vec![put], Vec::new(), KeySet::default());
    let Tree::Table(table) = &node.tree else { return Err(fixed(source, key, &node)) };
    each_key(source, key.path(), table, &mut |inner, Entry { node, .. }| {
        let Destination::Run(of) = &inner.row().destination else { return Err(fixed(source, inner, node)) };
        assignments.push(value::read(source, inner.path(), of, node)?);
        gives.insert(inner);
        parts.push((inner, node.written()));
        Ok(())
    })?;
    let mut takes = KeySet::default();
    key.below().for_each(|inner| takes.insert(inner));
    let assign: Assign<RunSpec> = Box::new(move |run| {
        assignments.iter().for_each(|put| put(run));
        run.given = run.given.without(takes).or(gives);
    });
    Ok(Change { assign, parts: parts.into() })
}

fn fixed(source: &Source, key: Key, node: &Node) -> ConfigError {
    source.problem_with(key.path(), &node.written(), "cannot be swept: it is the same for all runs").into()
}

/// Goes through the keys of a table and of the tables in it, in the order in which they were written.
fn each_key(
    source: &Source,
    path: &str,
    table: &Table,
    take: &mut dyn FnMut(Key, &Entry) -> Result<(), ConfigError>,
) -> Result<(), ConfigError> {
    for entry in &table.entries {
        // A quoted key with a dot in it is not the path that it looks like.
        let known = Key::of(&join(path, &entry.name)).filter(|_| !entry.name.contains('.'));
        let Some(key) = known else { return Err(unknown_key(source, path, entry)) };
        take(key, entry)?;
        if let (true, Tree::Table(inner)) = (key.has_keys(), &entry.node.tree) {
            each_key(source, key.path(), inner, take)?;
        }
    }
    Ok(())
}

fn join(table: &str, name: &str) -> String {
    if table.is_empty() { name.to_string() } else { format!("{table}.{name}") }
}

fn unknown_key(source: &Source, table: &str, entry: &Entry) -> ConfigError {
    let problem = source.problem(entry.span, &join(table, &entry.name), "unknown key");
    let found = match entry.node.tree {
        Tree::Table(_) if table.is_empty() => format!("[{}]", entry.name),
        _ => format!("{} = {}", entry.name, entry.node.inline()),
    };
    let allowed = children(table).join(", ");
    let nearest = nearest_key(table, &entry.name);
    Problem { found: Some(shorten(&found)), allowed: Some(allowed), nearest, ..problem }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::edit::spell_out;
    use crate::config::tree::read_table;
    use crate::spec::keys::DefaultValue;

    /// The draft of a text, as if it gave no key.
    fn values(text: &str) -> Draft {
        let mut root = read_table(toml_edit::Document::parse(text).unwrap().as_table());
        spell_out(&mut root);
        let (mut draft, _) = file(&Source::default(), &root).unwrap_or_else(|error| panic!("{text}: {error}"));
        (draft.given, draft.run.given) = Default::default();
        draft
    }

    #[test]
    fn a_key_that_is_left_out_has_the_value_that_the_table_of_keys_names() {
        for key in Key::ALL {
            let DefaultValue::Is(value) = key.row().default else { continue };
            let (without, with) = match key.table() {
                None => (String::new(), format!("{} = {value}", key.path())),
                Some(table) => {
                    (format!("{} = {{}}", table.path()), format!("{} = {{ {} = {value} }}", table.path(), key.name()))
                }
            };
            assert_eq!(values(&without), values(&with), "{}", key.path());
        }
        assert_eq!(values(""), Draft::default());
    }
}
