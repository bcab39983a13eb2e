//! Trains very many small networks at once, and gives every run the same bits on every machine.
//!
//! This is the engine of etascape, which maps what learning rates and starting points do. It is pure: it knows no files, no
//! clock, no threads and no environment.
//!
//! # What is trained
//!
//! A [`Network`] is fully connected. With a₀ = x, layer l computes
//!
//! ```text
//! zₗ = sₗ Wₗ aₗ₋₁ + bₗ        aₗ = φ(gain · zₗ) in hidden layers        y = r z of the last
//! ```
//!
//! W has the shape `[out][in]`; the factors s and r are those of the [`Parametrization`]. Without hidden layers this is the
//! linear model `y = W x + b`. All parameters θ of a network lie in one list, layer by layer: weights, then biases. A
//! [`Loss`] is minimised over the rows that train; step k is the state after k updates, step 0 the start:
//!
//! ```text
//! g = ∂loss/∂θ at θₖ, over all rows or over a mini-batch        θₖ₊₁ = optimiser(θₖ, g, η · schedule(k))
//! ```
//!
//! # The words
//!
//! - A [`Shape`] is what runs must share to be trained together: the network, the loss, the [`Optimizer`]'s rule and options,
//!   the [`Schedule`], the number of steps, the batch size, and what is logged.
//! - A [`Hyper`] has the numbers in which runs of one shape may differ: the seed, the learning rate η, the optimiser's
//!   numbers, the gain, the scale of the start, the limits at which a run stops.
//! - A *lane* is the place of a run in a SIMD vector. The parameters of a block of runs lie as `[parameter][lane]`, and all
//!   lanes take each step together. A lane whose run has ended is given the next one ([`Runs`]). Of wide networks one run
//!   trains at a time, and a lane is a unit ([`Layout`]). No sum crosses lanes, so that a run's bits depend neither on its
//!   neighbours nor on the layout nor on the [`InstructionSet`].
//! - A [`RunRecord`] is what a run leaves: why it stopped, after how many steps, its losses, and its curve.
//!
//! Nothing has units but those of the rows: features and targets are taken as they are, a mean over n rows is a mean, and
//! [`Loss::HalfSse`] is a sum.
//!
//! # In ten lines
//!
//! ```
//! use etascape_core::{Adam, Data, Loss, Network, Rows, Shape, train};
//!
//! // XOR: four rows of two inputs, learned by a hidden layer of eight units at three learning rates.
//! let features = vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
//! let data = Data::from(Rows { inputs: 2, features, targets: vec![0.0, 1.0, 1.0, 0.0] });
//! let shape = Shape { optimizer: Adam::default().into(), ..Shape::new(Network::new([2, 8, 1])?, Loss::Mse) };
//! let runs = [1e-4, 1e-2, 1e1].map(|rate| shape.hyper(rate));
//! let records = train(&shape, &data, &runs)?;
//! assert!(records[1].final_loss < records[0].final_loss && records[1].final_loss < records[2].final_loss);
//! assert_eq!(records[1].curve[0].loss, records[1].initial_loss);
//! # Ok::<(), etascape_core::Error>(())
//! ```
//!
//! What does not fit together is refused with an [`Error`]; nothing that is given makes the engine panic.
//! `examples/curves.rs` draws the loss curves of such runs.
//!
//! # In f32
//!
//! A shape of [`Precision::F32`] trains twice as many runs at a time. All that a step does with numbers of rows and parameters
//! is done in f32: the network forwards and backwards, losses and their sums, what the optimiser remembers, the evaluation of
//! rows. What does not depend on them is worked out in f64 and rounded once, to the nearest, where a step uses it:
//!
//! - rows, as they are given, once for all runs; of a linear model on many rows the few that they are reduced to, after that;
//! - the parameters at the start, when drawn, scaled and moved by the offset; the gain;
//! - the factors s and r, 1/n of a mean, and the product of r and the factor of the loss;
//! - the rate of an update, which is η · schedule(k), for [`Adagrad`] divided by its decay, for [`Adam`] times c = √(1 − β₂ᵏ) and
//!   divided by 1 − β₁ᵏ;
//! - 1 − dampening, 1 − α, 1 − β, cε, 1 − ηλ of a decoupled weight decay, and each of the optimiser's numbers alone.
//!
//! So the numbers of a [`RunRecord`] are all in f32, held by an f64 that equals them: losses, metrics, parameters. Stop rules
//! compare them in f64 with bounds that are not rounded, steps are counted in whole numbers, and the measure of trainability is
//! worked out from the losses in f64, and then rounded. Only [`sharpness`](fn@sharpness) and [`theory`] stay in f64.
//! A sum of n terms of one sign may be off by n 2⁻²⁴ of itself: a loss over very many rows has few digits.
//!
//! # Beside training
//!
//! [`trace`](fn@trace) shows the first steps of one run with everything in them, [`predict`] what a network says of other rows,
//! [`sharpness`](fn@sharpness) the largest eigenvalue of the Hessian, and [`theory`] what linear algebra says beforehand of linear
//! models. [`StopMonitor`] has the stop rules for losses that come from elsewhere, [`Stream`] the random numbers.

mod activation;
mod data;
mod error;
mod lanes;
mod layout;
mod loss;
mod math;
mod narrow;
mod network;
mod number;
mod optimizer;
mod reduce;
mod run;
pub mod scalar;
mod sharpness;
mod stream;
pub mod theory;
mod trace;
mod train;
mod update;
mod walk;
mod watch;
mod wide;
mod windowed;

pub use data::{Data, Rows};
pub use error::Error;
pub use lanes::InstructionSet;
pub use layout::Layout;
pub use loss::Loss;
pub use network::{Activation, Network, Parametrization};
pub use optimizer::{Adagrad, Adam, Optimizer, RmsProp, Sgd};
pub use run::{
    CurvePoint, CurveSteps, Extras, Hyper, LearningRate, Metrics, Parameters, Patience, Precision, RunRecord, Runs,
    Schedule, ScheduleKind, Scheme, Shape, Start, StopMonitor, StopReason, StopRules,
};
pub use sharpness::{Hessian, sharpness};
pub use stream::{Purpose, Stream};
pub use trace::{Step, predict, starting_parameters, trace};
pub use train::{runs_at_once, train, train_in, train_with};

/// The example of the README, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
