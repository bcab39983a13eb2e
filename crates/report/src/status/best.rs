//! The best runs of the engine so far, from one pass over `runs.csv`.

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

/// The best of the first `runs` rows of a table: one, or one of each loss that the sweep varies.
pub(super) fn best(table: &Path, subject: &Subject, runs: u64) -> Result<Vec<Best>, Error> {
    let objective = &subject.objective;
    let mut cells = Cells::open(table)?;
    let (id, status, steps) = (cells.column("run_id")?, cells.column("status")?, cells.column("steps")?);
    let last = cells.column(&objective.last())?;
    let column = |path: &str| cells.column(path);
    let swept = subject.parameters.iter().map(|one| column(&one.path)).collect::<Result<Vec<usize>, Error>>()?;
    let paths = || subject.parameters.iter().map(|one| one.path.clone());
    let loss = paths().zip(&swept).find(|(path, _)| path == "train.loss" && !objective.maximise);
    let mut best: BTreeMap<Option<String>, (Rank, Best)> = BTreeMap::new();
    for place in 0..usize::try_from(runs).unwrap_or(usize::MAX) {
        if !cells.advance_whole()? {
            break;
        }
        let word = Status::from_name(cells.text(status)?);
        let word = word.ok_or_else(|| cells.unexpected(status, "a status"))?;
        let steps = cells.number(steps)?;
        let value = cells.number(last)?.filter(|last| last.is_finite() && word != Status::Diverged);
        let is_at_start = word == Status::Converged && steps == Some(0.0);
        let Some(value) = value.filter(|_| !is_at_start) else { continue };
        let rank = Rank::of(objective, word, steps, value, place);
        let loss = loss.as_ref().map(|(_, column)| cells.text(**column)).transpose()?;
        if best.get(&loss.map(str::to_owned)).is_some_and(|(before, _)| !rank.is_before(before)) {
            continue;
        }
        let text = |(path, &column): (String, &usize)| Ok((path, cells.text(column)?.to_owned()));
        let setting = paths().zip(&swept).map(text).collect::<Result<_, Error>>()?;
        let one = Best { objective: objective.name.clone(), value, run: cells.whole(id)?, setting };
        best.insert(loss.map(str::to_owned), (rank, one));
    }
    Ok(best.into_values().map(|(_, best)| best).collect())
}
