//! What charts may be asked to show.

use super::runs::Plan;
use crate::error::{ConfigError, Problem};
use crate::spec::keys::Key;
use crate::spec::nearest::nearest;
use crate::spec::parameter::Parameter;
use crate::spec::places::Places;

/// What a chart of a program's runs may show: a parameter, or (`is_colour`) any metric that the program may print.
pub(crate) fn check_choice(
    places: &Places,
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
    let problem = places.problem(key, "no swept parameter");
    Err(Problem { allowed: Some(names.join(", ")), nearest, ..problem }.into())
}

/// Names that a chart can show: swept parameters and columns of `runs.csv`.
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
    let problem = plan.places.problem(key, "neither a swept parameter nor a column of runs.csv");
    Err(Problem { allowed: Some(names.join(", ")), nearest, ..problem }.into())
}
