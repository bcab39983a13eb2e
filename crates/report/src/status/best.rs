//! The best runs so far.

use std::collections::BTreeMap;
use std::path::Path;

use etascape_insight::study::Rank;
use etascape_insight::subject::Subject;
use etascape_sweep::Status;

use crate::Error;
use crate::logs::Cells;

/// The best run so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// The objective.
    pub objective: String,
    /// Its value after the last step.
    pub value: f64,
    /// The run.
    pub run: u64,
    /// Its value of each swept parameter, by path.
    pub setting: Vec<(String, String)>,
}

/// The best run of each loss that a sweep varies; of `None` where it varies none.
#[derive(Default)]
pub(super) struct BestRuns(BTreeMap<Option<String>, (Rank, Best)>);

impl BestRuns {
    /// Adds a run if it is better than those before. `best` tells of it.
    pub fn add<E>(&mut self, loss: Option<&str>, rank: Rank, best: impl FnOnce() -> Result<Best, E>) -> Result<(), E> {
        let loss = loss.map(str::to_owned);
        if self.0.get(&loss).is_none_or(|(before, _)| rank.is_before(before)) {
            self.0.insert(loss, (rank, best()?));
        }
        Ok(())
    }

    /// Adds the best runs of another shard.
    pub fn join(&mut self, other: BestRuns) {
        for (loss, (rank, best)) in other.0 {
            if self.0.get(&loss).is_none_or(|(before, _)| rank.is_before(before)) {
                self.0.insert(loss, (rank, best));
            }
        }
    }

    pub fn into_list(self) -> Vec<Best> {
        self.0.into_values().map(|(_, best)| best).collect()
    }
}

/// The best of the first `runs` rows of an engine's table, from one pass over it, and how many of them there are.
pub(super) fn best_of_table(table: &Path, subject: &Subject, runs: u64) -> Result<(BestRuns, u64), Error> {
    let objective = &subject.objective;
    let mut cells = Cells::open(table)?;
    let (id, status, steps) = (cells.column("run_id")?, cells.column("status")?, cells.column("steps")?);
    let last = cells.column(&objective.last())?;
    let swept = subject.parameters.iter().map(|one| Ok((one.path.as_str(), cells.column(&one.path)?)));
    let swept = swept.collect::<Result<Vec<(&str, usize)>, Error>>()?;
    let loss = swept.iter().find(|(path, _)| *path == "train.loss" && !objective.maximise).map(|(_, column)| *column);
    let mut best = BestRuns::default();
    for row in 0..runs {
        if !cells.advance_whole()? {
            return Ok((best, row));
        }
        let word = Status::from_name(cells.text(status)?);
        let word = word.ok_or_else(|| cells.unexpected(status, "a status"))?;
        let steps = cells.number(steps)?;
        let is_at_start = word == Status::Converged && steps == Some(0.0);
        let is_settled = word != Status::Diverged && !is_at_start;
        let Some(value) = cells.number(last)?.filter(|last| last.is_finite() && is_settled) else { continue };
        let run = cells.whole(id)?;
        let rank = Rank::of(objective, word, steps, value, usize::try_from(run).unwrap_or(usize::MAX));
        let loss = loss.map(|column| cells.text(column)).transpose()?;
        best.add(loss, rank, || {
            let text = |&(path, column): &(&str, usize)| Ok((path.to_owned(), cells.text(column)?.to_owned()));
            let setting = swept.iter().map(text).collect::<Result<_, Error>>()?;
            Ok::<_, Error>(Best { objective: objective.name.clone(), value, run, setting })
        })?;
    }
    Ok((best, runs))
}
