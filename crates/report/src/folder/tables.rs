//! The tables of a results folder, read as far as they are shown.

use std::fs;
use std::path::Path;

use etascape_insight::findings::Findings;
use etascape_insight::study::settings::Settings;
use etascape_insight::study::{STEPS_WITHIN, Study, Within};
use etascape_insight::subject::Subject;
use etascape_insight::tables::{Curves, Runs};
use etascape_sweep::EngineMetric;

use crate::Error;
use crate::logs::{CurvePick, CurveReader, FirstSteps, Steps, read_planned, read_rows};

/// Bytes of a table that is read whole.
const SHORT: u64 = 16 << 20;
/// Columns of a long table that only the page shows, of the runs that it holds.
const LISTED: [&str; 4] = ["min_loss", "val_loss", "accuracy", "val_accuracy"];

/// Metrics beside the objective of which curves are read, at most.
const METRICS: usize = 11;

/// The runs of a folder: every column, or, where the table is long, those that are shown; of those that the page alone
/// shows, its rows, so many at most, read by themselves. With them what one sort of all rows says.
pub(crate) fn shown_runs(folder: &Path, subject: &Subject, at_most: usize) -> Result<(Runs, Settings), Error> {
    let path = folder.join("runs.csv");
    let length = fs::metadata(&path).map_err(Error::io("read", &path))?.len();
    let has_curves = has_curves(folder);
    let is_whole = |name: &str| {
        length <= SHORT
            || is_shown(subject, name)
            || has_curves && (is_fitted(subject, name) || is_least(subject, name))
    };
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

/// Whether a column says what [`Within`] compares curves with.
fn is_least(subject: &Subject, name: &str) -> bool {
    [subject.best_column(), format!("initial_{}", subject.watched())].iter().any(|column| column == name)
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
    /// The other metrics of the sampled runs, each by its column and with points of its own; [`METRICS`] at most.
    pub(crate) metrics: Vec<(String, Curves)>,
    /// The columns of metrics beyond these.
    pub(crate) left_out: Vec<String>,
    /// The first step at which each run was near the least loss, by row, where that was asked for.
    pub(crate) within: Option<Steps>,
}

impl ShownCurves {
    /// Reads the curves of the runs in a sample, and those of runs whose paths are drawn, by their ids; and, of all runs, when
    /// they are near the least loss.
    pub(crate) fn read(
        folder: &Path,
        study: &Study<'_>,
        sample: &[usize],
        paths: &[u64],
        within: Option<&Within>,
    ) -> Result<ShownCurves, Error> {
        if !has_curves(folder) {
            return Ok(ShownCurves::default());
        }
        let reader = CurveReader::open(&folder.join("curves.csv"))?;
        let (names, left_out) = metrics(study.subject, reader.names());
        let subject = study.subject;
        let has_sharpness = subject.sharpness.is_some();
        let mut ids: Vec<u64> = sample.iter().map(|&row| study.runs.id(row)).collect();
        let mut paths = paths.to_vec();
        ids.sort_unstable();
        paths.sort_unstable();
        let is_sampled = |id: u64| ids.binary_search(&id).is_ok();
        let is_beside = |id: u64| paths.binary_search(&id).is_ok() && !is_sampled(id);
        let (columns, loss) = (subject.curve_columns(), &subject.objective.name[..]);
        // Of the steps at which the sharpness is not logged the cells are empty: no points.
        let has_sharpness_of = |id: u64| has_sharpness && is_sampled(id);
        let mut picks = vec![
            CurvePick { run: &is_sampled, columns, loss, is_optional: false },
            CurvePick { run: &is_beside, columns, loss, is_optional: false },
            CurvePick { run: &has_sharpness_of, columns: &[], loss: "sharpness", is_optional: !has_sharpness },
        ];
        picks.extend(names.iter().map(|loss| CurvePick { run: &is_sampled, columns: &[], loss, is_optional: false }));
        let first = within.map(|within| FirstSteps { study, within, steps: Steps::none(study.runs.len()) });
        let mut read = reader.read(&picks, first.as_ref())?.into_iter();
        let within = first.map(|first| first.steps);
        let mut next = || read.next().unwrap_or_default();
        let (sampled, paths, sharpness) = (next(), next(), next());
        let sharpness = Some(sharpness).filter(|curves| !curves.is_empty());
        Ok(ShownCurves { sampled, paths, sharpness, metrics: names.into_iter().zip(read).collect(), left_out, within })
    }

    /// Adds the steps until each run was near the least loss to the table, where they were read and say anything; then
    /// `within` holds.
    pub(crate) fn add_within(
        &self,
        subject: &Subject,
        runs: &mut Runs,
        within: Option<Within>,
    ) -> Result<Option<Within>, Error> {
        let (Some(steps), Some(within)) = (&self.within, within) else { return Ok(None) };
        let curves = [&self.sampled, &self.paths];
        if !Findings::tells(&Study::new(subject, runs)?, &curves, &within, steps.iter()) {
            return Ok(None);
        }
        runs.add_numbers(STEPS_WITHIN, steps.iter());
        Ok(Some(within))
    }

    /// The curves of a metric by its column; `None` where there are none.
    pub(crate) fn of(&self, column: &str, subject: &Subject) -> Option<&Curves> {
        match column == subject.objective.name {
            true => Some(&self.sampled),
            false => self.metrics.iter().find(|(name, _)| name == column).map(|(_, curves)| curves),
        }
    }
}

/// The columns of a `curves.csv` with metrics other than the objective, those of which we make charts first, then in
/// the order of the table; and those beyond the most that are read.
fn metrics(subject: &Subject, head: &[String]) -> (Vec<String>, Vec<String>) {
    let is_known = |name: &str| EngineMetric::of_column(name).is_some();
    let is_metric = |name: &str| match subject.limits.is_program {
        true => !["run_id", "step"].contains(&name),
        false => is_known(name),
    };
    let mut names: Vec<String> =
        head.iter().filter(|name| is_metric(name) && **name != subject.objective.name).cloned().collect();
    names.sort_by_key(|name| !is_known(name));
    let left_out = names.split_off(names.len().min(METRICS));
    (names, left_out)
}
