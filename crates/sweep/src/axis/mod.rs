//! The values that one parameter takes, computed by index: an axis stores no more than its definition.
//!
//! A key of whole numbers has an axis of whole numbers ([`whole`]): its values are integers, not numbers that look like some.

pub(crate) mod whole;

use std::sync::Arc;

use etascape_text::{counted, format_number};

use crate::config::tree::{Node, Place, Tree};
use crate::normal;
use crate::power::exp10;
use crate::value::Value;

/// The values of a parameter: counted ones for a grid, a distribution for random and Sobol sweeps.
///
/// A *digit* stands for one of them: the index of a counted value, the bits of a drawn number (of a whole one: its bits as
/// an `i64`).
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
    /// Listed values; under random and Sobol each is as likely.
    List(List),
    /// Whole numbers from `low` to `high`, both among them, each as likely.
    IntegerUniform {
        /// Least value.
        low: i64,
        /// Greatest value.
        high: i64,
    },
    /// Whole numbers from `low` to `high`, both among them: a [`Axis::LogUniform`] from `low − ½` to `high + ½`, rounded.
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

/// Numbers at one distance, `first + i (last − first)/(count − 1)`, the last exact.
#[derive(Debug, Clone, Copy)]
pub struct Even {
    first: f64,
    last: f64,
    step: f64,
    count: u64,
}

/// Values written out one by one.
#[derive(Debug, Clone)]
pub struct List(pub(crate) Vec<Node>);

/// How values of a parameter are best laid out on a chart.
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

    /// How many values there are; `None` for a distribution.
    pub fn count(&self) -> Option<u64> {
        match self {
            Axis::Linspace(even) | Axis::Logspace(even) | Axis::Geomspace { exponents: even, .. } => Some(even.count),
            Axis::Range { count, .. } | Axis::IntegerRange { count, .. } => Some(*count),
            Axis::IntegerGeometric(values) => Some(values.len() as u64),
            Axis::List(List(nodes)) => Some(nodes.len() as u64),
            Axis::Uniform { .. } | Axis::LogUniform { .. } | Axis::Normal { .. } => None,
            Axis::IntegerUniform { .. } | Axis::IntegerLogUniform { .. } => None,
        }
    }

    /// The digits of its least and its greatest value, in either order; of the far ends of a normal distribution. Where all
    /// values are numbers, every other lies between the two.
    pub(crate) fn ends(&self) -> [u64; 2] {
        match self {
            Axis::List(List(nodes)) => {
                let number = |&which: &usize| nodes[which].as_number().unwrap_or(f64::NAN);
                let by_number = |a: &usize, b: &usize| number(a).total_cmp(&number(b));
                let ends = [(0..nodes.len()).min_by(by_number), (0..nodes.len()).max_by(by_number)];
                ends.map(|end| end.unwrap_or(0) as u64)
            }
            Axis::Normal { .. } => [self.drawn(0.0), self.drawn(1.0 - f64::EPSILON / 2.0)],
            Axis::Uniform { low, high } | Axis::LogUniform { low, high, .. } => {
                [low.to_bits(), below(*low, *high).to_bits()]
            }
            Axis::IntegerUniform { low, high } | Axis::IntegerLogUniform { low, high, .. } => {
                [*low as u64, *high as u64]
            }
            _ => [0, self.count().unwrap_or(1) - 1],
        }
    }

    /// Whether every value is a number.
    pub fn is_numeric(&self) -> bool {
        match self {
            Axis::List(List(nodes)) => nodes.iter().all(|node| node.as_number().is_some()),
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
            Axis::List(List(nodes)) => {
                nodes.iter().map(Node::as_number).try_fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
                    number.map(|number| (low.min(number), high.max(number)))
                })
            }
            _ => {
                let (first, last) = (self.number(0), self.number(self.count()? - 1));
                Some((first.min(last), first.max(last)))
            }
        }
    }

    /// How its values are best laid out.
    pub fn scale(&self) -> Scale {
        /// From this ratio on, listed values are taken to be meant by their logarithm.
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

    /// The number that a digit stands for; NaN if it is none.
    pub(crate) fn number(&self, digit: u64) -> f64 {
        match self {
            Axis::Linspace(even) => even.at(digit),
            Axis::Geomspace { start, .. } if digit == 0 => *start,
            Axis::Geomspace { stop, exponents, .. } if digit + 1 == exponents.count => *stop,
            Axis::Geomspace { start, stop, exponents } => {
                // Between close ends a power may round to beyond one of them.
                exp10(exponents.at(digit)).copysign(*start).clamp(start.min(*stop), start.max(*stop))
            }
            Axis::Logspace(even) => exp10(even.at(digit)),
            Axis::Range { start, step, .. } => start + digit as f64 * step,
            Axis::List(List(nodes)) => nodes[digit as usize].as_number().unwrap_or(f64::NAN),
            Axis::Uniform { .. } | Axis::LogUniform { .. } | Axis::Normal { .. } => f64::from_bits(digit),
            _ => self.integer(digit) as f64,
        }
    }

    /// Whether its values are whole numbers by a formula or a distribution.
    fn is_integer(&self) -> bool {
        matches!(
            self,
            Axis::IntegerRange { .. }
                | Axis::IntegerGeometric(_)
                | Axis::IntegerUniform { .. }
                | Axis::IntegerLogUniform { .. }
        )
    }

    /// The whole number that a digit stands for, on an axis of whole numbers.
    pub(crate) fn integer(&self, digit: u64) -> i64 {
        match self {
            Axis::IntegerRange { start, step, .. } => start.wrapping_add(step.wrapping_mul(digit as i64)),
            Axis::IntegerGeometric(values) => values[digit as usize],
            Axis::IntegerUniform { .. } | Axis::IntegerLogUniform { .. } => digit as i64,
            Axis::List(List(nodes)) => nodes[digit as usize].as_integer().unwrap_or(0),
            _ => self.number(digit) as i64,
        }
    }

    /// The value that a digit stands for.
    pub(crate) fn value(&self, digit: u64) -> Value {
        match self {
            Axis::List(List(nodes)) => nodes[digit as usize].value(),
            _ => self.node(digit, Place::Nowhere).value(),
        }
    }

    /// The value that a digit stands for, as it would stand in the file; a listed one has a place of its own.
    pub(crate) fn node(&self, digit: u64, place: Place) -> Node {
        let tree = match self {
            Axis::List(List(nodes)) => return nodes[digit as usize].clone(),
            _ if self.is_integer() => Tree::Integer(self.integer(digit)),
            _ => Tree::Number(self.number(digit)),
        };
        Node { tree, place }
    }

    /// The digit at a share 0 ≤ u < 1 of the distribution; of counted values each has an equal share.
    pub(crate) fn drawn(&self, u: f64) -> u64 {
        match self {
            Axis::Uniform { low, high } => (low + u * (high - low)).min(below(*low, *high)).to_bits(),
            Axis::LogUniform { low, high, logs: [from, to] } => {
                libm::exp(from + u * (to - from)).clamp(*low, below(*low, *high)).to_bits()
            }
            // The least u above 0 that streams give is 2⁻⁵³.
            Axis::Normal { mean, std } => (mean + std * normal::quantile(u.max(f64::EPSILON / 4.0))).to_bits(),
            Axis::IntegerUniform { low, high } => whole::at_share(u, *low, *high) as u64,
            Axis::IntegerLogUniform { low, high, logs: [from, to] } => {
                let number = libm::exp(from + u * (to - from)).round();
                (number as i64).clamp(*low, *high) as u64
            }
            _ => {
                let count = self.count().unwrap_or(1);
                ((u * count as f64) as u64).min(count.saturating_sub(1))
            }
        }
    }

    /// In words: `60 values, 1e-4 … 0.03, geometric`.
    pub fn description(&self) -> String {
        let between = |low: f64, high: f64| format!("{} … {}", short(low), short(high));
        let ends = || between(self.number(0), self.number(self.count().unwrap_or(1).saturating_sub(1)));
        let values = counted(self.count().unwrap_or(0), "value");
        match self {
            Axis::Linspace(_) | Axis::Range { .. } | Axis::IntegerRange { .. } => format!("{values}, {}", ends()),
            Axis::Geomspace { .. } | Axis::Logspace(_) | Axis::IntegerGeometric(_) => {
                format!("{values}, {}, geometric", ends())
            }
            Axis::List(List(nodes)) => format!("{values}: {}", listed(nodes)),
            Axis::Uniform { low, high } => format!("uniform, {}", between(*low, *high)),
            Axis::LogUniform { low, high, .. } => format!("log-uniform, {}", between(*low, *high)),
            Axis::IntegerUniform { low, high } => format!("uniform, whole numbers {low} … {high}"),
            Axis::IntegerLogUniform { low, high, .. } => format!("log-uniform, whole numbers {low} … {high}"),
            Axis::Normal { mean, std } => format!("normal, {} ± {}", short(*mean), short(*std)),
        }
    }
}

