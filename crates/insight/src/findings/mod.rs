//! What a sweep found, in numbers and words.

mod agreement;
mod ended_at_start;
mod failures;
mod objective;
mod rates;
mod timeouts;

use std::borrow::Cow;
use std::fmt;

use etascape_sweep::Status;
use etascape_text::{Side, columns, counted, format_number, rounded, spelt_out};

use crate::names::{is_seed, short_name};
use crate::study::settings::{self, Setting, Settings};
use crate::study::{MissingColumn, Parameter, Study};
use crate::subject::{Objective, Subject};
use crate::tables::Runs;
use crate::theory::{Theory, UNPREDICTED};

pub use agreement::Agreement;
pub use ended_at_start::{EndedAtStart, LossRange};
pub use failures::{Failure, Failures, NEW_LINE};
pub use objective::{MissingObjective, ObjectiveFound};
pub use rates::RateRange;

use rates::rates;
use timeouts::timeouts;

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

/// The findings of a sweep. Diverged runs and losses that are not finite are counted, never ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// Runs logged.
    pub runs: usize,
    /// The number of runs with each status, in the order of [`Status::ALL`].
    pub counts: Vec<(Status, usize)>,
    /// The paths of the swept parameters: the heads of [`BestRun::values`].
    pub parameters: Vec<String>,
    /// The best runs: first those that converged, by steps, then the others, by final loss. Of runs that differ only in
    /// their start or seed, only the best is listed.
    pub best: Vec<BestRun>,
    /// The best settings, shown instead of runs where a seed is swept.
    pub settings: Vec<Setting>,
    /// Where learning converged, if one learning rate was swept and any run did.
    pub rates: Option<RateRange>,
    /// 2/λmax, where theory knows it.
    pub theory_limit: Option<f64>,
    /// How well the runs agree with theory; `None` where theory predicts no run.
    pub agreement: Option<Agreement>,
    /// Whether the loss is quadratic and yet no run can be predicted.
    pub is_unpredicted: bool,
    /// What runs are ranked by.
    pub objective: Objective,
    /// What there is to say of a program's objective; `None` for the engine.
    pub objective_found: Option<ObjectiveFound>,
    /// Runs that ended at their start. They tell nothing about η.
    pub ended_at_start: EndedAtStart,
    /// How many of a program's runs were ended after the time that they may take, in words.
    pub timeouts: Option<String>,
    /// What went wrong in a program's runs.
    pub failures: Failures,
}

impl Findings {
    /// The findings of a sweep's table.
    ///
    /// # Errors
    /// [`MissingColumn`] where the table lacks a parameter or a column that every table has.
    pub fn new(subject: &Subject, runs: &Runs) -> Result<Findings, MissingColumn> {
        Ok(Findings::of(&Study::new(subject, runs)?))
    }

    /// The findings of a study.
    pub fn of(study: &Study<'_>) -> Findings {
        Findings::with(study, Settings::of(study, 0).best)
    }

    /// Works out what a study says whose best settings are known.
    pub fn with(study: &Study<'_>, settings: Vec<Setting>) -> Findings {
        let status = study.runs.status();
        let count = |which| status.iter().filter(|&&one| one == which).count();
        Findings {
            runs: study.runs.len(),
            counts: Status::ALL.into_iter().map(|which| (which, count(which))).collect(),
            parameters: study.parameters.iter().map(|parameter| parameter.path.clone()).collect(),
            best: best(study),
            rates: rates(study, &settings),
            settings,
            theory_limit: study.subject.theory_limit,
            agreement: Agreement::of(study),
            is_unpredicted: study.subject.theory.as_ref().is_some_and(Theory::predicts_nothing),
            objective: study.subject.objective.clone(),
            objective_found: ObjectiveFound::of(study),
            ended_at_start: EndedAtStart::of(study),
            timeouts: timeouts(study),
            failures: Failures::of(study),
        }
    }

