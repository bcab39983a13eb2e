//! Makes the lists of a job long enough for the entries that a sweep sets.

use etascape_core::{Hyper, LearningRate, Optimizer, Parameters, Shape};
use etascape_text::counted;

use super::job::{Request, check_bias, check_nesterov, check_one_output};
use crate::error::{ConfigError, Problem};
use crate::spec::keys::Key;
use crate::spec::parameter::Parameter;
use crate::spec::setter::{HyperField, OptimizerField};
use crate::spec::source::Source;

/// The parameters of a plan whose numbers differ among the runs of a job.
pub(super) struct NumberParameters<'a> {
    /// All parameters, and the key of each.
    pub all: &'a [Parameter],
    pub keys: &'a [Key],
    /// The chosen parameters, and the field for the numbers of each.
    pub fields: &'a [(usize, HyperField)],
}

impl<'a> NumberParameters<'a> {
    pub fn iter(&self) -> impl Iterator<Item = (Key, &'a Parameter, HyperField)> + '_ {
        self.fields.iter().map(|&(which, field)| (self.keys[which], &self.all[which], field))
    }
}

/// Makes lists long enough for the swept entries, and checks the swept numbers against the rest of the job.
///
/// # Errors
/// Where an entry does not exist, or a number is impossible.
pub(super) fn make(
    request: &Request,
    swept: &NumberParameters<'_>,
    shape: &Shape,
    hyper: &mut Hyper,
) -> Result<(), ConfigError> {
    let (network, layers, inputs) = (&shape.network, shape.network.layers(), shape.network.fan_in(0));
    let source = &request.locator.source_map.source;
    for (key, parameter, field) in swept.iter() {
        let one_output = || {
            check_one_output(network, |message, allowed| one_output_error(request, key, parameter, message, allowed))
        };
        match field {
            HyperField::LayerRate(layer) => {
                inside(source, parameter, layer, layers, "layer")?;
                let rates = (0..layers).map(|layer| hyper.learning_rate.of_layer(layer)).collect();
                hyper.learning_rate = LearningRate::PerLayer(rates);
            }
            HyperField::Weight(input) => {
                one_output()?;
                inside(source, parameter, input, inputs, "input")?;
                hyper.init_w = Some(match hyper.init_w.take() {
                    Some(weights) if weights.len() == 1 => vec![weights[0]; inputs].into(),
                    Some(weights) => weights,
                    None => all_weights_swept(source, swept, parameter, inputs)?,
                });
            }
            HyperField::Weights => {
                one_output()?;
                hyper.init_w.get_or_insert_with(|| [0.0].into_iter().collect());
            }
            HyperField::Bias => {
                one_output()?;
                check_bias(request, network)?;
            }
            _ => {}
        }
    }
    nesterov(request, swept, hyper)
}

fn one_output_error(request: &Request, key: Key, parameter: &Parameter, message: String, allowed: &str) -> ConfigError {
    if parameter.path == key.path() {
        return request.error(key, message, allowed);
    }
    let problem = request.locator.source_map.source.problem(parameter.span, &parameter.path, message);
    Problem { allowed: Some(allowed.to_string()), ..problem }.into()
}

fn all_weights_swept(
    source: &Source,
    swept: &NumberParameters<'_>,
    one: &Parameter,
    inputs: usize,
) -> Result<Parameters, ConfigError> {
    let is_swept = |input| swept.iter().any(|(_, _, field)| field == HyperField::Weight(input));
    if (0..inputs).all(is_swept) {
        return Ok(vec![0.0; inputs].into());
    }
    let problem = source.problem(one.span, &one.path, "the other starting weights are not given");
    let allowed = Some(format!("with init.w, or with a sweep over all of init.w.0 … init.w.{}", inputs - 1));
    Err(Problem { allowed, ..problem }.into())
}

fn inside(source: &Source, parameter: &Parameter, index: usize, len: usize, what: &str) -> Result<(), ConfigError> {
    if index < len {
        return Ok(());
    }
    let problem = source.problem(parameter.span, &parameter.path, format!("the model has {}", counted(len, what)));
    Err(Problem { allowed: Some(format!("an index from 0 to {}", len - 1)), ..problem }.into())
}

/// Nesterov's momentum beside the numbers at which it is hardest to have.
fn nesterov(request: &Request, swept: &NumberParameters<'_>, hyper: &Hyper) -> Result<(), ConfigError> {
    let Optimizer::Sgd(mut worst) = hyper.optimizer else { return Ok(()) };
    for (_, parameter, field) in swept.iter() {
        match (field, parameter.range()) {
            (HyperField::Optimizer(OptimizerField::Momentum), Some((low, _))) => worst.momentum = low,
            (HyperField::Optimizer(OptimizerField::Dampening), Some((low, high))) => {
                worst.dampening = if low != 0.0 { low } else { high }
            }
            _ => {}
        }
    }
    check_nesterov(request, &worst)
}
