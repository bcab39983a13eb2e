//! An axis in words.

use etascape_text::{counted, format_number};

use super::{Axis, AxisIndex, List};
use crate::error::shorten;
use crate::value::Value;

impl Axis {
    /// In words: `60 values, 1e-4 … 0.03, geometric`.
    pub fn description(&self) -> String {
        let between = |low: f64, high: f64| format!("{} … {}", short(low), short(high));
        let number = |index| self.number(AxisIndex(index));
        let ends = || between(number(0), number(self.count().unwrap_or(1).saturating_sub(1)));
        let values = counted(self.count().unwrap_or(0), "value");
        match self {
            Axis::Linspace(_) | Axis::Range { .. } | Axis::IntegerRange { .. } => format!("{values}, {}", ends()),
            Axis::Geomspace { .. } | Axis::Logspace(_) | Axis::IntegerGeometric(_) => {
                format!("{values}, {}, geometric", ends())
            }
            Axis::List(List(all)) => format!("{values}: {}", listed(all)),
            Axis::Uniform { low, high } => format!("uniform, {}", between(*low, *high)),
            Axis::LogUniform { low, high, .. } => format!("log-uniform, {}", between(*low, *high)),
            Axis::IntegerUniform { low, high } => format!("uniform, whole numbers {low} … {high}"),
            Axis::IntegerLogUniform { low, high, .. } => format!("log-uniform, whole numbers {low} … {high}"),
            Axis::Normal { mean, std } => format!("normal, {} ± {}", short(*mean), short(*std)),
        }
    }
}

fn listed(values: &[Value]) -> String {
    const SHOWN: usize = 8;
    let mut words: Vec<String> = values.iter().take(SHOWN).map(Value::to_string).collect();
    if values.len() > SHOWN {
        words.push("…".to_string());
    }
    shorten(&words.join(", "))
}

/// A number for people: powers of ten below a thousandth.
fn short(number: f64) -> String {
    if number != 0.0 && number.abs() < 1e-3 { format!("{number:e}") } else { format_number(number) }
}
