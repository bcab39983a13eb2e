//! Colours for the measure of trainability.

use crate::colour::{self, Rgb};

/// The values of the measure, to find the rank of a value.
///
/// The measure spans many decades, most of them far from the boundary, so the rank of a value chooses its colour. Runs
/// that train (−Σ v ≤ 0) share one palette evenly, runs that do not (Σ 1/v) another. Each palette goes from light,
/// decided at once, to dark, decided last (after Sohl-Dickstein 2024, arXiv:2402.06184).
#[derive(Debug, Clone, PartialEq)]
pub struct Ranks {
    /// Σ v of the runs that train, rising.
    trained: Vec<f64>,
    /// Σ 1/v of the runs that do not train, rising.
    others: Vec<f64>,
}

impl Ranks {
    /// The ranks of some values.
    pub fn of(values: impl Iterator<Item = f64>) -> Ranks {
        let (trained, mut others): (Vec<f64>, Vec<f64>) = values.filter(|x| !x.is_nan()).partition(|&x| trains(x));
        let mut trained: Vec<f64> = trained.into_iter().map(|x| -x).collect();
        trained.sort_unstable_by(f64::total_cmp);
        others.sort_unstable_by(f64::total_cmp);
        Ranks { trained, others }
    }

    /// The measure at a share of the palette of the runs that train, or of the others: 0 was decided at once. `None` where
    /// there are none.
    pub fn measure(&self, trains: bool, share: f64) -> Option<f64> {
        let rising = if trains { &self.trained } else { &self.others };
        let at = rising.get((share * rising.len().checked_sub(1)? as f64).round() as usize)?;
        Some(if trains { -at } else { *at })
    }

    /// The colour of a value.
    pub fn colour(&self, value: f64) -> Rgb {
        match trains(value) {
            true => colour::trained(share(&self.trained, -value)),
            false => colour::untrained(share(&self.others, value)),
        }
    }
}

fn trains(value: f64) -> bool {
    value <= 0.0
}

/// The rank of a number as a share: the rising numbers below it, and half of those equal to it.
fn share(rising: &[f64], value: f64) -> f64 {
    let below = rising.partition_point(|&other| other < value);
    let upto = rising.partition_point(|&other| other <= value);
    (below + upto) as f64 / (2 * rising.len().max(1)) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_equal_however_the_values_lie() {
        let shares = |values: &[f64]| values.iter().map(|&value| share(values, value)).collect::<Vec<f64>>();
        assert_eq!(shares(&[1.0, 2.0, 3.0, 4.0]), [0.125, 0.375, 0.625, 0.875]);
        assert_eq!(shares(&[1e-9, 1.0, 1e9, 1e300]), [0.125, 0.375, 0.625, 0.875]);
        assert_eq!(shares(&[1.0, 7.0, 7.0, 9.0]), [0.125, 0.5, 0.5, 0.875]);
    }

    #[test]
    fn a_palette_says_its_numbers() {
        let ranks = Ranks::of([-100.0, -7.0, -1.0, 1e-6, 3.0].into_iter());
        assert_eq!([0.0, 0.5, 1.0].map(|share| ranks.measure(true, share)), [Some(-1.0), Some(-7.0), Some(-100.0)]);
        assert_eq!([0.0, 1.0].map(|share| ranks.measure(false, share)), [Some(1e-6), Some(3.0)]);
        assert_eq!(Ranks::of([-1.0].into_iter()).measure(false, 0.5), None);
    }

    #[test]
    fn what_trains_and_what_does_not_have_palettes_of_their_own() {
        let ranks = Ranks::of([-100.0, -1.0, 1e-6, 3.0, f64::NAN].into_iter());
        let [slow, quick, gone, late] = [-100.0, -1.0, 1e-6, 3.0].map(|value| ranks.colour(value));
        assert_eq!([quick, slow], [colour::trained(0.25), colour::trained(0.75)]);
        assert_eq!([gone, late], [colour::untrained(0.25), colour::untrained(0.75)]);
        assert_eq!(ranks.colour(0.0), colour::trained(0.0), "a loss of 0 throughout is training");
    }
}
