//! What a sweep found, in numbers and words.

mod agreement;
mod best;
mod bests;
mod comparison;
mod dead;
mod display;
mod effect;
mod ended_at_start;
mod failures;
mod finding;
mod good;
mod learned;
mod next;
mod objective;
mod place;
mod rates;
mod starts;
#[cfg(test)]
mod tests;
mod timeouts;
mod within;
mod works;

use etascape_sweep::Status;
use etascape_sweep::program::doubt;
use etascape_text::{and_more, chosen, counted, rounded, spelt_out};

use crate::names::{is_seed, short_name};
use crate::study::outcomes::Outcomes;
use crate::study::settings::{Setting, Settings};
use crate::study::{MissingColumn, Study, Within};
use crate::subject::{Objective, Subject};
use crate::tables::{Curves, Runs};
use crate::theory::Theory;

pub use agreement::Agreement;
pub use best::BestRun;
pub use bests::BestValue;
pub use comparison::{Comparison, Interval};
pub use display::write_table;
pub use ended_at_start::{EndedAtStart, LossRange};
pub use failures::{Failure, Failures, NEW_LINE};
pub use finding::{Finding, FindingKind, Tried};
pub use good::{GoodRange, GoodRates, NotGood, RangeOfValue, RangesOfParameter, Worse, sensitivity};
pub use objective::{MissingObjective, ObjectiveFound, metrics};
pub use rates::RateRange;

use best::{best, best_of_losses};
use next::Seen;
use rates::rates;
use starts::Starts;
use timeouts::timeouts;

