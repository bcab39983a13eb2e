//! Writes `runs.csv` and `curves.csv` of a program's sweep from its journal, in run order.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use etascape_core::CurveSteps;
use etascape_insight::findings::NEW_LINE;
use etascape_sweep::program::{Point, ProcessExit, ProgramExperiment, Record};
use etascape_text::format_number;

use super::journal::Journal;
use crate::Error;
use crate::logs::{digest_reader, sync_folder, temporary_in};

/// The column of the step at which the objective was best.
pub(super) const BEST_STEP: &str = "best_step";
/// The columns after the metrics.
const LAST: [&str; 6] = ["exit_code", "attempts", "unread_lines", "first_unread", "reason", "stderr"];

/// What was written.
pub(super) struct Written {
    /// The digest of `runs.csv`.
    pub runs: String,
    /// That of `curves.csv`; `None` without curves.
    pub curves: Option<String>,
    /// The objective; `None` where the experiment leaves it out and none could be chosen.
    pub objective: Option<String>,
}

/// Writes both tables atomically. The objective is `objective`, where it is known already.
///
/// # Errors
/// Where the journal cannot be read or the tables not be written.
pub(super) fn write(
    folder: &Path,
    experiment: &ProgramExperiment,
    journal: &Journal,
    objective: Option<&str>,
) -> Result<Written, Error> {
    let rules = &experiment.program.rules;
    let names = journal.names();
    let is_known = rules.objective.is_some() || rules.objective_among(&names).is_some();
    let layout = Layout::of(experiment, names, objective);
    let runs = write_table(&folder.join("runs.csv"), &layout.runs_head(), journal, |csv, record| {
        csv.write_record(layout.row(record))
    })?;
    let objective = is_known.then(|| layout.objective.clone());
    let path = folder.join("curves.csv");
    if experiment.program.curve == CurveSteps::None {
        return match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", &path)(error)),
            _ => Ok(Written { runs, curves: None, objective }),
        };
    }
    let curves = write_table(&path, &layout.curves_head(), journal, |csv, record| {
        record.curve.iter().try_for_each(|point| csv.write_record(layout.point(record, point)))
    })?;
    Ok(Written { runs, curves: Some(curves), objective })
}

/// Writes a table to a temporary file, and renames that when it is on the disk.
fn write_table(
    path: &Path,
    head: &[String],
    journal: &Journal,
    mut each: impl FnMut(&mut csv::Writer<&File>, &Record) -> csv::Result<()>,
) -> Result<String, Error> {
    let failed = |error: csv::Error| Error::io("write", path)(error.into());
    let folder = path.parent().unwrap_or(Path::new("."));
    let file = temporary_in(folder).map_err(Error::io("write", path))?;
    let mut csv = csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(file.as_file());
    csv.write_record(head).map_err(failed)?;
    journal.records(|record| each(&mut csv, &record).map_err(failed))?;
    csv.flush().map_err(Error::io("write", path))?;
    drop(csv);
    let put = || -> io::Result<String> {
        file.as_file().sync_all()?;
        let digest = digest_reader(file.reopen()?)?;
        file.persist(path)?;
        sync_folder(folder)?;
        Ok(digest)
    };
    put().map_err(Error::io("write", path))
}

/// The columns of the tables.
struct Layout<'a> {
    experiment: &'a ProgramExperiment,
    objective: String,
    /// The other metrics, and their names as columns of `runs.csv` and of `curves.csv`.
    names: Vec<String>,
    of_runs: Vec<String>,
    of_curves: Vec<String>,
}

impl<'a> Layout<'a> {
    fn of(experiment: &'a ProgramExperiment, mut names: Vec<String>, objective: Option<&str>) -> Layout<'a> {
        let objective = objective.unwrap_or_else(|| experiment.program.rules.objective_name(&names)).to_owned();
        names.retain(|name| *name != objective);
        let mut layout = Layout { experiment, objective, names, of_runs: Vec::new(), of_curves: Vec::new() };
        let mut taken: HashSet<String> = layout.runs_head().into_iter().collect();
        layout.of_runs = layout.names.iter().map(|name| free(name, &mut taken, true)).collect();
        let mut taken = HashSet::from(["run_id", "step", &layout.objective].map(String::from));
        layout.of_curves = layout.names.iter().map(|name| free(name, &mut taken, false)).collect();
        layout
    }

    fn runs_head(&self) -> Vec<String> {
        let mut head = vec!["run_id".to_string()];
        head.extend(self.experiment.plan.parameters().iter().map(|parameter| parameter.path.clone()));
        head.extend(["status", "steps"].map(String::from));
        let objective = &self.objective;
        head.extend(["initial", "final", "min"].map(|which| format!("{which}_{objective}")));
        head.extend(self.experiment.program.rules.maximise.then(|| format!("max_{objective}")));
        head.extend([BEST_STEP.to_string(), format!("best_{objective}")]);
        head.extend(self.of_runs.iter().flat_map(|name| [name.clone(), format!("min_{name}"), format!("max_{name}")]));
        head.extend(LAST.map(String::from));
        head
    }

    fn row(&self, record: &Record) -> Vec<String> {
        let mut row = vec![record.run.to_string()];
        row.extend(self.experiment.texts(record.run));
        row.extend([record.status.name().to_string(), record.steps.to_string()]);
        let spread = record.spread(&self.objective).copied().unwrap_or_default();
        row.extend([spread.first, spread.last, spread.min].map(word));
        let is_maximised = self.experiment.program.rules.maximise;
        row.extend(is_maximised.then(|| word(spread.max)));
        let (best, at) = if is_maximised { (spread.max, spread.at[1]) } else { (spread.min, spread.at[0]) };
        row.extend([at.map_or_else(String::new, |step| step.to_string()), word(best)]);
        for name in &self.names {
            let spread = record.spread(name).copied().unwrap_or_default();
            row.extend([spread.last, spread.min, spread.max].map(word));
        }
        let exit = match record.exit {
            Some(ProcessExit::Code(code)) => code.to_string(),
            _ => String::new(),
        };
        let line = |text: &str| text.lines().collect::<Vec<&str>>().join(NEW_LINE);
        row.extend([exit, record.attempts.to_string(), record.unread.to_string()]);
        let problems = record.problems.join("; ");
        row.extend(
            [record.first_unread.as_deref().unwrap_or(""), record.reason.as_deref().unwrap_or(&problems)].map(line),
        );
        row.push(line(&record.stderr));
        row
    }

    fn curves_head(&self) -> Vec<String> {
        let first = ["run_id", "step", &self.objective].map(String::from);
        first.into_iter().chain(self.of_curves.iter().cloned()).collect()
    }

    fn point(&self, record: &Record, point: &Point) -> Vec<String> {
        let value = |name: &str| {
            let which = record.names.iter().position(|own| own == name)?;
            *point.values.get(which)?
        };
        let metrics = self.names.iter().map(|name| word(value(name)));
        let first = [record.run.to_string(), point.step.to_string(), word(value(&self.objective))];
        first.into_iter().chain(metrics).collect()
    }
}

/// A name for a metric that gives its columns new names.
fn free(name: &str, taken: &mut HashSet<String>, spreads: bool) -> String {
    let mut free = name.to_string();
    let columns = |name: &str| match spreads {
        true => vec![name.to_string(), format!("min_{name}"), format!("max_{name}")],
        false => vec![name.to_string()],
    };
    while columns(&free).iter().any(|column| taken.contains(column)) {
        free.insert_str(0, "metric.");
    }
    taken.extend(columns(&free));
    free
}

fn word(number: Option<f64>) -> String {
    number.map_or_else(String::new, format_number)
}
