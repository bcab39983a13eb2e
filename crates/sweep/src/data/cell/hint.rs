//! What helps where a cell is not what it looks like.

use super::{groups, is_number, number};
use crate::data::csv_source::Decimal;

/// Why a word that looks like a number is none; `None` where it does not look like one.
pub(in crate::data) fn number_hint(word: &str, decimal: Option<Decimal>) -> Option<String> {
    let other = match decimal.unwrap_or_default() {
        Decimal::Point => Decimal::Comma,
        Decimal::Comma => Decimal::Point,
    };
    if groups(word, ',') == Some(1) {
        let (fraction, whole) = (word.replace(',', "."), word.replace(',', ""));
        return Some(format!(
            "can be {fraction} or {whole}: data.csv.decimal = \",\" reads the first, \".\" the second"
        ));
    }
    if number(word, Some(other)).is_some() {
        return Some(match other {
            Decimal::Comma => "has a decimal comma: data.csv.decimal = \",\" reads it".into(),
            Decimal::Point => "has a decimal point: data.csv.decimal is \",\"".into(),
        });
    }
    let bare = word.trim_matches(|c: char| "%$€£¥ \u{a0}\u{202f}".contains(c));
    if bare.len() < word.len() && is_number(bare) {
        return Some(format!("has a unit: write {bare}"));
    }
    if let Some(size) = negative(word).filter(|size| is_number(size)) {
        return Some(format!("is below 0 in another notation: write -{size}"));
    }
    let joined: String = word.chars().filter(|c| !THOUSANDS.contains(c)).collect();
    let is_grouped = joined.len() < word.len() && number(&joined, decimal).is_some_and(f64::is_finite);
    is_grouped.then(|| format!("has marks between its digits: write {joined}"))
}

/// What a text says below 0: with another sign for minus, a sign behind it, or in parentheses as accountants write.
fn negative(text: &str) -> Option<&str> {
    let in_parentheses = || text.strip_prefix('(')?.strip_suffix(')');
    text.strip_prefix(['\u{2212}', '\u{2013}'])
        .or_else(|| text.strip_suffix('-'))
        .or_else(in_parentheses)
        .map(str::trim)
}

/// Marks between thousands that are not read: blanks and apostrophes.
const THOUSANDS: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}'];

/// What helps where a word is a date; `None` where it is none.
pub(in crate::data) fn date_hint(word: &str) -> Option<&'static str> {
    is_date(word).then_some("write a date as a number of days or years")
}

/// Whether a text is, or begins as, a day (`2024-01-31`, `31.01.2024`, `1/31/24`, `31-Jan-24`, `Jan 31, 2024`), a month
/// (`2024-01`), a quarter (`2024Q1`) or a time (`10:30`).
pub fn is_date(text: &str) -> bool {
    is_day(text) || is_day_with_name(text) || is_part_of_year(text) || is_time(text)
}

fn are_digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_day(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    ['-', '.', '/'].into_iter().any(|between| {
        let parts: Vec<&str> = day.split(between).collect();
        parts.len() == 3 && parts.iter().all(|part| are_digits(part, 1..=4))
    })
}

/// Whether a text begins with a day whose month has its English name: `31-Jan-24`, `Jan 31, 2024`.
fn is_day_with_name(text: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let parts = text.split([' ', '-', '.', '/', ',']).filter(|part| !part.is_empty()).take(3);
    let is_month = |part: &str| part.get(..3).is_some_and(|name| MONTHS.contains(&name.to_ascii_lowercase().as_str()));
    let (months, others): (Vec<&str>, Vec<&str>) = parts.partition(|part| is_month(part));
    months.len() == 1 && others.len() == 2 && others.iter().all(|part| are_digits(part, 1..=4))
}

/// Whether a text is a year with a month or a quarter: `2024-01`, `2024/1`, `2024Q1`, `2024-Q1`.
fn is_part_of_year(text: &str) -> bool {
    let Some((year, rest)) = text.split_at_checked(4) else { return false };
    let (part, is_apart) = rest.strip_prefix(['-', '/', ' ']).map_or((rest, false), |part| (part, true));
    let is_month = is_apart && are_digits(part, 1..=2) && part.parse().is_ok_and(|month: u8| (1..=12).contains(&month));
    let is_quarter = part.strip_prefix(['Q', 'q']).is_some_and(|quarter| ["1", "2", "3", "4"].contains(&quarter));
    are_digits(year, 4..=4) && year.starts_with(['1', '2']) && (is_month || is_quarter)
}

fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    (2..=3).contains(&parts.len()) && parts.iter().all(|part| are_digits(part, 1..=2))
}

/// Whether a word is one that marks missing cells in many files, in any case: `n/a`, `-`, `None`, `#N/A`.
pub fn is_missing_mark(word: &str) -> bool {
    const MARKS: [&str; 16] =
        ["?", "-", "--", "---", ".", "..", "*", "na", "n/a", "n.a.", "nan", "nil", "none", "null", "missing", "(null)"];
    // Excel writes an error into a cell: `#N/A`, `#DIV/0!`.
    word.starts_with('#') && word.ends_with(['A', '!', '?']) || MARKS.contains(&word.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_number_gets_a_hint() {
        let hint = |text| number_hint(text, None).unwrap_or_default();
        assert_eq!(hint("3,5"), "has a decimal comma: data.csv.decimal = \",\" reads it");
        let either = "can be 1.234 or 1234: data.csv.decimal = \",\" reads the first, \".\" the second";
        assert_eq!(hint("1,234"), either);
        assert_eq!(hint("12 %"), "has a unit: write 12");
        assert_eq!(hint("$1,200.50"), "has a unit: write 1,200.50");
        assert_eq!(hint("1 234.5"), "has marks between its digits: write 1234.5");
        assert_eq!(hint("1'000"), "has marks between its digits: write 1000");
        for negative in ["\u{2212}0.5", "(0.5)", "0.5-"] {
            assert_eq!(hint(negative), "is below 0 in another notation: write -0.5");
        }
        for word in ["red", "a-b-c", "", "1-2", "(a)", "11th", "40-49"] {
            assert!(hint(word).is_empty(), "{word}");
        }
        let comma = |text| number_hint(text, Some(Decimal::Comma)).unwrap_or_default();
        assert_eq!(comma("1.5"), "has a decimal point: data.csv.decimal is \",\"");
    }

    #[test]
    fn dates_have_many_shapes() {
        for date in [
            "2024-01-31",
            "31.01.2024",
            "1/31/24",
            "2024-01-31T10:00",
            "2010/01/01 00:00",
            "19-Sep-03",
            "Jan-1-1995",
            "Jan 1 2000",
            "31 January, 2024",
            "1949-01",
            "2024/1",
            "1974Q1",
            "1974-Q1",
            "10:30",
            "10:30:05",
        ] {
            assert!(date_hint(date).is_some() && number_hint(date, None).is_none(), "{date}");
        }
        for word in ["40-49", "1-2", "a-b-c", "", "mar", "may 1", "9999-13", "16:9:4:3", "a:b", "2024", "10.1.2.3"] {
            assert!(date_hint(word).is_none(), "{word}");
        }
    }

    #[test]
    fn usual_marks_of_missing_cells_are_known_in_any_case() {
        for mark in ["n/a", "-", "None", "#N/A", "#DIV/0!", "NULL"] {
            assert!(is_missing_mark(mark), "{mark}");
        }
        for word in ["", "no", "#1", "north", "#", "na-na"] {
            assert!(!is_missing_mark(word), "{word}");
        }
    }
}