    /// How many runs ended this way.
    pub fn count(&self, status: Status) -> usize {
        self.counts.iter().find(|(which, _)| *which == status).map_or(0, |(_, count)| *count)
    }

    /// The main finding in one sentence, for the top of charts and pages.
    pub fn headline(&self) -> String {
        if self.runs == 0 {
            return "No run is logged yet".to_owned();
        }
        if let Some(headline) = self.ended_at_start.headline() {
            return headline;
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
        if let Some(ObjectiveFound::Never(missing)) = &self.objective_found {
            return missing.to_string();
        }
        match &self.rates {
            Some(rates) => rates.to_string(),
            None => self
                .best
                .first()
                .map_or_else(|| format!("No {} is finite", self.objective.name), |best| self.praise(best)),
        }
    }

    /// Why a program's sweep is no success, in words; `None` where it is one.
    pub fn fault(&self) -> Option<String> {
        let all_failed = self.runs > 0 && self.failures.count == self.runs;
        match &self.objective_found {
            Some(ObjectiveFound::Measured { .. }) | None if !all_failed => None,
            _ => Some(self.headline()),
        }
    }

    /// That etascape chose the objective of a program, where it did.
    pub fn choice(&self) -> Option<String> {
        let Some(ObjectiveFound::Measured { is_chosen: true, is_watched }) = self.objective_found else { return None };
        let then = match is_watched {
            true => "; program.objective names another",
            false => ", being the only metric; stop rules look at it where program.objective names it",
        };
        Some(format!("{} was chosen as the objective{then}", self.objective.name))
    }

    /// Each status that occurs with its count: `1200 runs · 620 converged · 580 diverged`.
    pub fn tally(&self) -> String {
        let occurring = self.counts.iter().filter(|(_, count)| *count > 0);
        let words = occurring.map(|(status, count)| match (status, self.ended_at_start.count(*status)) {
            (Status::MaxSteps, _) => format!("{count} took all steps"),
            (status, 0) => format!("{count} {status}"),
            (status, at_start) => format!("{count} {status} ({at_start} at the start)"),
        });
        std::iter::once(counted(self.runs, "run")).chain(words).collect::<Vec<String>>().join(" · ")
    }

    fn praise(&self, best: &BestRun) -> String {
        let place: Vec<String> = self.named(best);
        let place = if place.is_empty() { String::new() } else { format!(" at {}", place.join(", ")) };
        match best.status {
            Status::Converged => format!("Fastest to converge: {}{place}", counted(best.steps, "step")),
            _ => {
                let most = if self.objective.maximise { "Greatest" } else { "Least" };
                format!("{most} {} {}{place}", self.objective.name, rounded(best.final_loss, 3))
            }
        }
    }

    /// Values with names, as in `η = 0.01`; seeds are left out.
    fn named(&self, best: &BestRun) -> Vec<String> {
        let pairs = self.parameters.iter().zip(&best.values);
        let telling = pairs.filter(|(path, _)| !is_seed(path));
        telling
            .map(|(path, value)| {
                let value = value.parse().map_or_else(|_| spelt_out(value).into_owned(), |number| rounded(number, 3));
                let name = short_name(path);
                format!("{name} = {value}")
            })
            .collect()
    }

    /// The table of the best runs, or, where a seed is swept, of the best settings: heads, then rows of cells.
    pub fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        if !self.settings.is_empty() {
            let telling: Vec<String> = self.parameters.iter().filter(|path| !is_seed(path)).cloned().collect();
            return settings::table(&telling, &self.objective.last(), &self.settings);
        }
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

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.headline())?;
        if let Some(limit) = self.theory_limit {
            writeln!(f, "Theory: stable below 2/λmax = {}", short(limit))?;
        }
        writeln!(f, "{}", self.tally())?;
        for sentence in self.choice().iter().chain(&self.timeouts) {
            writeln!(f, "{sentence}")?;
        }
        for sentence in self.ended_at_start.sentences().into_iter().filter(|sentence| *sentence != self.headline()) {
            writeln!(f, "{sentence}")?;
        }
        if let Some(fastest) = self
            .best
            .first()
            .filter(|best| best.status == Status::Converged)
            .filter(|_| self.rates.is_some() && self.settings.is_empty())
        {
            writeln!(f, "{} (run {})", self.praise(fastest), fastest.run_id)?;
        }
        if !self.best.is_empty() {
            writeln!(f)?;
            write_table(f, self.table())?;
        }
        if self.is_unpredicted {
            writeln!(f, "\nTheory: {UNPREDICTED}")?;
        }
        if let Some(agreement) = &self.agreement {
            writeln!(f, "\nTheory: {}\n", agreement.verdict())?;
            write_table(f, agreement.table.clone())?;
        }
        if !self.failures.is_empty() {
            write!(f, "\n{}", self.failures)?;
        }
        Ok(())
    }
}

