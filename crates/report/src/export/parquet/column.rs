//! The part of a column in one group of rows: collected, then written as pages.

use std::collections::HashMap;
use std::hash::Hash;

use etascape_sweep::ValueKind;

use super::runs::{bits, packed};
use super::thrift::Message;

/// Cells of a column, missing ones left out.
#[derive(Debug)]
enum Values {
    Bools(Vec<bool>),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Texts(Vec<Box<str>>),
}

/// A column of a group of rows.
#[derive(Debug)]
pub(super) struct ColumnPart {
    values: Values,
    /// For each row whether it has a value.
    present: Vec<u32>,
}

/// A column of a group of rows as bytes, and what the file's foot says of it.
pub(super) struct Chunk {
    pub bytes: Vec<u8>,
    /// Where its data page begins; before it is its dictionary, if it has one.
    pub data_at: usize,
    pub has_dictionary: bool,
    pub rows: usize,
    pub missing: usize,
}

/// Values as they are, by the standard's numbers of encodings.
const PLAIN: i32 = 0;
/// Small numbers, as [`packed`] writes them.
const RUNS: i32 = 3;
/// Places in a dictionary, written likewise.
const DICTIONARY: i32 = 8;

/// Different values in a dictionary of numbers at most.
const MOST: usize = 1 << 16;

impl ColumnPart {
    pub fn new(kind: ValueKind) -> ColumnPart {
        let values = match kind {
            ValueKind::Bool => Values::Bools(Vec::new()),
            ValueKind::Integer => Values::Integers(Vec::new()),
            ValueKind::Number => Values::Numbers(Vec::new()),
            ValueKind::Text => Values::Texts(Vec::new()),
        };
        ColumnPart { values, present: Vec::new() }
    }

    /// Adds a cell, which is empty where the value is missing; false where it is none of the column's kind.
    pub fn push(&mut self, cell: &str) -> bool {
        self.present.push(u32::from(!cell.is_empty()));
        cell.is_empty() || self.values.push(cell)
    }

    /// Its values as pages. It is empty afterwards.
    pub fn take_chunk(&mut self) -> Chunk {
        let (dictionary, values) = self.values.encoded();
        let mut bytes = Vec::new();
        if let Some(Dictionary { count, bytes: entries }) = &dictionary {
            let head = Message::default().int32(1, *count as i32).int32(2, PLAIN);
            page(&mut bytes, 2, 7, head, entries);
        }
        let data_at = bytes.len();
        let rows = self.present.len();
        let levels = packed(&self.present, 1);
        let content = [&(levels.len() as u32).to_le_bytes(), &levels[..], &values].concat();
        let kind = if dictionary.is_some() { DICTIONARY } else { PLAIN };
        let head = Message::default().int32(1, rows as i32).int32(2, kind);
        page(&mut bytes, 0, 5, head.int32(3, RUNS).int32(4, RUNS), &content);
        let missing = self.present.iter().filter(|&&is_there| is_there == 0).count();
        self.present.clear();
        self.values.clear();
        Chunk { bytes, data_at, has_dictionary: dictionary.is_some(), rows, missing }
    }
}

impl Chunk {
    /// The encodings in it.
    pub fn encodings(&self) -> &'static [i32] {
        match self.has_dictionary {
            true => &[PLAIN, RUNS, DICTIONARY],
            false => &[PLAIN, RUNS],
        }
    }
}

/// Appends a page: its head, of which `field` describes the kind, and its content.
fn page(bytes: &mut Vec<u8>, kind: i32, field: i16, head: Message, content: &[u8]) {
    let length = content.len() as i32;
    let sizes = Message::default().int32(1, kind).int32(2, length).int32(3, length);
    bytes.extend(sizes.message(field, head).end());
    bytes.extend_from_slice(content);
}

/// The different values of a column.
struct Dictionary {
    count: usize,
    bytes: Vec<u8>,
}

impl Values {
    fn push(&mut self, cell: &str) -> bool {
        match self {
            Values::Bools(values) => cell.parse().is_ok_and(|value| {
                values.push(value);
                true
            }),
            Values::Integers(values) => cell.parse().is_ok_and(|value| {
                values.push(value);
                true
            }),
            Values::Numbers(values) => etascape_text::parse_number(cell.as_bytes()).is_some_and(|value| {
                values.push(value);
                true
            }),
            Values::Texts(values) => {
                values.push(cell.into());
                true
            }
        }
    }

    fn clear(&mut self) {
        match self {
            Values::Bools(values) => values.clear(),
            Values::Integers(values) => values.clear(),
            Values::Numbers(values) => values.clear(),
            Values::Texts(values) => values.clear(),
        }
    }

    /// The values as bytes. Texts, and numbers of which there are few different ones, are places in a dictionary.
    fn encoded(&self) -> (Option<Dictionary>, Vec<u8>) {
        match self {
            Values::Bools(values) => (None, bits_of(values)),
            Values::Integers(values) => numbers(values, |value| value.to_le_bytes()),
            Values::Numbers(values) => {
                let bits: Vec<u64> = values.iter().map(|value| value.to_bits()).collect();
                numbers(&bits, |value| value.to_le_bytes())
            }
            Values::Texts(values) => match places(values, usize::MAX) {
                Some((entries, places)) if !values.is_empty() => dictionary(&entries, &places, |text| entry(text)),
                _ => (None, Vec::new()),
            },
        }
    }
}

/// A text with its length before it.
fn entry(text: &str) -> Vec<u8> {
    [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat()
}

fn numbers<T: Hash + Eq + Copy>(values: &[T], bytes: impl Fn(&T) -> [u8; 8]) -> (Option<Dictionary>, Vec<u8>) {
    // A dictionary that is half as long as the column is no gain.
    match places(values, MOST.min(values.len() / 2)) {
        Some((entries, places)) if !values.is_empty() => dictionary(&entries, &places, |value| bytes(value).to_vec()),
        _ => (None, values.iter().flat_map(bytes).collect()),
    }
}

/// The different values in the order of their first appearance, and for each value its place among them; `None` where there are
/// more than `most`.
fn places<T: Hash + Eq + Clone>(values: &[T], most: usize) -> Option<(Vec<T>, Vec<u32>)> {
    let (mut entries, mut known) = (Vec::new(), HashMap::new());
    let mut places = Vec::with_capacity(values.len());
    for value in values {
        let place = *known.entry(value).or_insert_with(|| {
            entries.push(value.clone());
            entries.len() as u32 - 1
        });
        if entries.len() > most {
            return None;
        }
        places.push(place);
    }
    Some((entries, places))
}

fn dictionary<T>(entries: &[T], places: &[u32], bytes: impl Fn(&T) -> Vec<u8>) -> (Option<Dictionary>, Vec<u8>) {
    let width = bits(entries.len() as u32 - 1).max(1);
    let mut values = vec![width as u8];
    values.extend(packed(places, width));
    (Some(Dictionary { count: entries.len(), bytes: entries.iter().flat_map(bytes).collect() }), values)
}

/// Eight to a byte, the first in the lowest bit.
fn bits_of(values: &[bool]) -> Vec<u8> {
    let byte = |eight: &[bool]| eight.iter().enumerate().map(|(bit, &value)| u8::from(value) << bit).sum();
    values.chunks(8).map(byte).collect()
}
