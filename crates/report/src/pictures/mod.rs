//! The charts of a sweep, and their content.

mod absent;
mod animation;
mod best;
mod convergence;
mod curves;
mod fit;
mod heat;
mod sharpness;
mod surface;
#[cfg(test)]
mod tests;
mod titles;
mod validation;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use absent::{Absent, Picture};
pub(crate) use animation::fit_animation;
pub(crate) use convergence::convergence;
pub(crate) use curves::loss_curves;
pub(crate) use fit::{FITS, fit};
pub(crate) use heat::heat_map;
pub(crate) use sharpness::sharpness;
pub(crate) use surface::{Paths, surface};
pub(crate) use validation::validation;

use etascape_insight::study::Study;
use etascape_insight::tables::{Curve, Curves};

/// The most curves in a chart.
pub(crate) const CURVES: usize = 2000;

/// A run's row and its curve.
pub(crate) type Run<'c> = (usize, Curve<'c>);

/// The runs that have curves, in the curves' order.
pub(crate) fn runs<'c>(study: &Study<'_>, curves: &'c Curves) -> Vec<Run<'c>> {
    let rows = rows_by_id(study, curves);
    curves.iter().filter_map(|curve| Some((*rows.get(&curve.run_id)?, curve))).collect()
}

/// The rows of the runs that have curves, by run id.
fn rows_by_id(study: &Study<'_>, curves: &Curves) -> BTreeMap<u64, usize> {
    let wanted: BTreeSet<u64> = curves.iter().map(|curve| curve.run_id).collect();
    let rows = (0..study.runs.len()).map(|row| (study.runs.id(row), row));
    rows.filter(|(id, _)| wanted.contains(id)).collect()
}
