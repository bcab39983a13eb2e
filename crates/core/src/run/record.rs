//! What a run leaves behind.

use smallvec::SmallVec;

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StopReason {
    /// The training loss came to `converged_below` or less.
    Converged,
    /// The training loss, or the loss of a mini-batch, went above its [limit](crate::StopRules::limit), or was not finite.
    Diverged,
    /// The training loss has not improved for as long as [`Patience`](crate::Patience) allows.
    Plateau,
    /// All steps were taken.
    #[default]
    MaxSteps,
}

/// What is measured beside the training loss. `None` where it does not exist.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Metrics {
    /// Loss over the held-out rows.
    pub val_loss: Option<f64>,
    /// Share of training rows classified rightly.
    pub accuracy: Option<f64>,
    /// Share of held-out rows classified rightly.
    pub val_accuracy: Option<f64>,
}

/// The parameters of a small model, without a trip to the heap for the smallest.
pub type Parameters = SmallVec<[f64; 4]>;

/// One logged point of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct CurvePoint {
    /// Updates made so far; 0 is the start.
    pub step: u64,
    /// Training loss after so many updates.
    pub loss: f64,
    /// What else was measured there.
    pub metrics: Metrics,
    /// The loss there of the mini-batch that makes the next update, where it is logged and there is such an update.
    pub batch_loss: Option<f64>,
    /// The [sharpness](fn@crate::sharpness) there, where it is asked for; NaN where the Hessian is not finite.
    pub sharpness: Option<f64>,
    /// The parameters there, in the network's order; empty where they are not logged.
    pub parameters: Parameters,
}

/// What one run left behind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunRecord {
    /// Why it ended.
    pub stop_reason: StopReason,
    /// Updates made.
    pub steps: u64,
    /// Training loss at step 0.
    pub initial_loss: f64,
    /// Training loss after the last update.
    pub final_loss: f64,
    /// Least training loss over all steps at which it is known, the start included; NaN only if every one was NaN.
    pub min_loss: f64,
    /// Final parameters, in the network's order; empty where they are not logged.
    pub parameters: Parameters,
    /// The logged points, by step; empty where no curve is logged.
    pub curve: Vec<CurvePoint>,
    /// What only some runs have; in a box, so that a record is small. `None` where there is nothing of it.
    pub extras: Option<Box<Extras>>,
}

/// What only some runs have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extras {
    /// The trainability measure, where it is asked for and exists: losses are measured in the first one, which must be
    /// finite and above 0.
    pub trainability: Option<f64>,
    /// What was measured at the end.
    pub metrics: Metrics,
}

impl RunRecord {
    /// The extras, also where there are none.
    pub fn extras(&self) -> &Extras {
        static NONE: Extras =
            Extras { trainability: None, metrics: Metrics { val_loss: None, accuracy: None, val_accuracy: None } };
        self.extras.as_deref().unwrap_or(&NONE)
    }
}

impl Extras {
    /// The extras in a box; `None` if there are none.
    pub fn boxed(self) -> Option<Box<Extras>> {
        (self != Extras::default()).then(|| Box::new(self))
    }
}
