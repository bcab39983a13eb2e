//! Runs that ended at their start, before the first update. They tell something about the start and the stop rules, and
//! nothing about η.

use etascape_core::{Data, Hyper, InstructionSet, RunRecord, Shape, train};
use etascape_sweep::{ConfigError, Plan, Status};
use etascape_text::{rounded, short};

use crate::limits::Limits;
use crate::study::Study;
use crate::subject::Objective;

/// The most runs that are looked at before a sweep is trained.
const BEFORE: u64 = 32;

/// How many runs ended at their start, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct EndedAtStart {
    /// The number of runs looked at.
    pub runs: usize,
    /// The runs whose loss at the start is finite and above `stop.diverged_above`.
    pub above: LossRange,
    /// The runs whose loss at the start is at or below `stop.converged_below`.
    pub below: LossRange,
    /// The runs whose loss at the start is not finite.
    pub not_finite: usize,
    limits: Limits,
    objective: String,
    /// How the runs were chosen, in words: before or after training, all or some.
    is_before: bool,
    are_some: bool,
}

/// Losses at the start.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LossRange {
    /// How many.
    pub count: usize,
    /// The least and the greatest.
    pub range: (f64, f64),
}

impl LossRange {
    fn add(&mut self, loss: f64) {
        let (low, high) = if self.count == 0 { (loss, loss) } else { self.range };
        *self = LossRange { count: self.count + 1, range: (low.min(loss), high.max(loss)) };
    }

    fn words(&self) -> String {
        let (low, high) = self.range;
        let [low, high] = [low, high].map(|loss| rounded(loss, 4));
        if low == high { low } else { format!("{low} to {high}") }
    }
}

impl EndedAtStart {
    /// Counts the runs in a sweep's table.
    pub fn of(study: &Study<'_>) -> EndedAtStart {
        let status = study.runs.status();
        let mut found = EndedAtStart::none(study.runs.len(), study.subject.limits, study.subject.watched());
        let at_start = (0..study.runs.len()).filter(|&row| study.ended_at_start(row));
        at_start.for_each(|row| found.add(status[row], study.watched.get(row).unwrap_or(f64::NAN)));
        found
    }

    /// Counts among a few untrained runs, spread over a plan.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn before(plan: &Plan, instructions: InstructionSet) -> Result<EndedAtStart, ConfigError> {
        let records = plan.starts(BEFORE, instructions)?;
        let mut found = EndedAtStart::none(records.len(), Limits::of(plan), &Objective::default().name);
        (found.is_before, found.are_some) = (true, (records.len() as u64) < plan.runs());
        records
            .iter()
            .for_each(|RunRecord { stop_reason, initial_loss, .. }| found.add((*stop_reason).into(), *initial_loss));
        Ok(found)
    }

    /// Looks at one untrained run.
    pub fn of_run(shape: &Shape, data: &Data, hyper: &Hyper) -> EndedAtStart {
        let mut found = EndedAtStart::none(1, Limits::of_run(hyper), &Objective::default().name);
        found.is_before = true;
        let records = train(&shape.at_start(), data, std::slice::from_ref(hyper)).expect("a plan's runs fit");
        records.iter().for_each(|record| found.add(record.stop_reason.into(), record.initial_loss));
        found
    }

    fn none(runs: usize, limits: Limits, objective: &str) -> EndedAtStart {
        let (above, below, objective) = (LossRange::default(), LossRange::default(), objective.to_owned());
        EndedAtStart { runs, above, below, not_finite: 0, limits, objective, is_before: false, are_some: false }
    }

    fn add(&mut self, status: Status, loss: f64) {
        match status {
            Status::Diverged if loss.is_finite() => self.above.add(loss),
            Status::Diverged => self.not_finite += 1,
            Status::Converged => self.below.add(loss),
            _ => {}
        }
    }

    /// How many runs ended at their start with a status.
    pub fn count(&self, status: Status) -> usize {
        match status {
            Status::Diverged => self.above.count + self.not_finite,
            Status::Converged => self.below.count,
            _ => 0,
        }
    }

    /// The headline where all runs ended at their start; `None` elsewhere.
    pub fn headline(&self) -> Option<String> {
        let ended = self.above.count + self.below.count + self.not_finite;
        let sentences = self.sentences();
        match (self.runs > 0 && ended == self.runs, sentences.len()) {
            (true, 1) => sentences.into_iter().next(),
            (true, _) => Some(format!("All {ended} runs ended at their start, before the first update")),
            (false, _) => None,
        }
    }

    /// A sentence for each way in which runs ended at their start.
    pub fn sentences(&self) -> Vec<String> {
        let limit = |key: &str, limit: Option<f64>| match limit {
            Some(limit) => format!("{key} = {}", short(limit)),
            None => key.to_owned(),
        };
        let (name, limits) = (&self.objective, self.limits);
        let loss = match limits.is_program {
            true => format!("the first {name} is"),
            false => format!("the {name} at the start is"),
        };
        let above = format!(
            "{} above {}: {loss} {}; raise it or leave it out",
            self.who(self.above.count),
            limit("stop.diverged_above", limits.diverged_above),
            self.above.words()
        );
        // No loss of the engine is negative.
        let below = match !limits.is_program && self.below.range.1 == 0.0 {
            true => format!("{} at the minimum: {loss} 0", self.who(self.below.count)),
            false => format!(
                "{} converged: {loss} {}, not above {}",
                self.who(self.below.count),
                self.below.words(),
                limit("stop.converged_below", limits.converged_below)
            ),
        };
        let not_finite = format!(
            "{} at a {name} that is not finite, which no η changes: start smaller (init.scale), or standardize the data",
            self.who(self.not_finite)
        );
        let counts = [self.above.count, self.below.count, self.not_finite];
        let sentences = counts.into_iter().zip([above, below, not_finite]);
        sentences.filter(|(count, _)| *count > 0).map(|(_, sentence)| sentence).collect()
    }

    /// `All 13 runs began`
    fn who(&self, count: usize) -> String {
        let verb = match (self.is_before, count == 1) {
            (false, _) => "began",
            (true, true) => "begins",
            (true, false) => "begin",
        };
        let looked_at = if self.are_some { " looked at" } else { "" };
        match (count == self.runs, self.runs) {
            (true, 1) => format!("The run{looked_at} {verb}"),
            (true, all) => format!("All {all} runs{looked_at} {verb}"),
            (false, all) => format!("{count} of {all} runs{looked_at} {verb}"),
        }
    }
}
