//! The predicted ends of runs compared with the measured ones.

use std::collections::BTreeMap;

use etascape_sweep::Status;
use etascape_text::counted;

use crate::study::Study;
use crate::theory::{End, Example, HEAD, RunForecast, Theory, ending};

/// How well the runs of a sweep agree with theory.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The number of runs compared: those that are forecast and logged.
    pub runs: usize,
    /// Runs logged.
    pub logged: usize,
    /// How many ended by the predicted rule, within one step or 1 % of the predicted step.
    pub agreeing: usize,
    /// How many of them ended before their last step.
    pub early: usize,
    /// How many ended by another rule.
    pub otherwise: usize,
    /// How many are left out because they diverge at their start, whatever η is.
    pub left_out: usize,
    /// The run farthest from its predicted step: id, predicted step, measured step. Only runs that ended by the
    /// predicted rule count; `None` where there is none.
    pub farthest: Option<(u64, u64, u64)>,
    /// A few runs: heads, then rows of cells.
    pub table: (Vec<String>, Vec<Vec<String>>),
}

impl Agreement {
    /// Compares all runs that are forecast and logged; `None` where there are none.
    pub fn of(study: &Study<'_>) -> Option<Agreement> {
        let theory = study.subject.theory.as_ref()?;
        let ends = measured(study, theory);
        let pairs = || theory.forecasts.iter().filter_map(|one| Some((one, *ends.get(&one.run_id)?)));
        let same = || pairs().filter(|(one, end)| one.end.status == end.status);
        let off = |one: &RunForecast, end: End| one.end.steps.abs_diff(end.steps);
        let agreeing = || same().filter(|&(one, end)| is_near(one.end, end));
        // Of several, the first.
        let farthest = same().rev().max_by_key(|&(one, end)| off(one, end));
        (!ends.is_empty()).then(|| Agreement {
            runs: ends.len(),
            logged: study.runs.len(),
            agreeing: agreeing().count(),
            early: agreeing().filter(|(_, end)| end.status != Status::MaxSteps).count(),
            otherwise: ends.len() - same().count(),
            left_out: theory.left_out,
            farthest: farthest.map(|(one, end)| (one.run_id, one.end.steps, end.steps)),
            table: table(theory, &ends),
        })
    }

    /// The result in a sentence.
    pub fn verdict(&self) -> String {
        let compared = match self.runs == self.logged {
            true => counted(self.runs, "run"),
            false => format!("{} compared (of {} logged)", counted(self.runs, "run"), self.logged),
        };
        let mut words = format!("{} of {compared} ended as predicted, within one step or 1 %", self.agreeing);
        if self.agreeing > 0 && self.early < self.agreeing {
            words += &format!(" ({} converged or diverged, {} took all steps)", self.early, self.agreeing - self.early);
        }
        if self.otherwise > 0 {
            words += &format!("; {} ended by another rule", self.otherwise);
        }
        if self.left_out > 0 {
            words += &format!("; {} that diverge at their start are left out", self.left_out);
        }
        match self.farthest {
            Some((_, predicted, measured)) if predicted == measured => words += "; none is a step off",
            Some((run, predicted, measured)) => {
                let off = counted(predicted.abs_diff(measured), "step");
                words +=
                    &format!("; greatest difference {off} (run {run}: {predicted} predicted, {measured} measured)");
            }
            None => {}
        }
        words
    }
}

/// How the runs that are forecast ended, by id.
fn measured(study: &Study<'_>, theory: &Theory) -> BTreeMap<u64, End> {
    let is_forecast = |id: &u64| theory.forecast(*id).is_some();
    let rows = (0..study.runs.len()).filter(|&row| is_forecast(&study.runs.id(row)));
    let end = |row: usize| End { status: study.runs.status()[row], steps: study.steps.get(row).unwrap_or(0.0) as u64 };
    rows.map(|row| (study.runs.id(row), end(row))).collect()
}

/// Within one step or 1 %.
fn is_near(predicted: End, measured: End) -> bool {
    let off = predicted.steps.abs_diff(measured.steps);
    off <= 1 || off as f64 <= 0.01 * predicted.steps as f64
}

fn table(theory: &Theory, ends: &BTreeMap<u64, End>) -> (Vec<String>, Vec<Vec<String>>) {
    let by_id: BTreeMap<u64, End> = theory.forecasts.iter().map(|one| (one.run_id, one.end)).collect();
    let row = |example: &Example| {
        let differences = example.runs.iter().filter_map(|id| difference(by_id[id], *ends.get(id)?));
        let end = *ends.get(&example.forecast.run_id)?;
        let mut cells = example.cells();
        let own = difference(example.forecast.end, end);
        let greatest = differences.max_by_key(|off| off.abs());
        cells.push(ending(end));
        cells.extend([own, greatest.map(i64::abs)].map(|off| off.map_or("–".to_owned(), |off| off.to_string())));
        Some(cells)
    };
    let head = HEAD.into_iter().chain(["measured", "difference", "greatest at this η"]).map(str::to_owned).collect();
    (head, theory.examples().iter().filter_map(row).collect())
}

/// Steps measured less steps predicted, where both ended by the same rule.
fn difference(predicted: End, measured: End) -> Option<i64> {
    (predicted.status == measured.status).then_some(measured.steps as i64 - predicted.steps as i64)
}