impl Even {
    /// So many numbers from one to another, at least one.
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

fn listed(nodes: &[Node]) -> String {
    const SHOWN: usize = 8;
    let mut words: Vec<String> = nodes.iter().take(SHOWN).map(|node| node.value().to_string()).collect();
    if nodes.len() > SHOWN {
        words.push("…".to_string());
    }
    crate::error::shorten(&words.join(", "))
}

/// The greatest number that is drawn from `low` to below `high`.
fn below(low: f64, high: f64) -> f64 {
    high.next_down().max(low)
}

/// A number for people: powers of ten below a thousandth.
fn short(number: f64) -> String {
    if number != 0.0 && number.abs() < 1e-3 { format!("{number:e}") } else { format_number(number) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(axis: &Axis) -> Vec<f64> {
        (0..axis.count().unwrap()).map(|i| axis.number(i)).collect()
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
        let at = |axis: Axis, u| f64::from_bits(axis.drawn(u));
        assert_eq!(at(Axis::Uniform { low: 2.0, high: 6.0 }, 0.25), 3.0);
        assert!((at(Axis::loguniform(1e-4, 1.0), 0.5) - 1e-2).abs() < 1e-16);
        assert!((at(Axis::Normal { mean: 1.0, std: 2.0 }, 0.975) - 4.919_927_969_080_108).abs() < 1e-14);
        assert!(at(Axis::Normal { mean: 0.0, std: 1.0 }, 0.0).is_finite());
        let node = |n| Node { tree: Tree::Integer(n), place: Place::Nowhere };
        let choice = Axis::List(List(vec![node(5), node(6), node(7)]));
        assert_eq!([0.0, 0.34, 0.999].map(|u| choice.drawn(u)), [0, 1, 2]);
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
