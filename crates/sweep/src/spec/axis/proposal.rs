//! Axes to try next, as they are written in a file.

use etascape_text::short;

use super::{Axis, Even, List};
use crate::value::Value;

/// An axis is carried on by about this factor …
const FARTHER: f64 = 10.0;
/// … in at most so many steps.
const MOST_STEPS: u64 = 20;
/// A list is carried on by at least this factor a step: by less, two more values lead nowhere.
const LEAST_STEP: f64 = 2.0;
/// The greatest factor between neighbours that is carried on.
const WIDEST: f64 = 1000.0;
/// How many values a finer axis has …
const FINER: u64 = 9;
/// … at most, where they are spread over more than the neighbours of one value …
const MOST_FINER: u64 = 33;
/// … and at least, …
const FEWEST: u64 = 3;
/// … where neighbours with this ratio are almost alike.
const NEAREST: f64 = 1.05;
/// A count of steps may be above a whole number by this much and still be it.
const ROUNDING: f64 = 1e-9;

/// The end of an axis beyond which it is carried on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AxisEnd {
    /// The least value.
    Low,
    /// The greatest value.
    High,
}

impl Axis {
    /// The axis carried on beyond one of its ends at the same spacing, as it is written in a file: about a decade farther
    /// on a logarithmic axis, twice as long on a linear one, without its values from `limit` on. `None` where the values are
    /// not positive numbers, and for other axes than those of numbers.
    pub fn carried_on(&self, end: AxisEnd, limit: f64) -> Option<String> {
        let (low, high) = self.range().filter(|(low, high)| *low > 0.0 && low < high && high.is_finite())?;
        match self {
            Axis::Geomspace { exponents, .. } => {
                geometric("geomspace", (low, high), exponents.count(), (end, limit), short)
            }
            Axis::Logspace(even) => geometric("logspace", (low, high), even.count(), (end, limit), |value| {
                short((1e9 * libm::log10(value)).round() / 1e9)
            }),
            Axis::Linspace(even) => linear(even, (low, high), end),
            Axis::Range { step, count, .. } => range(low.min(high), step.abs(), *count, end),
            Axis::List(List(values)) => list(values, end, limit),
            Axis::LogUniform { low, high, .. } => Some(match end {
                AxisEnd::Low => format!("{{ loguniform = [{}, {}] }}", short(low / FARTHER), short(high.min(limit))),
                AxisEnd::High => format!("{{ loguniform = [{}, {}] }}", short(*low), short(high * FARTHER)),
            }),
            Axis::Uniform { low, high } => Some(match end {
                AxisEnd::Low => format!("{{ loguniform = [{}, {}] }}", short(low / FARTHER), short(high.min(limit))),
                AxisEnd::High => format!("{{ uniform = [{}, {}] }}", short(*low), short(2.0 * high - low)),
            }),
            _ => None,
        }
    }

    /// A finer axis between two of its positive values, ends included, as it is written in a file: of nine values, or of fewer
    /// where these would be almost alike.
    pub fn between(&self, low: f64, high: f64) -> String {
        let apart = (libm::log(high / low) / libm::log(NEAREST)) as u64 + 1;
        self.logarithmic(low, high, apart.clamp(FEWEST, FINER))
    }

    /// The same with at most this ratio between neighbours, as far as so many values allow it.
    pub fn between_by(&self, low: f64, high: f64, ratio: f64) -> String {
        let steps = (libm::log(high / low) / libm::log(ratio) - ROUNDING).ceil() as u64;
        self.logarithmic(low, high, (steps + 1).clamp(FINER, MOST_FINER))
    }

    fn logarithmic(&self, low: f64, high: f64, count: u64) -> String {
        let (low, high) = (short(low), short(high));
        match self.count() {
            None => format!("{{ loguniform = [{low}, {high}] }}"),
            Some(_) => format!("{{ geomspace = [{low}, {high}, {count}] }}"),
        }
    }
}

