//! The values of one parameter, computed by index. An axis stores only its definition.
//!
//! A key of whole numbers has an axis of whole numbers ([`whole`]). Its values are integers, not rounded floats.

mod description;
mod floats;
mod proposal;
pub(crate) mod whole;

use std::sync::Arc;

pub use proposal::AxisEnd;

use crate::normal;
use crate::power::exp10;
use crate::value::{Value, ValueKind};

/// Identifies one value of an axis: the index of a listed or computed value, or the bits of a drawn number (`f64`, or `i64`
/// for a whole number).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct AxisIndex(pub u64);

/// The values of a parameter: a list or a formula for a grid, a distribution for random and Sobol sweeps.
#[derive(Debug, Clone)]
pub enum Axis {
    /// `start + i (stop − start)/(count − 1)`, the last exactly `stop` (`numpy.linspace`).
    Linspace(Even),
    /// Evenly spaced in the logarithm, first and last exact; both of one sign (`numpy.geomspace`).
    Geomspace {
        /// First value.
        start: f64,
        /// Last value.
        stop: f64,
        /// Decimal logarithms of the values, without their sign.
        exponents: Even,
    },
    /// 10 to the power of a linspace (`numpy.logspace`).
    Logspace(Even),
    /// `start + i step` (`numpy.arange`).
    Range {
        /// First value.
        start: f64,
        /// Difference of neighbours.
        step: f64,
        /// How many.
        count: u64,
    },
    /// The same in whole numbers.
    IntegerRange {
        /// First value.
        start: i64,
        /// Difference of neighbours.
        step: i64,
        /// How many.
        count: u64,
    },
    /// Whole numbers with one ratio between neighbours.
    IntegerGeometric(Arc<[i64]>),
    /// Listed values. In random and Sobol sweeps all are equally likely.
    List(List),
    /// Whole numbers from `low` to `high` inclusive, all equally likely.
    IntegerUniform {
        /// Least value.
        low: i64,
        /// Greatest value.
        high: i64,
    },
    /// Whole numbers from `low` to `high` inclusive: a [`Axis::LogUniform`] from `low − ½` to `high + ½`, rounded.
    IntegerLogUniform {
        /// Least value.
        low: i64,
        /// Greatest value.
        high: i64,
        /// Natural logarithms of `low − ½` and `high + ½`.
        logs: [f64; 2],
    },
    /// Evenly distributed from `low` to below `high`.
    Uniform {
        /// Least value.
        low: f64,
        /// Bound.
        high: f64,
    },
    /// Its logarithm is evenly distributed, from `low` to below `high`.
    LogUniform {
        /// Least value.
        low: f64,
        /// Bound.
        high: f64,
        /// Natural logarithms of both.
        logs: [f64; 2],
    },
    /// Normally distributed.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        std: f64,
    },
}

/// Evenly spaced numbers, `first + i (last − first)/(count − 1)`, the last exact.
#[derive(Debug, Clone, Copy)]
pub struct Even {
    first: f64,
    last: f64,
    step: f64,
    count: u64,
}

/// Values written out one by one.
#[derive(Debug, Clone)]
pub struct List(pub(crate) Arc<[Value]>);

/// The scale on which the values of a parameter are evenly spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// As numbers.
    Linear,
    /// By their logarithm; all are positive.
    Log,
    /// As words, in the order listed.
    Categories,
}

impl Axis {
    /// Evenly spaced in the logarithm between two numbers of one sign.
    pub(crate) fn geomspace(start: f64, stop: f64, count: u64) -> Axis {
        let exponents = Even::new(libm::log10(start.abs()), libm::log10(stop.abs()), count);
        Axis::Geomspace { start, stop, exponents }
    }

    /// Evenly distributed in the logarithm, 0 < `low` ≤ `high`.
    pub(crate) fn loguniform(low: f64, high: f64) -> Axis {
        Axis::LogUniform { low, high, logs: [libm::log(low), libm::log(high)] }
    }

