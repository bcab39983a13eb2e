//! Random streams that depend on what they are for, never on when or where they are drawn.

use chacha20::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// What a stream is for. Streams of one seed with different purposes are independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Starting weights; the index is the layer.
    Init = 1,
    /// The order of rows in an epoch of mini-batches; the index is the epoch.
    Batches = 2,
    /// Generated rows.
    Generator = 3,
    /// The choice of held-out rows.
    Split = 4,
    /// Values of a random sweep; the index is the run.
    Sweep = 5,
    /// The first direction in the search for the sharpness; seed and index are 0.
    Sharpness = 6,
    /// Resamples for an interval of confidence; seed and index are 0.
    Bootstrap = 7,
    /// Rows of large data that charts show; the index is 0.
    Sample = 8,
}

/// A stream of random numbers, ChaCha with eight rounds under the key (seed, purpose, index).
///
/// ```
/// use etascape_core::{Purpose, Stream};
/// let mut a = Stream::new(0, Purpose::Init, 3);
/// let mut b = Stream::new(0, Purpose::Init, 3);
/// assert_eq!(a.uniform().to_bits(), b.uniform().to_bits());
/// ```
pub struct Stream {
    rng: ChaCha8Rng,
    spare: Option<f64>,
}

impl Stream {
    /// The stream of a seed for a purpose; `index` counts streams of the same purpose.
    pub fn new(seed: u64, purpose: Purpose, index: u64) -> Stream {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
        key[16..24].copy_from_slice(&index.to_le_bytes());
        Stream { rng: ChaCha8Rng::from_seed(key), spare: None }
    }

    /// U[0, 1), a multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        (self.rng.next_u64() >> 11) as f64 * (0.5 / (1u64 << 52) as f64)
    }

    /// N(0, 1), by Box and Muller (1958).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        let (sin, cos) = libm::sincos(std::f64::consts::TAU * self.uniform());
        self.spare = Some(radius * sin);
        radius * cos
    }

    /// A whole number below `bound`, each as likely as the others (Lemire 2019).
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "nothing lies below 0");
        loop {
            let product = u128::from(self.rng.next_u64()) * u128::from(bound);
            if product as u64 >= bound.wrapping_neg() % bound {
                return (product >> 64) as u64;
            }
        }
    }

    /// Shuffles the items: every order is as likely as the others (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(draw: impl FnMut() -> f64) -> (f64, f64) {
        let n = 100_000;
        let draws: Vec<f64> = std::iter::repeat_with(draw).take(n).collect();
        let mean = draws.iter().sum::<f64>() / n as f64;
        (mean, draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n as f64)
    }

    /// The first words of ChaCha8 under an all-zero key, from the test vectors of
    /// draft-strombergson-chacha-test-vectors-00 (TC1, 256-bit key, 8 rounds).
    #[test]
    fn is_chacha8() {
        let mut rng = ChaCha8Rng::from_seed([0; 32]);
        let expected = [0x3e, 0x00, 0xef, 0x2f, 0x89, 0x5f, 0x40, 0xd6];
        assert_eq!(rng.next_u64(), u64::from_le_bytes(expected));
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut stream = Stream::new(1, Purpose::Init, 0);
        let (mean, variance) = moments(|| stream.uniform());
        assert!((mean - 0.5).abs() < 0.004 && (variance - 1.0 / 12.0).abs() < 0.002, "{mean} {variance}");
        let (mean, variance) = moments(|| stream.normal());
        assert!(mean.abs() < 0.013 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }

    #[test]
    fn seed_purpose_and_index_each_make_another_stream() {
        let first = |seed, purpose, index| Stream::new(seed, purpose, index).uniform().to_bits();
        let base = first(0, Purpose::Init, 0);
        assert_ne!(base, first(1, Purpose::Init, 0));
        assert_ne!(base, first(0, Purpose::Batches, 0));
        assert_ne!(base, first(0, Purpose::Init, 1));
    }

    #[test]
    fn a_shuffle_keeps_every_item_and_every_order_is_as_likely() {
        let mut counts = std::collections::HashMap::new();
        let mut stream = Stream::new(0, Purpose::Split, 0);
        for _ in 0..6000 {
            let mut items = [0, 1, 2];
            stream.shuffle(&mut items);
            *counts.entry(items).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        // 1000 expected of each, standard deviation 29: six of them.
        assert!(counts.values().all(|&n| (825..1175).contains(&n)), "{counts:?}");
    }
}
