//! The charts. Each is a plain struct with its content, and has a method `draw`.

mod convergence;
mod curve;
mod fit;
mod fit_animation;
mod heat_map;
mod loss_axis;
mod loss_curves;
mod outcomes;
mod sharpness;
mod surface;
mod validation;

pub(crate) use convergence::{Convergence, Quantities};
pub(crate) use curve::{LossCurve, STATISTICS};
pub(crate) use fit::{Fit, FitLine, span};
pub(crate) use fit_animation::{FitAnimation, Moment};
pub(crate) use heat_map::{Heat, HeatCell, HeatMap};
pub(crate) use loss_curves::LossCurves;
pub(crate) use outcomes::{ConvergencePanel, OutcomeLine, OutcomePoint, PredictedLine};
pub(crate) use sharpness::{Limit, SharpnessChart, SharpnessCurve};
pub(crate) use surface::{Surface, SurfacePanel, Trajectory};
pub(crate) use validation::{Measure, Validation};
