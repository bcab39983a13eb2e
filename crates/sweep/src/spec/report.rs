//! What runs are judged by, and what charts show.

/// A metric by which the engine's runs can be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EngineMetric {
    /// The training loss.
    #[default]
    Loss,
    /// The loss over the held-out rows.
    ValLoss,
    /// The share of training rows whose class is found.
    Accuracy,
    /// The share of held-out rows whose class is found.
    ValAccuracy,
}

impl EngineMetric {
    /// What runs are judged by where nothing is asked for.
    pub(crate) fn default_of(is_held_out: bool) -> EngineMetric {
        if is_held_out { EngineMetric::ValLoss } else { EngineMetric::Loss }
    }

    /// Whether it is a share of rows, which is maximised.
    pub fn is_share(self) -> bool {
        matches!(self, EngineMetric::Accuracy | EngineMetric::ValAccuracy)
    }

    /// Whether it is measured on held-out rows.
    pub fn is_held_out(self) -> bool {
        matches!(self, EngineMetric::ValLoss | EngineMetric::ValAccuracy)
    }
}

/// What runs are judged by, and what charts show: parameters or columns of `runs.csv`. `None` leaves the choice to the
/// report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportConfig {
    /// What the engine's runs are judged by.
    pub objective: Option<EngineMetric>,
    /// The parameter that plays the part of η.
    pub rate: Option<String>,
    /// On the x axis.
    pub x: Option<String>,
    /// On the y axis.
    pub y: Option<String>,
    /// Shown as colour.
    pub color: Option<String>,
    /// The parameter with a panel for each of its values.
    pub facet: Option<String>,
}