/// The findings of a sweep. Diverged runs and losses that are not finite are counted, never ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// Runs logged.
    pub runs: usize,
    /// The number of runs with each status, in the order of [`Status::ALL`].
    pub counts: Vec<(Status, usize)>,
    /// The paths of the swept parameters: the heads of [`BestRun::values`].
    pub parameters: Vec<String>,
    /// The best runs: first those that converged, by steps, then the others, by their objective; by their objective alone
    /// where the stop rules do not look at it. Of runs that differ only in
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
    /// What is near the least loss, where almost no run converged and curves say when runs came there.
    pub within: Option<Within>,
    /// Runs that ended at their start. They tell nothing about η.
    pub ended_at_start: EndedAtStart,
    /// How many of a program's runs were ended after the time that they may take, in words.
    pub timeouts: Option<String>,
    /// What went wrong in a program's runs.
    pub failures: Failures,
    /// The best run of each loss, where the sweep varies it: the loss and the run, `None` where none has an objective. They are
    /// not ranked.
    pub of_losses: Vec<(String, Option<BestRun>)>,
    /// The good rates, where a rate was varied.
    pub good: Option<GoodRates>,
    /// The two best settings compared, where a seed is swept.
    pub comparison: Option<Comparison>,
    /// The best badness, and how many settings beside the best come to it.
    equal: (f64, usize),
    /// That no run learned anything.
    pub nothing_learned: Option<Finding>,
    /// What works, and how sure that is.
    pub found: Vec<Finding>,
    /// What is worth trying next, the most useful first.
    pub next: Vec<Finding>,
    /// The settings, until [`Findings::with_curves`] has looked at them.
    outcomes: Outcomes,
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
        Findings::from_tables(study, Settings::of(study, 0).best).with_curves(study, &[], None)
    }

    /// What `runs.csv` alone says, before [`Findings::with_curves`].
    pub fn from_tables(study: &Study<'_>, settings: Vec<Setting>) -> Findings {
        let status = study.runs.status();
        let count = |which| status.iter().filter(|&&one| one == which).count();
        let of_losses = best_of_losses(study);
        Findings {
            runs: study.runs.len(),
            counts: Status::ALL.into_iter().map(|which| (which, count(which))).collect(),
            parameters: study.parameters.iter().map(|parameter| parameter.path.clone()).collect(),
            best: best(study, &of_losses),
            rates: rates(study, &settings),
            settings,
            theory_limit: study.subject.theory_limit,
            agreement: Agreement::of(study),
            is_unpredicted: study.subject.theory.as_ref().is_some_and(Theory::predicts_nothing),
            objective: study.subject.objective.clone(),
            objective_found: ObjectiveFound::of(study),
            within: None,
            ended_at_start: EndedAtStart::of(study),
            timeouts: timeouts(study),
            failures: Failures::of(study),
            of_losses,
            good: None,
            comparison: None,
            equal: (f64::NAN, 0),
            nothing_learned: None,
            found: Vec::new(),
            next: Vec::new(),
            outcomes: Outcomes::of(study),
        }
    }

    /// The same with what else follows from it, and from curves of the objective, those of [`Findings::curves`] among them.
    /// `within` says what is near the least loss, where almost no run converged and the study knows the steps until then.
    pub fn with_curves(mut self, study: &Study<'_>, curves: &[&Curves], within: Option<Within>) -> Findings {
        let starts = Starts::of(study, curves);
        let outcomes = std::mem::take(&mut self.outcomes).with_starts(study, |row| starts.of_row(study, row));
        self.good = GoodRates::of(study, &outcomes);
        // Where seeds change nothing, runs of a setting count as one.
        let idle = effect::idle(study);
        let are_seeds_idle = idle.iter().any(|one| one.is_seed());
        self.comparison = if are_seeds_idle { None } else { Comparison::of(study, &outcomes) };
        self.equal = outcomes.equal_to_best();
        self.nothing_learned = learned::nothing_learned(study, |row| starts.of_row(study, row));
        self.found = match self.good.as_ref().map(|good| good.findings(study)) {
            _ if self.nothing_learned.is_some() => Vec::new(),
            Some(found) => found,
            None => works::good_settings(study, &outcomes).into_iter().collect(),
        };
        self.within = within;
        if let Some(within) = &self.within {
            self.found.extend(within::fewest_steps(study, &outcomes, within));
            let steps = |run_id| study.steps_within(study.runs.row(run_id)?).map(|steps| steps as u64);
            self.best.iter_mut().for_each(|best| best.steps_within = steps(best.run_id));
            self.settings = self.settings.into_iter().map(|one| one.with_steps_within(study)).collect();
        }
        self.found.extend(idle.into_iter().map(|one| effect::finding(study, one)));
        self.found.extend(self.comparison.as_ref().map(|comparison| comparison.finding(study)));
        if self.nothing_learned.is_none() {
            self.found.extend(dead::at_end(study));
        }
        let seen = Seen {
            outcomes: &outcomes,
            good: self.good.as_ref(),
            rates: self.rates.as_ref().filter(|_| self.objective.is_watched),
            all_diverged: self.count(Status::Diverged) == self.runs,
            nothing: self.nothing_learned.as_ref(),
            curves,
        };
        self.next = next::proposals(study, &seen);
        self
    }

    /// Whether the steps until runs were near the least loss, by row, say anything. They do not where nothing was learned, or
    /// where the least is that of a run and no run was near it before its last step.
    pub fn tells(
        study: &Study<'_>,
        curves: &[&Curves],
        within: &Within,
        steps: impl Iterator<Item = Option<u64>>,
    ) -> bool {
        let is_early = |(row, step): (usize, Option<u64>)| step.map(|step| step as f64) < study.steps.get(row);
        let starts = Starts::of(study, curves);
        let nothing = || learned::nothing_learned(study, |row| starts.of_row(study, row));
        let near = steps.enumerate().filter(|(_, step)| step.is_some());
        (within.is_given() || near.into_iter().any(is_early)) && nothing().is_none()
    }

    /// The runs whose curves [`Findings::with_curves`] needs: those of the best setting, the best run first.
    pub fn curves(&self, study: &Study<'_>) -> Vec<u64> {
        /// Of more seeds, the first.
        const MOST: usize = 64;
        let Some(best) = self.outcomes.best(0) else { return Vec::new() };
        let rows = best.best_row(study).into_iter().chain(best.rows.iter().take(MOST).map(|&row| row as usize));
        rows.map(|row| study.runs.id(row)).collect()
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
        if let Some(nothing) = &self.nothing_learned {
            return nothing.sentence.clone();
        }
        if !self.of_losses.is_empty() {
            return self.praise_losses();
        }
        match &self.rates {
            Some(rates) if self.objective.is_watched => rates.to_string(),
            _ => match (self.best_setting(), self.best.first()) {
                (Some(setting), best) => self.praise_setting(setting, best),
                (None, Some(best)) => self.praise(best),
                (None, None) => format!("No {} is finite", self.objective.name),
            },
        }
    }

    /// The good rates of each value of the parameters with few values, in tables: heads, the first being the parameter's
    /// path, then rows of cells. None where nothing was learned.
    pub fn good_tables(&self) -> Vec<(Vec<String>, Vec<Vec<String>>)> {
        let good = self.good.iter().filter(|_| self.nothing_learned.is_none());
        good.flat_map(|good| good.tables(&self.objective.last())).collect()
    }

    /// Why a program's sweep is no success, in words; `None` where it is one.
    pub fn fault(&self) -> Option<String> {
        let all_failed = self.runs > 0 && self.failures.count == self.runs;
        match &self.objective_found {
            Some(ObjectiveFound::Measured { .. }) | None if !all_failed => None,
            _ => Some(self.headline()),
        }
    }

    /// What the reader should know beside the headline, a sentence each, without full stops.
    pub fn remarks(&self) -> Vec<String> {
        let headline = self.headline();
        let ended_at_start = self.ended_at_start.sentences().into_iter().filter(|sentence| *sentence != headline);
        let of_program = [self.choice(), self.doubt(), self.timeouts.clone()].into_iter().flatten();
        of_program.chain(ended_at_start).collect()
    }

    /// That etascape chose the objective of a program, where it did.
    fn choice(&self) -> Option<String> {
        let Some(ObjectiveFound::Measured { is_chosen: true, is_watched }) = self.objective_found else { return None };
        let chosen = match is_watched {
            true => "chosen among the metrics; set program.objective to choose another",
            false => "the only metric; set program.objective to it, and the stop rules look at it",
        };
        Some(format!("The objective is {}, {chosen}", self.objective.name))
    }

    /// That a program's objective may be meant the other way round, by its name.
    fn doubt(&self) -> Option<String> {
        let Some(ObjectiveFound::Measured { .. }) = self.objective_found else { return None };
        doubt(&self.objective.name, self.objective.maximise)
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
        match best.status {
            Status::Converged if self.objective.is_watched => {
                format!("Fastest to converge: {}{}", counted(best.steps, "step"), at(&self.named(&best.values)))
            }
            _ => self.praise_of("", best.final_loss, &self.named(&best.values)),
        }
    }

    /// The best setting over its seeds; `None` where no seed is swept, or runs are told by their steps to converge.
    fn best_setting(&self) -> Option<&Setting> {
        self.settings.first().filter(|best| best.steps.is_none() || !self.objective.is_watched)
    }

    /// The paths of the swept parameters that are no seeds: the heads of [`Setting::values`].
    pub fn telling(&self) -> impl Iterator<Item = &String> {
        self.parameters.iter().filter(|path| !is_seed(path))
    }

    /// The best setting by its median. Where no setting has one, the best run.
    fn praise_setting(&self, setting: &Setting, run: Option<&BestRun>) -> String {
        let (name, place) = (&self.objective.name, self.named(&setting.values));
        match (setting.loss, run) {
            (Some([_, median, _]), _) if self.settings.len() == 1 => {
                format!("Median {name} {} of {}{}", rounded(median, 3), counted(setting.runs, "run"), at(&place))
            }
            (Some([_, median, _]), _) => self.praise_of("median ", median, &place),
            (None, Some(run)) => format!(
                "{}, of a single run: in every setting half of the runs or more diverged, failed or were pruned",
                self.praise(run)
            ),
            (None, None) => format!("No {name} is finite"),
        }
    }

    /// The best value of the objective, with its place.
    fn praise_of(&self, word: &str, value: f64, place: &[(&str, String)]) -> String {
        let most = if self.objective.maximise { "Greatest" } else { "Least" };
        let more = if self.equal.0 == self.objective.badness(value) { self.equal.1 } else { 0 };
        let place = self.tied(value, place, more).unwrap_or_else(|| at(place) + &and_more(more));
        format!("{most} {word}{} {}{place}", self.objective.name, rounded(value, 3))
    }

    /// The place of the best where several rates come to the same: ` at η from 0.1 to 0.3`. So many settings beside the best
    /// do; those that are not of these rates are counted.
    fn tied(&self, value: f64, place: &[(&str, String)], more: usize) -> Option<String> {
        let good = self.good.as_ref()?;
        let range = good.of_losses.first().filter(|range| range.best.0 < range.best.1 && range.objective == value)?;
        let [low, high] = [range.best.0, range.best.1].map(|rate| rounded(rate, 3));
        let rate = format!("{} from {low} to {high}", short_name(&good.path));
        let others = place.iter().filter(|(path, _)| *path != good.path).map(|(_, words)| words.clone());
        let words = std::iter::once(rate).chain(others).collect::<Vec<String>>().join(", ");
        Some(format!(" at {words}{}", and_more((more + 1).saturating_sub(range.ties))))
    }

    /// Values of the parameters that are no seeds, each with its path, in words: `η = 0.01`. `values` may have seeds too.
    fn named(&self, values: &[String]) -> Vec<(&str, String)> {
        let has_seeds = values.len() == self.parameters.len();
        let paths = self.parameters.iter().filter(|path| has_seeds || !is_seed(path));
        let telling = paths.zip(values).filter(|(path, _)| !is_seed(path));
        telling
            .map(|(path, value)| {
                let value = value.parse().map_or_else(|_| spelt_out(value).into_owned(), chosen);
                (path.as_str(), format!("{} = {value}", short_name(path)))
            })
            .collect()
    }
}

/// The place of a value: ` at η = 0.01, init.w = 4`; empty where nothing is swept.
fn at(place: &[(&str, String)]) -> String {
    let words: Vec<&str> = place.iter().map(|(_, words)| words.as_str()).collect();
    if words.is_empty() { String::new() } else { format!(" at {}", words.join(", ")) }
}
