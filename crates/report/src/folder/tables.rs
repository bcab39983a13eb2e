//! The tables of a results folder, read as far as they are shown.

use std::fs;
use std::path::Path;

use etascape_insight::study::{Study, sample};
use etascape_insight::subject::Subject;
use etascape_insight::tables::{Curves, Runs};

use crate::Error;
use crate::logs::{CurvePick, read_curves, read_planned, read_rows};

/// Bytes of a table that is read whole.
const SHORT: u64 = 16 << 20;
/// Columns of a long table that only the page shows, of the runs that it holds.
const LISTED: [&str; 3] = ["min_loss", "val_loss", "val_accuracy"];

/// The runs of a folder: every column, or, where the table is long, those that are shown; of those that the page alone
/// shows, its rows, so many at most, read by themselves.
pub(crate) fn shown_runs(folder: &Path, subject: &Subject, at_most: usize) -> Result<Runs, Error> {
    let path = folder.join("runs.csv");
    let length = fs::metadata(&path).map_err(Error::io("read", &path))?.len();
    let has_curves = folder.join("curves.csv").exists();
    let is_whole = |name: &str| length <= SHORT || is_shown(subject, name) || has_curves && is_fitted(subject, name);
    let mut runs = read_planned(&path, is_whole, &subject.series)?;
    if length > SHORT {
        let rows = sample::rows(&Study::new(subject, &runs)?, at_most);
        read_rows(&mut runs, &path, |name| LISTED.contains(&name) || is_fitted(subject, name), &rows)?;
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
pub(crate) fn shown_curves(folder: &Path, study: &Study<'_>, at_most: usize) -> Result<Curves, Error> {
    if !folder.join("curves.csv").exists() {
        return Ok(Curves::default());
    }
    pick_curves(folder, study, at_most, study.subject.curve_columns(), &study.subject.objective.name)
}

/// The curves of some runs beside those, by rising ids; the table is not read for none.
pub(crate) fn more_curves(folder: &Path, study: &Study<'_>, ids: &[u64]) -> Result<Curves, Error> {
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
    let mut ids: Vec<u64> = sample::rows(study, at_most).into_iter().map(|row| study.runs.id(row)).collect();
    ids.sort_unstable();
    curves_of(&folder.join("curves.csv"), &ids, columns, loss)
}

fn curves_of(path: &Path, ids: &[u64], columns: &[String], loss: &str) -> Result<Curves, Error> {
    read_curves(path, &CurvePick { run: &|id| ids.binary_search(&id).is_ok(), columns, loss })
}

/// The sharpness of at most so many runs, where it is logged.
pub(crate) fn shown_sharpness(folder: &Path, study: &Study<'_>, at_most: usize) -> Result<Option<Curves>, Error> {
    if study.subject.sharpness.is_none() {
        return Ok(None);
    }
    // Of the steps at which the sharpness is not logged the cells are empty: no points.
    let curves = pick_curves(folder, study, at_most, &[], "sharpness")?;
    Ok((!curves.is_empty()).then_some(curves))
}
