//! What a results folder is about: the facts of an experiment that its tables do not hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use etascape_core::LearningRate;
pub use etascape_sweep::Scale;
use etascape_sweep::program::ProgramExperiment;
use etascape_sweep::{Axis, EngineMetric, Experiment, Job, Outline, Parameter, Plan, ReportConfig, Series};
use serde::{Deserialize, Serialize};

use crate::facts::Facts;
pub use crate::inputs::{FitInput, LossAt, Predict, StepsOf, SurfaceInput};
use crate::inputs::{fit, surface};
use crate::limits::Limits;
pub use crate::objective::Objective;
use crate::theory::Theory;

/// A parameter that the sweep varied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweptParameter {
    /// Dotted path. It is also the name of its column in `runs.csv`.
    pub path: String,
    /// How its values are spread.
    pub scale: Scale,
}

/// What `[report]` asks for; `None` leaves the choice to the sweep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The parameter that plays the part of η.
    pub rate: Option<String>,
    /// The parameter on the x axis.
    pub x: Option<String>,
    /// The parameter on the y axis of the heat map.
    pub y: Option<String>,
    /// What colour shows: a parameter in line charts, or a column of numbers in the heat map.
    pub color: Option<String>,
    /// The parameter with a panel for each of its values.
    pub facet: Option<String>,
}

impl Choice {
    fn of(report: &ReportConfig) -> Choice {
        let ReportConfig { rate, x, y, color, facet, .. } = report.clone();
        Choice { rate, x, y, color, facet }
    }
}

/// The sharpness up to which the updates of a run are stable.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Stability {
    /// 2/η with the run's own learning rate, which is swept: plain gradient descent.
    OfSweptRate,
    /// The same for every run: plain gradient descent at this rate.
    OfRate(f64),
    /// Not known, since the update is not plain gradient descent.
    Unknown,
}

/// What a results folder is about.
#[derive(Default)]
pub struct Subject {
    /// The experiment's name.
    pub name: String,
    /// The question it asks, in the author's words; may be empty.
    pub description: String,
    /// The swept parameters, in plan order.
    pub parameters: Vec<SweptParameter>,
    /// The axes of the parameters that advance with no other, by path.
    pub axes: BTreeMap<String, Axis>,
    /// The series of parameters whose value follows from the run's number, by path.
    pub series: BTreeMap<String, Series>,
    /// The learning rate above which gradient descent cannot converge, 2/λmax; `None` where theory does not know it.
    pub theory_limit: Option<f64>,
    /// The forecast of each run; `None` where the runs do not all minimise the same quadratic.
    pub theory: Option<Theory>,
    /// The input for the fit; `None` unless the model has one input and logged parameters.
    pub fit: Option<FitInput>,
    /// The input for the loss surface; `None` unless the model has two parameters and both are logged.
    pub surface: Option<SurfaceInput>,
    /// What the sharpness is compared with; `None` where it is not logged.
    pub sharpness: Option<Stability>,
    /// What `[report]` asks for.
    pub choice: Choice,
    /// The objective.
    pub objective: Objective,
    /// Whether etascape chose the objective among the metrics of a program.
    pub is_objective_chosen: bool,
    /// Whether the stop rules look at the objective of a program while runs go on.
    pub is_objective_watched: bool,
    /// The words of the losses that the engine's runs are trained with, rising; none for programs.
    pub losses: Vec<&'static str>,
    /// What is left out and why, in words; `None` unless the experiment's data or starting weights are gone or have
    /// changed.
    pub left_out: Option<String>,
    /// The limits of `[stop]` that the loss at the start may already have passed.
    pub limits: Limits,
    /// What the data and the start say beforehand.
    pub facts: Facts,
}

impl SweptParameter {
    fn of(parameter: &Parameter) -> SweptParameter {
        SweptParameter { path: parameter.path.clone(), scale: parameter.scale() }
    }
}

impl Subject {
    /// The columns of the parameters that charts need at each point of a curve.
    pub fn curve_columns(&self) -> &[String] {
        let of_fit = self.fit.as_ref().map(|fit| &fit.parameters[..]);
        of_fit.or(self.surface.as_ref().map(|surface| &surface.parameters[..])).unwrap_or_default()
    }

    /// The metric that the stop rules look at: of the engine the training loss, of a program the objective.
    pub fn watched(&self) -> &str {
        if self.limits.is_program { &self.objective.name } else { EngineMetric::Loss.name() }
    }

    /// The column of `runs.csv` with the best value of that metric.
    pub fn best_column(&self) -> String {
        let most = if self.limits.is_program && self.objective.maximise { "max" } else { "min" };
        format!("{most}_{}", self.watched())
    }

