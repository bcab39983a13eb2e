//! Several results folders beside one another: one table, one page.

use std::path::{Path, PathBuf};

use etascape_core::Status;

use crate::charts::rounded;
use crate::draw::{read_curves, read_runs};
use crate::findings::{Findings, write_table};
use crate::logs::{Curves, Manifest, Runs};
use crate::page::{self, Data, Part, Words};
use crate::study::{Study, median};
use crate::subject::Subject;
use crate::{Error, RunState};

/// Curves that are read of all experiments together, at most.
const CURVES: usize = 2000;

/// Several experiments beside one another.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The names of the table's columns.
    pub head: Vec<String>,
    /// A row per experiment, in the order given. An empty cell is what an experiment does not have.
    pub rows: Vec<Vec<String>>,
    /// The page: the table, and the views of `report.html` over all runs, in which the experiment is one more parameter.
    pub page: String,
}

impl std::fmt::Display for Comparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_table(f, (self.head.clone(), self.rows.clone()))
    }
}

/// One experiment, read.
struct Side<'a> {
    name: String,
    study: Study<'a>,
    findings: Findings,
    manifest: Manifest,
    curves: Curves,
}

impl Side<'_> {
    fn part(&self) -> Part<'_> {
        Part { name: self.name.clone(), study: &self.study, curves: &self.curves }
    }
}

/// Compares results folders. Parameters are matched by their dotted path.
///
/// # Errors
/// [`Error`] where a folder's manifest or a table cannot be read.
pub fn compare(experiments: &[(PathBuf, Subject)]) -> Result<Comparison, Error> {
    let read = |(folder, subject): &(PathBuf, Subject)| read_runs(folder, subject);
    let tables: Vec<Runs> = experiments.iter().map(read).collect::<Result<_, Error>>()?;
    let side = |(experiment, runs)| {
        let (folder, subject): &(PathBuf, Subject) = experiment;
        let study = Study::new(subject, runs)?;
        Ok(Side {
            name: name(experiments, folder, subject),
            findings: Findings::of(&study),
            manifest: Manifest::read(folder)?,
            curves: read_curves(folder, &study, CURVES / experiments.len().max(1))?,
            study,
        })
    };
    let sides: Vec<Side<'_>> = experiments.iter().zip(&tables).map(side).collect::<Result<_, Error>>()?;
    let head = HEAD.map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = sides.iter().map(row).collect();
    let parts: Vec<Part<'_>> = sides.iter().map(Side::part).collect();
    let data = Data::of(&parts);
    let words = words(&sides, &data, head.clone(), rows.clone());
    Ok(Comparison { page: page::html(&words, &data), head, rows })
}

/// An experiment's name; its folder where another has the same name.
fn name(experiments: &[(PathBuf, Subject)], folder: &Path, subject: &Subject) -> String {
    let alike = experiments.iter().filter(|(_, other)| other.name == subject.name).count();
    if alike > 1 { folder.display().to_string() } else { subject.name.clone() }
}

const HEAD: [&str; 10] = [
    "experiment",
    "runs",
    "converged",
    "diverged",
    "best_loss",
    "median_loss",
    "η that converges",
    "best_steps",
    "median_steps",
    "time",
];

fn row(side: &Side<'_>) -> Vec<String> {
    let Side { study, findings, manifest, .. } = side;
    let rows = || 0..study.runs.len();
    let losses: Vec<f64> = rows().filter_map(|row| study.settled_loss(row)).collect();
    let steps: Vec<f64> = rows().filter_map(|row| study.steps_to_converge(row)).collect();
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| rounded(value, 4));
    let least = |values: &[f64]| number(values.iter().copied().reduce(f64::min));
    let rates = findings.rates.as_ref();
    vec![
        side.name.clone(),
        if is_whole(side) { findings.runs.to_string() } else { format!("{} of {}", findings.runs, manifest.runs) },
        findings.count(Status::Converged).to_string(),
        findings.count(Status::Diverged).to_string(),
        least(&losses),
        number(median(losses)),
        rates.map_or_else(String::new, |rates| format!("{} – {}", rounded(rates.low, 3), rounded(rates.high, 3))),
        least(&steps),
        number(median(steps)),
        manifest.times.seconds.map_or_else(String::new, |seconds| format!("{} s", rounded(seconds, 2))),
    ]
}

fn is_whole(side: &Side<'_>) -> bool {
    side.manifest.state == RunState::Complete
}

fn words(sides: &[Side<'_>], data: &Data, head: Vec<String>, rows: Vec<Vec<String>>) -> Words {
    let names: Vec<&str> = sides.iter().map(|side| side.name.as_str()).collect();
    let unfinished = sides.iter().filter(|side| !is_whole(side));
    let unfinished = unfinished.map(|side| {
        format!("{} is not complete: {} of its {} runs are logged.", side.name, side.findings.runs, side.manifest.runs)
    });
    Words {
        name: names.join(" · "),
        headline: headline(sides),
        tally: format!("{} experiments · {} runs", sides.len(), data.total()),
        description: matched(sides),
        notes: unfinished.chain(data.notes()).collect(),
        tables: vec![("Experiments".to_owned(), head, rows)],
        theory: None,
        failures: String::new(),
        pictures: Vec::new(),
    }
}

/// Which experiment got there in the fewest steps; where none converged, which got lowest.
fn headline(sides: &[Side<'_>]) -> String {
    let least = |value: &dyn Fn(&Study<'_>, usize) -> Option<f64>| {
        let best = |side| {
            let Side { name, study, .. }: &Side<'_> = side;
            let least = (0..study.runs.len()).filter_map(|row| value(study, row)).reduce(f64::min)?;
            Some((least, name.clone()))
        };
        sides.iter().filter_map(best).min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let steps = least(&|study, row| study.steps_to_converge(row));
    let steps = steps.map(|(steps, name)| format!("{name} converges in the fewest steps: {steps}"));
    let loss = || least(&|study, row| study.settled_loss(row));
    steps
        .or_else(|| loss().map(|(loss, name)| format!("{name} comes to the least loss: {}", rounded(loss, 3))))
        .unwrap_or_else(|| "No run has a finite loss yet".to_owned())
}

/// Which parameters the experiments share, in words.
fn matched(sides: &[Side<'_>]) -> String {
    let mut paths: Vec<&str> = Vec::new();
    for parameter in sides.iter().flat_map(|side| &side.study.parameters) {
        if !paths.contains(&parameter.path.as_str()) {
            paths.push(&parameter.path);
        }
    }
    let users = |path: &str| -> Vec<&str> {
        let has = |side: &&Side<'_>| side.study.parameter(path).is_some();
        sides.iter().filter(has).map(|side| side.name.as_str()).collect()
    };
    let words = paths.iter().map(|path| match users(path) {
        users if users.len() == sides.len() => format!("{path} in all"),
        users => format!("{path} in {}", users.join(", ")),
    });
    format!("Swept: {}.", words.collect::<Vec<String>>().join("; "))
}
