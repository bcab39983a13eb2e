//! What a cell holds.

mod hint;

use super::csv_source::Decimal;

pub(super) use hint::{date_hint, number_hint};
pub use hint::{is_date, is_missing_mark};

/// What a cell holds.
#[derive(Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// A finite number.
    Number(f64),
    /// A finite number of per cent: 50 for `50%` and for `50 %`.
    Percent(f64),
    /// What counts as missing.
    Missing,
    /// A number that is not finite, or too large for an f64.
    NotFinite,
    /// Anything else, without the white space around it.
    Word(&'a str),
}

/// Reads cells.
pub(super) struct CellReader {
    decimal: Option<Decimal>,
    missing: Vec<String>,
    /// Whether a cell can be a number and count as missing.
    missing_numbers: bool,
}

impl CellReader {
    /// `missing` are the texts of cells that count as missing.
    pub(super) fn new(decimal: Option<Decimal>, missing: &[String]) -> CellReader {
        let missing: Vec<String> = missing.iter().map(|mark| mark.trim().to_string()).collect();
        let missing_numbers = missing.iter().any(|mark| number(mark, decimal).is_some_and(f64::is_finite));
        CellReader { decimal, missing, missing_numbers }
    }

    pub(super) fn read<'a>(&self, cell: &'a str) -> Cell<'a> {
        let cell = cell.trim();
        let number =
            if self.missing_numbers && self.counts_as_missing(cell) { None } else { number(cell, self.decimal) };
        match number {
            Some(number) if number.is_finite() => Cell::Number(number),
            _ if self.counts_as_missing(cell) => Cell::Missing,
            Some(_) => Cell::NotFinite,
            None => self.percent(cell).map_or(Cell::Word(cell), Cell::Percent),
        }
    }

    fn percent(&self, cell: &str) -> Option<f64> {
        number(cell.strip_suffix('%')?.trim_end(), self.decimal).filter(|number| number.is_finite())
    }

    /// Whether a cell that is cut out already counts as missing.
    pub(super) fn is_missing(&self, cell: &str) -> bool {
        self.counts_as_missing(cell.trim())
    }

    fn counts_as_missing(&self, cell: &str) -> bool {
        self.missing.iter().any(|mark| mark == cell)
    }
}

/// The number in a text. Its thousands may be grouped where the text cannot be read in two ways, or where a config says what
/// stands before a fraction.
pub(super) fn number(text: &str, decimal: Option<Decimal>) -> Option<f64> {
    let is_said = decimal.is_some();
    match decimal.unwrap_or_default() {
        Decimal::Point => text.parse().ok().or_else(|| grouped(text, [',', '.'], is_said)),
        Decimal::Comma if text.contains('.') => grouped(text, ['.', ','], is_said),
        Decimal::Comma if text.contains(',') => with_point(text).parse().ok(),
        Decimal::Comma => text.parse().ok(),
    }
}

/// A text with one decimal comma as it is with a decimal point. Any other text becomes one that is no number.
fn with_point(text: &str) -> String {
    match text.split_once(',') {
        Some((whole, fraction)) if fraction.starts_with(|c: char| c.is_ascii_digit()) => format!("{whole}.{fraction}"),
        _ => String::new(),
    }
}

/// A number with grouped thousands: `1,234.5` or `1,234,567`, where `,` stands between groups and `.` before the fraction.
/// `1,234` is one only where these marks are said: in the other notation it is a fraction.
fn grouped(text: &str, [between, mark]: [char; 2], is_said: bool) -> Option<f64> {
    let (whole, fraction) = match text.split_once(mark) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    if groups(whole, between)? < 2 && fraction.is_none() && !is_said {
        return None;
    }
    let digits: String = whole.chars().filter(|c| *c != between).collect();
    let is_fraction = |fraction: &str| fraction.bytes().all(|byte| byte.is_ascii_digit());
    match fraction {
        Some(fraction) if !is_fraction(fraction) => None,
        Some(fraction) => format!("{digits}.{fraction}").parse().ok(),
        None => digits.parse().ok(),
    }
}

