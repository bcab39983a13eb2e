//! What proposals follow from.

use super::super::finding::Finding;
use super::super::good::GoodRates;
use super::super::rates::RateRange;
use crate::study::outcomes::Outcomes;
use crate::tables::Curves;

/// What proposals follow from.
pub struct Seen<'s> {
    /// The settings with their objectives.
    pub outcomes: &'s Outcomes,
    /// The good rates.
    pub good: Option<&'s GoodRates>,
    /// Where runs converged.
    pub rates: Option<&'s RateRange>,
    /// Whether every run diverged.
    pub all_diverged: bool,
    /// That nothing was learned.
    pub nothing: Option<&'s Finding>,
    /// Curves of the objective.
    pub curves: &'s [&'s Curves],
}
