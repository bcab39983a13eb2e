//! Compares the tables of two sweeps over the same program.

use std::fs::File;
use std::path::Path;

use super::tables::BEST_STEP;
use crate::Error;
use crate::folder::Mismatch;

/// Columns about how a run went, which are not results.
const PASSING: [&str; 2] = ["attempts", "stderr"];

/// The first difference between the tables of two folders, and the number of rows compared. The second folder holds the
/// runs in `runs`; `None`: all.
///
/// # Errors
/// Where a table cannot be read.
pub fn first_difference(stored: &Path, again: &Path, runs: Option<&[u64]>) -> Result<(Option<Mismatch>, u64), Error> {
    let mut compared = 0;
    for name in ["runs.csv", "curves.csv"] {
        if !stored.join(name).exists() {
            continue;
        }
        let (found, rows) = compare(&stored.join(name), &again.join(name), runs)?;
        compared += rows;
        if found.is_some() {
            return Ok((found, compared));
        }
    }
    Ok((None, compared))
}

fn open(path: &Path) -> Result<csv::Reader<File>, Error> {
    let file = File::open(path).map_err(Error::io("read", path))?;
    Ok(csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(file))
}

fn compare(path: &Path, again: &Path, runs: Option<&[u64]>) -> Result<(Option<Mismatch>, u64), Error> {
    let broken = |path: &Path| {
        let path = path.to_owned();
        move |error: csv::Error| Error::io("read", &path)(error.into())
    };
    let (mut first, mut second) = (open(path)?, open(again)?);
    let heads = [first.headers().map_err(broken(path))?.clone(), second.headers().map_err(broken(again))?.clone()];
    // Until etascape 0.4 tables had no best values, which follow from the curve.
    let is_added = |name: &str| name.starts_with("best_") && !heads[0].iter().any(|own| own == BEST_STEP);
    let is_new = |name: &&str| !heads[0].iter().any(|own| own == *name) && !is_added(name);
    let names: Vec<&str> = heads[0].iter().chain(heads[1].iter().filter(is_new)).collect();
    let is_wanted = |row: &csv::StringRecord| {
        let run = row.get(0).and_then(|run| run.parse::<u64>().ok());
        runs.is_none_or(|runs| run.is_some_and(|run| runs.contains(&run)))
    };
    let mut stored_rows = first.records().filter(|row| row.as_ref().map_or(true, is_wanted));
    let mut new_rows = second.records();
    let mut rows = 0;
    loop {
        let stored = stored_rows.next().transpose().map_err(broken(path))?;
        let new = new_rows.next().transpose().map_err(broken(again))?;
        if stored.is_none() && new.is_none() {
            return Ok((None, rows));
        }
        rows += 1;
        let cell = |row: &Option<csv::StringRecord>, head: &csv::StringRecord, name: &str| {
            let place = head.iter().position(|own| own == name)?;
            Some(row.as_ref()?.get(place)?.to_string())
        };
        let values = |name: &&str| (cell(&stored, &heads[0], name), cell(&new, &heads[1], name));
        // If no chosen run has a metric, the second table has no column for it.
        let differs = |(stored, new): &(Option<String>, Option<String>)| {
            stored.as_deref().unwrap_or("") != new.as_deref().unwrap_or("")
        };
        let column = names.iter().filter(|name| !PASSING.contains(name)).find(|name| differs(&values(name)));
        if let Some(&column) = column {
            let run = cell(&stored, &heads[0], "run_id").or(cell(&new, &heads[1], "run_id"));
            let (stored, trained) = values(&column);
            return Ok((Some(Mismatch { path: path.to_owned(), run, column: column.into(), stored, trained }), rows));
        }
    }
}
