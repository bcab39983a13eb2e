//! Edits of a tree before it is decoded.

use etascape_text::counted;

use super::tree::{Entry, Node, Table, Tree};
use crate::error::ConfigError;
use crate::spec::keys::{Destination, Key};
use crate::spec::run::RunSpec;
use crate::spec::source::Source;
use crate::spec::types::Type;

/// Turns `optimizer = "adam"` into `optimizer = { kind = "adam" }`, likewise the schedule.
pub(super) fn spell_out(root: &mut Table) {
    let is_word_or_table = |key: &&Key| {
        matches!(
            &key.row().destination,
            Destination::Run(Type::WordOrTable(..)) | Destination::Fixed(Type::WordOrTable(..))
        )
    };
    for key in Key::ALL.iter().filter(is_word_or_table) {
        if let Some(node) = root.at_mut(key.path()) {
            *node = spelt_out(node);
        }
    }
}

/// A word as the table that it stands for; anything else as it is.
pub(super) fn spelt_out(node: &Node) -> Node {
    if node.as_text().is_none() {
        return node.clone();
    }
    let span = node.span;
    let entry = Entry { name: "kind".to_string(), span, node: node.clone() };
    Node { tree: Tree::Table(Table { entries: vec![entry], is_inline: true }), span }
}

/// Sets the value at a path, making tables on the way; the last part may be the index into a list.
pub(super) fn set(root: &mut Table, path: &str, node: Node, source: &Source) -> Result<(), ConfigError> {
    let wrong = |message: &str| ConfigError::from(source.problem_with(path, &node.written(), message));
    let (list, index) = match Key::find(path) {
        Some((key, Some(index))) => (key.path(), Some(index)),
        _ => (path, None),
    };
    let mut table = root;
    let (tables, name) = list.rsplit_once('.').unwrap_or(("", list));
    for part in tables.split('.').filter(|part| !part.is_empty()) {
        if table.get(part).is_none() {
            table.insert(part, Node { tree: Tree::Table(Table::default()), span: node.span });
        }
        let inner = table.get_mut(part).ok_or_else(|| wrong("no such table"))?;
        *inner = spelt_out(inner);
        let Tree::Table(inner) = &mut inner.tree else { return Err(wrong("not in a table")) };
        table = inner;
    }
    let Some(index) = index else {
        table.insert(name, node);
        return Ok(());
    };
    if table.get(name).is_none()
        && let Some(Destination::Run(Type::Wholes(_, _, entries))) = Key::of(list).map(|key| &key.row().destination)
    {
        let mut left_out = RunSpec::default();
        let item = |entry: &usize| Node { tree: Tree::Integer(*entry as i64), span: node.span };
        let items = entries(&mut left_out).iter().map(item).collect();
        table.insert(name, Node { tree: Tree::List(items), span: node.span });
    }
    match table.get_mut(name).map(|node| &mut node.tree) {
        Some(Tree::List(items)) if index < items.len() => items[index] = node,
        Some(Tree::List(items)) => return Err(wrong(&format!("{list} has {}", counted(items.len(), "entry")))),
        _ => return Err(wrong(&format!("{list} is no list"))),
    }
    Ok(())
}
