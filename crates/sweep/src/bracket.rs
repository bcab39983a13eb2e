//! Consecutive runs trained together: all the way, or in the brackets of successive halving.
//!
//! A bracket is a fixed range of runs. So the experiment alone decides which runs are pruned: threads, interruption and the
//! choice of runs do not. The runs of a bracket train to the first rung; the best of them train again, from the start, to
//! the next rung, and so on. A run that waits needs no memory. With a factor of 3, training again costs half as much more
//! as pausing the runs would.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use etascape_core::{Data, InstructionSet, RunRecord, Shape, StopReason};

use crate::error::ConfigError;
use crate::logged::train_as_logged;
use crate::plan::{Job, Plan, Queue, Stretch};
use crate::spec::halving::Halving;
use crate::trained::TrainedRuns;

/// How the runs of a plan compete: bracket `i` begins at run `i · length`.
pub(crate) struct Brackets {
    halving: Halving,
    pub length: u64,
}

impl Brackets {
    /// The brackets of a plan; `None` without halving. A bracket has a sixteenth of the runs, within bounds: the curves
    /// of its runs must fit in memory.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn of(plan: &Plan) -> Result<Option<Brackets>, ConfigError> {
        const SHORTEST: u64 = 64;
        const LONGEST: u64 = 1024;
        const POINTS: u64 = 1 << 19;
        let Some(halving) = plan.halving() else { return Ok(None) };
        let most = (POINTS / plan.job(0)?.shape.curve_points().max(1)).clamp(SHORTEST, LONGEST);
        Ok(Some(Brackets { halving, length: (plan.runs() / 16).clamp(SHORTEST, most) }))
    }
}

/// Trains consecutive runs, those of equal shape and data together. Where there are brackets, all runs must lie in one.
///
/// # Errors
/// As [`Plan::job`].
pub(crate) fn train(plan: &Plan, runs: Range<u64>, instructions: InstructionSet) -> Result<TrainedRuns, ConfigError> {
    let Some(Brackets { halving, length }) = Brackets::of(plan)? else {
        return Ok(Chunk::of(plan, runs)?.train(instructions));
    };
    let start = runs.start / length * length;
    let ended = Chunk::of(plan, start..(start + length).min(plan.runs()))?.halve(halving, instructions);
    Ok(ended.into_iter().skip((runs.start - start) as usize).take((runs.end - runs.start) as usize).collect())
}

/// Consecutive runs.
struct Chunk<'a> {
    plan: &'a Plan,
    groups: Vec<Group>,
}

/// Runs of a chunk that train together.
struct Group {
    /// What their jobs share.
    shape: Arc<Shape>,
    data: Arc<Data>,
    stretches: Vec<Stretch>,
}

impl<'a> Chunk<'a> {
    fn of(plan: &'a Plan, runs: Range<u64>) -> Result<Chunk<'a>, ConfigError> {
        let mut groups: Vec<Group> = Vec::new();
        let mut walk = plan.walk(runs);
        while let Some(stretch) = walk.stretch()? {
            match groups.iter_mut().find(|group| group.takes(&stretch.job)) {
                Some(group) => group.push(stretch),
                None => groups.push(Group::of(stretch)),
            }
        }
        Ok(Chunk { plan, groups })
    }

    /// All runs, each trained all the way, in their order.
    fn train(&self, instructions: InstructionSet) -> TrainedRuns {
        let trained = |group: &Group| group.train(self.plan, &group.shape, instructions);
        let records = match &self.groups[..] {
            [all] => trained(all),
            groups => in_order(groups.iter().flat_map(|group| group.runs().zip(trained(group))).collect()),
        };
        records.into()
    }

    /// The records of all runs, the poor ones pruned at the rungs, in their order; with each why it was pruned, if it was.
    fn halve(mut self, halving: Halving, instructions: InstructionSet) -> Vec<(RunRecord, Option<Box<str>>)> {
        let mut ended = Vec::new();
        for rung in 0.. {
            let cut = halving.steps(rung);
            let trained = self.groups.iter().flat_map(|group| group.train_to(cut, self.plan, instructions));
            let (mut arrived, over): (Vec<Run>, Vec<Run>) = trained.partition(|run| run.waits);
            ended.extend(over.into_iter().map(|run| (run.id, (run.record, None))));
            if arrived.is_empty() {
                break;
            }
            arrived.sort_by(|a, b| a.record.final_loss.total_cmp(&b.record.final_loss).then(a.id.cmp(&b.id)));
            let (runs, kept) = (arrived.len(), halving.kept(arrived.len()));
            let going: BTreeSet<u64> = arrived[..kept].iter().map(|run| run.id).collect();
            self.groups.iter_mut().for_each(|group| group.keep(&going));
            let last_kept = arrived[kept - 1].record.final_loss;
            ended.extend(arrived.into_iter().enumerate().skip(kept).map(|(place, Run { id, record, .. })| {
                let why = halving.reason(rung, place, runs, last_kept);
                (id, (record, Some(why.into())))
            }));
        }
        in_order(ended)
    }
}

/// A run that has been trained to a rung.
struct Run {
    id: u64,
    record: RunRecord,
    /// Whether it has steps left: it waits at the rung.
    waits: bool,
}

impl Group {
    fn of(stretch: Stretch) -> Group {
        Group { shape: stretch.job.shape.clone(), data: stretch.job.data.clone(), stretches: vec![stretch] }
    }

    fn takes(&self, job: &Job) -> bool {
        Arc::ptr_eq(&self.shape, &job.shape) && Arc::ptr_eq(&self.data, &job.data)
    }

    fn push(&mut self, stretch: Stretch) {
        match self.stretches.last_mut() {
            Some(last) if last.runs.end == stretch.runs.start && Arc::ptr_eq(&last.job, &stretch.job) => {
                last.runs.end = stretch.runs.end;
            }
            _ => self.stretches.push(stretch),
        }
    }

    fn runs(&self) -> impl Iterator<Item = u64> {
        self.stretches.iter().flat_map(|stretch| stretch.runs.clone())
    }

    fn train(&self, plan: &Plan, shape: &Shape, instructions: InstructionSet) -> Vec<RunRecord> {
        let mut runs = Queue::new(plan, &self.stretches);
        train_as_logged(instructions, shape, &self.data, &mut runs).expect("a plan's runs fit")
    }

    /// Trains the runs from the start to a rung, or to their end.
    fn train_to(&self, cut: u64, plan: &Plan, instructions: InstructionSet) -> Vec<Run> {
        let shape = Shape { cut: Some(cut), ..(*self.shape).clone() };
        let records = self.train(plan, &shape, instructions);
        let run = |(id, record): (u64, RunRecord)| {
            let waits = record.stop_reason == StopReason::MaxSteps && record.steps < shape.steps;
            Run { id, record, waits }
        };
        self.runs().zip(records).map(run).collect()
    }

    /// Drops all other runs.
    fn keep(&mut self, going: &BTreeSet<u64>) {
        for Stretch { job, runs } in std::mem::take(&mut self.stretches) {
            for run in runs.filter(|run| going.contains(run)) {
                self.push(Stretch { job: job.clone(), runs: run..run + 1 });
            }
        }
    }
}

/// What runs left, in the order of the runs.
fn in_order<T>(mut ended: Vec<(u64, T)>) -> Vec<T> {
    ended.sort_by_key(|(run, _)| *run);
    ended.into_iter().map(|(_, left)| left).collect()
}
