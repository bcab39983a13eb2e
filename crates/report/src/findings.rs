//! What a sweep found, in numbers and words.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use etascape_core::Status;

use crate::charts::rounded;
use crate::failures::Failures;
use crate::study::{Parameter, Study, short_name};
use crate::subject::{Objective, Subject};
use crate::{Error, Runs, format_number};

/// How many runs are listed as the best.
const BEST: usize = 5;

/// One run of the findings' table.
#[derive(Debug, Clone, PartialEq)]
pub struct BestRun {
    /// Its id.
    pub run_id: u64,
    /// Its value of each swept parameter, as logged.
    pub values: Vec<String>,
    /// How it ended.
    pub status: Status,
    /// Updates made.
    pub steps: u64,
    /// Training loss after the last.
    pub final_loss: f64,
}

/// The learning rates at which runs converged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateRange {
    /// The least at which any run converged.
    pub low: f64,
    /// The greatest.
    pub high: f64,
    /// The ends of the longest stretch of swept rates at which every run converged, where it is at least half of the
    /// rates from `low` to `high`.
    pub every: Option<(f64, f64)>,
    /// The one whose run converged in the fewest steps.
    pub fastest: f64,
    /// Whether the sweep has none below the first of `every`, or below `low` where there is no such stretch.
    pub from_lowest: bool,
    /// Whether the sweep has none above the last of `every`, or above `high`.
    pub to_highest: bool,
}

/// What a sweep found. Diverged runs and losses that are not finite are counted, never ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// Runs logged.
    pub runs: usize,
    /// How many ended each way, in the order of [`Status::ALL`].
    pub counts: Vec<(Status, usize)>,
    /// The paths of the swept parameters, which head [`BestRun::values`].
    pub parameters: Vec<String>,
    /// The best runs: those that converged, by steps; then the others, by final loss. Of runs that differ in their
    /// start or seed alone, the best.
    pub best: Vec<BestRun>,
    /// Where learning converged, if one learning rate was swept and any run did.
    pub rates: Option<RateRange>,
    /// 2/λmax, where theory knows it.
    pub theory_limit: Option<f64>,
    /// What runs are ranked by.
    pub objective: Objective,
    /// What went wrong in a program's runs.
    pub failures: Failures,
}

impl Findings {
    /// Works out what the table of a sweep says.
    ///
    /// # Errors
    /// [`Error::MissingColumn`] where the table lacks a parameter or a column that every table has.
    pub fn new(subject: &Subject, runs: &Runs) -> Result<Findings, Error> {
        Ok(Findings::of(&Study::new(subject, runs)?))
    }

    pub(crate) fn of(study: &Study<'_>) -> Findings {
        let status = study.runs.status();
        let count = |which| status.iter().filter(|&&one| one == which).count();
        Findings {
            runs: study.runs.len(),
            counts: Status::ALL.into_iter().map(|which| (which, count(which))).collect(),
            parameters: study.parameters.iter().map(|parameter| parameter.path.clone()).collect(),
            best: best(study),
            rates: rates(study),
            theory_limit: study.subject.theory_limit,
            objective: study.subject.objective.clone(),
            failures: Failures::of(study),
        }
    }

    /// How many runs ended this way.
    pub fn count(&self, status: Status) -> usize {
        self.counts.iter().find(|(which, _)| *which == status).map_or(0, |(_, count)| *count)
    }

    /// The finding in one sentence, for the top of charts and pages.
    pub fn headline(&self) -> String {
        if self.runs == 0 {
            return "No run is logged yet".to_owned();
        }
        if self.count(Status::Diverged) == self.runs {
            return if self.runs == 1 {
                "The run diverged".to_owned()
            } else {
                format!("All {} runs diverged", self.runs)
            };
        }
        if self.runs == self.failures.count {
            return if self.runs == 1 { "The run failed".to_owned() } else { format!("All {} runs failed", self.runs) };
        }
        match &self.rates {
            Some(rates) => rates.to_string(),
            None => self
                .best
                .first()
                .map_or_else(|| format!("No {} is finite", self.objective.name), |best| self.praise(best)),
        }
    }

