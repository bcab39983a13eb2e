//! Numbers that are others in f32: 0, 1 or infinite. Those of the file are refused, those of the data are told.

use etascape_core::{Data, Hyper, LearningRate, Optimizer, Precision, Shape, Start};
use etascape_text::{counted, format_number};

use super::job::Request;
use super::room::NumberParameters;
use crate::error::{ConfigError, Problem};
use crate::spec::axis::{Axis, AxisIndex};
use crate::spec::keys::Key;
use crate::spec::parameter::Parameter;
use crate::spec::source::Written;

/// What f32 makes of a number that it cannot hold.
#[derive(Clone, Copy)]
enum Lost {
    Zero,
    One,
    Infinite,
}

impl Lost {
    /// Of a number for a key; `None` where f32 holds it, or the number nearest to it will do.
    fn of(key: Key, number: f64) -> Option<Lost> {
        let must_be_below_one = matches!(key, Key::Momentum | Key::Betas | Key::Alpha);
        match number as f32 {
            0.0 if number != 0.0 => Some(Lost::Zero),
            1.0 if number < 1.0 && must_be_below_one => Some(Lost::One),
            single if single.is_infinite() && number.is_finite() => Some(Lost::Infinite),
            _ => None,
        }
    }

    fn message(self, number: f64) -> String {
        let is = match self {
            Lost::Zero => "0",
            Lost::One => "1",
            Lost::Infinite => "infinite",
        };
        format!("{} is {is} in f32", format_number(number))
    }

    fn allowed(self) -> String {
        let range = match self {
            Lost::Zero => "0, or at least 7.1e-46 in size",
            Lost::One => "at most 0.99999997",
            Lost::Infinite => "at most 3.4e38 in size",
        };
        format!("{range}; or train.precision = \"f64\"")
    }
}

/// Checks that a job in f32 can hold its numbers, those that a sweep sets among them.
///
/// # Errors
/// The first that it cannot hold.
pub(super) fn check_numbers(
    request: &Request,
    swept: &NumberParameters<'_>,
    shape: &Shape,
    hyper: &Hyper,
) -> Result<(), ConfigError> {
    if shape.precision != Precision::F32 {
        return Ok(());
    }
    let is_swept = |key: Key| swept.iter().any(|(own, parameter, _)| own == key && parameter.path == key.path());
    for (key, number) in numbers(shape, hyper) {
        if let Some(lost) = Lost::of(key, number).filter(|_| !is_swept(key)) {
            return Err(request.error(key, lost.message(number), lost.allowed()));
        }
    }
    for (key, parameter, _) in swept.iter().filter(|(key, ..)| is_held(*key)) {
        for index in telling(parameter) {
            let number = parameter.axis.number(index);
            let Some(lost) = Lost::of(key, number) else { continue };
            let span = parameter.span_of(index);
            let written = Written::new(span, span, parameter.value(index).inline());
            let source = &request.locator.source_map.source;
            let problem = source.problem_with(&parameter.path, &written, lost.message(number));
            return Err(Problem { allowed: Some(lost.allowed()), ..problem }.into());
        }
    }
    Ok(())
}

/// How many numbers of the data, and of the file with the start, are 0 in f32 and are not 0: a notice, where there are any.
pub(super) fn vanishing(shape: &Shape, data: &Data) -> Option<String> {
    let vanishes = |number: &&f64| **number != 0.0 && **number as f32 == 0.0;
    let rows = [&data.train, &data.validation];
    let of_data = rows.iter().flat_map(|rows| rows.features.iter().chain(&rows.targets)).filter(vanishes).count();
    let of_start = match &shape.start {
        Start::Given(parameters) => parameters.iter().filter(vanishes).count(),
        Start::Drawn(_) => 0,
    };
    let counts = [(of_data, "the data"), (of_start, Key::InitFile.path())].into_iter().filter(|(count, _)| *count > 0);
    let of: Vec<String> = counts.map(|(count, of)| format!("{} of {of}", counted(count as u64, "number"))).collect();
    let which = "below 7.1e-46 in size, and 0 in f32";
    (!of.is_empty()).then(|| format!("{}: {}: {which}", Key::Precision.path(), of.join(", ")))
}

/// The numbers of a job that are rounded to f32, each with its key.
fn numbers(shape: &Shape, hyper: &Hyper) -> Vec<(Key, f64)> {
    let mut numbers =
        vec![(Key::ModelGain, hyper.gain), (Key::InitScale, hyper.init_scale), (Key::InitOffset, hyper.init_offset)];
    match &hyper.learning_rate {
        LearningRate::Same(rate) => numbers.push((Key::LearningRate, *rate)),
        LearningRate::PerLayer(rates) => numbers.extend(rates.iter().map(|rate| (Key::LearningRate, *rate))),
    }
    match hyper.optimizer {
        Optimizer::Sgd(own) => {
            numbers.extend([(Key::Momentum, own.momentum), (Key::WeightDecay, own.weight_decay)]);
        }
        Optimizer::Adagrad(own) => numbers.extend([
            (Key::InitialAccumulator, own.initial_accumulator_value),
            (Key::Eps, own.eps),
            (Key::WeightDecay, own.weight_decay),
        ]),
        Optimizer::RmsProp(own) => numbers.extend([
            (Key::Alpha, own.alpha),
            (Key::Eps, own.eps),
            (Key::Momentum, own.momentum),
            (Key::WeightDecay, own.weight_decay),
        ]),
        Optimizer::Adam(own) => {
            numbers.extend(own.betas.map(|beta| (Key::Betas, beta)));
            numbers.extend([(Key::Eps, own.eps), (Key::WeightDecay, own.weight_decay)]);
        }
    }
    numbers.extend(hyper.init_w.iter().flat_map(|weights| weights.iter()).map(|weight| (Key::InitW, *weight)));
    numbers.extend(hyper.init_b.map(|bias| (Key::InitB, bias)));
    if let Start::Given(parameters) = &shape.start {
        // What vanishes of many is told.
        let is_beyond = |number: &&f64| matches!(Lost::of(Key::InitFile, **number), Some(Lost::Infinite));
        numbers.extend(parameters.iter().find(is_beyond).map(|number| (Key::InitFile, *number)));
    }
    numbers
}

/// Whether the numbers of a key are rounded to f32. The stop rules compare in f64, and a schedule is worked out in it.
fn is_held(key: Key) -> bool {
    matches!(
        key,
        Key::LearningRate
            | Key::Momentum
            | Key::WeightDecay
            | Key::Betas
            | Key::Eps
            | Key::Alpha
            | Key::InitialAccumulator
            | Key::ModelGain
            | Key::InitScale
            | Key::InitOffset
            | Key::InitW
            | Key::InitB
    )
}

/// The values of a parameter that tell whether f32 holds all: those of a list, else the ends.
fn telling(parameter: &Parameter) -> Vec<AxisIndex> {
    match &parameter.axis {
        Axis::List(list) => (0..list.0.len() as u64).map(AxisIndex).collect(),
        axis => axis.ends().into(),
    }
}