/// How many marks group the digits of a whole number; `None` where it is not grouped by threes. No group begins a number
/// with 0.
fn groups(whole: &str, between: char) -> Option<usize> {
    let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let mut groups = digits.split(between);
    let all_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    groups.next().filter(|first| (1..=3).contains(&first.len()) && all_digits(first) && !first.starts_with('0'))?;
    let rest: Vec<&str> = groups.collect();
    let are_threes = rest.iter().all(|group| group.len() == 3 && all_digits(group));
    (are_threes && !rest.is_empty()).then_some(rest.len())
}

/// Whether a text such as `1.234` is whole where the mark in it groups thousands, and has three digits of a fraction where it
/// does not.
pub(super) fn has_thousands_or_fraction(text: &str, mark: char) -> bool {
    groups(text, mark) == Some(1)
}

/// Whether a text is a number with either decimal mark.
pub(super) fn is_number(text: &str) -> bool {
    [Decimal::Point, Decimal::Comma].into_iter().any(|mark| number(text, Some(mark)).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_number_missing_or_a_word() {
        let marks = ["", "?", "NaN", "-999"].map(str::to_string);
        let reader = CellReader::new(None, &marks);
        for (cell, expected) in [
            (" 1.5 ", Cell::Number(1.5)),
            ("1e5", Cell::Number(1e5)),
            (".5", Cell::Number(0.5)),
            ("3504.", Cell::Number(3504.0)),
            ("+2", Cell::Number(2.0)),
            (" ", Cell::Missing),
            ("?", Cell::Missing),
            ("NaN", Cell::Missing),
            ("-999", Cell::Missing),
            ("-999.5", Cell::Number(-999.5)),
            ("nan", Cell::NotFinite),
            ("inf", Cell::NotFinite),
            ("1e999", Cell::NotFinite),
            ("0x10", Cell::Word("0x10")),
            ("1_000", Cell::Word("1_000")),
            (" a b ", Cell::Word("a b")),
            (" 12.5% ", Cell::Percent(12.5)),
            ("-3 %", Cell::Percent(-3.0)),
            ("%", Cell::Word("%")),
            ("50%%", Cell::Word("50%%")),
        ] {
            assert_eq!(reader.read(cell), expected, "{cell:?}");
        }
        assert_eq!(CellReader::new(None, &[]).read(""), Cell::Word(""));
    }

    #[test]
    fn either_mark_stands_before_the_fraction() {
        let (comma, point) = (Some(Decimal::Comma), Some(Decimal::Point));
        for (text, decimal, expected) in [
            ("1,5", comma, Some(1.5)),
            ("-0,5e-3", comma, Some(-0.5e-3)),
            (",5", comma, Some(0.5)),
            ("5", comma, Some(5.0)),
            ("1.5", comma, None),
            ("1,", comma, None),
            ("1,2,3", comma, None),
            ("1,5", None, None),
            ("1,5", point, None),
            ("1.234,5", comma, Some(1234.5)),
            ("-1.234.567", comma, Some(-1234567.0)),
            ("1234.567,8", comma, None),
            ("1,234.5", None, Some(1234.5)),
            ("1,234,567", None, Some(1234567.0)),
            ("1,23,456.7", None, None),
            ("1.234,5", None, None),
            ("1,234.5.6", None, None),
            (",234.5", None, None),
            ("39,", comma, None),
        ] {
            assert_eq!(number(text, decimal), expected, "{text} {decimal:?}");
        }
    }

    #[test]
    fn one_group_of_thousands_is_read_where_the_mark_of_fractions_is_said() {
        let (comma, point) = (Some(Decimal::Comma), Some(Decimal::Point));
        assert_eq!((number("1.234", comma), number("1,234", point)), (Some(1234.0), Some(1234.0)));
        assert_eq!((number("1,234", comma), number("1.234", point)), (Some(1.234), Some(1.234)));
        assert_eq!((number("1,234", None), number("1.234", None)), (None, Some(1.234)));
        for fraction in ["0.123", "0.123.456", "012.345", "-0.500"] {
            assert_eq!(number(fraction, comma), None, "{fraction}");
        }
    }
}