    /// What its values are.
    pub(crate) fn kind(&self) -> ValueKind {
        match self {
            Axis::List(List(values)) => ValueKind::of(values),
            Axis::IntegerRange { .. }
            | Axis::IntegerGeometric(_)
            | Axis::IntegerUniform { .. }
            | Axis::IntegerLogUniform { .. } => ValueKind::Integer,
            Axis::Linspace(_)
            | Axis::Geomspace { .. }
            | Axis::Logspace(_)
            | Axis::Range { .. }
            | Axis::Uniform { .. }
            | Axis::LogUniform { .. }
            | Axis::Normal { .. } => ValueKind::Number,
        }
    }

    /// How many values there are; `None` for a distribution.
    pub fn count(&self) -> Option<u64> {
        match self {
            Axis::Linspace(even) | Axis::Logspace(even) | Axis::Geomspace { exponents: even, .. } => Some(even.count),
            Axis::Range { count, .. } | Axis::IntegerRange { count, .. } => Some(*count),
            Axis::IntegerGeometric(values) => Some(values.len() as u64),
            Axis::List(List(values)) => Some(values.len() as u64),
            Axis::Uniform { .. } | Axis::LogUniform { .. } | Axis::Normal { .. } => None,
            Axis::IntegerUniform { .. } | Axis::IntegerLogUniform { .. } => None,
        }
    }

    /// Its least and its greatest value, in either order; for a normal distribution its far ends. Where all values are
    /// numbers, all lie between the two.
    pub(crate) fn ends(&self) -> [AxisIndex; 2] {
        let ends = match self {
            Axis::List(List(values)) => {
                let number = |&which: &usize| values[which].as_f64().unwrap_or(f64::NAN);
                let by_number = |a: &usize, b: &usize| number(a).total_cmp(&number(b));
                let ends = [(0..values.len()).min_by(by_number), (0..values.len()).max_by(by_number)];
                ends.map(|end| end.unwrap_or(0) as u64)
            }
            Axis::Normal { .. } => return [self.drawn(0.0), self.drawn(1.0 - f64::EPSILON / 2.0)],
            Axis::Uniform { low, high } | Axis::LogUniform { low, high, .. } => {
                [low.to_bits(), below(*low, *high).to_bits()]
            }
            Axis::IntegerUniform { low, high } | Axis::IntegerLogUniform { low, high, .. } => {
                [*low as u64, *high as u64]
            }
            _ => [0, self.count().unwrap_or(1) - 1],
        };
        ends.map(AxisIndex)
    }

    /// Whether every value is a number.
    pub fn is_numeric(&self) -> bool {
        match self {
            Axis::List(List(values)) => values.iter().all(|value| value.as_f64().is_some()),
            _ => true,
        }
    }

