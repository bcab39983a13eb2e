//! What the data and the start of an experiment say beforehand: facts that findings compare its runs with.

mod dead;
mod limits;
mod raw;

use std::collections::BTreeMap;

use etascape_core::{Scheme, Start};
use etascape_sweep::{Experiment, Job, Plan, loss_name};

use crate::baseline::Baseline;
use crate::rounding::{StandsStillOf, stands_still};

pub use dead::{DeadAtEnd, IsDead};
pub use limits::{Computed, DescentBound, MOST_WORK, StartLimit};
pub use raw::{Conditioning, FeatureSize, RawFeatures, TrialOf};

use dead::{dead_at_end, dead_at_start};
use limits::{start_limit, sweeps};

/// What the data and the start of an engine's experiment say beforehand.
#[derive(Default)]
pub struct Facts {
    /// What the best constant output comes to, by the word of the loss.
    pub baselines: BTreeMap<&'static str, Baseline>,
    /// The limit at the start of run 0; `None` where a run may be other than plain gradient descent, or where what decides
    /// on the limit is swept.
    pub start_limit: Option<Computed<StartLimit>>,
    /// What is known of the features; `None` where they are standardised.
    pub raw: Option<RawFeatures>,
    /// Tells whether rounding holds up a run in f32; `None` where no run is.
    pub stands_still: Option<StandsStillOf>,
    /// Whether all weights of all runs start at 0, with hidden layers: the units of a layer then stay alike.
    pub starts_at_zero: bool,
    /// Whether `train.steps` does no more than end runs, so that a run with fewer takes the same steps. It does more with a
    /// schedule, and with halving.
    pub steps_only_end_runs: bool,
    /// Tells whether in all runs a layer of ReLUs is 0 for every training row where training starts; `None` for networks
    /// without such layers.
    pub is_dead_at_start: Option<Box<dyn Fn() -> bool + Send + Sync>>,
    /// Tells the same where a run ends; `None` also where its parameters are not logged and it takes long to train again, or
    /// halving decides where it ends.
    pub dead_at_end: Option<DeadAtEnd>,
}

impl Facts {
    /// The facts of an experiment.
    pub fn of(experiment: &Experiment) -> Facts {
        let plan = &experiment.plan;
        let jobs = plan.jobs().unwrap_or_default();
        let mut baselines = BTreeMap::new();
        for job in &jobs {
            baselines.entry(loss_name(job.shape.loss)).or_insert_with(|| Baseline::of(job.shape.loss, &job.data));
        }
        Facts {
            baselines,
            start_limit: start_limit(plan, &jobs, experiment.data.standardize),
            raw: RawFeatures::of(experiment, &jobs),
            stands_still: stands_still(plan, &jobs),
            steps_only_end_runs: !jobs.is_empty()
                && plan.halving().is_none()
                && jobs.iter().all(|job| job.shape.schedule.is_constant()),
            is_dead_at_start: dead_at_start(plan, &jobs),
            dead_at_end: dead_at_end(plan, &jobs),
            starts_at_zero: !jobs.is_empty() && jobs.iter().all(|job| starts_at_zero(plan, job)),
        }
    }
}

fn starts_at_zero(plan: &Plan, job: &Job) -> bool {
    let is_moved = sweeps(plan, "init.offset");
    let offset = plan.hyper(job, 0).init_offset;
    job.shape.network.layers() > 1 && job.shape.start == Start::Drawn(Scheme::Zeros) && offset == 0.0 && !is_moved
}