/// An axis with one ratio between neighbours, its ends written by `write`.
fn geometric(
    name: &str,
    (low, high): (f64, f64),
    count: u64,
    (end, limit): (AxisEnd, f64),
    write: impl Fn(f64) -> String,
) -> Option<String> {
    let ratio = libm::exp(libm::log(high / low) / (count - 1) as f64);
    let steps = (libm::log(FARTHER) / libm::log(ratio)).round().clamp(1.0, MOST_STEPS as f64);
    let farther = libm::exp(libm::log(ratio) * steps);
    let (low, high) = match end {
        AxisEnd::Low => (low / farther, high),
        AxisEnd::High => (low, high * farther),
    };
    let beyond = if high < limit { 0.0 } else { (libm::log(high / limit) / libm::log(ratio)).floor() + 1.0 };
    let (high, count) = (high / libm::pow(ratio, beyond), (count + steps as u64).saturating_sub(beyond as u64));
    (ratio <= WIDEST && count > 1).then(|| format!("{{ {name} = [{}, {}, {count}] }}", write(low), write(high)))
}

fn linear(even: &Even, (low, high): (f64, f64), end: AxisEnd) -> Option<String> {
    Some(match end {
        // Rates are positive: below the least, only ratios lead on.
        AxisEnd::Low => format!("{{ geomspace = [{}, {}, {FINER}] }}", short(low / FARTHER), short(low)),
        AxisEnd::High => {
            format!("{{ linspace = [{}, {}, {}] }}", short(low), short(2.0 * high - low), 2 * even.count() - 1)
        }
    })
}

fn range(low: f64, step: f64, count: u64, end: AxisEnd) -> Option<String> {
    Some(match end {
        AxisEnd::Low => format!("{{ geomspace = [{}, {}, {FINER}] }}", short(low / FARTHER), short(low)),
        AxisEnd::High => {
            // Half a step below the bound, so that no rounding adds a value or takes one away.
            let stop = low + (2 * count) as f64 * step - 0.5 * step;
            format!("{{ range = [{}, {}, {}] }}", short(low), short(stop), short(step))
        }
    })
}

