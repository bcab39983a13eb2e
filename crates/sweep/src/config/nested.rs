//! The names of swept parameters: one quoted key each, or nested tables.

use super::axis::{axis_words, found, is_axis_name};
use super::tree::{Entry, Table, Tree};
use crate::error::{ConfigError, Problem};
use crate::spec::keys::Key;
use crate::spec::nearest::nearest;
use crate::spec::source::Source;

/// A parameter's name, and what is written of it.
pub(super) type Named<'a> = (String, &'a Entry);

/// Collects the parameters of the engine, whose names are paths of keys.
pub(super) fn keys<'a>(table: &'a Table, path: &str, named: &mut Vec<Named<'a>>) {
    for entry in &table.entries {
        let path = join(path, entry);
        match entry.node.as_table() {
            Some(inner) if !is_axis_of_key(&path, inner) => keys(inner, &path, named),
            _ => named.push((path, entry)),
        }
    }
}

/// Whether a table is an axis, not a part of a parameter's path.
fn is_axis_of_key(path: &str, table: &Table) -> bool {
    let holds_parameters = |entry: &Entry| Key::find(&format!("{path}.{}", entry.name)).is_some();
    let is_leaf = Key::find(path).is_some_and(|(key, _)| !key.is_plain_table());
    table.entries.iter().any(|entry| is_axis_name(&entry.name))
        || table.entries.is_empty()
        || is_leaf && !table.entries.iter().all(holds_parameters)
}

/// Collects the parameters of a program. A table is a part of a name (`model.depth = [1, 2]`) where it cannot be an axis.
///
/// # Errors
/// A table that can be both.
pub(super) fn names<'a>(
    source: &Source,
    table: &'a Table,
    path: &str,
    named: &mut Vec<Named<'a>>,
) -> Result<(), ConfigError> {
    for entry in &table.entries {
        let path = join(path, entry);
        match entry.node.as_table().map(|inner| (inner, kind(inner))) {
            Some((inner, Kind::Names)) => names(source, inner, &path, named)?,
            Some((inner, Kind::Either(which))) => return Err(ambiguous(source, &path, entry, &inner.entries[which])),
            Some((_, Kind::Axis)) | None => named.push((path, entry)),
        }
    }
    Ok(())
}

/// What a table among a program's parameters is.
enum Kind {
    Axis,
    /// A part of the names of parameters.
    Names,
    /// Perhaps both; the number of the entry that tells it.
    Either(usize),
}

fn kind(table: &Table) -> Kind {
    let is_axis = |entry: &Entry| is_axis_name(&entry.name);
    let is_like_one = |entry: &Entry| nearest(&entry.name, axis_words()).is_some();
    match &table.entries[..] {
        [] => Kind::Axis,
        [only] if is_axis(only) => Kind::Axis,
        // `{ linspce = [0, 1, 3] }` is an axis with a mistake in its name, `{ values = [1, 2] }` an axis elsewhere.
        [only] if table.is_inline || is_like_one(only) => Kind::Either(0),
        entries => match entries.iter().position(is_axis) {
            Some(which) => Kind::Either(which),
            None if table.is_inline && !entries.iter().all(holds_values) => Kind::Axis,
            None => Kind::Names,
        },
    }
}

/// Whether an entry can be a parameter with its values.
fn holds_values(entry: &Entry) -> bool {
    matches!(entry.node.tree, Tree::List(_) | Tree::Table(_))
}

/// The error that a table can be an axis and a part of names.
fn ambiguous(source: &Source, path: &str, table: &Entry, entry: &Entry) -> ConfigError {
    let name = &entry.name;
    let is_axis = is_axis_name(name);
    let message = if is_axis { format!("{name} is the name of an axis") } else { "unknown axis".to_string() };
    let near = nearest(name, axis_words()).filter(|_| !is_axis).map(str::to_string);
    let allowed = format!(
        "one of {} by itself, or the name of a parameter in quotes: \"{path}.{name}\"",
        axis_words().collect::<Vec<_>>().join(", ")
    );
    let problem = source.problem(entry.span, path, message);
    Problem { found: Some(found(path, &table.node)), allowed: Some(allowed), nearest: near, ..problem }.into()
}

fn join(path: &str, entry: &Entry) -> String {
    if path.is_empty() { entry.name.clone() } else { format!("{path}.{}", entry.name) }
}
