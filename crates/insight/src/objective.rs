//! The metric that runs are judged by.

use etascape_sweep::EngineMetric;
use etascape_sweep::program::is_score;

/// The metric that runs are ranked by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objective {
    /// Its column in `curves.csv`.
    pub name: String,
    /// Whether it is maximised.
    pub maximise: bool,
    /// Its name on an axis.
    pub title: String,
    /// Whether the stop rules look at it. Its columns in `runs.csv` then have the prefixes `initial_`, `final_` and `min_`;
    /// else there is one, under its own name.
    pub is_watched: bool,
    /// The words of the losses that it is computed with, for the engine's losses. Losses with different words are never
    /// ranked against each other.
    pub losses: Vec<&'static str>,
    /// Whether it is a loss of standardised targets, in units of their variance.
    pub is_standardized: bool,
}

/// What is added to the title of a loss whose targets are standardised.
const STANDARDIZED: &str = " (standardised target)";

/// The title of one of the engine's metrics.
fn title(metric: EngineMetric) -> &'static str {
    match metric {
        EngineMetric::Loss => "training loss",
        EngineMetric::ValLoss => "validation loss",
        EngineMetric::Accuracy => "training accuracy",
        EngineMetric::ValAccuracy => "validation accuracy",
    }
}

impl Default for Objective {
    fn default() -> Objective {
        Objective::of_engine(EngineMetric::Loss, &[])
    }
}

impl Objective {
    /// The objective of an engine's experiment, whose runs are trained with losses of these words.
    pub(crate) fn of_engine(metric: EngineMetric, losses: &[&'static str]) -> Objective {
        Objective {
            name: metric.name().to_owned(),
            maximise: metric.is_share(),
            title: title(metric).to_owned(),
            is_watched: metric == EngineMetric::Loss,
            losses: if metric.is_share() { Vec::new() } else { losses.to_vec() },
            is_standardized: false,
        }
    }

    /// The objective with a title that says where its loss is that of standardised targets.
    pub(crate) fn of_targets(self, are_standardized: bool) -> Objective {
        let is_standardized = are_standardized && !self.maximise;
        let title = if is_standardized { self.title + STANDARDIZED } else { self.title };
        Objective { title, is_standardized, ..self }
    }

    /// Its name with what tells it from an objective of another kind: `val_loss (mse, standardised target)`.
    pub fn described(&self) -> String {
        let target = self.is_standardized.then_some("standardised target");
        let marks: Vec<&str> = self.losses.iter().copied().chain(target).collect();
        if marks.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, marks.join(", ")) }
    }

    /// The objective of the runs with one of the losses that a sweep varies; itself where it varies none.
    pub fn of_loss(&self, loss: Option<&str>) -> Objective {
        let losses = match loss {
            Some(loss) => self.losses.iter().copied().filter(|one| *one == loss).collect(),
            None => self.losses.clone(),
        };
        Objective { losses, ..self.clone() }
    }

    /// The name of any metric on an axis, by its column in `curves.csv`: a loss that is the objective has the targets of the
    /// others.
    pub fn title_of(&self, column: &str) -> String {
        let metric = EngineMetric::of_column(column).filter(|_| column != self.name);
        let suffix = |metric: EngineMetric| match self.is_standardized && !metric.is_share() {
            true => STANDARDIZED,
            false => "",
        };
        match metric {
            Some(metric) => format!("{}{}", title(metric), suffix(metric)),
            None if column == self.name => self.title.clone(),
            None => column.to_owned(),
        }
    }

    /// Whether its numbers may have a logarithmic axis: a score has a linear one.
    pub fn may_be_log(&self) -> bool {
        !self.maximise && !is_score(&self.name)
    }

    /// Its column in `runs.csv` at the first step; `None` where there is none.
    pub fn first(&self) -> Option<String> {
        self.is_watched.then(|| format!("initial_{}", self.name))
    }

    /// Its column in `runs.csv` after the last step.
    pub fn last(&self) -> String {
        if self.is_watched { format!("final_{}", self.name) } else { self.name.clone() }
    }

    /// Its column in `runs.csv` of the least value.
    pub fn least(&self) -> String {
        format!("min_{}", self.name)
    }

    /// A number that is smaller for better values.
    pub fn badness(&self, value: f64) -> f64 {
        if self.maximise { -value } else { value }
    }

    /// The value that is infinitely bad.
    pub fn worst(&self) -> f64 {
        self.badness(f64::INFINITY)
    }
}
