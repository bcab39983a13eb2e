//! The numbers of a column: which notations they have.

use crate::data::cell::has_thousands_or_fraction;
use crate::data::csv_source::{CsvSource, Decimal, Separator};
use crate::data::error::{DataError, Location, quoted};

/// The mark in numbers that is looked at, because it can group thousands or stand before a fraction.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    /// A config says what stands before a fraction, so this one groups thousands.
    Groups(char),
    /// Nothing says it, and the file looks like one with decimal commas: a point is taken for that of a fraction.
    Doubtful,
    /// None.
    Clear,
}

impl Mark {
    pub(super) fn of(source: &CsvSource, separator: Separator) -> Mark {
        match (source.decimal, separator) {
            (Some(Decimal::Point), _) => Mark::Groups(','),
            (Some(Decimal::Comma), _) => Mark::Groups('.'),
            (None, Separator::Semicolon | Separator::Tab) => Mark::Doubtful,
            (None, _) => Mark::Clear,
        }
    }
}

/// What a column's cells have been so far.
#[derive(Default)]
pub(super) struct Numbers {
    /// The first cell that is a plain number, and where it stands. A column may have plain numbers or percentages.
    plain: Option<(String, String)>,
    /// The first that is a percentage.
    percent: Option<(String, String)>,
    thousands: Thousands,
}

/// Numbers such as `1.234`.
#[derive(Default, Clone)]
enum Thousands {
    #[default]
    None,
    /// The first one.
    Some(String),
    /// Another number has the mark before a fraction.
    Refuted,
}

impl Numbers {
    pub(super) fn plain(&mut self, cell: &str, mark: Mark, place: &dyn Fn() -> Location) -> Result<(), DataError> {
        self.look_at(cell.trim(), mark);
        take(&mut self.plain, &self.percent, cell, ["number", "percentage"], place)
    }

    pub(super) fn percent(&mut self, cell: &str, place: &dyn Fn() -> Location) -> Result<(), DataError> {
        take(&mut self.percent, &self.plain, cell, ["percentage", "number"], place)
    }

    /// The first number, and where it stands.
    pub(super) fn first(&self) -> Option<&(String, String)> {
        self.plain.as_ref().or(self.percent.as_ref())
    }

    pub(super) fn are_percentages(&self) -> bool {
        self.percent.is_some()
    }

    /// A number whose mark groups thousands, or can.
    pub(super) fn thousands(&self) -> Option<&str> {
        match &self.thousands {
            Thousands::Some(number) => Some(number),
            Thousands::None | Thousands::Refuted => None,
        }
    }

    fn look_at(&mut self, cell: &str, mark: Mark) {
        let (sign, can_refute) = match mark {
            Mark::Groups(sign) => (sign, false),
            Mark::Doubtful => ('.', true),
            Mark::Clear => return,
        };
        match self.thousands {
            Thousands::Refuted => {}
            _ if !cell.contains(sign) => {}
            Thousands::None if has_thousands_or_fraction(cell, sign) => {
                self.thousands = Thousands::Some(cell.to_owned());
            }
            _ if can_refute && !has_thousands_or_fraction(cell, sign) => self.thousands = Thousands::Refuted,
            _ => {}
        }
    }
}

/// Notes the first cell of a kind, in a column that has none of the other kind. `kinds` are their names.
fn take(
    first: &mut Option<(String, String)>,
    other: &Option<(String, String)>,
    cell: &str,
    [kind, other_kind]: [&str; 2],
    place: &dyn Fn() -> Location,
) -> Result<(), DataError> {
    if let Some((other, line)) = other {
        let found =
            format!("the {kind} {}, in a column with the {other_kind} {}{line}", quoted(cell.trim()), quoted(other));
        return Err(place().invalid(found, "plain numbers only, or percentages only"));
    }
    if first.is_none() {
        *first = Some((cell.trim().to_string(), place().line_in_words()));
    }
    Ok(())
}
