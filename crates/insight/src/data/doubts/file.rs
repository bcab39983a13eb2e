//! Doubts about how a file was read.

use etascape_sweep::data::{CsvReading, WordColumn, is_date, is_missing_mark};

use super::bounds::ENOUGH_ROWS;

/// Share of the rows from which different words are names of rows.
const MOSTLY_DIFFERENT: f64 = 0.5;

pub(super) fn doubts(reading: &CsvReading) -> Vec<String> {
    let of_words = reading.one_hot.iter().filter_map(|column| words(column, reading.rows - reading.dropped));
    nameless(reading).into_iter().chain(thousands(reading)).chain(of_words).collect()
}

fn nameless(reading: &CsvReading) -> Option<String> {
    let columns = &reading.nameless;
    let first = columns.first()?;
    let others = if columns.len() > 1 { format!(" (and {} more)", columns.len() - 1) } else { String::new() };
    Some(format!("column {first}{others} has no name and is left out: with a name in the header it is a feature"))
}

/// Numbers with points that can group thousands.
fn thousands(reading: &CsvReading) -> Option<String> {
    let (name, number) = reading.doubtful.first()?;
    Some(format!(
        "column `{name}` has numbers such as {number}, and each point in it has three digits behind it: does it group \
         thousands? data.csv.decimal = \",\" reads {}, \".\" confirms {number}",
        number.replace('.', "")
    ))
}

/// Words that are no categories.
fn words(column: &WordColumn, rows: u64) -> Option<String> {
    let WordColumn { name, words } = column;
    let remedy = "data.csv.features can leave it out";
    if let Some(date) = words.first().filter(|word| is_date(word)) {
        return Some(format!("the feature `{name}` has dates such as {date}, and a column for each: {remedy}"));
    }
    if rows as usize >= ENOUGH_ROWS && words.len() as f64 > MOSTLY_DIFFERENT * rows as f64 {
        let count = words.len();
        return Some(format!(
            "the feature `{name}` has {count} different words in {rows} rows: is it a name? {remedy}"
        ));
    }
    let mark = words.iter().find(|word| is_missing_mark(word))?;
    Some(format!(
        "the word `{mark}` of the feature `{name}` can be a mark for missing cells: data.csv.missing counts it as one"
    ))
}
