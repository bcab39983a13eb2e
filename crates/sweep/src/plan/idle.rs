//! Notices on keys that have no effect beside the others.

use std::sync::Arc;

use etascape_core::{Scheme, Start};

use super::runs::{Job, Plan};
use crate::spec::keys::Key;
use crate::spec::sweep::Method;

impl Plan {
    /// A notice for each such key; none where there are too many combinations to look at.
    pub(super) fn idle(&self) -> Vec<String> {
        let Some(jobs) = self.jobs() else { return Vec::new() };
        let all = |holds: &dyn Fn(&Job) -> bool| jobs.iter().all(|job| holds(job));
        let notice = |key: Key, why: String| self.names(key).then(|| format!("{} has no effect: {why}", key.path()));
        let mut notices = Vec::new();
        if all(&|job| is_zero(job) && job.hyper.init_w.is_none()) {
            notices.extend(notice(Key::InitScale, "every weight starts at 0".into()));
        }
        let is_replaced = |job: &Job| {
            let has_bias = job.shape.network.bias && job.hyper.init_b.is_none() && !self.sweeps(Key::InitB);
            matches!(job.shape.start, Start::Given(_)) && job.hyper.init_w.is_some() && !has_bias
        };
        if all(&is_replaced) {
            notices.extend(notice(Key::InitFile, "init.w and init.b are given".into()));
        }
        if !self.sweeps(Key::Momentum) && all(&has_no_momentum) {
            notices.extend(notice(Key::Dampening, "the momentum is 0".into()));
        }
        if self.sweep.method() == Method::Grid && all(&draws_nothing) {
            notices.extend(notice(Key::Seed, "neither starting weights nor batches are drawn".into()));
        }
        if all(&|job| job.shape.is_full_batch(&job.data)) {
            if self.run.train.batch_size > 0 {
                notices.extend(notice(Key::EvaluateEvery, "every batch has all rows".into()));
            }
            if self.log.batch_loss {
                notices.extend(notice(Key::LogBatchLoss, "no run has mini-batches".into()));
            }
        }
        notices.extend(self.idle_halving(&jobs));
        notices
    }

    /// Whether any run has mini-batches; also where there are too many combinations to look at.
    pub fn has_batches(&self) -> bool {
        self.jobs().is_none_or(|jobs| jobs.iter().any(|job| !job.shape.is_full_batch(&job.data)))
    }

    /// Whether the file gives a key or sweeps it.
    fn names(&self, key: Key) -> bool {
        self.source_map.gives(key) || self.sweeps(key)
    }

    fn sweeps(&self, key: Key) -> bool {
        self.swept(key).is_some()
    }

    /// The notice that no run reaches the first rung of halving.
    fn idle_halving(&self, jobs: &[Arc<Job>]) -> Option<String> {
        let most = jobs.iter().map(|job| job.shape.steps).max()?;
        let first = self.halving()?.steps(0);
        (first >= most).then(|| format!("stop.halving has no effect: no run takes more than {most} steps"))
    }
}

fn has_no_momentum(job: &Job) -> bool {
    !job.hyper.optimizer.has_memory()
}

/// Whether every weight that is drawn is 0.
fn is_zero(job: &Job) -> bool {
    matches!(job.shape.start, Start::Drawn(Scheme::Zeros))
}

/// Whether no number of a run comes from a random stream.
fn draws_nothing(job: &Job) -> bool {
    let has_start = matches!(job.shape.start, Start::Given(_)) || is_zero(job) || job.hyper.init_w.is_some();
    has_start && job.shape.batch_size == 0
}
