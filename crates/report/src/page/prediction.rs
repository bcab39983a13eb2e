//! The predicted steps to converge, as curves over η, for the page.

use etascape_insight::statistics::evenly;
use etascape_insight::study::{Parameter, Study};
use serde::Serialize;
use serde_json::Value;

use super::part::{Part, number_or_word};
use crate::scales::rates;

/// The predicted steps to converge over η.
#[derive(Serialize)]
pub(super) struct Prediction {
    rates: Vec<f64>,
    settings: Vec<PredictedStart>,
}

/// The prediction from one start.
#[derive(Serialize)]
struct PredictedStart {
    /// The value of each parameter, as in its levels.
    values: Vec<Value>,
    /// The steps at each rate; `null` where runs do not converge within their steps. Medians are over the other starts,
    /// as in [`Theory::median_steps`](etascape_insight::theory::Theory::median_steps).
    steps: Vec<Option<f64>>,
}

/// The most starts with a curve. Of more starts, an even choice is used.
const CURVES: usize = 24;

/// The predictions for a page over one experiment that sweeps the learning rate. Starts without a logged run are left out.
pub(super) fn of(parts: &[Part<'_>]) -> Option<Prediction> {
    let [part] = parts else { return None };
    let until = part.within.and_then(|within| within.theory(part.study.subject));
    let theory = until.as_ref().or(part.study.subject.theory.as_ref()).filter(|theory| theory.is_plain)?;
    let rates = rates(theory, part.study.parameter("train.learning_rate")?);
    let setting = |start: usize| {
        let row = part.study.runs.row(theory.starts[start].run_id)?;
        let values = part.study.parameters.iter().map(|one| value(part.study, one, row)).collect();
        let steps = |&rate: &f64| theory.steps_in_time(start, rate);
        Some(PredictedStart { values, steps: rates.iter().map(steps).collect() })
    };
    let settings: Vec<PredictedStart> = evenly(theory.starts.len(), CURVES).filter_map(setting).collect();
    (!settings.is_empty()).then_some(Prediction { rates, settings })
}

fn value(study: &Study<'_>, parameter: &Parameter<'_>, row: usize) -> Value {
    match &parameter.names {
        None => number_or_word(parameter.value(row)),
        Some(_) => study.runs.text(&parameter.path, row).map_or(Value::Null, |text| Value::from(text.as_ref())),
    }
}