    /// Each status that occurs with its count: `1200 runs · 620 converged · 580 diverged`.
    pub fn tally(&self) -> String {
        let runs = if self.runs == 1 { "1 run".to_owned() } else { format!("{} runs", self.runs) };
        let occurring = self.counts.iter().filter(|(_, count)| *count > 0);
        let words = occurring.map(|(status, count)| match status {
            Status::MaxSteps => format!("{count} took all steps"),
            status => format!("{count} {status}"),
        });
        std::iter::once(runs).chain(words).collect::<Vec<String>>().join(" · ")
    }

    fn praise(&self, best: &BestRun) -> String {
        let place: Vec<String> = self.named(best);
        let place = if place.is_empty() { String::new() } else { format!(" at {}", place.join(", ")) };
        match best.status {
            Status::Converged => format!("Fastest to converge: {} steps{place}", best.steps),
            _ => {
                let most = if self.objective.maximise { "Greatest" } else { "Least" };
                format!("{most} {} {}{place}", self.objective.name, rounded(best.final_loss, 3))
            }
        }
    }

    /// Values with names, as in `η = 0.01`; seeds choose streams and say nothing.
    fn named(&self, best: &BestRun) -> Vec<String> {
        let pairs = self.parameters.iter().zip(&best.values);
        let telling = pairs.filter(|(path, _)| *path != "seed" && !path.ends_with(".seed"));
        telling
            .map(|(path, value)| {
                let value = value.parse().map_or_else(|_| value.clone(), |number| rounded(number, 3));
                let name = short_name(path);
                format!("{name} = {value}")
            })
            .collect()
    }

    /// The table of the best runs: heads, then rows of cells.
    pub fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let mut head = vec!["run_id".to_owned()];
        head.extend(self.parameters.iter().cloned());
        head.extend(["status", "steps"].map(str::to_owned));
        head.push(self.objective.last());
        let row = |best: &BestRun| {
            let mut row = vec![best.run_id.to_string()];
            row.extend(best.values.iter().map(|value| value.parse().map_or_else(|_| value.clone(), short)));
            row.extend([best.status.to_string(), best.steps.to_string(), short(best.final_loss)]);
            row
        };
        (head, self.best.iter().map(row).collect())
    }
}

/// A number to six digits, in the logs' notation.
fn short(x: f64) -> String {
    format!("{x:.5e}").parse().map_or_else(|_| format_number(x), format_number)
}

impl fmt::Display for RateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |rate: f64| rounded(rate, 3);
        let Some((low, high)) = self.every else {
            let (low, high, fastest) = (words(self.low), words(self.high), words(self.fastest));
            let place = if self.low == self.high { format!("= {low}") } else { format!("from {low} to {high}") };
            return write!(f, "η {place} converges in some runs; fastest at {fastest}");
        };
        let (first, last, fastest) = (words(low), words(high), words(self.fastest));
        match (self.from_lowest, self.to_highest) {
            (true, true) => write!(f, "Every η from {first} to {last} converges")?,
            _ if low == high && self.low == self.high => return write!(f, "Only η = {first} converges"),
            _ if low == high => write!(f, "η = {first} converges")?,
            (true, false) => write!(f, "η up to {last} converges")?,
            (false, true) => write!(f, "η from {first} on converges")?,
            (false, false) => write!(f, "η from {first} to {last} converges")?,
        }
        let (least, most) = (words(self.low), words(self.high));
        match (self.low < low, self.high > high) {
            (true, true) => write!(f, ", in some runs from {least} to {most}")?,
            (true, false) => write!(f, ", in some runs from {least}")?,
            (false, true) => write!(f, ", in some runs up to {most}")?,
            (false, false) => {}
        }
        write!(f, "; fastest at {fastest}")
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.headline())?;
        if let Some(limit) = self.theory_limit {
            writeln!(f, "Theory: stable below 2/λmax = {}", short(limit))?;
        }
        writeln!(f, "{}", self.tally())?;
        if let Some(fastest) = self.best.first().filter(|best| self.rates.is_some() && best.status == Status::Converged)
        {
            writeln!(f, "{} (run {})", self.praise(fastest), fastest.run_id)?;
        }
        if !self.best.is_empty() {
            writeln!(f)?;
            write_table(f, self.table())?;
        }
        if !self.failures.is_empty() {
            write!(f, "\n{}", self.failures)?;
        }
        Ok(())
    }
}

