//! The tables of a results folder, read as far as they are shown.

use std::fs;
use std::path::Path;

use crate::Error;
use crate::logs::{CurvePick, Curves, Runs};
use crate::page;
use crate::study::Study;
use crate::subject::Subject;

/// Bytes of a table that is read whole.
const SHORT: u64 = 16 << 20;
/// Columns of a long table that only the page shows, of the runs that it holds.
const LISTED: [&str; 3] = ["min_loss", "val_loss", "val_accuracy"];

/// The runs of a folder: every column, or, where the table is long, those that are shown; of those that the page alone
/// shows, its rows, read by themselves.
pub(crate) fn read_runs(folder: &Path, subject: &Subject) -> Result<Runs, Error> {
    let path = folder.join("runs.csv");
    let length = fs::metadata(&path).map_err(Error::io("read", &path))?.len();
    let has_curves = folder.join("curves.csv").exists();
    let is_whole = |name: &str| length <= SHORT || is_shown(subject, name) || has_curves && is_fitted(subject, name);
    let mut runs = Runs::read_planned(&path, is_whole, &subject.series)?;
    if length > SHORT {
        let rows = page::rows(&Study::new(subject, &runs)?, page::SHOWN);
        runs.read_rows(&path, |name| LISTED.contains(&name) || is_fitted(subject, name), &rows)?;
    }
    Ok(runs)
}

/// Whether a column is a parameter of the model of which the fit is drawn, where there are curves.
fn is_fitted(subject: &Subject, name: &str) -> bool {
    subject.fit.as_ref().is_some_and(|fit| fit.parameters.iter().any(|parameter| parameter == name))
}

/// Whether findings, charts or statistics of a long table look at a column of `runs.csv`.
fn is_shown(subject: &Subject, name: &str) -> bool {
    ["steps", "exit_code", "unread_lines", "first_unread", "reason", "stderr"].contains(&name)
        || name == subject.objective.last()
        || subject.parameters.iter().any(|parameter| parameter.path == name)
        || subject.choice.color.as_deref() == Some(name)
}

/// The curves of at most so many runs, seeds of one group together; none where none are logged.
pub(crate) fn read_curves(folder: &Path, study: &Study<'_>, at_most: usize) -> Result<Curves, Error> {
    if !folder.join("curves.csv").exists() {
        return Ok(Curves::default());
    }
    pick_curves(folder, study, at_most, study.subject.curve_columns(), &study.subject.objective.name)
}

/// The curves of some runs beside those, by rising ids; the table is not read for none.
pub(crate) fn read_more_curves(folder: &Path, study: &Study<'_>, ids: &[u64]) -> Result<Curves, Error> {
    let path = folder.join("curves.csv");
    if ids.is_empty() || !path.exists() {
        return Ok(Curves::default());
    }
    curves_of(&path, ids, study.subject.curve_columns(), &study.subject.objective.name)
}

/// The curves of the same runs with other columns, and another one in place of the loss.
pub(crate) fn pick_curves(
    folder: &Path,
    study: &Study<'_>,
    at_most: usize,
    columns: &[String],
    loss: &str,
) -> Result<Curves, Error> {
    let mut ids: Vec<u64> = page::rows(study, at_most).into_iter().map(|row| study.runs.id(row)).collect();
    ids.sort_unstable();
    curves_of(&folder.join("curves.csv"), &ids, columns, loss)
}

fn curves_of(path: &Path, ids: &[u64], columns: &[String], loss: &str) -> Result<Curves, Error> {
    Curves::read(path, &CurvePick { run: &|id| ids.binary_search(&id).is_ok(), columns, loss })
}
