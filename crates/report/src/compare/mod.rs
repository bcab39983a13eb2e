//! Several results folders beside one another: one table, one page.

mod headline;
mod kinds;
mod side;
mod table;
#[cfg(test)]
mod tests;
mod words;

use std::path::{Path, PathBuf};

use etascape_insight::findings::{Findings, write_table};
use etascape_insight::study::sample::Sample;
use etascape_insight::study::settings::Settings;
use etascape_insight::study::{Study, Within};
use etascape_insight::subject::Subject;
use etascape_insight::tables::Runs;

use crate::Error;
use crate::error::shown;
use crate::folder::{ShownCurves, shown_runs};
use crate::logs::Manifest;
use crate::page::{self, Data, Part, SHOWN};

use headline::headline;
use kinds::kinds;
use side::Side;

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
    /// The main finding.
    pub headline: String,
    /// What each experiment found, in the order given.
    pub experiments: Vec<Compared>,
}

/// One of the experiments of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Its name; its folder where another has the same name.
    pub name: String,
    /// The number of runs in its plan.
    pub planned: u64,
    /// The seconds that it trained, where they are known.
    pub seconds: Option<f64>,
    /// What it found.
    pub findings: Findings,
}

impl std::fmt::Display for Comparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_table(f, (self.head.clone(), self.rows.clone()))?;
        self.experiments.iter().try_for_each(|one| write!(f, "\n{}: {}", one.name, one.findings.briefly()))
    }
}

/// Compares results folders. Parameters are matched by their dotted path.
///
/// # Errors
/// [`Error`] where a folder's manifest or a table cannot be read.
pub fn compare(experiments: &[(PathBuf, Subject)]) -> Result<Comparison, Error> {
    let sampled = CURVES / experiments.len().max(1);
    let read = experiments.iter().map(|(folder, subject)| read(folder, subject, sampled));
    let (tables, read): (Vec<Runs>, Vec<Read>) = read.collect::<Result<Vec<_>, Error>>()?.into_iter().unzip();
    let side = |((experiment, runs), Read { findings, sample, curves })| {
        let (folder, subject): &(PathBuf, Subject) = experiment;
        let name = name(experiments, folder, subject);
        Ok(Side {
            name,
            study: Study::new(subject, runs)?,
            findings,
            manifest: Manifest::read(folder)?,
            sample,
            curves,
        })
    };
    let sides: Vec<Side<'_>> = experiments.iter().zip(&tables).zip(read).map(side).collect::<Result<_, Error>>()?;
    let (head, rows) = table::of(&sides);
    let parts: Vec<Part<'_>> = sides.iter().map(Side::part).collect();
    let data = Data::of(&parts);
    let headline = headline(&kinds(&sides));
    let page = page::html(&words::of(&sides, &data, &headline, (head.clone(), rows.clone())), &data);
    let compared = |side: Side<'_>| Compared {
        planned: side.manifest.runs,
        seconds: side.manifest.times.seconds,
        name: side.name,
        findings: side.findings,
    };
    Ok(Comparison { page, head, rows, headline, experiments: sides.into_iter().map(compared).collect() })
}

/// What is read of one experiment beside its runs.
struct Read {
    findings: Findings,
    sample: Sample,
    curves: ShownCurves,
}

/// Reads an experiment, with the curves of so many runs at most.
fn read(folder: &Path, subject: &Subject, sampled: usize) -> Result<(Runs, Read), Error> {
    let (mut runs, Settings { best, sample }) = shown_runs(folder, subject, SHOWN)?;
    let study = Study::new(subject, &runs)?;
    let within = Within::of(&study);
    let findings = Findings::from_tables(&study, best);
    let best = findings.curves(&study);
    let curves = ShownCurves::read(folder, &study, &sample.rows(sampled), &best, within.as_ref())?;
    let within = curves.add_within(subject, &mut runs, within)?;
    let shown = [&curves.sampled, &curves.paths];
    let findings = findings.with_curves(&Study::new(subject, &runs)?, &shown, within);
    Ok((runs, Read { findings, sample, curves }))
}

/// An experiment's name; its folder where another has the same name.
fn name(experiments: &[(PathBuf, Subject)], folder: &Path, subject: &Subject) -> String {
    let alike = experiments.iter().filter(|(_, other)| other.name == subject.name).count();
    if alike > 1 { shown(folder) } else { subject.name.clone() }
}
