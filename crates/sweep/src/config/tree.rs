//! A TOML document as a plain tree. Every key and value has its source span.

use toml_edit::{Item, TableLike};

use crate::spec::source::{SourceSpan, Written};
use crate::value::{Value, number_inline};

/// A value and its source span.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub tree: Tree,
    pub span: SourceSpan,
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
    /// Whether it is written in braces.
    pub is_inline: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub name: String,
    pub span: SourceSpan,
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

    /// The kind of value, in words for errors.
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
            Tree::Number(number) => number_inline(*number),
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

    /// As errors show it.
    pub fn written(&self) -> Written {
        Written::new(self.span, self.span, self.inline())
    }

    /// The same value with another source span for all its parts.
    pub fn moved(mut self, span: SourceSpan) -> Node {
        self.span = span;
        match &mut self.tree {
            Tree::List(items) => items.iter_mut().for_each(|item| item.move_to(span)),
            Tree::Table(table) => table.entries.iter_mut().for_each(|entry| {
                entry.span = span;
                entry.node.move_to(span);
            }),
            _ => {}
        }
        self
    }

    fn move_to(&mut self, span: SourceSpan) {
        let node = std::mem::replace(self, Node { tree: Tree::Bool(false), span });
        *self = node.moved(span);
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

    /// The same to change it.
    pub fn at_mut(&mut self, path: &str) -> Option<&mut Node> {
        let Some((first, rest)) = path.split_once('.') else { return self.get_mut(path) };
        match &mut self.get_mut(first)?.tree {
            Tree::Table(table) => table.at_mut(rest),
            _ => None,
        }
    }

    /// Replaces the value of a key, or adds the key at the end.
    pub fn insert(&mut self, name: &str, node: Node) {
        match self.get_mut(name) {
            Some(old) => *old = node,
            None => self.entries.push(Entry { name: name.to_string(), span: node.span, node }),
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
            let span = key.span().map_or(node.span, at);
            if node.span == SourceSpan::Nowhere {
                node.span = span;
            }
            entries.push(Entry { name: name.to_string(), span, node });
        }
    }
    Table { entries, is_inline: false }
}

fn at(span: std::ops::Range<usize>) -> SourceSpan {
    u32::try_from(span.start).map_or(SourceSpan::Nowhere, SourceSpan::At)
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
                    span: table.span().map_or(SourceSpan::Nowhere, at),
                })
                .collect(),
        ),
    };
    Some(Node { tree, span: item.span().map_or(SourceSpan::Nowhere, at) })
}

pub(crate) fn read_value(value: &toml_edit::Value) -> Node {
    let tree = match value {
        toml_edit::Value::String(text) => Tree::Text(text.value().clone()),
        toml_edit::Value::Integer(integer) => Tree::Integer(*integer.value()),
        toml_edit::Value::Float(number) => Tree::Number(*number.value()),
        toml_edit::Value::Boolean(flag) => Tree::Bool(*flag.value()),
        toml_edit::Value::Datetime(date) => Tree::Date(date.value().to_string()),
        toml_edit::Value::Array(items) => Tree::List(items.iter().map(read_value).collect()),
        toml_edit::Value::InlineTable(table) => {
            Tree::Table(Table { is_inline: !table.is_dotted(), ..read_table(table) })
        }
    };
    Node { tree, span: value.span().map_or(SourceSpan::Nowhere, at) }
}
