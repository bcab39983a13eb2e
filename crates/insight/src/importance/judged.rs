//! The objective of every run as a number whose variance can be explained.

use etascape_sweep::Status;
use etascape_text::counted;

use crate::study::Study;

/// From this ratio of the greatest to the least on, a loss counts by its logarithm, as on the axes of charts.
const DECADE: f64 = 10.0;

/// A number for every run.
pub(super) struct Judged {
    pub(super) values: Vec<f64>,
    /// Whether they are decimal logarithms.
    pub(super) is_log: bool,
    /// Runs that diverged: they have the worst value of the others.
    pub(super) diverged: usize,
}

impl Judged {
    /// The number of every run; why there is none.
    pub(super) fn of(study: &Study<'_>) -> Result<Judged, String> {
        let objective = &study.subject.objective;
        if let Some(losses) = study.losses() {
            return Err(format!("losses of different kinds are not compared, and {} varies", losses.path));
        }
        let rows = || 0..study.runs.len();
        let count = |is: &dyn Fn(usize) -> bool| rows().filter(|&row| is(row)).count();
        let pruned = count(&|row| study.runs.status()[row] == Status::Pruned);
        if pruned > 0 {
            return Err(format!("{} pruned, and not trained to their end", are(pruned)));
        }
        let failed = count(&|row| study.failed(row));
        if failed > 0 {
            return Err(format!("{} ended by a failure or a time limit, without a result", are(failed)));
        }
        let mut values: Vec<f64> = rows().map(|row| study.badness(row)).collect();
        let missing = count(&|row| values[row].is_infinite() && !study.diverged(row));
        if missing > 0 {
            return Err(format!("{} without a finite {}", are(missing), objective.name));
        }
        let settled = || values.iter().copied().filter(|value| value.is_finite());
        let Some(worst) = settled().reduce(f64::max) else { return Err("every run diverged".to_owned()) };
        let least = settled().fold(worst, f64::min);
        let is_log = objective.may_be_log() && least > 0.0 && worst / DECADE >= least;
        let diverged = values.iter().filter(|value| value.is_infinite()).count();
        for value in &mut values {
            let number = if value.is_infinite() { worst } else { *value };
            *value = if is_log { libm::log10(number) } else { number };
        }
        Ok(Judged { values, is_log, diverged })
    }
}

/// `1 run was`, `2 runs were`.
fn are(count: usize) -> String {
    format!("{} {}", counted(count, "run"), if count == 1 { "was" } else { "were" })
}
