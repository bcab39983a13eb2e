//! The charts: each a plain struct with what it shows, and a `draw` that draws it.

mod convergence;
mod fit;
mod fit_animation;
mod heat_map;
mod loss_curves;
mod outcomes;
mod sharpness;
mod surface;
mod validation;

pub(crate) use convergence::Convergence;
pub(crate) use fit::{Fit, FitLine, span};
pub(crate) use fit_animation::{FitAnimation, Moment};
pub(crate) use heat_map::{Heat, HeatCell, HeatMap, borders};
pub(crate) use loss_curves::{LossCurve, LossCurves, STATISTICS};
pub(crate) use outcomes::{ConvergencePanel, Outcome, OutcomeLine, Prediction};
pub(crate) use sharpness::{Limit, SharpnessChart, SharpnessCurve};
pub(crate) use surface::{Setting, Surface, Way};
pub(crate) use validation::{Measure, Validation};
