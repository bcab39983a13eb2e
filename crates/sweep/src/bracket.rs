//! Consecutive runs trained together: all the way, or in the brackets of successive halving.
//!
//! A bracket is a fixed stretch of the sweep, so that which runs are pruned depends on the experiment alone, never on
//! threads, interruption or which runs were asked for. Its runs train to the first rung; the best of them train again,
//! from the start, to the next one, and so on. With a factor of 3 that costs half as much again as if they had been halted
//! there, and nothing has to be kept of a run that waits.

use std::ops::Range;
use std::sync::Arc;

use etascape_core::{Hyper, InstructionSet, RunRecord, Shape, Status, train_with};

use crate::{ConfigError, Halving, Job, Plan};

/// How the runs of a plan compete: bracket `i` begins at run `i · length`.
pub(crate) struct Brackets {
    halving: Halving,
    pub length: u64,
}

impl Brackets {
    /// Those of a plan, if its runs compete: a sixteenth of the sweep each, within bounds, and never with more points of
    /// curves than fit in memory easily.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn of(plan: &Plan) -> Result<Option<Brackets>, ConfigError> {
        const SHORTEST: u64 = 64;
        const LONGEST: u64 = 1024;
        const POINTS: u64 = 1 << 19;
        let Some(halving) = plan.halving() else { return Ok(None) };
        let most = (POINTS / plan.curve_points()?.max(1)).clamp(SHORTEST, LONGEST);
        Ok(Some(Brackets { halving, length: (plan.runs() / 16).clamp(SHORTEST, most) }))
    }
}

/// Trains consecutive runs, which lie within one bracket where there are brackets: those of equal shape and data together.
///
/// # Errors
/// As [`Plan::job`].
pub(crate) fn train(
    plan: &Plan,
    runs: Range<u64>,
    instructions: InstructionSet,
) -> Result<Vec<RunRecord>, ConfigError> {
    let Some(Brackets { halving, length }) = Brackets::of(plan)? else {
        return Ok(Chunk::of(plan, runs)?.train(instructions));
    };
    let start = runs.start / length * length;
    let records = Chunk::of(plan, start..(start + length).min(plan.runs()))?.halve(halving, instructions);
    Ok(records.into_iter().skip((runs.start - start) as usize).take((runs.end - runs.start) as usize).collect())
}

/// Consecutive runs.
struct Chunk {
    groups: Vec<Group>,
    runs: usize,
}

/// Runs of a chunk that train together, with their places in it.
struct Group {
    job: Arc<Job>,
    places: Vec<usize>,
    runs: Vec<Hyper>,
}

impl Chunk {
    fn of(plan: &Plan, runs: Range<u64>) -> Result<Chunk, ConfigError> {
        let mut chunk = Chunk { groups: Vec::new(), runs: 0 };
        let mut walk = plan.walk(runs);
        while let Some(run) = walk.advance()? {
            match chunk.groups.iter_mut().find(|group| group.takes(run.job)) {
                Some(group) => group.push(chunk.runs, run.hyper()),
                None => {
                    let (job, places, runs) = (run.job.clone(), vec![chunk.runs], vec![run.hyper()]);
                    chunk.groups.push(Group { job, places, runs });
                }
            }
            chunk.runs += 1;
        }
        Ok(chunk)
    }

    /// The records of all runs, each trained all the way, in their order.
    fn train(&self, instructions: InstructionSet) -> Vec<RunRecord> {
        if let [all] = &self.groups[..] {
            return all.train(&all.job.shape, &all.runs, instructions);
        }
        let trained = |group: &Group| group.train(&group.job.shape, &group.runs, instructions);
        in_place(self.groups.iter().flat_map(|group| group.places.iter().copied().zip(trained(group))).collect())
    }

    /// The records of all runs, the poor ones pruned at the rungs, in their order.
    fn halve(&self, halving: Halving, instructions: InstructionSet) -> Vec<RunRecord> {
        let mut ended = Vec::with_capacity(self.runs);
        let mut goes_on = vec![true; self.runs];
        for rung in 0.. {
            let cut = halving.steps(rung);
            let trained = self.groups.iter().flat_map(|group| group.train_to(cut, &goes_on, instructions));
            let (mut arrived, over): (Vec<Run>, Vec<Run>) = trained.partition(|run| run.waits);
            ended.extend(over.into_iter().map(|run| (run.place, run.record)));
            if arrived.is_empty() {
                break;
            }
            goes_on.fill(false);
            arrived.sort_by(|a, b| a.record.final_loss.total_cmp(&b.record.final_loss).then(a.place.cmp(&b.place)));
            let (runs, kept) = (arrived.len(), halving.kept(arrived.len()));
            arrived[..kept].iter().for_each(|run| goes_on[run.place] = true);
            let last_kept = arrived[kept - 1].record.final_loss;
            ended.extend(arrived.into_iter().enumerate().skip(kept).map(|(place, run)| {
                let reason = Some(halving.reason(rung, place, runs, last_kept).into());
                (run.place, RunRecord { status: Status::Pruned, reason, ..run.record })
            }));
        }
        in_place(ended)
    }
}

/// A run of a chunk that has been trained to a rung.
struct Run {
    place: usize,
    record: RunRecord,
    /// Whether it has steps before it yet.
    waits: bool,
}

impl Group {
    fn takes(&self, job: &Job) -> bool {
        Arc::ptr_eq(&self.job.shape, &job.shape) && Arc::ptr_eq(&self.job.data, &job.data)
    }

    fn push(&mut self, place: usize, run: Hyper) {
        self.places.push(place);
        self.runs.push(run);
    }

    fn train(&self, shape: &Shape, runs: &[Hyper], instructions: InstructionSet) -> Vec<RunRecord> {
        train_with(instructions, shape, &self.job.data, runs)
    }

    /// Trains the runs that go on, from the start to a rung or to their end.
    fn train_to(&self, cut: u64, goes_on: &[bool], instructions: InstructionSet) -> Vec<Run> {
        let shape = Shape { cut: Some(cut), ..(*self.job.shape).clone() };
        let going = || self.places.iter().zip(&self.runs).filter(|(place, _)| goes_on[**place]);
        let runs: Vec<Hyper> = going().map(|(_, run)| run.clone()).collect();
        let records = self.train(&shape, &runs, instructions);
        let run = |(&place, record): (&usize, RunRecord)| {
            let waits = record.status == Status::MaxSteps && record.steps < shape.steps;
            Run { place, record, waits }
        };
        going().map(|(place, _)| place).zip(records).map(run).collect()
    }
}

/// Records in the order of their places.
fn in_place(mut records: Vec<(usize, RunRecord)>) -> Vec<RunRecord> {
    records.sort_by_key(|(place, _)| *place);
    records.into_iter().map(|(_, record)| record).collect()
}
