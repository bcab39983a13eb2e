//! Checks what `[report]` asks for.

use super::runs::Plan;
use crate::error::{ConfigError, Problem};
use crate::spec::keys::Key;
use crate::spec::nearest::nearest;
use crate::spec::parameter::Parameter;
use crate::spec::report::EngineMetric;
use crate::spec::source_map::SourceMap;

/// Checks a choice for a program's charts: a parameter, or, where `is_colour` holds, any metric that the program may print.
pub(crate) fn check_choice(
    source_map: &SourceMap,
    parameters: &[Parameter],
    key: Key,
    name: Option<&str>,
    is_colour: bool,
) -> Result<Option<String>, ConfigError> {
    let Some(name) = name else { return Ok(None) };
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.path.as_str()).collect();
    if is_colour || names.contains(&name) {
        return Ok(Some(name.to_string()));
    }
    let nearest = nearest(name, names.iter().copied()).map(str::to_string);
    let problem = source_map.problem(key, "no swept parameter");
    Err(Problem { allowed: Some(names.join(", ")), nearest, ..problem }.into())
}

/// Checks a choice for the engine's charts: a swept parameter or a column of `runs.csv`.
pub(crate) fn check_column(plan: &Plan, key: Key, name: Option<&str>) -> Result<Option<String>, ConfigError> {
    const COLUMNS: [&str; 10] = [
        "run_id",
        "status",
        "steps",
        "initial_loss",
        "final_loss",
        "min_loss",
        "trainability",
        "val_loss",
        "val_accuracy",
        "accuracy",
    ];
    let Some(name) = name else { return Ok(None) };
    let parameters = plan.parameters().iter().map(|parameter| parameter.path.as_str());
    let names: Vec<&str> =
        parameters.chain(COLUMNS).chain(plan.parameter_columns().iter().map(String::as_str)).collect();
    if names.contains(&name) {
        return Ok(Some(name.to_string()));
    }
    let nearest = nearest(name, names.iter().copied()).map(str::to_string);
    let problem = plan.source_map.problem(key, "neither a swept parameter nor a column of runs.csv");
    Err(Problem { allowed: Some(names.join(", ")), nearest, ..problem }.into())
}

/// The metric that the engine's runs are judged by: the one asked for, else the loss over the held-out rows, else the
/// training loss.
///
/// # Errors
/// Where no run has the metric that is asked for.
pub(crate) fn objective(
    plan: &Plan,
    is_held_out: bool,
    asked: Option<EngineMetric>,
) -> Result<EngineMetric, ConfigError> {
    let Some(metric) = asked else { return Ok(EngineMetric::default_of(is_held_out)) };
    let has_classes = || plan.jobs().is_none_or(|jobs| jobs.iter().any(|job| job.shape.loss.is_classification()));
    let why_not = |one: EngineMetric| match one {
        _ if one.is_held_out() && !is_held_out => Some("no rows are held out"),
        _ if one.is_share() && !has_classes() => Some("no run has classes"),
        _ => None,
    };
    let Some(why) = why_not(metric) else { return Ok(metric) };
    let words: Vec<&str> = EngineMetric::all().filter(|one| why_not(*one).is_none()).map(EngineMetric::name).collect();
    let remedy = if is_held_out { "" } else { "; those over held-out rows with data.validation_fraction" };
    Err(plan.source_map.error(Key::ReportObjective, why, words.join(", ") + remedy))
}
