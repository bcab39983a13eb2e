//! Axes of whole numbers, for keys that take only these. Integer arithmetic decides whether every value is whole, never
//! rounded values.

use etascape_text::format_number;

use super::{Axis, AxisIndex};
use crate::power::exp10;
use crate::value::Value;

/// Why an axis has values that are not whole.
#[derive(Debug)]
pub(crate) enum NotWhole {
    /// A start, an end or a step that is not whole.
    Argument(f64),
    /// The value at an index would not be whole.
    Value {
        /// Its index.
        index: u64,
        /// The value, rounded to floating point.
        number: f64,
    },
    /// No whole number lies between the bounds.
    NoneBetween,
    /// A value is beyond what 64 bits hold.
    TooLarge,
}

impl NotWhole {
    /// In words: `value 2 would be 1.5, which is no whole number`.
    pub fn message(&self) -> String {
        match self {
            NotWhole::Argument(number) => format!("{} is no whole number", format_number(*number)),
            NotWhole::Value { index, number } => {
                format!("value {} would be {}, which is no whole number", index + 1, format_number(*number))
            }
            NotWhole::NoneBetween => "no whole number lies between the bounds".to_string(),
            NotWhole::TooLarge => "values beyond 64 bits".to_string(),
        }
    }
}

/// `start + i (stop − start)/(count − 1)`: whole for every i where count − 1 divides the difference.
pub(crate) fn linspace(start: &Value, stop: &Value, count: u64) -> Result<Axis, NotWhole> {
    let start = whole(start)?;
    if count == 1 {
        return Ok(Axis::IntegerRange { start, step: 0, count });
    }
    let difference = i128::from(whole(stop)?) - i128::from(start);
    let intervals = i128::from(count - 1);
    if difference % intervals != 0 {
        return Err(NotWhole::Value { index: 1, number: start as f64 + difference as f64 / intervals as f64 });
    }
    let step = i64::try_from(difference / intervals).map_err(|_| NotWhole::TooLarge)?;
    Ok(Axis::IntegerRange { start, step, count })
}

/// A geometric series. It is whole where each value times the ratio of the first two is whole, and the last equals `stop`.
///
/// `start` and `stop` are of one sign and not 0.
pub(crate) fn geomspace(start: &Value, stop: &Value, count: u64) -> Result<Axis, NotWhole> {
    /// The most terms of a geometric series of whole numbers below 2⁶³ whose ratio is not 1.
    const MOST: u64 = 63;
    let start = whole(start)?;
    let stop = if count == 1 { start } else { whole(stop)? };
    if start == stop {
        return Ok(Axis::IntegerRange { start, step: 0, count });
    }
    let rounded = Axis::geomspace(start as f64, stop as f64, count);
    let fraction = |index: u64| NotWhole::Value { index, number: rounded.number(AxisIndex(index)) };
    if count > MOST {
        return Err(fraction(1));
    }
    // Start at the end nearer to 0: there floating point gives the second value exactly.
    let falls = start.unsigned_abs() > stop.unsigned_abs();
    let (near, far) = if falls { (stop, start) } else { (start, stop) };
    let index = |place: u64| if falls { count - 1 - place } else { place };
    let second = if count == 2 { far } else { rounded.number(AxisIndex(index(1))).round() as i64 };
    let mut values = vec![near];
    for place in 1..count {
        let product = i128::from(values[place as usize - 1]) * i128::from(second);
        match i64::try_from(product / i128::from(near)) {
            Ok(value) if product % i128::from(near) == 0 => values.push(value),
            _ => return Err(fraction(index(place))),
        }
    }
    if values.last() != Some(&far) {
        return Err(fraction(index(1)));
    }
    if falls {
        values.reverse();
    }
    Ok(Axis::IntegerGeometric(values.into()))
}

