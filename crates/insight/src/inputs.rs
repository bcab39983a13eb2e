//! What the charts of the fit and of the loss surface need of an experiment.

use std::sync::Arc;

use etascape_core::{Data, Loss, Shape, predict, theory};
use etascape_sweep::Plan;

use crate::retrain::steps_of;

/// The outputs of a model with one input: from its parameters, in the network's order, and some inputs.
pub type Predict = Box<dyn Fn(&[f64], &[f64]) -> Vec<f64> + Send + Sync>;

/// The input for the fit chart of a model with one input.
pub struct FitInput {
    /// Rows: input and target as read. Of large data they are a sample.
    pub points: Vec<(f64, f64)>,
    /// How many rows there are.
    pub of_rows: usize,
    /// The input's name.
    pub x_name: String,
    /// The target's name.
    pub target_name: String,
    /// The columns of the logged parameters, in the network's order.
    pub parameters: Vec<String>,
    /// The model.
    pub predict: Predict,
}

/// The loss of a model at two parameters.
pub type LossAt = Box<dyn Fn(f64, f64) -> f64 + Send + Sync>;

/// The two parameters of a run, by its id, after each of its first updates, so many at most; the start comes first. `None`
/// where they would take long to compute.
pub type StepsOf = Box<dyn Fn(u64, u64) -> Option<Vec<(f64, f64)>> + Send + Sync>;

/// The input for the loss surface of a model with two parameters.
pub struct SurfaceInput {
    /// The columns of the parameters.
    pub parameters: [String; 2],
    /// The training loss.
    pub loss: LossAt,
    /// How many terms each loss sums over: the rows, or those of a sample.
    pub terms: usize,
    /// How many rows there are, where the losses are those of a sample.
    pub sampled_of: Option<usize>,
    /// The steps that runs take, since logs have only some of them.
    pub steps_of: StepsOf,
    /// The minimum of the loss; `None` where theory does not know it, or it is not unique.
    pub minimum: Option<(f64, f64)>,
    /// Length divided by width of the ellipses of equal loss, √(λmax/λmin); `None` where theory does not know it.
    pub elongation: Option<f64>,
}

/// The input for the fit. It needs networks with one input and one output, all of one shape, and logged parameters.
/// `unit` brings outputs to targets as read; left out, the plan's data say.
pub(crate) fn fit(plan: &Plan, unit: Option<[f64; 2]>) -> Option<FitInput> {
    let jobs = plan.jobs()?;
    let job = jobs.first()?.clone();
    let network = &job.shape.network;
    let is_alike = jobs.iter().all(|other| other.shape.network == *network);
    let is_swept = |path: &str| plan.parameters().iter().any(|parameter| parameter.path == path);
    let is_drawn = network.fan_in(0) == 1 && network.outputs() == 1 && !job.shape.loss.is_classification();
    let parameters = plan.parameter_columns().to_vec();
    if !is_alike || !is_drawn || parameters.is_empty() || is_swept("model.gain") {
        return None;
    }
    let gain = plan.hyper(&job, 0).gain;
    let (rows, scale) = (&job.data.train, job.target_scale);
    let as_read = move |target: f64| match (unit, scale) {
        (Some([offset, factor]), _) => offset + factor * target,
        (None, Some(scale)) => scale.undo(target),
        (None, None) => target,
    };
    Some(FitInput {
        points: rows.features.iter().copied().zip(rows.targets.iter().map(|target| as_read(*target))).collect(),
        of_rows: rows.len(),
        x_name: plan.table().feature_names().first().cloned().unwrap_or_else(|| "x".into()),
        target_name: plan.table().target_name().to_string(),
        parameters,
        predict: Box::new(move |parameters, inputs| {
            let outputs = predict(&job.shape, gain, parameters, inputs).expect("a plan's runs fit").concat();
            outputs.into_iter().map(as_read).collect()
        }),
    })
}

/// The input for the loss surface. It needs one surface for all runs, two parameters, and both logged.
pub(crate) fn surface(plan: Arc<Plan>) -> Option<SurfaceInput> {
    let jobs = plan.jobs()?;
    let job = jobs.first()?;
    let (network, loss, rows) = (&job.shape.network, job.shape.loss, &job.data.train);
    let is_alike = |other: &etascape_sweep::Job| {
        let data = &other.data.train;
        let same_data = data.features == rows.features && data.targets == rows.targets;
        other.shape.network == *network && other.shape.loss == loss && same_data
    };
    let [across, up] = plan.parameter_columns() else { return None };
    let parameters = [across.clone(), up.clone()];
    let is_drawn = network.layers() == 1 && network.outputs() == 1 && network.parameters() == 2;
    if !is_drawn || rows.is_empty() || !jobs.iter().all(|job| is_alike(job)) {
        return None;
    }
    let theory = theory::linear(&job.shape, &job.data).filter(|theory| theory.eigenvalues[1] > 0.0);
    let slopes = slopes(&job.shape, &job.data);
    let loss = loss_over(loss, slopes, rows.len())?;
    Some(SurfaceInput {
        parameters,
        loss,
        terms: rows.len(),
        sampled_of: None,
        steps_of: Box::new(move |run, most| steps_of(&plan, run, most)),
        minimum: theory.as_ref().map(|theory| (theory.solution[0], theory.solution[1])),
        elongation: theory.map(|theory| theory.condition_number.sqrt()),
    })
}

/// For each row the slopes a and c of a model whose output is linear in its two parameters, `y = a θ₀ + c θ₁`, and the target.
pub(crate) fn slopes(shape: &Shape, data: &Data) -> Vec<[f64; 3]> {
    let features = &data.train.features;
    let per_unit =
        |theta: [f64; 2]| predict(shape, 1.0, &theta, features).expect("a plan's runs fit").into_iter().flatten();
    let slopes = per_unit([1.0, 0.0]).zip(per_unit([0.0, 1.0]));
    slopes.zip(&data.train.targets).map(|((a, c), &t)| [a, c, t]).collect()
}

/// The loss over some rows, by their slopes and targets; `of_rows` are all that they stand for. `None` for a loss of classes
/// whose outputs are several.
pub(crate) fn loss_over(loss: Loss, rows: Vec<[f64; 3]>, of_rows: usize) -> Option<LossAt> {
    let of_row = row_loss(loss)?;
    let all = if loss == Loss::HalfSse { of_rows as f64 } else { 1.0 };
    let share = all / rows.len() as f64;
    Some(Box::new(move |first, second| {
        let losses = rows.iter().map(|[a, c, t]| of_row(a * first + c * second, *t));
        losses.sum::<f64>() * share
    }))
}

/// The loss of one output y and its target t, as [`Loss`] has it.
fn row_loss(loss: Loss) -> Option<fn(f64, f64) -> f64> {
    Some(match loss {
        Loss::HalfSse => |y, t| 0.5 * (t - y) * (t - y),
        Loss::Mse => |y, t| (t - y) * (t - y),
        Loss::Mae => |y, t| (t - y).abs(),
        Loss::Huber => |y, t| {
            let r = (t - y).abs();
            if r <= 1.0 { 0.5 * r * r } else { r - 0.5 }
        },
        Loss::Bce => |y, t| y.max(0.0) - y * t + libm::log1p(libm::exp(-y.abs())),
        Loss::CrossEntropy => return None,
    })
}