/// Columns under their heads, each as wide as its widest cell.
pub(crate) fn write_table(f: &mut fmt::Formatter<'_>, (head, rows): (Vec<String>, Vec<Vec<String>>)) -> fmt::Result {
    let lines: Vec<&Vec<String>> = std::iter::once(&head).chain(&rows).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for line in lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}"));
        writeln!(f, "  {}", cells.collect::<Vec<String>>().join("  "))?;
    }
    Ok(())
}

fn best(study: &Study<'_>) -> Vec<BestRun> {
    let mut rows: Vec<usize> = (0..study.runs.len()).filter(|&row| study.settled_loss(row).is_some()).collect();
    let rank = |&row: &usize| {
        let loss = study.settled_loss(row).map_or(f64::INFINITY, |loss| study.subject.objective.badness(loss));
        match study.steps_to_converge(row) {
            Some(steps) => (0, steps, loss),
            None => (1, loss, 0.0),
        }
    };
    rows.sort_by(|a, b| {
        let (a_rank, b_rank) = (rank(a), rank(b));
        let by_number = a_rank.1.total_cmp(&b_rank.1).then(a_rank.2.total_cmp(&b_rank.2));
        a_rank.0.cmp(&b_rank.0).then(by_number).then(a.cmp(b))
    });
    let mut seen = BTreeSet::new();
    let first = |row: &usize| setting(study, *row).is_none_or(|setting| seen.insert(setting));
    rows.into_iter().filter(first).take(BEST).map(|row| best_run(study, row)).collect()
}

/// What a run was trained with, its starting numbers and seeds left out; `None` where nothing else is swept.
fn setting(study: &Study<'_>, row: usize) -> Option<Vec<u64>> {
    let is_start = |one: &&Parameter| one.is_seed() || one.names.is_none() && one.path.starts_with("init.");
    let settings = study.parameters.iter().filter(|one| !is_start(one));
    let setting: Vec<u64> = settings.map(|one| one.values[row].to_bits()).collect();
    (!setting.is_empty()).then_some(setting)
}

fn best_run(study: &Study<'_>, row: usize) -> BestRun {
    let value = |path: &String| study.runs.text(path, row).map_or_else(String::new, Cow::into_owned);
    BestRun {
        run_id: study.runs.ids()[row],
        values: study.parameters.iter().map(|parameter| value(&parameter.path)).collect(),
        status: study.runs.status()[row],
        steps: study.steps[row].unwrap_or(0.0) as u64,
        final_loss: study.settled_loss(row).unwrap_or(f64::NAN),
    }
}

fn rates(study: &Study<'_>) -> Option<RateRange> {
    let rate = study.parameter("train.learning_rate").filter(|parameter| parameter.names.is_none())?;
    let converged = |row: &usize| study.steps_to_converge(*row).is_some();
    let rows = || (0..study.runs.len()).filter(converged);
    let fastest = rows().min_by(|&a, &b| study.steps[a].unwrap_or(0.0).total_cmp(&study.steps[b].unwrap_or(0.0)))?;
    let mut all: Vec<(f64, bool)> = (0..study.runs.len()).map(|row| (rate.values[row], converged(&row))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let groups: Vec<&[(f64, bool)]> = all.chunk_by(|a, b| a.0 == b.0).collect();
    let some = |group: &&[(f64, bool)]| group.iter().any(|run| run.1);
    let (first, last) = (groups.iter().position(some)?, groups.iter().rposition(some)?);
    let stretches = groups.chunk_by(|a, b| is_whole(a) == is_whole(b)).filter(|stretch| is_whole(stretch[0]));
    let longest = stretches.max_by_key(|stretch| stretch.len()).filter(|stretch| 2 * stretch.len() > last - first);
    let every = longest.map(|stretch| (stretch[0][0].0, stretch[stretch.len() - 1][0].0));
    let (low, high) = (groups[first][0].0, groups[last][0].0);
    let ends = every.unwrap_or((low, high));
    Some(RateRange {
        low,
        high,
        every,
        fastest: rate.values[fastest],
        from_lowest: ends.0 == groups[0][0].0,
        to_highest: ends.1 == groups[groups.len() - 1][0].0,
    })
}

/// Whether every run of one rate converged.
fn is_whole(runs: &[(f64, bool)]) -> bool {
    runs.iter().all(|run| run.1)
}
