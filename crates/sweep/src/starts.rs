//! The losses of runs before their first update.

use std::sync::Arc;

use etascape_core::{Hyper, InstructionSet, RunRecord, train_with};

use crate::error::ConfigError;
use crate::plan::{Job, Plan};

impl Plan {
    /// Records of at most `at_most` runs, spread over the sweep, without any update: each ends at step 0, by the rule
    /// that its loss meets, else as `max_steps`. Runs of one job are neighbours.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn starts(&self, at_most: u64, instructions: InstructionSet) -> Result<Vec<RunRecord>, ConfigError> {
        let count = at_most.min(self.runs());
        let mut groups: Vec<(Arc<Job>, Vec<Hyper>)> = Vec::new();
        for place in 0..count {
            let run = (u128::from(place) * u128::from(self.runs()) / u128::from(count)) as u64;
            let job = self.job(run)?;
            let hyper = self.hyper(&job, run);
            match groups.iter_mut().find(|(other, _)| Arc::ptr_eq(other, &job)) {
                Some((_, runs)) => runs.push(hyper),
                None => groups.push((job, vec![hyper])),
            }
        }
        let trained = |(job, runs): (Arc<Job>, Vec<Hyper>)| {
            train_with(instructions, &job.shape.at_start(), &job.data, &mut runs.iter()).expect("a plan's runs fit")
        };
        Ok(groups.into_iter().flat_map(trained).collect())
    }
}