/// Columns under their heads, each as wide as its widest cell.
pub fn write_table(f: &mut fmt::Formatter<'_>, (head, rows): (Vec<String>, Vec<Vec<String>>)) -> fmt::Result {
    let spelt = |cells: &Vec<String>| cells.iter().map(|cell| spelt_out(cell).into_owned()).collect();
    let lines: Vec<Vec<String>> = std::iter::once(&head).chain(&rows).map(spelt).collect();
    columns(&lines, Side::Right).into_iter().try_for_each(|line| writeln!(f, "  {line}"))
}

/// The rank of a run: how it ended, two numbers, its row. The least is the best.
type Rank = (u8, f64, f64, usize);

fn best(study: &Study<'_>) -> Vec<BestRun> {
    let mut best: Vec<(Rank, Option<Vec<u64>>)> = Vec::new();
    for rank in (0..study.runs.len()).filter_map(|row| rank(study, row)) {
        if best.len() == BEST && !is_before(&rank, &best[BEST - 1].0) {
            continue;
        }
        let setting = setting(study, rank.3);
        let same = best.iter().position(|other| setting.is_some() && other.1 == setting);
        match same {
            Some(place) if !is_before(&rank, &best[place].0) => continue,
            Some(place) => drop(best.remove(place)),
            None => best.truncate(BEST - 1),
        }
        let place = best.partition_point(|other| is_before(&other.0, &rank));
        best.insert(place, (rank, setting));
    }
    best.into_iter().map(|(rank, _)| best_run(study, rank.3)).collect()
}

/// The rank of a run; `None` where it ended at its start, since it did not train.
fn rank(study: &Study<'_>, row: usize) -> Option<Rank> {
    if study.ended_at_start(row) {
        return None;
    }
    let loss = study.subject.objective.badness(study.settled_loss(row)?);
    Some(study.steps_to_converge(row).map_or((1, loss, 0.0, row), |steps| (0, steps, loss, row)))
}

fn is_before(a: &Rank, b: &Rank) -> bool {
    a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2)).then(a.3.cmp(&b.3)).is_lt()
}

/// The swept values of a run without starting weights and seeds; `None` where nothing else is swept.
fn setting(study: &Study<'_>, row: usize) -> Option<Vec<u64>> {
    let is_start = |one: &&Parameter| one.is_seed() || one.names.is_none() && one.path.starts_with("init.");
    let settings = study.parameters.iter().filter(|one| !is_start(one));
    let setting: Vec<u64> = settings.map(|one| one.value(row).to_bits()).collect();
    (!setting.is_empty()).then_some(setting)
}

fn best_run(study: &Study<'_>, row: usize) -> BestRun {
    let value = |path: &String| study.runs.text(path, row).map_or_else(String::new, Cow::into_owned);
    BestRun {
        run_id: study.runs.id(row),
        values: study.parameters.iter().map(|parameter| value(&parameter.path)).collect(),
        status: study.runs.status()[row],
        steps: study.steps.get(row).unwrap_or(0.0) as u64,
        final_loss: study.settled_loss(row).unwrap_or(f64::NAN),
    }
}
