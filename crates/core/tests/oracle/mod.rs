//! The oracle: one run at a time, in plain scalar code, slowly and readably. Given starts only.
//!
//! What transcendental functions it uses is the caller's choice ([`Math`]); with the engine's own, both must agree.

mod network;
mod rule;

use etascape_core::{
    CurvePoint, CurveSteps, Data, Hyper, Metrics, Purpose, Rows, RunRecord, Shape, Start, Status, Stream,
};

pub use network::{gradient, loss};

/// The functions that differ in their last bits from one library to another.
pub trait Math {
    fn exp(&self, x: f64) -> f64;
    fn ln_1p(&self, x: f64) -> f64;
    fn tanh(&self, x: f64) -> f64;
    fn erf(&self, x: f64) -> f64;
}

/// Those of libm.
pub struct Libm;

impl Math for Libm {
    fn exp(&self, x: f64) -> f64 {
        libm::exp(x)
    }
    fn ln_1p(&self, x: f64) -> f64 {
        libm::log1p(x)
    }
    fn tanh(&self, x: f64) -> f64 {
        libm::tanh(x)
    }
    fn erf(&self, x: f64) -> f64 {
        libm::erf(x)
    }
}

/// Trains one run.
pub fn train_one(shape: &Shape, data: &Data, hyper: &Hyper, math: &impl Math) -> RunRecord {
    let Start::Given(start) = &shape.start else { panic!("the oracle draws nothing") };
    let mut parameters = start.to_vec();
    let mut state = rule::State::new(shape, hyper, parameters.len());
    let mut losses = vec![];
    let mut curve = vec![];
    loop {
        let step = losses.len() as u64;
        losses.push(loss(shape, hyper, &data.train, &parameters, math));
        let status = ended(shape, hyper, &losses);
        if status.is_some() || is_logged(shape, step) {
            curve.push(point(shape, hyper, data, &parameters, &losses, math));
        }
        if let Some(status) = status {
            return record(shape, hyper, status, &losses, curve);
        }
        let batch = batch(shape, hyper, &data.train, step);
        let gradient = gradient(shape, hyper, &batch, &parameters, math);
        state.update(shape, hyper, step, &gradient, &mut parameters);
    }
}

/// The rows of the update that follows `step` earlier ones: every epoch goes through all of them in an order of its own.
fn batch(shape: &Shape, hyper: &Hyper, rows: &Rows, step: u64) -> Rows {
    if shape.batch_size == 0 || shape.batch_size >= rows.len() {
        return rows.clone();
    }
    let updates = rows.len().div_ceil(shape.batch_size) as u64;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    Stream::new(hyper.seed, Purpose::Batches, step / updates).shuffle(&mut order);
    let seen = order.chunks(shape.batch_size).nth((step % updates) as usize).expect("an update of the epoch");
    Rows {
        inputs: rows.inputs,
        features: seen.iter().flat_map(|&row| rows.row(row).to_vec()).collect(),
        targets: seen.iter().map(|&row| rows.targets[row]).collect(),
    }
}

/// How the run ends with the last of these losses, if it does.
fn ended(shape: &Shape, hyper: &Hyper, losses: &[f64]) -> Option<Status> {
    let step = losses.len() as u64 - 1;
    let last = losses[losses.len() - 1];
    if !last.is_finite() || last > hyper.diverged_above {
        Some(Status::Diverged)
    } else if last <= hyper.converged_below {
        Some(Status::Converged)
    } else if shape.patience.is_some_and(|p| step - last_improvement(losses, p.min_delta) >= p.steps) {
        Some(Status::Plateau)
    } else {
        (step == shape.steps).then_some(Status::MaxSteps)
    }
}

fn last_improvement(losses: &[f64], min_delta: f64) -> u64 {
    let (mut best, mut at) = (losses[0], 0);
    for (step, &loss) in losses.iter().enumerate() {
        if best - loss > min_delta {
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

fn point(
    shape: &Shape,
    hyper: &Hyper,
    data: &Data,
    parameters: &[f64],
    losses: &[f64],
    math: &impl Math,
) -> CurvePoint {
    let measured = |rows: &Rows| (!rows.is_empty()).then(|| loss(shape, hyper, rows, parameters, math));
    let accuracy = |rows: &Rows| {
        (shape.loss.is_classification() && !rows.is_empty())
            .then(|| network::accuracy(shape, hyper, rows, parameters, math))
    };
    CurvePoint {
        step: losses.len() as u64 - 1,
        loss: losses[losses.len() - 1],
        metrics: Metrics {
            val_loss: measured(&data.validation),
            accuracy: accuracy(&data.train),
            val_accuracy: accuracy(&data.validation),
        },
        parameters: if shape.log_parameters { parameters.into() } else { [].into() },
    }
}

fn record(shape: &Shape, hyper: &Hyper, status: Status, losses: &[f64], mut curve: Vec<CurvePoint>) -> RunRecord {
    let end = curve[curve.len() - 1].clone();
    if shape.curve == CurveSteps::None {
        curve.clear();
    }
    RunRecord {
        status,
        steps: end.step,
        initial_loss: losses[0],
        final_loss: end.loss,
        min_loss: losses.iter().copied().fold(f64::NAN, f64::min),
        trainability: shape.trainability.then(|| trainability(shape, hyper, losses)),
        metrics: end.metrics,
        parameters: end.parameters,
        curve,
    }
}

/// DESIGN.md's measure: a run that stopped contributes its last value for the steps that it did not take, which is 0
/// once converged and 1e6 once diverged.
fn trainability(shape: &Shape, hyper: &Hyper, losses: &[f64]) -> f64 {
    let ratio = |loss: &f64| Some(loss / losses[0]).filter(|v| v.is_finite()).map_or(1e6, |v| v.min(1e6));
    let last = losses[losses.len() - 1];
    let rest = match ended(shape, hyper, losses) {
        Some(Status::Converged) => 0.0,
        Some(Status::Diverged) => 1e6,
        _ => ratio(&last),
    };
    let series = losses.iter().map(ratio).chain(std::iter::repeat(rest));
    let v: Vec<f64> = series.take(shape.steps as usize).collect();
    let tail = &v[v.len().saturating_sub(20)..];
    if tail.iter().sum::<f64>() / (tail.len() as f64) < 1.0 {
        -v.iter().sum::<f64>()
    } else {
        v.iter().map(|v| 1.0 / v).sum()
    }
}
