//! Numbers as they stand in charts.

use crate::format_number;

/// A number for people: plain where that is short, else with a power of ten; true minus signs.
pub(super) fn plain(x: f64) -> String {
    if x == 0.0 || (1e-4..1e6).contains(&x.abs()) {
        return format_number(x).replace('-', "−").replace("−0", if x == 0.0 { "0" } else { "−0" });
    }
    if !x.is_finite() {
        return format_number(x).replace('-', "−").replace("inf", "∞");
    }
    let text = format!("{x:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let power = format!("10{}", superscript(exponent.parse().unwrap_or(0)));
    match mantissa {
        "1" => power,
        "-1" => format!("−{power}"),
        _ => format!("{}×{power}", mantissa.replace('-', "−")),
    }
}

/// A number for people, to a few significant digits.
pub(crate) fn rounded(x: f64, digits: usize) -> String {
    let text = format!("{x:.*e}", digits.saturating_sub(1));
    plain(text.parse().unwrap_or(x))
}

pub(super) fn superscript(n: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = |c: char| c.to_digit(10).map_or('⁻', |d| DIGITS[d as usize]);
    n.to_string().chars().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!(plain(2.5e-7), "2.5×10⁻⁷");
        assert_eq!(plain(1e-9), "10⁻⁹");
        assert_eq!(plain(-0.0), "0");
        assert_eq!(plain(-0.25), "−0.25");
        assert_eq!(rounded(0.0218324_f64, 3), "0.0218");
    }
}
