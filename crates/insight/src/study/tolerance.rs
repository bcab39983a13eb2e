//! How far from the best a metric may be to count as about as good.

/// A metric is as good as the best if it is within this share of the best's magnitude …
const WITHIN: f64 = 0.05;
/// … or, for a share such as an accuracy, within so much of it.
const WITHIN_SHARE: f64 = 0.01;
/// Values nearer to each other than this share of their size are alike.
const ALIKE: f64 = 1e-3;
/// Losses below this share of the loss at the start are rounding noise.
const NOISE: f64 = 1e-12;

/// How far from the best a metric may be to count as good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tolerance {
    /// A share of the best's magnitude.
    OfBest(f64),
    /// A difference.
    Difference(f64),
}

impl Tolerance {
    /// The tolerance of a metric, by the badness of its values: metrics that are maximised and lie between 0 and 1 are
    /// shares.
    pub fn of(maximise: bool, badness: impl IntoIterator<Item = f64>) -> Tolerance {
        let mut finite = badness.into_iter().filter(|badness| badness.is_finite());
        match maximise && finite.all(|badness| (-1.0..=0.0).contains(&badness)) {
            true => Tolerance::Difference(WITHIN_SHARE),
            false => Tolerance::OfBest(WITHIN),
        }
    }

    /// The greatest badness that is good, `best` being the least, and `start` that at the start.
    pub fn limit(self, best: f64, start: Option<f64>) -> f64 {
        match self {
            Tolerance::OfBest(share) => best + (share * best.abs()).max(noise(start)),
            // A rounding error more, so that 0.97 is within 0.01 of 0.98.
            Tolerance::Difference(difference) => best + difference * (1.0 + NOISE),
        }
    }

    /// Whether what is good is only as near to the best as rounding noise.
    pub fn is_noise(self, best: f64, start: Option<f64>) -> bool {
        matches!(self, Tolerance::OfBest(share) if share * best.abs() < noise(start))
    }

    /// `5 %`
    pub fn words(self) -> &'static str {
        match self {
            Tolerance::OfBest(_) => "5 %",
            Tolerance::Difference(_) => "0.01",
        }
    }
}

/// Whether two values are the same but for 0.1 %.
pub fn are_alike(a: f64, b: f64) -> bool {
    (a - b).abs() <= ALIKE * a.abs().max(b.abs())
}

/// The rounding noise of a metric with this value at the start.
pub(super) fn noise(start: Option<f64>) -> f64 {
    NOISE * start.map_or(0.0, f64::abs)
}