    /// Least and greatest value, where all are numbers; a normal distribution has −inf and inf.
    pub fn range(&self) -> Option<(f64, f64)> {
        match self {
            Axis::Uniform { low, high } | Axis::LogUniform { low, high, .. } => Some((*low, *high)),
            Axis::IntegerUniform { low, high } | Axis::IntegerLogUniform { low, high, .. } => {
                Some((*low as f64, *high as f64))
            }
            Axis::Normal { .. } => Some((f64::NEG_INFINITY, f64::INFINITY)),
            Axis::List(List(values)) => {
                values.iter().map(Value::as_f64).try_fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
                    number.map(|number| (low.min(number), high.max(number)))
                })
            }
            _ => {
                let [first, last] = [0, self.count()? - 1].map(|index| self.number(AxisIndex(index)));
                Some((first.min(last), first.max(last)))
            }
        }
    }

    /// The scale on which its values are evenly spread.
    pub fn scale(&self) -> Scale {
        /// Listed values whose greatest is at least so many times the least count as logarithmic.
        const WIDE: f64 = 50.0;
        match (self, self.range()) {
            (_, None) => Scale::Categories,
            (Axis::Geomspace { .. } | Axis::Logspace(_) | Axis::IntegerGeometric(_), Some((low, _))) if low > 0.0 => {
                Scale::Log
            }
            (Axis::LogUniform { .. } | Axis::IntegerLogUniform { .. }, _) => Scale::Log,
            (Axis::List(_), Some((low, high))) if low > 0.0 && high / low >= WIDE => Scale::Log,
            _ => Scale::Linear,
        }
    }

    /// The number at an index; NaN where the value is not a number.
    pub(crate) fn number(&self, AxisIndex(index): AxisIndex) -> f64 {
        match self {
            Axis::Linspace(even) => even.at(index),
            Axis::Geomspace { start, .. } if index == 0 => *start,
            Axis::Geomspace { stop, exponents, .. } if index + 1 == exponents.count => *stop,
            Axis::Geomspace { start, stop, exponents } => {
                // Between close ends, rounding can put a power beyond one of them.
                exp10(exponents.at(index)).copysign(*start).clamp(start.min(*stop), start.max(*stop))
            }
            Axis::Logspace(even) => exp10(even.at(index)),
            Axis::Range { start, step, .. } => start + index as f64 * step,
            Axis::List(List(values)) => values[index as usize].as_f64().unwrap_or(f64::NAN),
            Axis::Uniform { .. } | Axis::LogUniform { .. } | Axis::Normal { .. } => f64::from_bits(index),
            _ => self.integer(AxisIndex(index)) as f64,
        }
    }

    /// Whether it is a formula or distribution of whole numbers.
    fn is_integer(&self) -> bool {
        matches!(
            self,
            Axis::IntegerRange { .. }
                | Axis::IntegerGeometric(_)
                | Axis::IntegerUniform { .. }
                | Axis::IntegerLogUniform { .. }
        )
    }

    /// The whole number at an index, on an axis of whole numbers.
    pub(crate) fn integer(&self, AxisIndex(index): AxisIndex) -> i64 {
        match self {
            Axis::IntegerRange { start, step, .. } => start.wrapping_add(step.wrapping_mul(index as i64)),
            Axis::IntegerGeometric(values) => values[index as usize],
            Axis::IntegerUniform { .. } | Axis::IntegerLogUniform { .. } => index as i64,
            Axis::List(List(values)) => match values[index as usize] {
                Value::Integer(integer) => integer,
                _ => 0,
            },
            _ => self.number(AxisIndex(index)) as i64,
        }
    }

    /// The value at an index.
    pub(crate) fn value(&self, index: AxisIndex) -> Value {
        match self {
            Axis::List(List(values)) => values[index.0 as usize].clone(),
            _ if self.is_integer() => Value::Integer(self.integer(index)),
            _ => Value::Number(self.number(index)),
        }
    }

    /// The index at quantile 0 ≤ u < 1 of the distribution. Listed values have equal shares.
    pub(crate) fn drawn(&self, u: f64) -> AxisIndex {
        AxisIndex(match self {
            Axis::Uniform { low, high } => (low + u * (high - low)).min(below(*low, *high)).to_bits(),
            Axis::LogUniform { low, high, logs: [from, to] } => {
                libm::exp(from + u * (to - from)).clamp(*low, below(*low, *high)).to_bits()
            }
            // Streams give no u between 0 and 2⁻⁵³.
            Axis::Normal { mean, std } => (mean + std * normal::quantile(u.max(f64::EPSILON / 4.0))).to_bits(),
            Axis::IntegerUniform { low, high } => at_share(u, *low, *high) as u64,
            Axis::IntegerLogUniform { low, high, logs: [from, to] } => {
                let number = libm::exp(from + u * (to - from)).round();
                (number as i64).clamp(*low, *high) as u64
            }
            _ => {
                let count = self.count().unwrap_or(1);
                ((u * count as f64) as u64).min(count.saturating_sub(1))
            }
        })
    }
}

impl Even {
    /// `count` numbers, at least one, from `first` to `last`.
    pub(crate) fn new(first: f64, last: f64, count: u64) -> Even {
        Even { first, last, step: (last - first) / (count - 1) as f64, count }
    }

    pub(crate) fn first(&self) -> f64 {
        self.first
    }

