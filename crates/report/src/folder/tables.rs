//! The tables of a results folder, read as far as they are shown.

use std::fs;
use std::path::Path;

use etascape_insight::study::Study;
use etascape_insight::study::settings::Settings;
use etascape_insight::subject::Subject;
use etascape_insight::tables::{Curves, Runs};

use crate::Error;
use crate::logs::{CurvePick, read_curves, read_planned, read_rows};

/// Bytes of a table that is read whole.
const SHORT: u64 = 16 << 20;
/// Columns of a long table that only the page shows, of the runs that it holds.
const LISTED: [&str; 4] = ["min_loss", "val_loss", "accuracy", "val_accuracy"];

/// The runs of a folder: every column, or, where the table is long, those that are shown; of those that the page alone
/// shows, its rows, so many at most, read by themselves. With them what one sort of all rows says.
pub(crate) fn shown_runs(folder: &Path, subject: &Subject, at_most: usize) -> Result<(Runs, Settings), Error> {
    let path = folder.join("runs.csv");
    let length = fs::metadata(&path).map_err(Error::io("read", &path))?.len();
    let has_curves = has_curves(folder);
    let is_whole = |name: &str| length <= SHORT || is_shown(subject, name) || has_curves && is_fitted(subject, name);
    let mut runs = read_planned(&path, is_whole, &subject.series)?;
    let settings = Settings::of(&Study::new(subject, &runs)?, at_most);
    if length > SHORT {
        let rows = settings.sample.rows(at_most);
        read_rows(&mut runs, &path, |name| LISTED.contains(&name) || is_fitted(subject, name), &rows)?;
    }
    Ok((runs, settings))
}

/// Whether a column is a parameter of the model of which the fit is drawn, where there are curves.
fn is_fitted(subject: &Subject, name: &str) -> bool {
    subject.fit.as_ref().is_some_and(|fit| fit.parameters.iter().any(|parameter| parameter == name))
}

/// Whether findings, charts or statistics of a long table look at a column of `runs.csv`.
fn is_shown(subject: &Subject, name: &str) -> bool {
    ["steps", "exit_code", "unread_lines", "first_unread", "reason", "stderr"].contains(&name)
        || name == subject.objective.last()
        || name.strip_prefix("final_") == Some(subject.watched())
        || subject.limits.is_program
            && [subject.objective.first(), Some(subject.objective.least())].into_iter().flatten().any(|own| own == name)
        || subject.parameters.iter().any(|parameter| parameter.path == name)
        || subject.choice.color.as_deref() == Some(name)
}

/// Whether curves are logged.
pub(crate) fn has_curves(folder: &Path) -> bool {
    folder.join("curves.csv").exists()
}

/// The curves that are shown, all from one pass over the table; none where none are logged.
#[derive(Default)]
pub(crate) struct ShownCurves {
    /// The objective of the sampled runs, with the parameters of their model.
    pub(crate) sampled: Curves,
    /// The same of other runs whose paths are drawn.
    pub(crate) paths: Curves,
    /// The sharpness of the sampled runs, where it is logged.
    pub(crate) sharpness: Option<Curves>,
    /// What is measured of the sampled runs on both sides of a split: training and validation, each with points of its own.
    pub(crate) measures: Vec<[Curves; 2]>,
}

impl ShownCurves {
    /// Reads the curves of the runs in a sample; beside these those of runs whose paths are drawn, by rising ids; and some
    /// pairs of columns that are measures, two at most.
    pub(crate) fn read(
        folder: &Path,
        study: &Study<'_>,
        sample: &[usize],
        (paths, measures): (&[u64], &[[&str; 2]]),
    ) -> Result<ShownCurves, Error> {
        if !has_curves(folder) {
            return Ok(ShownCurves::default());
        }
        let subject = study.subject;
        let has_sharpness = subject.sharpness.is_some();
        let mut ids: Vec<u64> = sample.iter().map(|&row| study.runs.id(row)).collect();
        ids.sort_unstable();
        let is_sampled = |id: u64| ids.binary_search(&id).is_ok();
        let is_beside = |id: u64| paths.binary_search(&id).is_ok() && !is_sampled(id);
        let (columns, loss) = (subject.curve_columns(), &subject.objective.name[..]);
        // A program may print each at steps of its own, or at the end alone.
        let are_measured: [&(dyn Fn(u64) -> bool + Sync); 2] = [&|_| false, &is_sampled];
        let measure = |which: usize, side: usize| {
            let column = measures.get(which).map(|sides| sides[side]);
            let run = are_measured[usize::from(column.is_some())];
            CurvePick { run, columns: &[], loss: column.unwrap_or(loss), is_optional: true }
        };
        let picks = [
            CurvePick { run: &is_sampled, columns, loss, is_optional: false },
            CurvePick { run: &is_beside, columns, loss, is_optional: false },
            // Of the steps at which the sharpness is not logged the cells are empty: no points.
            CurvePick {
                run: &|id| has_sharpness && is_sampled(id),
                columns: &[],
                loss: "sharpness",
                is_optional: !has_sharpness,
            },
            measure(0, 0),
            measure(0, 1),
            measure(1, 0),
            measure(1, 1),
        ];
        let [sampled, paths, sharpness, first, first_held_out, second, second_held_out] =
            read_curves(&folder.join("curves.csv"), picks)?;
        let sharpness = Some(sharpness).filter(|curves| !curves.is_empty());
        let read = [[first, first_held_out], [second, second_held_out]];
        Ok(ShownCurves { sampled, paths, sharpness, measures: measures.iter().zip(read).map(|(_, one)| one).collect() })
    }
}
