//! What a cell holds.

use super::csv_source::Decimal;

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
    decimal: Decimal,
    missing: Vec<String>,
    /// Whether a cell can be a number and count as missing.
    missing_numbers: bool,
}

impl CellReader {
    /// `missing` are the texts of cells that count as missing.
    pub(super) fn new(decimal: Decimal, missing: &[String]) -> CellReader {
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

/// The number in a text. Its thousands may be grouped where the text cannot be read in two ways.
pub(super) fn number(text: &str, decimal: Decimal) -> Option<f64> {
    match decimal {
        Decimal::Point => text.parse().ok().or_else(|| grouped(text, ',', '.')),
        Decimal::Comma if text.contains('.') => grouped(text, '.', ','),
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
/// `1,234` is none: in the other notation it is a fraction.
fn grouped(text: &str, between: char, mark: char) -> Option<f64> {
    let (whole, fraction) = match text.split_once(mark) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    if groups(whole, between)? < 2 && fraction.is_none() {
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

/// How many marks group the digits of a whole number; `None` where it is not grouped by threes.
fn groups(whole: &str, between: char) -> Option<usize> {
    let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let mut groups = digits.split(between);
    let all_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    groups.next().filter(|first| (1..=3).contains(&first.len()) && all_digits(first))?;
    let rest: Vec<&str> = groups.collect();
    let are_threes = rest.iter().all(|group| group.len() == 3 && all_digits(group));
    (are_threes && !rest.is_empty()).then_some(rest.len())
}

/// Whether a text is a number with either decimal mark.
pub(super) fn is_number(text: &str) -> bool {
    [Decimal::Point, Decimal::Comma].iter().any(|mark| number(text, *mark).is_some())
}

/// Why a word that looks like a number is none; `None` where it does not look like one.
pub(super) fn number_hint(word: &str, decimal: Decimal) -> Option<String> {
    let (other, between) = match decimal {
        Decimal::Point => (Decimal::Comma, ','),
        Decimal::Comma => (Decimal::Point, '.'),
    };
    if groups(word, between) == Some(1) {
        let joined = word.replace(between, "");
        return Some(format!("can be {} or {joined}: write it as one of them", word.replace(',', ".")));
    }
    if number(word, other).is_some() {
        return Some(match decimal {
            Decimal::Point => "has a decimal comma: data.csv.decimal = \",\" reads it".into(),
            Decimal::Comma => "has a decimal point: data.csv.decimal is \",\"".into(),
        });
    }
    let bare = word.trim_matches(|c: char| "%$€£¥ \u{a0}\u{202f}".contains(c));
    if bare.len() < word.len() && is_number(bare) {
        return Some(format!("has a unit: write {bare}"));
    }
    let joined: String = word.chars().filter(|c| !THOUSANDS.contains(c)).collect();
    let is_grouped = joined.len() < word.len() && number(&joined, decimal).is_some_and(f64::is_finite);
    is_grouped.then(|| format!("has marks between its digits: write {joined}"))
}

/// Marks between thousands that are not read: blanks and apostrophes.
const THOUSANDS: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}'];

/// What helps where a word is a date; `None` where it is none.
pub(super) fn date_hint(word: &str) -> Option<&'static str> {
    is_date(word).then_some("write a date as a number of days or years")
}

/// Whether a text begins as `2024-01-31`, `31.01.2024` or `1/31/24` do.
fn is_date(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    ['-', '.', '/'].into_iter().any(|between| {
        let parts: Vec<&str> = day.split(between).collect();
        let is_part = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.len() == 3 && parts.iter().all(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_number_missing_or_a_word() {
        let marks = ["", "?", "NaN", "-999"].map(str::to_string);
        let reader = CellReader::new(Decimal::Point, &marks);
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
        assert_eq!(CellReader::new(Decimal::Point, &[]).read(""), Cell::Word(""));
    }

    #[test]
    fn either_mark_stands_before_the_fraction() {
        use Decimal::{Comma, Point};
        for (text, decimal, expected) in [
            ("1,5", Comma, Some(1.5)),
            ("-0,5e-3", Comma, Some(-0.5e-3)),
            (",5", Comma, Some(0.5)),
            ("5", Comma, Some(5.0)),
            ("1.5", Comma, None),
            ("1,", Comma, None),
            ("1,2,3", Comma, None),
            ("1,5", Point, None),
            ("1.234,5", Comma, Some(1234.5)),
            ("-1.234.567", Comma, Some(-1234567.0)),
            ("1.234", Comma, None),
            ("1234.567,8", Comma, None),
            ("1,234.5", Point, Some(1234.5)),
            ("1,234,567", Point, Some(1234567.0)),
            ("1,234", Point, None),
            ("1,23,456.7", Point, None),
            ("1.234,5", Point, None),
            ("1,234.5.6", Point, None),
            (",234.5", Point, None),
            ("39,", Comma, None),
        ] {
            assert_eq!(number(text, decimal), expected, "{text} {decimal:?}");
        }
    }

    #[test]
    fn what_looks_like_a_number_gets_a_hint() {
        let hint = |text| number_hint(text, Decimal::Point).unwrap_or_default();
        assert_eq!(hint("3,5"), "has a decimal comma: data.csv.decimal = \",\" reads it");
        assert_eq!(hint("1,234"), "can be 1.234 or 1234: write it as one of them");
        assert_eq!(hint("12 %"), "has a unit: write 12");
        assert_eq!(hint("$1,200.50"), "has a unit: write 1,200.50");
        assert_eq!(hint("1 234.5"), "has marks between its digits: write 1234.5");
        assert_eq!(hint("1'000"), "has marks between its digits: write 1000");
        for date in ["2024-01-31", "31.01.2024", "1/31/24", "2024-01-31T10:00"] {
            assert!(hint(date).is_empty() && date_hint(date).is_some(), "{date}");
        }
        for word in ["red", "a-b-c", "", "1-2"] {
            assert!(hint(word).is_empty() && date_hint(word).is_none(), "{word}");
        }
        let comma = |text| number_hint(text, Decimal::Comma).unwrap_or_default();
        assert_eq!(comma("1.5"), "has a decimal point: data.csv.decimal is \",\"");
        assert_eq!(comma("1.234"), "can be 1.234 or 1234: write it as one of them");
    }
}
