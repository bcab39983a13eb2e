//! Whole numbers and floating-point numbers of one axis.

use super::{Axis, AxisIndex, List};
use crate::value::Value;

/// The greatest whole number below which every whole number is a floating-point number too.
const EXACT: u64 = 1 << 53;

impl Axis {
    /// The same axis where the whole numbers of a list are floating-point numbers if any other number of it is one: `[1, 2.5]`
    /// is 1.0 and 2.5. Whole numbers that would be rounded are left.
    pub(crate) fn with_one_type(self) -> Axis {
        let Axis::List(List(values)) = &self else { return self };
        if !values.iter().any(|value| matches!(value, Value::Number(_))) {
            return self;
        }
        let one = |value: &Value| match value {
            Value::Integer(integer) if integer.unsigned_abs() <= EXACT => Value::Number(*integer as f64),
            other => other.clone(),
        };
        Axis::List(List(values.iter().map(one).collect()))
    }

    /// Whether it is a formula of floating-point numbers that are all whole but for rounding, so that whole numbers may have
    /// been meant.
    pub(crate) fn looks_whole(&self) -> bool {
        const MOST: u64 = 10_000;
        let is_whole = |number: f64| (number - number.round()).abs() <= 1e-12 * number.abs();
        let is_formula = matches!(self, Axis::Linspace(_) | Axis::Geomspace { .. } | Axis::Logspace(_));
        let count = self.count().filter(|count| is_formula && *count <= MOST);
        count.is_some_and(|count| (0..count).all(|index| is_whole(self.number(AxisIndex(index)))))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Even;
    use super::*;

    #[test]
    fn a_list_with_a_float_is_one_of_floats() {
        let of = |values: &[Value]| Axis::List(List(values.into())).with_one_type();
        let texts = |axis: Axis| match axis {
            Axis::List(List(values)) => values.iter().map(Value::argument).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        assert_eq!(texts(of(&[Value::Integer(1), Value::Number(2.5)])), ["1.0", "2.5"]);
        assert_eq!(texts(of(&[Value::Integer(1), Value::Integer(2)])), ["1", "2"]);
        let huge = Value::Integer(i64::MAX);
        assert_eq!(
            texts(of(&[huge, Value::Number(1.0), Value::Text("a".into())])),
            ["9223372036854775807", "1.0", "a"]
        );
    }

    #[test]
    fn a_formula_of_whole_numbers_is_noticed() {
        assert!(Axis::geomspace(16.0, 128.0, 4).looks_whole());
        assert!(Axis::Linspace(Even::new(1.0, 5.0, 5)).looks_whole());
        assert!(!Axis::Linspace(Even::new(1.0, 5.0, 4)).looks_whole());
        assert!(!Axis::IntegerRange { start: 0, step: 1, count: 3 }.looks_whole());
    }
}