    /// The subject of an engine experiment.
    pub fn of(experiment: &Experiment) -> Subject {
        let plan = &experiment.plan;
        let theory = Theory::of(plan);
        Subject {
            name: experiment.name.clone(),
            description: experiment.description.clone().unwrap_or_default(),
            parameters: plan.parameters().iter().map(SweptParameter::of).collect(),
            axes: axes(plan.parameters(), |which| plan.is_zipped(which)),
            series: series(plan.parameters(), |which| plan.series(which)),
            theory_limit: theory.as_ref().and_then(Theory::limit),
            theory,
            fit: fit(plan, None),
            surface: surface(plan.clone()),
            sharpness: (experiment.log.sharpness_every > 0).then(|| stability(plan)),
            choice: Choice::of(&experiment.report),
            is_objective_chosen: false,
            objective: Objective::of_engine(experiment.objective, &plan.losses())
                .of_targets(experiment.data.standardize_target),
            is_objective_watched: true,
            losses: plan.losses(),
            left_out: None,
            limits: Limits::of(plan),
            facts: Facts::of(experiment),
        }
    }

    /// The subject of an experiment from its file alone. `why` says in words why the data cannot be used.
    pub fn of_outline(outline: &Outline, why: &str) -> Subject {
        let Outline { name, description, log, report, objective, losses, standardize_target, plan } = outline;
        let is_sharp = log.sharpness_every > 0;
        let edge = if is_sharp { ", 2/η beside the sharpness" } else { "" };
        Subject {
            name: name.clone(),
            description: description.clone().unwrap_or_default(),
            parameters: plan.parameters().iter().map(SweptParameter::of).collect(),
            axes: axes(plan.parameters(), |which| plan.is_zipped(which)),
            series: series(plan.parameters(), |which| plan.series(which)),
            sharpness: is_sharp.then_some(Stability::Unknown),
            choice: Choice::of(report),
            objective: Objective::of_engine(*objective, losses).of_targets(*standardize_target),
            losses: losses.clone(),
            left_out: Some(format!("the fit, the surface{edge} and theory are left out, for {why}")),
            ..Subject::default()
        }
    }

    /// The subject of a program's experiment, whose runs are judged by the metric with this name.
    pub fn of_program(experiment: &ProgramExperiment, objective: String) -> Subject {
        let rules = &experiment.program.rules;
        let (is_objective_watched, maximise) =
            (rules.is_plainly_objective(&objective) || experiment.program.has_one_source(), rules.maximise);
        let name = objective;
        Subject {
            name: experiment.name.clone(),
            description: experiment.description.clone().unwrap_or_default(),
            parameters: experiment.plan.parameters().iter().map(SweptParameter::of).collect(),
            axes: axes(experiment.plan.parameters(), |which| experiment.plan.is_zipped(which)),
            series: series(experiment.plan.parameters(), |which| experiment.plan.series(which)),
            theory_limit: None,
            theory: None,
            fit: None,
            surface: None,
            sharpness: None,
            choice: Choice::of(&experiment.report),
            objective: Objective {
                title: name.clone(),
                name,
                maximise,
                is_watched: true,
                losses: Vec::new(),
                is_standardized: false,
            },
            losses: Vec::new(),
            left_out: None,
            is_objective_chosen: rules.objective.is_none(),
            is_objective_watched,
            limits: Limits::of_program(&rules.stop),
            facts: Facts::default(),
        }
    }
}

/// The axes of the parameters that advance with no other.
fn axes(parameters: &[Parameter], is_zipped: impl Fn(usize) -> bool) -> BTreeMap<String, Axis> {
    let alone = parameters.iter().enumerate().filter(|(which, _)| !is_zipped(*which));
    alone.map(|(_, one)| (one.path.clone(), one.axis.clone())).collect()
}

/// The series of the parameters that have one.
fn series(parameters: &[Parameter], of: impl Fn(usize) -> Option<Series>) -> BTreeMap<String, Series> {
    parameters.iter().enumerate().filter_map(|(which, one)| Some((one.path.clone(), of(which)?))).collect()
}

/// What the sharpness is compared with.
fn stability(plan: &Plan) -> Stability {
    let Some(job) = plain_jobs(plan).and_then(|jobs| jobs.into_iter().next()) else { return Stability::Unknown };
    let mut paths = plan.parameters().iter().map(|parameter| parameter.path.as_str());
    match plan.hyper(&job, 0).learning_rate {
        _ if paths.clone().any(|path| path == "train.learning_rate") => Stability::OfSweptRate,
        LearningRate::Same(rate) if !paths.any(|path| path.starts_with("train.learning_rate.")) => {
            Stability::OfRate(rate)
        }
        _ => Stability::Unknown,
    }
}

/// The jobs of a plan; `None` unless all are plain gradient descent: all rows, a constant rate, no momentum, no decay.
fn plain_jobs(plan: &Plan) -> Option<Vec<Arc<Job>>> {
    if plan.parameters().iter().any(|parameter| parameter.path.starts_with("train.optimizer")) {
        return None;
    }
    let is_plain = |job: &Arc<Job>| job.shape.is_plain_descent(&job.data, &plan.hyper(job, 0));
    plan.jobs().filter(|jobs| jobs.iter().all(is_plain))
}
