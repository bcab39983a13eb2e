//! What charts and findings need of large data: numbers, and samples of rows. They stand for the data where these are not
//! kept.

use std::collections::BTreeMap;

use etascape_core::Loss;
use etascape_core::theory::{LinearTheory, Origin, linear};
use etascape_sweep::data::{SAMPLE, sample};
use etascape_sweep::{Experiment, Job, Status};
use serde::{Deserialize, Serialize};

use crate::baseline::Baseline;
use crate::facts::{DescentBound, RawFeatures, StartLimit};
use crate::inputs::{LossAt, fit, loss_over, slopes};
use crate::subject::{Stability, Subject};
use crate::theory::{End, RunForecast, Start, Theory};

/// What charts and findings need of an experiment's data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataFacts {
    /// By the word of the loss.
    baselines: BTreeMap<String, Baseline>,
    start_limit: Option<StartLimit>,
    #[serde(default)]
    bound: Option<DescentBound>,
    is_dead_at_start: bool,
    stability: Option<Stability>,
    theory: Option<TheoryFacts>,
    fit: Option<FitFacts>,
    surface: Option<SurfaceFacts>,
}

/// A [`Theory`] in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct TheoryFacts {
    eigenvalues: Vec<f64>,
    eigenvectors: Vec<Vec<f64>>,
    solution: Vec<f64>,
    least_loss: f64,
    is_plain: bool,
    left_out: usize,
    last_step: u64,
    /// Run, rate, status, steps, and the start.
    forecasts: Vec<(u64, f64, String, u64, usize)>,
    starts: Vec<StartFacts>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StartFacts {
    run: u64,
    parameters: Vec<f64>,
    loss: f64,
    shares: Vec<(f64, f64)>,
    converged_below: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct FitFacts {
    /// A sample of the rows: input and target as read.
    points: Vec<(f64, f64)>,
    of_rows: usize,
    /// What brings an output to the unit of the targets as read: a number to add, and a factor.
    unit: Option<[f64; 2]>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct SurfaceFacts {
    loss: SurfaceLoss,
    of_rows: usize,
    minimum: Option<(f64, f64)>,
    elongation: Option<f64>,
}

/// A loss over two parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum SurfaceLoss {
    /// `least + ½ (θ − solution)ᵀ H (θ − solution)`, with H₀₀, H₀₁ and H₁₁.
    Quadratic { hessian: [f64; 3], solution: [f64; 2], least: f64 },
    /// The slopes and targets of a sample of the rows.
    Rows(Vec<[f64; 3]>),
}

impl DataFacts {
    /// The facts of an experiment's data.
    pub fn of(experiment: &Experiment) -> DataFacts {
        let subject = Subject::of(experiment);
        let job = experiment.plan.jobs().and_then(|jobs| jobs.into_iter().next());
        let Subject { facts, sharpness, theory, fit, surface, .. } = subject;
        let seed = experiment.data.seed;
        let fit = fit.zip(job.as_ref()).map(|(fit, job)| FitFacts {
            points: sample(fit.points.len(), SAMPLE, seed).into_iter().map(|row| fit.points[row]).collect(),
            of_rows: fit.of_rows,
            unit: job.target_scale.map(|scale| [scale.undo(0.0), scale.undo(1.0) - scale.undo(0.0)]),
        });
        let surface = surface.zip(job).map(|(surface, job)| SurfaceFacts {
            loss: SurfaceLoss::of(&job, seed),
            of_rows: job.data.train.len(),
            minimum: surface.minimum,
            elongation: surface.elongation,
        });
        DataFacts {
            baselines: facts.baselines.into_iter().map(|(loss, baseline)| (loss.to_owned(), baseline)).collect(),
            start_limit: facts.start_limit.and_then(|limit| limit()),
            bound: facts.raw.and_then(|raw| raw.bound).and_then(|bound| bound()),
            is_dead_at_start: facts.is_dead_at_start.is_some_and(|is_dead| is_dead()),
            stability: sharpness,
            theory: theory.map(TheoryFacts::of),
            fit,
            surface,
        }
    }

    /// The subject of the experiment, by these facts and the same experiment on a sample of its rows. `None` where the two do
    /// not fit together.
    pub fn subject(self, sample: &Experiment) -> Option<Subject> {
        let mut subject = Subject::of(sample);
        subject.theory = match self.theory {
            Some(theory) => Some(theory.theory()?),
            None => None,
        };
        subject.theory_limit = subject.theory.as_ref().and_then(Theory::limit);
        subject.sharpness = self.stability;
        let facts = &mut subject.facts;
        for (loss, baseline) in &mut facts.baselines {
            *baseline = *self.baselines.get(*loss)?;
        }
        facts.start_limit = self.start_limit.map(|limit| Box::new(move || Some(limit)) as _);
        facts.raw = facts.raw.take().map(|raw| RawFeatures {
            bound: self.bound.map(|bound| Box::new(move || Some(bound)) as _),
            // Of a sample these are others.
            limit: None,
            trial: None,
            ..raw
        });
        let is_dead = self.is_dead_at_start;
        facts.is_dead_at_start = facts.is_dead_at_start.take().map(|_| Box::new(move || is_dead) as _);
        subject.fit = self.fit.and_then(|facts| {
            let mut input = fit(&sample.plan, Some(facts.unit.unwrap_or([0.0, 1.0])))?;
            (input.points, input.of_rows) = (facts.points, facts.of_rows);
            Some(input)
        });
        subject.surface = subject.surface.zip(self.surface).and_then(|(mut input, facts)| {
            let SurfaceFacts { loss, of_rows, minimum, elongation } = facts;
            (input.minimum, input.elongation) = (minimum, elongation);
            let of_loss = sample.plan.jobs()?.first()?.shape.loss;
            (input.terms, input.sampled_of) = match &loss {
                SurfaceLoss::Quadratic { .. } => (1, None),
                SurfaceLoss::Rows(rows) => (rows.len(), Some(of_rows)),
            };
            input.loss = loss.at(of_loss, of_rows)?;
            // Without the rows no run can be trained again.
            input.steps_of = Box::new(|_, _| None);
            Some(input)
        });
        Some(subject)
    }
}

impl SurfaceLoss {
    fn of(job: &Job, seed: u64) -> SurfaceLoss {
        if let Some(LinearTheory { eigenvalues, eigenvectors, solution, least_loss, .. }) =
            linear(&job.shape, &job.data)
        {
            let pairs = || eigenvalues.iter().zip(&eigenvectors);
            let entry = |i: usize, j: usize| pairs().map(|(value, vector)| value * vector[i] * vector[j]).sum();
            let hessian = [entry(0, 0), entry(0, 1), entry(1, 1)];
            return SurfaceLoss::Quadratic { hessian, solution: [solution[0], solution[1]], least: least_loss };
        }
        let rows = slopes(&job.shape, &job.data);
        SurfaceLoss::Rows(sample(rows.len(), SAMPLE, seed).into_iter().map(|row| rows[row]).collect())
    }

    fn at(self, loss: Loss, of_rows: usize) -> Option<LossAt> {
        match self {
            SurfaceLoss::Rows(rows) => loss_over(loss, rows, of_rows),
            SurfaceLoss::Quadratic { hessian: [a, b, c], solution, least } => Some(Box::new(move |first, second| {
                let (x, y) = (first - solution[0], second - solution[1]);
                least + 0.5 * (a * x * x + 2.0 * b * x * y + c * y * y)
            })),
        }
    }
}

impl TheoryFacts {
    fn of(theory: Theory) -> TheoryFacts {
        let Theory { landscape, is_plain, forecasts, left_out, starts, last_step } = theory;
        let LinearTheory { eigenvalues, eigenvectors, solution, least_loss, .. } = landscape;
        let forecast = |RunForecast { run_id, rate, end, start }: RunForecast| {
            (run_id, rate, end.status.name().to_owned(), end.steps, start)
        };
        let start = |Start { run_id, origin, converged_below }: Start| {
            let Origin { parameters, loss, shares } = origin;
            StartFacts { run: run_id, parameters, loss, shares, converged_below }
        };
        TheoryFacts {
            eigenvalues,
            eigenvectors,
            solution,
            least_loss,
            is_plain,
            left_out,
            last_step,
            forecasts: forecasts.into_iter().map(forecast).collect(),
            starts: starts.into_iter().map(start).collect(),
        }
    }

    fn theory(self) -> Option<Theory> {
        let landscape = LinearTheory::of_spectrum(self.eigenvalues, self.eigenvectors, self.solution, self.least_loss)?;
        let count = self.starts.len();
        let forecast = |(run_id, rate, status, steps, start): (u64, f64, String, u64, usize)| {
            let end = End { status: Status::from_name(&status)?, steps };
            (start < count).then_some(RunForecast { run_id, rate, end, start })
        };
        let start = |StartFacts { run, parameters, loss, shares, converged_below }: StartFacts| Start {
            run_id: run,
            origin: Origin { parameters, loss, shares },
            converged_below,
        };
        Some(Theory {
            landscape,
            is_plain: self.is_plain,
            forecasts: self.forecasts.into_iter().map(forecast).collect::<Option<_>>()?,
            left_out: self.left_out,
            starts: self.starts.into_iter().map(start).collect(),
            last_step: self.last_step,
        })
    }
}