/// Powers of ten. They are whole where the exponents are whole and not negative.
pub(crate) fn logspace(first: f64, last: f64, count: u64) -> Result<Axis, NotWhole> {
    const GREATEST: i64 = 18;
    let is_power = |exponent: f64| exponent.fract() == 0.0 && exponent >= 0.0;
    if !is_power(first) {
        return Err(NotWhole::Value { index: 0, number: exp10(first) });
    }
    let start = first as i64;
    let difference = if count == 1 { 0.0 } else { last - first };
    let intervals = (count - 1).max(1);
    let step = difference / intervals as f64;
    if !is_power(last) && count > 1 || step.fract() != 0.0 || step * intervals as f64 != difference {
        return Err(NotWhole::Value { index: 1, number: exp10(first + step) });
    }
    if first.max(first + difference) > GREATEST as f64 {
        return Err(NotWhole::TooLarge);
    }
    let power = |exponent: i64| 10_i64.pow(exponent as u32);
    if step == 0.0 {
        return Ok(Axis::IntegerRange { start: power(start), step: 0, count });
    }
    Ok(Axis::IntegerGeometric((0..count as i64).map(|i| power(start + i * step as i64)).collect()))
}

/// The whole numbers between two bounds, inclusive, all equally likely.
pub(crate) fn uniform(low: &Value, high: &Value) -> Result<Axis, NotWhole> {
    let (low, high) = between(low, high)?;
    Ok(Axis::IntegerUniform { low, high })
}

/// The whole numbers between two positive bounds, inclusive, log-uniform.
pub(crate) fn loguniform(low: &Value, high: &Value) -> Result<Axis, NotWhole> {
    let (low, high) = between(low, high)?;
    let logs = [libm::log(low as f64 - 0.5), libm::log(high as f64 + 0.5)];
    Ok(Axis::IntegerLogUniform { low, high, logs })
}

/// The whole numbers between two bounds: least and greatest.
fn between(low: &Value, high: &Value) -> Result<(i64, i64), NotWhole> {
    let (low, high) = (rounded(low, f64::ceil)?, rounded(high, f64::floor)?);
    if low <= high { Ok((low, high)) } else { Err(NotWhole::NoneBetween) }
}

/// A whole number unchanged, any other number rounded.
fn rounded(value: &Value, round: impl Fn(f64) -> f64) -> Result<i64, NotWhole> {
    match value {
        Value::Integer(integer) => Ok(*integer),
        _ => fitting(round(value.as_f64().unwrap_or(f64::NAN))),
    }
}

/// The whole number that a value is.
fn whole(value: &Value) -> Result<i64, NotWhole> {
    match value {
        Value::Integer(integer) => Ok(*integer),
        _ => whole_number(value.as_f64().unwrap_or(f64::NAN)),
    }
}

/// The whole number that a float is.
pub(crate) fn whole_number(number: f64) -> Result<i64, NotWhole> {
    if number.fract() == 0.0 { fitting(number) } else { Err(NotWhole::Argument(number)) }
}

