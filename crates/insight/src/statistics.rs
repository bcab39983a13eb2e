//! Statistics of numbers, and evenly spread samples.

use std::collections::BTreeSet;

/// The least and the greatest of some numbers.
pub fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, x| match range {
        None => Some((x, x)),
        Some((low, high)) => Some((low.min(x), high.max(x))),
    })
}

/// A quantile of rising numbers, linear between neighbours (NumPy's default; Hyndman & Fan 1996, definition 7).
pub fn quantile(rising: &[f64], share: f64) -> Option<f64> {
    let at = share * (rising.len().checked_sub(1)? as f64);
    let (below, part) = (at as usize, at.fract());
    let (low, high) = (rising[below], rising[(below + 1).min(rising.len() - 1)]);
    Some(if part == 0.0 || low == high { low } else { low * (1.0 - part) + high * part })
}

/// Lower quartile, median and upper quartile; `None` of no values.
pub fn quartiles(mut values: Vec<f64>) -> Option<[f64; 3]> {
    values.sort_by(f64::total_cmp);
    Some([quantile(&values, 0.25)?, quantile(&values, 0.5)?, quantile(&values, 0.75)?])
}

/// The median; the mean of the middle two of an even number of values.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let middle = values.len() / 2;
    let is_even = values.len().is_multiple_of(2);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = if is_even { below.iter().copied().max_by(f64::total_cmp).unwrap_or(upper) } else { upper };
    Some(if lower == upper { upper } else { lower / 2.0 + upper / 2.0 })
}

/// The `place`-th smallest of positive numbers, in constant memory: a radix selection on their bits, 16 at a time,
/// since the bits of positive floats rise with the number. `None` where there are not so many numbers.
pub fn nth_positive<I: Iterator<Item = f64>>(numbers: impl Fn() -> I, mut place: usize) -> Option<f64> {
    const DIGIT: u32 = 16;
    let mut known: u64 = 0;
    for below in [48, 32, 16, 0] {
        let mut counts = vec![0; 1 << DIGIT];
        let is_among = |bits: &u64| bits.checked_shr(below + DIGIT).unwrap_or(0) == known;
        numbers()
            .map(f64::to_bits)
            .filter(is_among)
            .for_each(|bits| counts[(bits >> below) as usize % (1 << DIGIT)] += 1);
        let digit = counts.iter().position(|&count| {
            let is_here = place < count;
            place -= if is_here { 0 } else { count };
            is_here
        })?;
        known = known << DIGIT | digit as u64;
    }
    Some(f64::from_bits(known))
}

/// At most `at_most` rising indices spread over 0 … count − 1: all where they fit, else by multiples of the golden ratio,
/// which follow the period of no grid.
pub fn spread(count: usize, at_most: usize) -> Vec<usize> {
    if count <= at_most {
        return (0..count).collect();
    }
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let place = |k: usize| ((k as f64 * GOLDEN).fract() * count as f64) as usize;
    let chosen: BTreeSet<usize> = (0..at_most).map(place).collect();
    chosen.into_iter().collect()
}

/// A spread sample of items whose total weight is at most `at_most`.
pub fn evenly_by_weight<T>(items: &[T], weight: impl Fn(&T) -> usize, at_most: usize) -> Vec<&T> {
    let total: usize = items.iter().map(&weight).sum();
    let count = if total <= at_most { items.len() } else { items.len() * at_most / total };
    spread(items.len(), count).into_iter().map(|index| &items[index]).collect()
}

/// At most `at_most` indices at even distances over 0 … count − 1, the first and the last included: so two at least, where
/// there are two.
pub fn evenly(count: usize, at_most: usize) -> impl Iterator<Item = usize> {
    let kept = count.min(at_most.max(2));
    (0..kept).map(move |k| if kept == count { k } else { k * (count - 1) / (kept - 1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_rising_order_is_found_by_counting() {
        let numbers = [3.5, 1e-300, f64::MIN_POSITIVE / 4.0, 3.5, 1.0, 1.0 + f64::EPSILON, 1e300, 2.0];
        let mut rising = numbers.to_vec();
        rising.sort_by(f64::total_cmp);
        let found = (0..numbers.len()).map(|place| nth_positive(|| numbers.into_iter(), place).unwrap());
        assert_eq!(found.collect::<Vec<f64>>(), rising);
        assert_eq!(nth_positive(|| numbers.into_iter(), numbers.len()), None);
    }

    #[test]
    fn quantiles_are_those_of_numpy() {
        let values = [1.0, 2.0, 4.0, 8.0];
        let found = [0.25, 0.5, 0.75].map(|share| quantile(&values, share));
        assert_eq!(found, [Some(1.75), Some(3.0), Some(5.0)], "numpy.quantile([1, 2, 4, 8], [.25, .5, .75])");
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[7.0], 0.25), Some(7.0));
    }

    #[test]
    fn even_indices_keep_their_ends() {
        assert_eq!(evenly(5, 9).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert_eq!(evenly(100, 4).collect::<Vec<_>>(), [0, 33, 66, 99]);
        assert_eq!(evenly(0, 4).count(), 0);
    }

    #[test]
    fn a_weight_is_kept_to() {
        let items = [10_usize; 50];
        assert_eq!(evenly_by_weight(&items, |&weight| weight, 500).len(), 50);
        assert!(evenly_by_weight(&items, |&weight| weight, 100).len() <= 10);
    }
}
