//! Numbers for people: a few digits, in charts, findings and explanations.

use crate::number::format_number;

/// A number for people: plain where that is short, else with a power of ten; with a true minus sign.
pub fn plain(x: f64) -> String {
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
pub fn rounded(x: f64, digits: usize) -> String {
    let text = format!("{x:.*e}", digits.saturating_sub(1));
    plain(text.parse().unwrap_or(x))
}

/// A value that someone chose, for people: as it is where it has few digits, such as a width of 1024, else to three significant
/// digits.
pub fn chosen(x: f64) -> String {
    if has_few_digits(x) { plain(x) } else { rounded(x, 3) }
}

/// Whether a number can be written in few digits, or is whole: someone may have typed it.
pub fn has_few_digits(x: f64) -> bool {
    const FEW: usize = 5;
    let exact = format!("{:e}", x.abs());
    let digits = exact.split('e').next().unwrap_or_default().chars().filter(char::is_ascii_digit).count();
    digits <= FEW || x == x.trunc() && x.abs() < 1e9
}

/// A whole number as superscript: `⁻⁷`.
pub fn superscript(n: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = |c: char| c.to_digit(10).map_or('⁻', |d| DIGITS[d as usize]);
    n.to_string().chars().map(digit).collect()
}

/// A number to six significant digits without trailing zeros, in plain ASCII.
pub fn short(number: f64) -> String {
    if !number.is_finite() || number == 0.0 {
        return if number == 0.0 { "0".into() } else { format!("{number}") };
    }
    let rounded: f64 = format!("{number:.5e}").parse().unwrap_or(number);
    if (1e-4..1e7).contains(&rounded.abs()) { format!("{rounded}") } else { format!("{rounded:e}") }
}

/// A number to `significant` digits, trailing zeros included.
pub fn digits(number: f64, significant: usize) -> String {
    let scientific = format!("{number:.*e}", significant - 1);
    let exponent: i32 = scientific.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    if number.is_finite() && (-5..=significant as i32).contains(&exponent) {
        format!("{number:.*}", (significant as i32 - 1 - exponent).max(0) as usize)
    } else {
        scientific
    }
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
        assert_eq!([chosen(1024.0), chosen(0.9999), chosen(-0.25)], ["1024", "0.9999", "−0.25"]);
        assert_eq!([chosen(0.03162277660168379), chosen(1e-7), chosen(131072.0)], ["0.0316", "10⁻⁷", "131072"]);
    }

    #[test]
    fn numbers_to_six_digits() {
        assert_eq!(short(2.280_000_01), "2.28");
        assert_eq!(short(-8.0), "-8");
        assert_eq!(short(1.234_567_8e-9), "1.23457e-9");
        assert_eq!(short(0.0), "0");
        assert_eq!(digits(91.607_017_14, 6), "91.6070");
        assert_eq!(digits(0.392_982_6, 6), "0.392983");
        assert_eq!(digits(0.021_832_4, 6), "0.0218324");
        assert_eq!(digits(233.105, 4), "233.1");
        assert_eq!(digits(1.5e12, 4), "1.500e12");
    }
}
