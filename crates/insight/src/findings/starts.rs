//! The objective at the start of runs.

use std::collections::BTreeMap;

use crate::study::Study;
use crate::tables::{Curves, Numbers};

/// Where the objective at the start of a run is known from.
pub enum Starts<'a> {
    /// A column of `runs.csv`.
    Column(Numbers<'a>),
    /// The first points of curves, by run.
    Curves(BTreeMap<u64, f64>),
}

impl<'a> Starts<'a> {
    /// From `runs.csv` where it has the column, else from curves of the objective.
    pub fn of(study: &Study<'a>, curves: &[&Curves]) -> Starts<'a> {
        let column = study.subject.objective.first().and_then(|name| study.runs.numbers(&name));
        column.map_or_else(
            || {
                let curves = curves.iter().flat_map(|curves| curves.iter());
                let first = curves.filter(|curve| curve.steps.first() == Some(&0));
                Starts::Curves(first.filter_map(|curve| Some((curve.run_id, *curve.loss.first()?))).collect())
            },
            Starts::Column,
        )
    }

    /// The objective at the start of a row's run; `None` where it is not known, or not finite.
    pub fn of_row(&self, study: &Study<'_>, row: usize) -> Option<f64> {
        let first = match self {
            Starts::Column(column) => column.get(row),
            Starts::Curves(first) => first.get(&study.runs.id(row)).copied(),
        };
        first.filter(|value| value.is_finite())
    }
}