fn fitting(number: f64) -> Result<i64, NotWhole> {
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    if (-BOUND..BOUND).contains(&number) { Ok(number as i64) } else { Err(NotWhole::TooLarge) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(integer: i64) -> Value {
        Value::Integer(integer)
    }

    fn integers(axis: Result<Axis, NotWhole>) -> Option<Vec<i64>> {
        let axis = axis.ok()?;
        Some((0..axis.count().unwrap()).map(|index| axis.integer(AxisIndex(index))).collect())
    }

    #[test]
    fn one_fraction_among_many_values_is_found() {
        let error = linspace(&value(0), &value(1000), 3001).unwrap_err();
        assert_eq!(error.message(), "value 2 would be 0.3333333333333333, which is no whole number");
        assert!(linspace(&value(0), &value(1000), 2001).is_err());
        assert_eq!(integers(linspace(&value(0), &value(1000), 5)), Some(vec![0, 250, 500, 750, 1000]));
        assert_eq!(integers(linspace(&value(7), &value(3), 5)), Some(vec![7, 6, 5, 4, 3]));
        assert_eq!(integers(linspace(&value(7), &value(9), 1)), Some(vec![7]));
        let large = 9_007_199_254_740_993;
        assert_eq!(integers(linspace(&value(large), &value(large + 2), 3)), Some(vec![large, large + 1, large + 2]));
        assert!(linspace(&value(i64::MIN), &value(i64::MAX), 2).is_err());
    }

    #[test]
    fn whole_geometric_series_are_exact() {
        assert_eq!(integers(geomspace(&value(8), &value(512), 7)), Some(vec![8, 16, 32, 64, 128, 256, 512]));
        assert_eq!(integers(geomspace(&value(2), &value(32), 5)), Some(vec![2, 4, 8, 16, 32]));
        assert_eq!(integers(geomspace(&value(16), &value(81), 5)), Some(vec![16, 24, 36, 54, 81]));
        assert_eq!(integers(geomspace(&value(5), &value(5), 3)), Some(vec![5, 5, 5]));
        assert!(geomspace(&value(1), &value(1000), 5).is_err());
        assert!(geomspace(&value(1), &value(1000), 3).is_err());
        assert!(geomspace(&value(1 << 52), &value(1 << 53), 1000).is_err());
        let threes: Vec<i64> = (0..40).map(|power| 3_i64.pow(power)).collect();
        assert_eq!(integers(geomspace(&value(1), &value(threes[39]), 40)), Some(threes.clone()));
        assert_eq!(integers(geomspace(&value(threes[39]), &value(1), 40)), Some(threes.into_iter().rev().collect()));
        let powers = (0..63).map(|power| 1_i64 << power).collect();
        assert_eq!(integers(geomspace(&value(1), &value(1 << 62), 63)), Some(powers));
    }

    #[test]
    fn powers_of_ten_are_whole_from_one_on() {
        assert_eq!(integers(logspace(0.0, 3.0, 4)), Some(vec![1, 10, 100, 1000]));
        assert_eq!(integers(logspace(4.0, 0.0, 3)), Some(vec![10_000, 100, 1]));
        assert_eq!(integers(logspace(2.0, 2.0, 2)), Some(vec![100, 100]));
        for (first, last, count) in [(0.0, 3.0, 5), (-1.0, 1.0, 3), (0.5, 0.5, 1), (0.0, 19.0, 2), (0.0, 0.5, 2)] {
            assert!(logspace(first, last, count).is_err(), "{first} {last} {count}");
        }
    }

    #[test]
    fn whole_draws_are_uniform_over_the_whole_numbers() {
        let Ok(axis) = uniform(&value(1), &value(3)) else { panic!("no axis") };
        let drawn: Vec<i64> = (0..9).map(|i| axis.integer(axis.drawn((f64::from(i) + 0.5) / 9.0))).collect();
        assert_eq!(drawn, [1, 1, 1, 2, 2, 2, 3, 3, 3]);
        let half = Value::Number;
        assert!(matches!(uniform(&half(0.5), &half(3.9)), Ok(Axis::IntegerUniform { low: 1, high: 3 })));
        assert!(uniform(&half(0.5), &half(0.9)).is_err());
    }

    #[test]
    fn whole_logarithmic_draws_fall_as_one_over_the_number() {
        // P(k) = ln((k + ½)/(k − ½)) / ln(2·high + 1): for high = 4 the shares are ln 3, ln 5/3, ln 7/5, ln 9/7 over ln 9.
        let Ok(axis) = loguniform(&value(1), &value(4)) else { panic!("no axis") };
        let draws = 90_000;
        let mut counts = [0_u32; 4];
        (0..draws).for_each(|i| counts[axis.integer(axis.drawn(f64::from(i) / f64::from(draws))) as usize - 1] += 1);
        let shares = [0.5, 0.232_486, 0.153_133, 0.114_381];
        for (count, share) in counts.into_iter().zip(shares) {
            assert!((f64::from(count) / f64::from(draws) - share).abs() < 1e-4, "{counts:?}");
        }
    }

    proptest! {
        #[test]
        fn a_linspace_is_whole_where_exact_fractions_are(start in -50..50_i64, stop in -50..50_i64, count in 2..60_u64) {
            let is_whole = (0..count as i64).all(|i| (i * (stop - start)) % (count as i64 - 1) == 0);
            let expected = (0..count as i64).map(|i| start + i * (stop - start) / (count as i64 - 1)).collect();
            prop_assert_eq!(integers(linspace(&value(start), &value(stop), count)), is_whole.then_some(expected));
        }

        #[test]
        fn every_geometric_series_of_whole_numbers_is_taken(
            p in 1..9_i64, q in 1..9_i64, factor in 1..20_i64, count in 2..9_u64,
        ) {
            let term = |i: u32| factor * p.pow(i) * q.pow(count as u32 - 1 - i);
            let expected: Vec<i64> = (0..count as u32).map(term).collect();
            let axis = geomspace(&value(expected[0]), &value(*expected.last().unwrap()), count);
            prop_assert_eq!(integers(axis), Some(expected));
        }
    }
}
