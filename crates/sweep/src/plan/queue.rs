//! The runs that wait for the engine.

use std::ops::Range;

use etascape_core::{Hyper, Runs};

use super::runs::Plan;
use super::walk::{Axes, Stretch};

/// The runs of some stretches. The numbers of a run are computed when the engine asks for it.
pub(crate) struct Queue<'a> {
    plan: &'a Plan,
    stretches: std::slice::Iter<'a, Stretch>,
    axes: Axes,
    left: usize,
    current: Option<Current>,
}

/// The stretch that is being trained.
struct Current {
    runs: Range<u64>,
    /// The job's numbers, with the swept numbers of the latest run set.
    hyper: Hyper,
}

impl<'a> Queue<'a> {
    pub fn new(plan: &'a Plan, stretches: &'a [Stretch]) -> Queue<'a> {
        let left = stretches.iter().map(|stretch| stretch.runs.end - stretch.runs.start).sum::<u64>() as usize;
        Queue { plan, stretches: stretches.iter(), axes: Axes::new(plan), left, current: None }
    }
}

impl Runs for Queue<'_> {
    fn left(&self) -> usize {
        self.left
    }

    fn next_run(&mut self) -> Option<&Hyper> {
        if self.current.as_ref().is_none_or(|current| current.runs.is_empty()) {
            let Stretch { job, runs } = self.stretches.next()?;
            self.current = Some(Current { runs: runs.clone(), hyper: job.hyper.clone() });
        }
        let Current { runs, hyper } = self.current.as_mut()?;
        self.axes.go_to(self.plan, runs.next()?);
        self.left -= 1;
        self.plan.set_numbers(&self.axes.indices, |which| self.axes.number(which), hyper);
        Some(hyper)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::experiment::Experiment;

    #[test]
    fn a_queue_gives_the_numbers_of_every_run() {
        let text = "name = \"t\"\n[data]\npoints = [[1, 2]]\n[model]\nkind = \"mlp\"\nhidden = [2]\n[sweep.parameters]\n\
            \"train.learning_rate.1\" = [0.5, 0.25]\n\"model.activation\" = [\"tanh\", \"relu\"]\n\
            \"train.learning_rate.0\" = [0.1, 0.2]\n\"seed\" = [7, 9007199254740993]\n\"init.scale\" = { uniform = [1, 2] }\n\
            [sweep]\nmethod = \"random\"\nsamples = 40\n";
        let plan = Experiment::parse(text, Path::new("t.toml"), &[]).unwrap().plan;
        let mut stretches = Vec::new();
        for runs in [30..40, 0..25] {
            let mut walk = plan.walk(runs);
            while let Some(stretch) = walk.stretch().unwrap() {
                stretches.push(stretch);
            }
        }
        let mut queue = Queue::new(&plan, &stretches);
        for (done, run) in (30..40).chain(0..25).enumerate() {
            assert_eq!(queue.left(), 35 - done);
            assert_eq!(*queue.next_run().unwrap(), plan.hyper(&plan.job(run).unwrap(), run), "run {run}");
        }
        assert!(queue.left() == 0 && queue.next_run().is_none());
    }
}
