//! The oracle: one run at a time, in plain scalar code, slowly and readably. Given starts only.
//!
//! It takes the engine's transcendental functions, which have tests of their own, and its order of operations: every
//! sum runs over inputs, outputs or rows in ascending order with one `mul_add` a term. So the bits must agree.

mod network;
mod number;
mod rule;

use etascape_core::{
    CurvePoint, CurveSteps, Data, Extras, Hyper, Metrics, Precision, Purpose, Rows, RunRecord, Shape, Start,
    StopReason, Stream,
};

use network::gradient;
use number::Number;

/// Trains one run.
pub fn train_one(shape: &Shape, data: &Data, hyper: &Hyper) -> RunRecord {
    let rows = [&data.train, &data.validation];
    match shape.precision {
        Precision::F64 => train_in::<f64>(shape, &rows.map(rounded), hyper),
        Precision::F32 => train_in::<f32>(shape, &rows.map(rounded), hyper),
    }
}

fn rounded<N: Number>(rows: &Rows) -> Rows<N> {
    let numbers = |numbers: &[f64]| numbers.iter().map(|&x| N::of(x)).collect();
    Rows { inputs: rows.inputs, features: numbers(&rows.features), targets: numbers(&rows.targets) }
}

/// Trains one run on rows that train and rows held out.
fn train_in<N: Number>(shape: &Shape, rows: &[Rows<N>; 2], hyper: &Hyper) -> RunRecord {
    let Start::Given(start) = &shape.start else { panic!("the oracle draws nothing") };
    let mut parameters: Vec<N> = start.iter().map(|&x| N::of(x)).collect();
    let [train, _] = rows;
    let mut state = rule::State::new(hyper, parameters.len());
    let mut losses: Vec<Known> = vec![];
    let mut curve = vec![];
    for step in 0.. {
        let batch = batch(shape, hyper, train, step);
        let has_batch = batch.is_some() && step < shape.last_step();
        let batch_loss = batch.as_ref().filter(|_| has_batch).map(|batch| loss(shape, hyper, batch, &parameters));
        let by_batch = batch_loss.filter(|&batch_loss| step > 0 && is_diverged(hyper, losses[0].loss, batch_loss));
        if batch.is_none() || is_evaluated(shape, train.len(), step) || by_batch.is_some() {
            losses.push(Known { step, loss: loss(shape, hyper, train, &parameters), batch_loss });
            let status = ended(shape, hyper, &losses);
            if status.is_some() || is_logged(shape, step) {
                curve.push(point(shape, hyper, rows, &parameters, &losses));
            }
            if let Some(status) = status {
                return record::<N>(shape, hyper, status, &losses, curve);
            }
        }
        let gradient = gradient(shape, hyper, batch.as_ref().unwrap_or(train), &parameters);
        state.update(shape, hyper, step, &gradient, &mut parameters);
    }
    unreachable!("a run ends at its last step")
}

/// The loss over the rows.
fn loss<N: Number>(shape: &Shape, hyper: &Hyper, rows: &Rows<N>, parameters: &[N]) -> f64 {
    network::loss(shape, hyper, rows, parameters).exact()
}

/// The training loss at a step at which it is known.
#[derive(Clone, Copy)]
struct Known {
    step: u64,
    loss: f64,
    /// That of the mini-batch that makes the next update.
    batch_loss: Option<f64>,
}

/// Whether the training loss is computed at a step, with mini-batches, if the run does not end there.
fn is_evaluated(shape: &Shape, rows: usize, step: u64) -> bool {
    let epochs = |step: u64| step as usize * shape.batch_size / rows;
    let is_due = match shape.evaluate_every {
        0 => step == 0 || epochs(step) > epochs(step - 1),
        every => step.is_multiple_of(every),
    };
    is_due || is_logged(shape, step) || step == shape.last_step()
}

/// The rows of the update that follows `step` earlier ones: the next ones of a walk through endless epochs, each of
/// which goes through all rows in an order of its own, a shuffle from its end. `None`: all rows.
fn batch<N: Number>(shape: &Shape, hyper: &Hyper, rows: &Rows<N>, step: u64) -> Option<Rows<N>> {
    let (size, len) = (shape.batch_size, rows.len());
    if size == 0 || size >= len {
        return None;
    }
    let row_at = |place: usize| {
        let mut order: Vec<usize> = (0..len).collect();
        Stream::new(hyper.seed, Purpose::Batches, (place / len) as u64).shuffle(&mut order);
        order[len - 1 - place % len]
    };
    let first = step as usize * size;
    let seen: Vec<usize> = (first..first + size).map(row_at).collect();
    Some(Rows {
        inputs: rows.inputs,
        features: seen.iter().flat_map(|&row| rows.row(row).to_vec()).collect(),
        targets: seen.iter().map(|&row| rows.targets[row]).collect(),
    })
}

fn is_diverged(hyper: &Hyper, start: f64, loss: f64) -> bool {
    let is_too_large = loss > hyper.diverged_above || start != 0.0 && loss > hyper.diverged_factor * start.abs();
    !loss.is_finite() || is_too_large
}

