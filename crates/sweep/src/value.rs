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

/// What the values of a parameter are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// `true` or `false`.
    Bool,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Words, other texts, lists and tables; or values of several kinds.
    Text,
}

impl ValueKind {
    /// The kind of all of some values.
    pub(crate) fn of(values: &[Value]) -> ValueKind {
        let all = |is: fn(&Value) -> bool| values.iter().all(is);
        if all(|value| matches!(value, Value::Bool(_))) {
            ValueKind::Bool
        } else if all(|value| matches!(value, Value::Integer(_))) {
            ValueKind::Integer
        } else if all(|value| value.as_f64().is_some()) {
            ValueKind::Number
        } else {
            ValueKind::Text
        }
    }
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

    /// As programs get it. A floating-point number reads back as one, also where readers are strict: a literal of Python, a
    /// number of YAML 1.1, TOML and JSON.
    pub fn argument(&self) -> String {
        match self {
            Value::Number(number) => pointed(*number),
            Value::Integer(_) | Value::Bool(_) | Value::Text(_) | Value::Other(_) => self.to_string(),
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

/// A number with a point, and with the sign of its exponent: `1.0`, `1.0e-6`, `1.0e+22`.
fn pointed(number: f64) -> String {
    let text = format_number(number);
    if !number.is_finite() {
        return text;
    }
    let (digits, exponent) = text.split_once('e').map_or((&text[..], None), |(digits, power)| (digits, Some(power)));
    let point = if digits.contains('.') { "" } else { ".0" };
    match exponent {
        None => format!("{digits}{point}"),
        Some(power) if power.starts_with('-') => format!("{digits}{point}e{power}"),
        Some(power) => format!("{digits}{point}e+{power}"),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether readers of YAML 1.1 take a text for a floating-point number, and with them all others.
    fn is_float(text: &str) -> bool {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (digits_and_point, power) = text.split_once('e').unwrap_or((text, "+0"));
        let (whole, fraction) = digits_and_point.trim_start_matches('-').split_once('.').unwrap_or(("", ""));
        let power = power.strip_prefix('-').or(power.strip_prefix('+')).unwrap_or("");
        digits(whole) && digits(fraction) && digits(power)
    }

    #[test]
    fn floats_keep_their_point_and_whole_numbers_have_none() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e-5, "0.00001"),
            (1e-6, "1.0e-6"),
            (1.5e-8, "1.5e-8"),
            (1e15, "1000000000000000.0"),
            (1e22, "1.0e+22"),
            (-2.5e300, "-2.5e+300"),
            (5e-324, "5.0e-324"),
            (f64::INFINITY, "inf"),
            (f64::NAN, "NaN"),
        ];
        for (number, text) in cases {
            assert_eq!(Value::Number(number).argument(), text);
        }
        assert_eq!(Value::Integer(1).argument(), "1");
        assert_eq!(Value::Bool(true).argument(), "true");
        assert_eq!(Value::Number(1.0).to_string(), "1");
    }

    proptest! {
        #[test]
        fn a_float_reads_back_to_its_bits_as_a_float(bits: u64) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            let text = Value::Number(number).argument();
            prop_assert!(is_float(&text), "{}", text);
            prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), bits);
        }
    }
}
