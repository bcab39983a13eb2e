//! Curves over the steps, as the page gets them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use etascape_insight::statistics::{evenly, evenly_by_weight};
use etascape_insight::study::limit;
use etascape_insight::tables::{Curve, Curves};
use serde::Serialize;

use super::part::{Part, gather};

/// Points of the curves of all metrics in a page that holds all runs, at most: 0.8 MB of text.
pub(super) const POINTS: usize = 150_000;
/// Points of the sharpness in such a page, at most.
const SHARPNESS_POINTS: usize = POINTS / 4;
/// Points that every curve keeps, however many curves there are.
const LEAST_POINTS: usize = 48;

/// Curves over the steps that most of them share.
#[derive(Default, Serialize)]
pub(super) struct CurveTable {
    grid: Vec<u64>,
    /// Row of the page, points that follow the grid, the other steps.
    curves: Vec<(usize, usize, Vec<u64>)>,
    /// Their values one after another as little-endian 32-bit floats, in base64.
    values: String,
    /// Whether points between were left out.
    pub(super) thinned: bool,
}

/// The sharpness of runs over the steps.
#[derive(Default, Serialize)]
pub(super) struct Sharpness {
    pub(super) curves: CurveTable,
    /// 2/η of each of them, where descent is plain.
    limits: Vec<Option<f64>>,
}

impl CurveTable {
    /// The curves of the rows in the page, at most so many points of them.
    pub(super) fn of<'a>(
        parts: &[Part<'a>],
        rows: &[Vec<usize>],
        at_most: usize,
        of: impl Fn(&Part<'a>) -> Option<&'a Curves>,
    ) -> CurveTable {
        let mut shown: Vec<(usize, Curve<'_>)> = Vec::new();
        let mut first = 0;
        for (part, rows) in parts.iter().zip(rows) {
            let place = |id: u64| rows.binary_search_by_key(&id, |&row| part.study.runs.id(row)).ok();
            let curves = of(part).into_iter().flat_map(Curves::iter);
            shown.extend(curves.filter_map(|curve| Some((first + place(curve.run_id)?, curve))));
            first += rows.len();
        }
        let per_curve = (at_most / shown.len().max(1)).max(LEAST_POINTS);
        let chosen = evenly_by_weight(&shown, |(_, curve)| curve.steps.len().min(per_curve), at_most);
        let longest = chosen.iter().map(|(_, curve)| curve.steps).max_by_key(|steps| steps.len()).unwrap_or_default();
        let grid: Vec<u64> = evenly(longest.len(), per_curve).map(|at| longest[at]).collect();
        let mut table = CurveTable { grid, ..CurveTable::default() };
        let mut bytes = Vec::new();
        for (row, curve) in chosen {
            table.thinned |= curve.steps.len() > per_curve;
            let points: Vec<usize> = evenly(curve.steps.len(), per_curve).collect();
            let shared = points.iter().zip(&table.grid).take_while(|&(&at, step)| curve.steps[at] == *step).count();
            table.curves.push((*row, shared, points[shared..].iter().map(|&at| curve.steps[at]).collect()));
            bytes.extend(points.iter().flat_map(|&at| single(curve.loss[at]).to_le_bytes()));
        }
        table.values = STANDARD.encode(bytes);
        table
    }

    /// The rows of the page that have a curve.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> {
        self.curves.iter().map(|(row, ..)| *row)
    }

    /// How many curves there are.
    pub(super) fn len(&self) -> usize {
        self.curves.len()
    }
}

impl Sharpness {
    /// The sharpness of the rows in a page that has a share of its room for them, and the 2/η of each run.
    pub(super) fn of(parts: &[Part<'_>], rows: &[Vec<usize>], share: usize) -> Sharpness {
        let curves = CurveTable::of(parts, rows, SHARPNESS_POINTS / share, |part| part.curves.sharpness.as_ref());
        let limits = gather(parts, rows, |part, row| limit(part.study, row));
        let limits = curves.curves.iter().map(|(row, ..)| limits[*row]).collect();
        Sharpness { curves, limits }
    }
}

/// The nearest 32-bit float. A number that is not zero or infinite does not become so.
fn single(loss: f64) -> f32 {
    let near = loss as f32;
    match near {
        _ if loss.is_finite() && near.is_infinite() => f32::MAX.copysign(near),
        0.0 if loss != 0.0 => f32::MIN_POSITIVE.copysign(near),
        near => near,
    }
}
