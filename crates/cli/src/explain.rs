//! `etascape explain`: the first steps worked by hand, and the theory.

use etascape_insight::explain::{ExplainedRun, explain as text_of};
use etascape_insight::theory::Theory;
use etascape_sweep::AnyExperiment;

use crate::arguments::Config;
use crate::output::print;
use crate::refusal::Refusal;

/// Explains the run that the config describes without its sweep.
pub fn explain(arguments: &Config) -> anyhow::Result<()> {
    let AnyExperiment::Engine(experiment) = AnyExperiment::load(&arguments.config, &arguments.set)? else {
        return Err(Refusal("only what etascape trains itself can be explained, not a program".into()).into());
    };
    let plan = &experiment.plan;
    let (job, hyper) = plan.unswept()?;
    let swept: Vec<String> = plan.parameters().iter().map(|parameter| parameter.path.clone()).collect();
    let theory = Theory::of(plan);
    print(&text_of(ExplainedRun {
        name: &experiment.name,
        shape: &job.shape,
        hyper: &hyper,
        data: &job.data,
        features: plan.table().feature_names(),
        classes: job.classes.as_deref(),
        theory: theory.as_ref(),
        swept: &swept,
    }))
}
