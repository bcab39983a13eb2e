//! Writes the tables of keys and words as a Markdown page.

use super::keys::{DefaultValue, Destination, Key};
use super::types::Type;
use super::usage::{keys_of_generator, keys_of_model, keys_of_optimizer, keys_of_schedule};
use super::word::{GeneratorKind, ModelKind, OptimizerKind, ScheduleShape, Word, WordRow};

const HEAD: &str = "# Every key of an experiment file

Each row has a key, its default where it is left out, its allowed values, and its meaning. The words of a key have a table of
their own. A key of an optimiser, a schedule or a formula is allowed only with the words that list it.
[definitions.md](definitions.md) says precisely what the words mean.

This page is generated from the tables that read experiment files, [`keys.rs`](../crates/sweep/src/spec/keys.rs) and
[`word.rs`](../crates/sweep/src/spec/word.rs): `UPDATE_DOCS=1 cargo test -p etascape-sweep --test reference`.
";

/// Every key and every word of an experiment file, as Markdown.
pub fn config_reference() -> String {
    let mut page = HEAD.to_string();
    let is_section = |key: &Key| key.table().is_none() && key.is_section();
    let top = Key::ALL.iter().copied().filter(|key| key.table().is_none() && !key.is_section());
    page += "\n## Outside of tables\n";
    page += &keys(top.collect());
    for section in Key::ALL.iter().copied().filter(is_section) {
        page += &format!("\n## `[{}]`: {}\n", section.path(), section.row().meaning);
        page += &swept(section);
        let inner: Vec<Key> = section.below().collect();
        page += &keys(inner.clone());
        inner.into_iter().for_each(|key| page += &words(key));
    }
    page
}

/// Which keys of a table can be swept.
fn swept(section: Key) -> String {
    let (swept, fixed): (Vec<Key>, Vec<Key>) =
        section.below().filter(|key| key.table() == Some(section)).partition(|key| key.is_swept());
    match (&swept[..], &fixed[..]) {
        ([], _) => String::new(),
        (_, []) => "\nA sweep can vary each of them.\n".to_string(),
        (_, fixed) => format!("\nA sweep can vary each of them but {}.\n", named(fixed)),
    }
}

fn named(keys: &[Key]) -> String {
    keys.iter().map(|key| format!("`{}`", key.path())).collect::<Vec<_>>().join(", ")
}

fn keys(keys: Vec<Key>) -> String {
    let mut table = "\n| key | default | values | meaning |\n| --- | --- | --- | --- |\n".to_string();
    for key in keys {
        let row = key.row();
        let left_out = match row.default {
            DefaultValue::Required => "required".to_string(),
            DefaultValue::Absent => String::new(),
            DefaultValue::Is(value) => format!("`{}`", cell(value)),
        };
        let (path, values, meaning) = (key.path(), cell(&values(key)), cell(row.meaning));
        table += &format!("| `{path}` | {left_out} | {values} | {meaning} |\n");
    }
    table
}

/// The allowed values of a key, words as code.
fn values(key: Key) -> String {
    match rows(key) {
        Some(rows) => rows.iter().map(|row| format!("`{}`", row.word)).collect::<Vec<_>>().join(", "),
        None => key.allowed(),
    }
}

/// The words of a key that takes nothing else.
fn rows(key: Key) -> Option<&'static [WordRow]> {
    match &key.row().destination {
        Destination::Run(Type::Word(rows, _)) | Destination::Fixed(Type::Word(rows, _)) => Some(rows),
        _ => None,
    }
}

/// The table of a key's words, with the keys that apply to each word only.
fn words(key: Key) -> String {
    let rows = match &key.row().destination {
        Destination::Fixed(Type::WordOr(rows, ..)) => rows,
        _ => match rows(key) {
            Some(rows) => rows,
            None => return String::new(),
        },
    };
    let own: fn(usize) -> &'static [Key] = match key {
        Key::ModelKind => |row| keys_of_model(ModelKind::ALL[row]),
        Key::OptimizerKind => |row| keys_of_optimizer(OptimizerKind::ALL[row]),
        Key::ScheduleKind => |row| keys_of_schedule(ScheduleShape::ALL[row]),
        Key::GeneratorKind => |row| keys_of_generator(GeneratorKind::ALL[row]),
        _ => |_| &[],
    };
    let have_keys = (0..rows.len()).any(|row| !own(row).is_empty());
    let (title, rule) = if have_keys { (" its keys |", " --- |") } else { ("", "") };
    let mut table = format!("\n| `{}` | meaning |{title}\n| --- | --- |{rule}\n", key.path());
    for (place, row) in rows.iter().enumerate() {
        let keys: Vec<String> = own(place).iter().map(|own| format!("`{}`", beside(key, *own))).collect();
        let keys = if have_keys { format!(" {} |", keys.join(", ")) } else { String::new() };
        table += &format!("| `{}` | {} |{keys}\n", row.word, cell(row.meaning));
    }
    table
}

/// The name of a key in the same table as `other`, else its path.
fn beside(key: Key, other: Key) -> &'static str {
    if other.table() == key.table() { other.name() } else { other.path() }
}

/// Text for a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
