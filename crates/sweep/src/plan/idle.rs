//! Keys that change nothing beside the others, although the file gives them: worth a word.

use std::sync::Arc;

use etascape_core::{Optimizer, Scheme, Start};

use super::{Job, Method, Plan};

impl Plan {
    /// A notice for each; none where combinations are too many to look at.
    pub(super) fn idle(&self) -> Vec<String> {
        let Some(jobs) = self.jobs() else { return Vec::new() };
        let all = |holds: &dyn Fn(&Job) -> bool| jobs.iter().all(|job| holds(job));
        let notice = |key: &'static str, why: String| self.names(key).then(|| format!("{key} has no effect: {why}"));
        let mut notices = Vec::new();
        if all(&|job| is_zero(job) && job.hyper.init_w.is_none()) {
            notices.extend(notice("init.scale", "every weight starts at 0".into()));
        }
        let is_replaced = |job: &Job| {
            let has_bias = job.shape.network.bias && job.hyper.init_b.is_none() && !self.sweeps("init.b");
            matches!(job.shape.start, Start::Given(_)) && job.hyper.init_w.is_some() && !has_bias
        };
        if all(&is_replaced) {
            notices.extend(notice("init.file", "init.w and init.b are given".into()));
        }
        if !self.sweeps("train.optimizer.momentum") && all(&has_no_momentum) {
            notices.extend(notice("train.optimizer.dampening", "the momentum is 0".into()));
        }
        if self.sweep.method() == Method::Grid && all(&draws_nothing) {
            notices.extend(notice("seed", "neither starting weights nor batches are drawn".into()));
        }
        notices.extend(self.idle_halving(&jobs));
        notices
    }

    /// Whether the file gives a key or sweeps it.
    fn names(&self, key: &str) -> bool {
        self.config.node(key).is_some() || self.sweeps(key)
    }

    fn sweeps(&self, key: &str) -> bool {
        self.sweep.parameters.iter().any(|parameter| parameter.path == key)
    }

    /// Halving that no run comes to.
    fn idle_halving(&self, jobs: &[Arc<Job>]) -> Option<String> {
        let most = jobs.iter().map(|job| job.shape.steps).max()?;
        let first = self.halving?.steps(0);
        (first >= most).then(|| format!("stop.halving has no effect: no run takes more than {most} steps"))
    }
}

fn has_no_momentum(job: &Job) -> bool {
    matches!(job.shape.optimizer, Optimizer::Sgd { .. }) && job.hyper.optimizer.momentum == 0.0
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
