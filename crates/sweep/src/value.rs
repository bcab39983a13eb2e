//! The value of a swept parameter in one run, as the logs show it.

use std::fmt;

use etascape_text::format_number;

/// One value of a parameter. Its `Display` is its cell in `runs.csv`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Bool(bool),
    /// A word or another text.
    Text(String),
    /// A list or table, as TOML on one line.
    Other(String),
}

impl Value {
    /// Its number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Integer(integer) => Some(*integer as f64),
            _ => None,
        }
    }

    /// As TOML on one line, texts without quotes: how to quote a text is known only where TOML is read.
    pub(crate) fn inline(&self) -> String {
        match self {
            Value::Bool(_) | Value::Integer(_) | Value::Text(_) | Value::Other(_) => self.to_string(),
            Value::Number(number) => number_inline(*number),
        }
    }
}

/// A number as TOML, so that it reads back as a number with a fraction.
pub(crate) fn number_inline(number: f64) -> String {
    match number {
        _ if number.is_nan() => "nan".to_string(),
        _ if number.is_finite() && number.fract() == 0.0 && number.abs() < 1e16 => format!("{number:.1}"),
        _ => format_number(number),
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => f.pad(&format_number(*number)),
            Value::Integer(integer) => f.pad(&integer.to_string()),
            Value::Bool(flag) => f.pad(if *flag { "true" } else { "false" }),
            Value::Text(text) | Value::Other(text) => f.pad(text),
        }
    }
}
