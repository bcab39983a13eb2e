//! The oracle: one run at a time, in plain scalar code, slowly and readably. Given starts only.
//!
//! It takes the engine's transcendental functions, which have tests of their own, and its order of operations: every
//! sum runs over inputs, outputs or rows in ascending order with one `mul_add` a term. So the bits must agree.

mod network;
mod rule;

use etascape_core::{
    CurvePoint, CurveSteps, Data, Extras, Hyper, Metrics, Purpose, Rows, RunRecord, Shape, Start, StopReason, Stream,
};

use network::{gradient, loss};

/// Trains one run.
pub fn train_one(shape: &Shape, data: &Data, hyper: &Hyper) -> RunRecord {
    let Start::Given(start) = &shape.start else { panic!("the oracle draws nothing") };
    let mut parameters = start.to_vec();
    let mut state = rule::State::new(hyper, parameters.len());
    let mut losses = vec![];
    let mut curve = vec![];
    loop {
        let step = losses.len() as u64;
        losses.push(loss(shape, hyper, &data.train, &parameters));
        let status = ended(shape, hyper, &losses);
        if status.is_some() || is_logged(shape, step) {
            curve.push(point(shape, hyper, data, &parameters, &losses));
        }
        if let Some(status) = status {
            return record(shape, hyper, status, &losses, curve);
        }
        let batch = batch(shape, hyper, &data.train, step);
        let gradient = gradient(shape, hyper, &batch, &parameters);
        state.update(shape, hyper, step, &gradient, &mut parameters);
    }
}

/// The rows of the update that follows `step` earlier ones: the next ones of a walk through endless epochs, each of
/// which goes through all rows in an order of its own.
fn batch(shape: &Shape, hyper: &Hyper, rows: &Rows, step: u64) -> Rows {
    let (size, len) = (shape.batch_size, rows.len());
    if size == 0 || size >= len {
        return rows.clone();
    }
    let row_at = |place: usize| {
        let mut order: Vec<usize> = (0..len).collect();
        Stream::new(hyper.seed, Purpose::Batches, (place / len) as u64).shuffle(&mut order);
        order[place % len]
    };
    let first = step as usize * size;
    let seen: Vec<usize> = (first..first + size).map(row_at).collect();
    Rows {
        inputs: rows.inputs,
        features: seen.iter().flat_map(|&row| rows.row(row).to_vec()).collect(),
        targets: seen.iter().map(|&row| rows.targets[row]).collect(),
    }
}

/// How the run ends with the last of these losses, if it does.
fn ended(shape: &Shape, hyper: &Hyper, losses: &[f64]) -> Option<StopReason> {
    let step = losses.len() as u64 - 1;
    let last = losses[losses.len() - 1];
    let is_too_large =
        last > hyper.diverged_above || losses[0] != 0.0 && last > hyper.diverged_factor * losses[0].abs();
    if !last.is_finite() || is_too_large {
        Some(StopReason::Diverged)
    } else if last <= hyper.converged_below {
        Some(StopReason::Converged)
    } else if shape.patience.is_some_and(|p| step - last_improvement(losses, p.min_delta) >= p.steps) {
        Some(StopReason::Plateau)
    } else {
        (step == shape.last_step()).then_some(StopReason::MaxSteps)
    }
}

fn last_improvement(losses: &[f64], min_delta: f64) -> u64 {
    let (mut best, mut at) = (losses[0], 0);
    for (step, &loss) in losses.iter().enumerate() {
        if loss < best - min_delta {
            (best, at) = (loss, step as u64);
        }
    }
    at
}

fn is_logged(shape: &Shape, step: u64) -> bool {
    match shape.curve {
        CurveSteps::None => false,
        CurveSteps::Every(every) => step.is_multiple_of(every),
        CurveSteps::Points(_) => panic!("the oracle logs every so many steps"),
    }
}

fn point(shape: &Shape, hyper: &Hyper, data: &Data, parameters: &[f64], losses: &[f64]) -> CurvePoint {
    let measured = |rows: &Rows| (!rows.is_empty()).then(|| loss(shape, hyper, rows, parameters));
    let accuracy = |rows: &Rows| {
        (shape.loss.is_classification() && !rows.is_empty()).then(|| network::accuracy(shape, hyper, rows, parameters))
    };
    CurvePoint {
        step: losses.len() as u64 - 1,
        loss: losses[losses.len() - 1],
        metrics: Metrics {
            val_loss: measured(&data.validation),
            accuracy: accuracy(&data.train),
            val_accuracy: accuracy(&data.validation),
        },
        sharpness: None,
        parameters: if shape.log_parameters { parameters.into() } else { Default::default() },
    }
}

fn record(shape: &Shape, hyper: &Hyper, status: StopReason, losses: &[f64], mut curve: Vec<CurvePoint>) -> RunRecord {
    let end = curve[curve.len() - 1].clone();
    if shape.curve == CurveSteps::None {
        curve.clear();
    }
    let is_measurable = losses[0] > 0.0 && losses[0].is_finite();
    let trainability = (shape.trainability && is_measurable).then(|| trainability(shape, hyper, losses));
    let extras = Extras { trainability, metrics: end.metrics };
    RunRecord {
        stop_reason: status,
        steps: end.step,
        initial_loss: losses[0],
        final_loss: end.loss,
        min_loss: losses.iter().copied().fold(f64::NAN, f64::min),
        parameters: end.parameters,
        curve,
        extras: extras.boxed(),
    }
}

/// DESIGN.md's measure: a run that stopped contributes its last value for the steps that it did not take, which is 0
/// once converged and 1e6 once diverged.
fn trainability(shape: &Shape, hyper: &Hyper, losses: &[f64]) -> f64 {
    let ratio = |loss: &f64| Some(loss / losses[0]).filter(|v| v.is_finite()).map_or(1e6, |v| v.min(1e6));
    let last = losses[losses.len() - 1];
    let rest = match ended(shape, hyper, losses) {
        Some(StopReason::Converged) => 0.0,
        Some(StopReason::Diverged) => 1e6,
        _ => ratio(&last),
    };
    let taken: Vec<f64> = losses.iter().take(shape.steps as usize).map(ratio).collect();
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
