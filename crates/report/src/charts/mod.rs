//! The charts: each a plain struct with what it shows, and a `draw` that draws it.

mod axis;
mod clip;
mod contour;
mod convergence;
mod fit;
mod fit_animation;
mod heat_map;
mod loss_curves;
mod panel;
mod ranks;
mod sharpness;
mod sheet;
mod surface;

pub(crate) use axis::{Axis, extent, rounded};
pub(crate) use convergence::{Convergence, Outcome, OutcomeLine};
pub(crate) use fit::{Fit, FitLine, span};
pub(crate) use fit_animation::{FitAnimation, Moment};
pub(crate) use heat_map::{Heat, HeatMap, borders};
pub(crate) use loss_curves::{LossCurve, LossCurves};
pub(crate) use ranks::Ranks;
pub(crate) use sharpness::{Limit, SharpnessChart, SharpnessCurve};
pub(crate) use sheet::Key;
pub(crate) use surface::{Setting, Surface, Way};
