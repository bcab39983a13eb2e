//! The objective of a program's sweep: whether it came at all, was finite, and who chose it.

use etascape_sweep::nearest;

use crate::study::Study;

/// What there is to say of a program's objective.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectiveFound {
    /// No run gave it.
    Never(MissingObjective),
    /// Runs gave it, but never as a finite number; failed runs do not count.
    NeverFinite,
    /// Runs gave it.
    Measured {
        /// Whether etascape chose it.
        is_chosen: bool,
        /// Whether the stop rules looked at it.
        is_watched: bool,
    },
}

/// An objective that no run gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingObjective {
    /// The names that were looked for, in words.
    wanted: String,
    /// The metrics that runs gave.
    metrics: Vec<String>,
    /// The metric whose name is nearest to the one that the config asks for.
    nearest: Option<String>,
}

impl ObjectiveFound {
    /// Looks for the objective in a program's table; `None` for the engine, or where no run is logged.
    pub fn of(study: &Study<'_>) -> Option<ObjectiveFound> {
        let (subject, runs) = (study.subject, study.runs);
        if !subject.limits.is_program || runs.is_empty() {
            return None;
        }
        let values = |row| study.objective_range(row).into_iter().flatten();
        if (0..runs.len()).all(|row| values(row).next().is_none()) {
            return Some(ObjectiveFound::Never(MissingObjective::of(study)));
        }
        let is_finite = |row| !study.failed(row) && values(row).any(f64::is_finite);
        Some(match (0..runs.len()).any(is_finite) {
            true => ObjectiveFound::Measured {
                is_chosen: subject.is_objective_chosen,
                is_watched: subject.is_objective_watched,
            },
            false => ObjectiveFound::NeverFinite,
        })
    }
}

impl MissingObjective {
    fn of(study: &Study<'_>) -> MissingObjective {
        let subject = study.subject;
        let (name, metrics) = (&subject.objective.name, metrics(study.runs.head()));
        let wanted = match (subject.is_objective_chosen, subject.objective.maximise) {
            (false, _) => name.clone(),
            (true, false) => "loss, val_loss or eval_loss".to_owned(),
            (true, true) => "accuracy, val_accuracy or eval_accuracy".to_owned(),
        };
        let near = if subject.is_objective_chosen { None } else { alike(name, &metrics) };
        MissingObjective { wanted, nearest: near.map(str::to_owned), metrics }
    }
}

impl std::fmt::Display for MissingObjective {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.metrics.is_empty() {
            return write!(f, "No run gave a metric");
        }
        write!(f, "No run gave the metric {}. They gave {}", self.wanted, self.metrics.join(", "))?;
        match &self.nearest {
            Some(nearest) => write!(f, ": did you mean program.objective = {nearest:?}?"),
            None => write!(f, ": set program.objective"),
        }
    }
}

/// The metrics in the head of a program's `runs.csv` beside the objective: each has a least and a greatest value behind it.
pub fn metrics(head: &[String]) -> Vec<String> {
    let is_metric = |three: &&[String]| match three {
        [name, min, max] => min.strip_prefix("min_") == Some(name) && max.strip_prefix("max_") == Some(name),
        _ => false,
    };
    head.windows(3).filter(is_metric).map(|three| three[0].clone()).collect()
}

/// The metric that a name may stand for: one that has it as a part, else one that differs by few letters.
fn alike<'m>(name: &str, metrics: &'m [String]) -> Option<&'m str> {
    let lower = name.to_lowercase();
    let has_it = |metric: &&String| {
        let metric = metric.to_lowercase();
        metric.contains(&lower) || lower.contains(&metric)
    };
    let near = || nearest(name, metrics.iter().map(String::as_str));
    near().or_else(|| metrics.iter().find(has_it).map(String::as_str))
}
