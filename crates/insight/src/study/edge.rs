//! The edge of stability: the sharpness up to which the updates of a run are stable.

use crate::study::Study;
use crate::subject::Stability;

/// 2/η of a run; `None` unless its updates are plain gradient descent.
pub fn limit(study: &Study<'_>, row: usize) -> Option<f64> {
    rate(study, row).map(|rate| 2.0 / rate)
}

/// The rate of a run; `None` unless its updates are plain gradient descent.
pub fn rate(study: &Study<'_>, row: usize) -> Option<f64> {
    let rate = match study.subject.sharpness? {
        Stability::OfSweptRate => {
            study.parameter("train.learning_rate").filter(|rates| rates.names.is_none())?.value(row)
        }
        Stability::OfRate(rate) => rate,
        Stability::Unknown => return None,
    };
    (rate > 0.0).then_some(rate)
}