    pub(crate) fn last(&self) -> f64 {
        self.last
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    fn at(&self, index: u64) -> f64 {
        match index {
            0 => self.first,
            last if last + 1 == self.count => self.last,
            _ => self.first + index as f64 * self.step,
        }
    }
}

/// The greatest number that can be drawn from [`low`, `high`).
fn below(low: f64, high: f64) -> f64 {
    high.next_down().max(low)
}

/// The whole number at quantile 0 ≤ u < 1 of those from `low` to `high`. u must be a multiple of 2⁻⁵³, as streams give it.
fn at_share(u: f64, low: i64, high: i64) -> i64 {
    const BITS: u32 = 53;
    let count = (i128::from(high) - i128::from(low)) as u128 + 1;
    let index = ((u * (1_u64 << BITS) as f64) as u128 * count) >> BITS;
    low.wrapping_add(index as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(axis: &Axis) -> Vec<f64> {
        (0..axis.count().unwrap()).map(|i| axis.number(AxisIndex(i))).collect()
    }

    #[test]
    fn values_are_those_of_numpy() {
        // Printed by NumPy: linspace(-4, 4, 5), geomspace(1, 1000, 4), logspace(-1, 1, 3), arange(0, 1, 0.3).
        assert_eq!(numbers(&Axis::Linspace(Even::new(-4.0, 4.0, 5))), [-4.0, -2.0, 0.0, 2.0, 4.0]);
        let geometric = numbers(&Axis::geomspace(1.0, 1000.0, 4));
        geometric.iter().zip([1.0, 10.0, 100.0, 1000.0]).for_each(|(a, b)| assert!((a - b).abs() <= 1e-14 * b));
        assert_eq!(numbers(&Axis::Logspace(Even::new(-1.0, 1.0, 3))), [0.1, 1.0, 10.0]);
        assert_eq!(numbers(&Axis::Range { start: 0.0, step: 0.3, count: 4 }), [0.0, 0.3, 0.6, 0.8999999999999999]);
        let negative = numbers(&Axis::geomspace(-1.0, -100.0, 3));
        assert!((negative[1] + 10.0).abs() < 1e-14 && negative[2] == -100.0);
    }

    #[test]
    fn distributions_give_their_quantiles() {
        let at = |axis: Axis, u| f64::from_bits(axis.drawn(u).0);
        assert_eq!(at(Axis::Uniform { low: 2.0, high: 6.0 }, 0.25), 3.0);
        assert!((at(Axis::loguniform(1e-4, 1.0), 0.5) - 1e-2).abs() < 1e-16);
        assert!((at(Axis::Normal { mean: 1.0, std: 2.0 }, 0.975) - 4.919_927_969_080_108).abs() < 1e-14);
        assert!(at(Axis::Normal { mean: 0.0, std: 1.0 }, 0.0).is_finite());
        let choice = Axis::List(List([5, 6, 7].map(Value::Integer).into()));
        assert_eq!([0.0, 0.34, 0.999].map(|u| choice.drawn(u).0), [0, 1, 2]);
    }

    #[test]
    fn every_whole_number_has_an_equal_share() {
        assert_eq!(at_share(1.0 - f64::EPSILON / 2.0, i64::MIN, i64::MAX), i64::MAX - 2047);
        assert_eq!((at_share(0.0, i64::MIN, i64::MAX), at_share(0.5, 0, i64::MAX)), (i64::MIN, 1 << 62));
    }

    proptest! {
        #[test]
        fn axes_reach_both_ends_and_rise_between(a in 1e-6..1e6f64, ratio in 1.001..1e6f64, count in 2..400u64) {
            let (start, stop) = (a, a * ratio);
            for axis in [Axis::Linspace(Even::new(start, stop, count)), Axis::geomspace(start, stop, count)] {
                let values = numbers(&axis);
                prop_assert_eq!((values[0], values[count as usize - 1]), (start, stop));
                prop_assert!(values.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert_eq!(axis.range(), Some((start, stop)));
            }
        }
    }
}