/// Listed values below a limit with two more, at the ratio of the last two or a greater one.
fn list(values: &[Value], end: AxisEnd, limit: f64) -> Option<String> {
    let mut numbers: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    let last = match end {
        AxisEnd::Low => numbers.first_chunk::<2>().map(|[last, next]| (*last, (last / next).min(1.0 / LEAST_STEP))),
        AxisEnd::High => numbers.last_chunk::<2>().map(|[before, last]| (*last, (last / before).max(LEAST_STEP))),
    };
    let (last, ratio) = last.filter(|(_, ratio)| (1.0 / WIDEST..=WIDEST).contains(ratio))?;
    numbers.extend([last * ratio, last * ratio * ratio]);
    numbers.retain(|number| *number < limit);
    numbers.sort_by(f64::total_cmp);
    let are_floats = values.iter().any(|value| matches!(value, Value::Number(_)));
    let write = |number: f64| match short(number) {
        // So that a program gets a number of the same type.
        text if are_floats && text.bytes().all(|byte| byte.is_ascii_digit()) => text + ".0",
        text => text,
    };
    Some(format!("[{}]", numbers.into_iter().map(write).collect::<Vec<String>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_carried_on_in_its_own_words() {
        let both = |axis: &Axis| [AxisEnd::Low, AxisEnd::High].map(|end| axis.carried_on(end, f64::INFINITY).unwrap());
        assert_eq!(
            both(&Axis::geomspace(1e-3, 0.1, 5)),
            ["{ geomspace = [0.0001, 0.1, 7] }", "{ geomspace = [0.001, 1, 7] }"]
        );
        assert_eq!(both(&Axis::geomspace(0.1, 1e-3, 5))[1], "{ geomspace = [0.001, 1, 7] }");
        assert_eq!(both(&Axis::Logspace(Even::new(-3.0, -1.0, 5)))[1], "{ logspace = [-3, 0, 7] }");
        assert_eq!(
            both(&Axis::Linspace(Even::new(0.1, 0.5, 5))),
            ["{ geomspace = [0.01, 0.1, 9] }", "{ linspace = [0.1, 0.9, 9] }"]
        );
        assert_eq!(both(&Axis::Range { start: 0.1, step: 0.1, count: 3 })[1], "{ range = [0.1, 0.65, 0.1] }");
        let whole = Axis::List(List([1.0, 10.0].map(Value::Number).into()));
        assert_eq!(whole.carried_on(AxisEnd::High, f64::INFINITY).unwrap(), "[1.0, 10.0, 100.0, 1000.0]");
        let list = Axis::List(List([0.3, 0.1].map(Value::Number).into()));
        assert_eq!(both(&list), ["[0.0111111, 0.0333333, 0.1, 0.3]", "[0.1, 0.3, 0.9, 2.7]"]);
        let near = Axis::List(List([0.3, 0.32, 0.4].map(Value::Number).into()));
        assert_eq!(both(&near), ["[0.075, 0.15, 0.3, 0.32, 0.4]", "[0.3, 0.32, 0.4, 0.8, 1.6]"]);
        assert_eq!(
            both(&Axis::loguniform(1e-3, 0.1)),
            ["{ loguniform = [0.0001, 0.1] }", "{ loguniform = [0.001, 1] }"]
        );
        assert_eq!(both(&Axis::Uniform { low: 0.1, high: 0.5 })[1], "{ uniform = [0.1, 0.9] }");
    }

    #[test]
    fn a_finer_axis_has_no_values_that_are_almost_alike() {
        let axis = Axis::geomspace(1e-3, 1.0, 4);
        assert_eq!(axis.between(0.1, 1.0), "{ geomspace = [0.1, 1, 9] }");
        // 1.05⁴ is 1.22, and 1.05⁵ is 1.28.
        assert_eq!(axis.between(0.8, 1.0), "{ geomspace = [0.8, 1, 5] }");
        assert_eq!(axis.between(0.99, 1.0), "{ geomspace = [0.99, 1, 3] }");
        assert_eq!(axis.between_by(0.01, 100.0, 10f64.sqrt().sqrt()), "{ geomspace = [0.01, 100, 17] }");
        assert_eq!(axis.between_by(0.01, 0.1, 10f64.sqrt()), "{ geomspace = [0.01, 0.1, 9] }");
        assert_eq!(axis.between_by(1e-9, 1.0, 1.1), "{ geomspace = [1e-9, 1, 33] }");
        assert_eq!(Axis::loguniform(1e-3, 1.0).between_by(0.01, 1.0, 2.0), "{ loguniform = [0.01, 1] }");
    }

    #[test]
    fn values_beyond_a_limit_are_left_out() {
        let below = |axis: &Axis, limit| axis.carried_on(AxisEnd::Low, limit).unwrap();
        let list = Axis::List(List([0.1, 0.3, 1.0].map(Value::Number).into()));
        assert_eq!(below(&list, 0.86), "[0.0111111, 0.0333333, 0.1, 0.3]");
        let decades = Axis::geomspace(0.01, 10.0, 4);
        assert_eq!(below(&decades, 20.0), "{ geomspace = [0.001, 10, 5] }");
        assert_eq!(below(&decades, 0.5), "{ geomspace = [0.001, 0.1, 3] }");
        assert_eq!(below(&decades, 10.0), "{ geomspace = [0.001, 1, 4] }", "the limit itself is none");
        assert_eq!(below(&Axis::loguniform(0.1, 1.0), 0.5), "{ loguniform = [0.01, 0.5] }");
    }

    #[test]
    fn what_is_not_positive_or_too_wide_is_not_carried_on() {
        let no = [
            Axis::Linspace(Even::new(0.0, 1.0, 5)),
            Axis::geomspace(-0.1, -1.0, 3),
            Axis::geomspace(1e-9, 1.0, 3),
            Axis::Normal { mean: 1.0, std: 0.1 },
            Axis::List(List(["a", "b"].map(|word| Value::Text(word.into())).into())),
        ];
        no.iter().for_each(|axis| assert_eq!(axis.carried_on(AxisEnd::High, f64::INFINITY), None, "{axis:?}"));
        assert_eq!(Axis::geomspace(1e-3, 1.0, 4).between(0.01, 1.0), "{ geomspace = [0.01, 1, 9] }");
        assert_eq!(Axis::loguniform(1e-3, 1.0).between(0.01, 1.0), "{ loguniform = [0.01, 1] }");
    }
}
