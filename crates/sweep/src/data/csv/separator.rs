//! Finds the separator of a file from its head.

use std::path::Path;

use super::lines::reader;
use crate::data::cell;
use crate::data::csv_source::Separator;
use crate::data::error::{DataError, Location};

/// Records that are looked at.
const RECORDS: usize = 100;

/// How the head falls into cells with one separator.
struct Split {
    separator: Separator,
    /// The most frequent number of cells in a record.
    width: usize,
    /// The share of records with that number.
    even: f64,
    /// The share of cells that are numbers, with either decimal mark.
    numbers: f64,
}

/// Two separators fit the head equally well.
pub(super) struct Doubt {
    first: Split,
    second: Split,
}

impl Doubt {
    pub(super) fn error(&self, path: &Path) -> DataError {
        let cells = |split: &Split| format!("{} cells between {}", split.width, split.separator.in_words());
        let found = format!("lines of {}, and as well of {}", cells(&self.first), cells(&self.second));
        Location::in_file(path).invalid(found, "data.csv.separator, where the lines leave a doubt")
    }
}

/// The separator that splits the records of a head into equally many cells. Among several such, the one with most numbers;
/// blanks only where they give more numbers than any other. Commas where no separator is found.
pub(super) fn find(head: &[u8]) -> Result<Separator, Doubt> {
    let mut splits: Vec<Split> = Separator::ALL.into_iter().filter_map(|separator| split(head, separator)).collect();
    let most_even = splits.iter().map(|split| split.even).fold(0.0, f64::max);
    splits.retain(|split| split.even == most_even);
    let most_numbers = splits.iter().map(|split| split.numbers).fold(0.0, f64::max);
    splits.retain(|split| split.numbers == most_numbers);
    if splits.len() > 1 {
        splits.retain(|split| split.separator != Separator::Blanks);
    }
    let mut best = splits.into_iter();
    match (best.next(), best.next()) {
        (Some(first), Some(second)) => Err(Doubt { first, second }),
        (Some(only), None) => Ok(only.separator),
        (None, _) => Ok(Separator::Comma),
    }
}

/// The separator that a first line such as `sep=;` names, as Excel writes and reads it, and the length of that line without
/// its end. What is left of it is an empty line, so that lines keep their numbers. `None` where the first line is another.
pub(super) fn named(head: &[u8]) -> Option<(Separator, usize)> {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let word = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (name, byte) = word.split_at_checked(4)?;
    let is_named = |separator: &Separator| *separator != Separator::Blanks && byte == [separator.byte()];
    let separator = Separator::ALL.into_iter().find(is_named)?;
    name.eq_ignore_ascii_case(b"sep=").then_some((separator, line.len()))
}

/// How a separator splits the head; `None` where most records are one cell.
fn split(head: &[u8], separator: Separator) -> Option<Split> {
    let mut reader = reader(head, separator);
    // An error here is one that reading the file meets again, and then names with its line.
    let records: Vec<_> = reader.byte_records().map_while(Result::ok).take(RECORDS).collect();
    let alike = |width: usize| records.iter().filter(|record| record.len() == width).count();
    let width = records.iter().map(csv::ByteRecord::len).max_by_key(|width| (alike(*width), *width))?;
    let cells = || records.iter().flatten();
    let numbers = cells().filter(|cell| is_number(cell)).count();
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    let (even, numbers) = (share(alike(width), records.len()), share(numbers, cells().count()));
    (width > 1).then_some(Split { separator, width, even, numbers })
}

fn is_number(cell: &[u8]) -> bool {
    std::str::from_utf8(cell).is_ok_and(|text| cell::is_number(text.trim()))
}