/// How the run ends with the last of these losses, if it does.
fn ended(shape: &Shape, hyper: &Hyper, losses: &[Known]) -> Option<StopReason> {
    let Known { step, loss, batch_loss } = losses[losses.len() - 1];
    let is_diverged = |loss: f64| is_diverged(hyper, losses[0].loss, loss);
    if is_diverged(loss) || batch_loss.is_some_and(is_diverged) {
        Some(StopReason::Diverged)
    } else if loss <= hyper.converged_below {
        Some(StopReason::Converged)
    } else if shape.patience.is_some_and(|p| step - last_improvement(losses, p.min_delta) >= p.steps) {
        Some(StopReason::Plateau)
    } else {
        (step == shape.last_step()).then_some(StopReason::MaxSteps)
    }
}

fn last_improvement(losses: &[Known], min_delta: f64) -> u64 {
    let mut best = losses[0];
    for &known in losses {
        if known.loss < best.loss - min_delta {
            best = known;
        }
    }
    best.step
}

fn is_logged(shape: &Shape, step: u64) -> bool {
    match shape.curve {
        CurveSteps::None => false,
        CurveSteps::Every(every) => step.is_multiple_of(every),
        CurveSteps::Points(_) => panic!("the oracle logs every so many steps"),
    }
}

fn point<N: Number>(
    shape: &Shape,
    hyper: &Hyper,
    [train, validation]: &[Rows<N>; 2],
    parameters: &[N],
    losses: &[Known],
) -> CurvePoint {
    let last = losses[losses.len() - 1];
    let measured = |rows: &Rows<N>| (!rows.is_empty()).then(|| loss(shape, hyper, rows, parameters));
    let accuracy = |rows: &Rows<N>| {
        let is_measured = shape.loss.is_classification() && !rows.is_empty();
        is_measured.then(|| network::accuracy(shape, hyper, rows, parameters).exact())
    };
    CurvePoint {
        step: last.step,
        loss: last.loss,
        metrics: Metrics {
            val_loss: measured(validation),
            accuracy: accuracy(train),
            val_accuracy: accuracy(validation),
        },
        batch_loss: last.batch_loss.filter(|_| shape.log_batch_loss),
        sharpness: None,
        parameters: parameters.iter().filter(|_| shape.log_parameters).map(|parameter| parameter.exact()).collect(),
    }
}

fn record<N: Number>(
    shape: &Shape,
    hyper: &Hyper,
    status: StopReason,
    losses: &[Known],
    mut curve: Vec<CurvePoint>,
) -> RunRecord {
    let end = curve[curve.len() - 1].clone();
    if shape.curve == CurveSteps::None {
        curve.clear();
    }
    let first = losses[0].loss;
    let is_measurable = first > 0.0 && first.is_finite();
    let trainability = (shape.trainability && is_measurable).then(|| N::of(trainability(shape, hyper, losses)).exact());
    let extras = Extras { trainability, metrics: end.metrics };
    RunRecord {
        stop_reason: status,
        steps: end.step,
        initial_loss: first,
        final_loss: end.loss,
        min_loss: losses.iter().map(|known| known.loss).fold(f64::NAN, f64::min),
        parameters: end.parameters,
        curve,
        extras: extras.boxed(),
    }
}

/// The measure of trainability: a run that stopped contributes its last value for the steps that it did not take, which is
/// 0 once converged and 1e6 once diverged. A step at which the loss is not known has that of the last at which it is.
fn trainability(shape: &Shape, hyper: &Hyper, losses: &[Known]) -> f64 {
    let ratio = |loss: &f64| Some(loss / losses[0].loss).filter(|v| v.is_finite()).map_or(1e6, |v| v.min(1e6));
    let Known { step: end, loss: last, .. } = losses[losses.len() - 1];
    let rest = match ended(shape, hyper, losses) {
        Some(StopReason::Converged) => 0.0,
        Some(StopReason::Diverged) => 1e6,
        _ => ratio(&last),
    };
    let known_at = |step: u64| losses.iter().rfind(|known| known.step <= step).expect("the start is known").loss;
    let taken: Vec<f64> = (0..=end).take(shape.steps as usize).map(|step| ratio(&known_at(step))).collect();
    let missing = (shape.steps as usize - taken.len()) as f64;
    let in_tail = |step: usize| step as f64 >= shape.steps as f64 - 20.0;
    let tail: f64 = taken.iter().enumerate().filter(|(step, _)| in_tail(*step)).fold(0.0, |sum, (_, v)| sum + v);
    let mean = (tail + missing.min(20.0) * rest) / (shape.steps as f64).min(20.0);
    if mean < 1.0 {
        -(taken.iter().fold(0.0, |sum, v| sum + v) + missing * rest)
    } else {
        let sum = taken.iter().fold(0.0, |sum, v| sum + 1.0 / v);
        if missing > 0.0 { sum + missing / rest } else { sum }
    }
}
