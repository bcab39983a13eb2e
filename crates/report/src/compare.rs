//! Several results folders beside one another: one table, one page.

use std::path::{Path, PathBuf};

use etascape_insight::findings::{Findings, write_table};
use etascape_insight::statistics::median;
use etascape_insight::study::sample::Sample;
use etascape_insight::study::settings::Settings;
use etascape_insight::study::{Study, Within};
use etascape_insight::subject::{Objective, Subject};
use etascape_insight::tables::Runs;
use etascape_sweep::Status;
use etascape_text::{counted, rounded};

use crate::error::shown;
use crate::folder::{ShownCurves, shown_runs};
use crate::logs::Manifest;
use crate::page::{self, Data, ExperimentWords, Part, SHOWN, Words};
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

/// One experiment, read.
struct Side<'a> {
    name: String,
    study: Study<'a>,
    findings: Findings,
    manifest: Manifest,
    sample: Sample,
    curves: ShownCurves,
}

impl Side<'_> {
    fn part(&self) -> Part<'_> {
        Part { name: self.name.clone(), study: &self.study, sample: &self.sample, curves: &self.curves, within: None }
    }

    fn objective(&self) -> &Objective {
        &self.study.subject.objective
    }

    /// The best final value of its runs, if any has one; where a seed is swept, the median of the best setting, so that no
    /// lucky seed counts, if any setting has one. `None` where it varies its loss.
    fn best(&self) -> Option<f64> {
        if self.study.losses().is_some() {
            return None;
        }
        if let Some([_, median, _]) = self.findings.best_setting().and_then(|best| best.loss) {
            return Some(median);
        }
        let losses = (0..self.study.runs.len()).filter_map(|row| self.study.whole_loss(row));
        losses.min_by(|a, b| self.objective().badness(*a).total_cmp(&self.objective().badness(*b)))
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
    let head = head(&sides);
    let rows: Vec<Vec<String>> = sides.iter().map(|side| row(side, is_one_objective(&sides))).collect();
    let parts: Vec<Part<'_>> = sides.iter().map(Side::part).collect();
    let data = Data::of(&parts);
    let words = words(&sides, &data, head.clone(), rows.clone());
    let (page, headline) = (page::html(&words, &data), headline(&sides));
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
    let best: Vec<u64> = findings.curve(&study).into_iter().collect();
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

/// Whether all experiments are ranked by the same thing.
fn is_one_objective(sides: &[Side<'_>]) -> bool {
    sides.windows(2).all(|two| two[0].objective() == two[1].objective())
}

fn head(sides: &[Side<'_>]) -> Vec<String> {
    let ranked = match sides.first().filter(|_| is_one_objective(sides)) {
        Some(side) => ["best", "median"].map(|word| format!("{word}_{}", side.objective().name)),
        None => ["best", "median"].map(str::to_owned),
    };
    let first = ["experiment", "runs", "converged", "diverged"].map(str::to_owned);
    let last = ["η that works", "best_steps", "median_steps", "time"].map(str::to_owned);
    first.into_iter().chain(ranked).chain(last).collect()
}

/// Best and median are of the final values, as [`Study::loss_quartiles`], and of the steps of the runs that converged.
fn row(side: &Side<'_>, is_one_objective: bool) -> Vec<String> {
    let Side { study, findings, manifest, .. } = side;
    let rows = || 0..study.runs.len();
    let is_ranked = study.losses().is_none();
    let median_loss = study.loss_quartiles(rows().filter(|_| is_ranked)).map(|[_, median, _]| median);
    let steps: Vec<f64> = rows().filter_map(|row| study.steps_to_converge(row)).collect();
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| rounded(value, 4));
    let value = |value: Option<f64>| match (value, is_one_objective) {
        (Some(value), false) => format!("{} {}", side.objective().described(), rounded(value, 4)),
        (value, _) => number(value),
    };
    vec![
        side.name.clone(),
        if is_whole(side) { findings.runs.to_string() } else { format!("{} of {}", findings.runs, manifest.runs) },
        findings.count(Status::Converged).to_string(),
        findings.count(Status::Diverged).to_string(),
        if is_ranked { value(side.best()) } else { findings.bests() },
        value(median_loss),
        working_rates(side),
        number(steps.iter().copied().reduce(f64::min)),
        number(median(steps)),
        manifest.times.seconds.map_or_else(String::new, |seconds| format!("{} s", rounded(seconds, 2))),
    ]
}

/// The learning rates at which runs converged; where none did, at which they did not diverge.
fn working_rates(side: &Side<'_>) -> String {
    let range = |low: f64, high: f64| format!("{} – {}", rounded(low, 3), rounded(high, 3));
    if let Some(rates) = &side.findings.rates {
        return range(rates.low, rates.high);
    }
    let study = &side.study;
    let Some(rates) = study.rate() else { return String::new() };
    let trained = (0..study.runs.len()).filter(|&row| !study.ended_at_start(row));
    let settled = trained.filter(|&row| study.settled_loss(row).is_some()).map(|row| rates.value(row));
    let ends = settled.fold(None, |ends: Option<(f64, f64)>, rate| {
        Some(ends.map_or((rate, rate), |(low, high)| (low.min(rate), high.max(rate))))
    });
    ends.map_or_else(String::new, |(low, high)| format!("{}, none converged", range(low, high)))
}

fn is_whole(side: &Side<'_>) -> bool {
    side.manifest.state == RunState::Complete
}

fn words(sides: &[Side<'_>], data: &Data, head: Vec<String>, rows: Vec<Vec<String>>) -> Words {
    let names: Vec<&str> = sides.iter().map(|side| side.name.as_str()).collect();
    let unfinished = sides.iter().filter(|side| !is_whole(side));
    let unfinished = unfinished.map(|side| {
        let runs = counted(side.manifest.runs, "run");
        format!("{} is not complete, with {} of its {runs} logged.", side.name, side.findings.runs)
    });
    let left_out = sides
        .iter()
        .flat_map(|side| side.study.subject.left_out.iter().map(|words| format!("{}: {words}.", side.name)));
    Words {
        name: names.join(" · "),
        headline: headline(sides),
        tally: format!("{} · {}", counted(sides.len(), "experiment"), counted(data.total(), "run")),
        description: matched(sides),
        notes: unfinished.chain(left_out).chain(data.notes()).collect(),
        found: Vec::new(),
        next: Vec::new(),
        experiments: sides.iter().map(experiment).collect(),
        tables: vec![("Experiments".to_owned(), head, rows)],
        importance: None,
        theory: None,
        failures: String::new(),
        pictures: Vec::new(),
    }
}

fn experiment(Side { name, findings, .. }: &Side<'_>) -> ExperimentWords {
    ExperimentWords {
        name: name.clone(),
        headline: findings.headline(),
        found: findings.found.clone(),
        next: findings.next.clone(),
    }
}

/// Which experiment got there in the fewest steps; where none converged, which came to the best value. Where they are ranked
/// by different things, the best of each.
fn headline(sides: &[Side<'_>]) -> String {
    if !is_one_objective(sides) {
        return bests(sides);
    }
    let fewest = |side: &Side<'_>| {
        let trained = (0..side.study.runs.len()).filter(|&row| !side.study.ended_at_start(row));
        trained.filter_map(|row| side.study.steps_to_converge(row)).reduce(f64::min)
    };
    if let Some((names, steps)) = leaders(sides, fewest, |steps| steps) {
        return format!("{} in the fewest steps: {steps}", agreeing(&names, "converges", "converge"));
    }
    let objective = sides.first().map(Side::objective).cloned().unwrap_or_default();
    let most = if objective.maximise { "greatest" } else { "least" };
    match leaders(sides, |side| side.best(), |value| objective.badness(value)) {
        Some((names, value)) => {
            format!("{} to the {most} {}: {}", agreeing(&names, "comes", "come"), objective.name, rounded(value, 3))
        }
        None => format!("No run has a finite {} yet", objective.name),
    }
}

/// The experiments with the value that is the least by a measure, and that value.
fn leaders<'s>(
    sides: &'s [Side<'_>],
    value: impl Fn(&Side<'_>) -> Option<f64>,
    measure: impl Fn(f64) -> f64,
) -> Option<(Vec<&'s str>, f64)> {
    let values: Vec<(&str, f64)> = sides.iter().filter_map(|side| Some((side.name.as_str(), value(side)?))).collect();
    let best = values.iter().map(|(_, value)| *value).min_by(|a, b| measure(*a).total_cmp(&measure(*b)))?;
    Some((values.into_iter().filter(|(_, value)| *value == best).map(|(name, _)| name).collect(), best))
}

fn agreeing(names: &[&str], one: &str, several: &str) -> String {
    format!("{} {}", names.join(" and "), if names.len() == 1 { one } else { several })
}

/// The best of each experiment, where they are ranked by different things.
fn bests(sides: &[Side<'_>]) -> String {
    let best = |side: &Side<'_>| {
        let most = if side.objective().maximise { "greatest" } else { "least" };
        Some(format!("{}: {most} {} {}", side.name, side.objective().described(), rounded(side.best()?, 3)))
    };
    let words: Vec<String> = sides.iter().filter_map(best).collect();
    if words.is_empty() { "No run has a finite result yet".to_owned() } else { words.join("; ") }
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
