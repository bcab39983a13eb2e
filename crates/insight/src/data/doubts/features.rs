//! Doubts about features, by their numbers.

use etascape_sweep::data::{ColumnSummary, Table};
use etascape_text::{format_number, rounded};

use super::bounds::{ENOUGH_ROWS, FAR_APART};

/// A correlation that differs from 1 by rounding only.
const SAME: f64 = 1.0 - 1e-9;

/// A number at or below this, where all others are at least 0, is probably none.
const SENTINEL: f64 = -9.0;

/// The columns with their names.
fn named(table: &Table) -> impl Iterator<Item = (&String, &ColumnSummary)> {
    table.feature_names().iter().zip(table.columns())
}

/// A feature that is the target but for its unit.
pub(super) fn given_away(table: &Table) -> Option<String> {
    if table.rows() < ENOUGH_ROWS || table.inputs() < 2 {
        return None;
    }
    let mut correlations = named(table).filter_map(|(name, column)| Some((name, column.correlation?)));
    let (name, correlation) = correlations.find(|(_, correlation)| correlation.abs() >= SAME)?;
    let target = table.target_name();
    Some(format!(
        "the feature `{name}` has correlation {correlation:.0} with the target `{target}`: is it the answer itself?"
    ))
}

/// A feature that numbers the rows, or has the name of an id.
pub(super) fn id(table: &Table) -> Option<String> {
    if table.rows() < ENOUGH_ROWS {
        return None;
    }
    let rows = table.reading().map_or(table.rows() as u64, |reading| reading.rows) as f64;
    // Of dropped rows the numbers are left out.
    let numbers_rows = |column: &ColumnSummary| {
        let begins = column.least == 0.0 || column.least == 1.0;
        column.is_whole && column.rises && begins && column.greatest - column.least < rows
    };
    if let Some((name, _)) = named(table).find(|(_, column)| numbers_rows(column)) {
        return Some(format!("the feature `{name}` numbers the rows: is it an id? data.csv.features can leave it out"));
    }
    let (name, _) = named(table).find(|(name, column)| column.is_whole && !column.is_constant() && is_id(name))?;
    Some(format!(
        "the feature `{name}` has whole numbers: is it an id, as its name says? data.csv.features can leave it out"
    ))
}

/// Whether a name is that of an id: `id`, `user_id`, `PassengerId`, `customerID`.
fn is_id(name: &str) -> bool {
    let before = |end: &str| name.strip_suffix(end)?.chars().next_back();
    let ends_a_word = |end: &str| before(end).is_some_and(|letter| "_-. ".contains(letter));
    let begins_a_word = |end: &str| before(end).is_some_and(char::is_lowercase);
    name.eq_ignore_ascii_case("id")
        || ["id", "Id", "ID"].iter().any(|end| ends_a_word(end))
        || begins_a_word("Id")
        || begins_a_word("ID")
}

/// A feature with a number that probably marks missing cells: `-999`, where no other number is below 0.
pub(super) fn sentinel(table: &Table) -> Option<String> {
    let stands_apart = |column: &ColumnSummary| {
        let is_number = column.least <= SENTINEL && column.least == column.least.trunc();
        is_number && column.second >= 0.0 && column.second.is_finite()
    };
    let (name, column) = named(table).find(|(_, column)| stands_apart(column))?;
    let number = format_number(column.least);
    Some(format!(
        "the feature `{name}` has the number {number}, and no other below 0: is it a mark for missing cells? \
         data.csv.missing counts it as one"
    ))
}

/// Features of very different sizes.
pub(super) fn far_apart(table: &Table) -> Option<String> {
    let varying = || named(table).filter(|(_, column)| !column.is_constant());
    let by_size = |a: &(&String, &ColumnSummary), b: &(&String, &ColumnSummary)| a.1.size().total_cmp(&b.1.size());
    let ((small, least), (large, most)) = (varying().min_by(by_size)?, varying().max_by(by_size)?);
    let ratio = most.size() / least.size();
    let [least, most] = [least, most].map(|column| rounded(column.size(), 3));
    (ratio >= FAR_APART).then(|| {
        format!(
            "the feature `{large}` goes up to {most}, `{small}` to {least}: the large one limits η, and the small one \
                 then hardly learns; data.standardize = true makes them alike"
        )
    })
}
