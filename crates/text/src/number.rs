//! Numbers as the logs write them: text that reads back to the same bits.

use std::fmt::Write;

/// The shortest text that reads back to the same bits; `inf`, `-inf`, `NaN` for those.
pub fn format_number(number: f64) -> String {
    match number.abs() {
        size if size == 0.0 || (1e-5..1e16).contains(&size) || !size.is_finite() => format!("{number}"),
        _ => format!("{number:e}"),
    }
}

/// Formats numbers into a buffer that is reused, faster than [`format_number`].
///
/// The text must be that of the standard library. `zmij` is several times as fast and differs in two cases only: the
/// sign of a positive exponent, and a tie between two shortest texts, where the standard library rounds up. In a tie
/// the exact decimal expansion is one digit longer than the shortest text, so it has at most 18 digits. A number with
/// more than 25 binary places has at least 19, since its expansion is an odd multiple of 5²⁶ ≈ 1.5e18: it cannot be a
/// tie.
#[derive(Default)]
pub struct Formatter {
    quick: zmij::Buffer,
    whole: itoa::Buffer,
    slow: String,
}

impl Formatter {
    /// The text of a number, the same as [`format_number`] gives.
    pub fn format(&mut self, x: f64) -> &str {
        let is_whole = x == f64::from(x as i32) && (x != 0.0 || x.is_sign_positive());
        if is_whole {
            self.whole.format(x as i32)
        } else if x != 0.0 && has_places(x, 26) {
            self.quick.format_finite(x)
        } else {
            self.by_the_rule(x)
        }
    }

    fn by_the_rule(&mut self, x: f64) -> &str {
        self.slow.clear();
        let plain = x == 0.0 || !x.is_finite() || (1e-5..1e16).contains(&x.abs());
        let written = if plain { write!(self.slow, "{x}") } else { write!(self.slow, "{x:e}") };
        debug_assert!(written.is_ok(), "a String takes everything");
        &self.slow
    }
}

/// The f64 nearest to the shortest digits that read back to an f32, which is what a reader of these digits gets; of numbers
/// beyond f32 they themselves.
///
/// The order of numbers stays: the digits of two f32 lie on either side of what is halfway between.
pub fn nearest_to_digits_of_f32(x: f64) -> f64 {
    let single = x as f32;
    if x == 0.0 || !single.is_finite() {
        return x;
    }
    // As in [`Formatter`]: the shortest digits of an f32 are at most 9, so a tie has at most 10, and a number with more than
    // 14 binary places, an odd multiple of 5¹⁵ ≈ 3e10, has 11 at least.
    let read = |digits: &str| digits.parse().expect("digits of a finite number are a number");
    if has_places(f64::from(single), 15) {
        return read(zmij::Buffer::new().format_finite(single));
    }
    read(&format!("{single:e}"))
}

/// Whether a finite number other than 0 has at least so many binary places: its last bit is worth `2^−places` or less.
fn has_places(x: f64, places: i32) -> bool {
    const FRACTION_BITS: i32 = 52;
    const BIAS: i32 = 1023;
    let fraction = x.to_bits() & ((1 << FRACTION_BITS) - 1);
    let exponent = ((x.to_bits() >> FRACTION_BITS) & 0x7ff) as i32;
    let below_the_point = FRACTION_BITS + BIAS - exponent.max(1);
    below_the_point - fraction.trailing_zeros().min(FRACTION_BITS as u32) as i32 >= places
}

/// Reads a number of the logs. `None` for text, the empty cell included.
pub fn parse_number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(x: f64) -> String {
        Formatter::default().format(x).to_owned()
    }
    use proptest::prelude::*;

    /// The rule as the contract states it, by way of the standard library's own shortest digits.
    fn by_the_rule(x: f64) -> String {
        let plain = x == 0.0 || !x.is_finite() || (1e-5..1e16).contains(&x.abs());
        if plain { format!("{x}") } else { format!("{x:e}") }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn every_bit_pattern_reads_back_to_itself(bits: u64) {
            let x = f64::from_bits(bits);
            let text = formatted(x);
            prop_assert_eq!(&text, &by_the_rule(x));
            let back = parse_number(text.as_bytes()).unwrap();
            prop_assert!(back.to_bits() == bits || (x.is_nan() && back.is_nan()), "{}", text);
        }

        #[test]
        fn common_magnitudes_follow_the_rule(mantissa in -1e4f64..1e4, exponent in -12i32..22) {
            let x: f64 = format!("{mantissa}e{exponent}").parse().unwrap();
            prop_assert_eq!(formatted(x), by_the_rule(x));
        }
    }

    /// The digits are those of the standard library for the f32, in the notation of all numbers, and read back to it.
    fn check_digits_of(x: f32) {
        let nearest = nearest_to_digits_of_f32(f64::from(x));
        let text = formatted(nearest);
        let digits = |text: &str| text.parse::<f64>().map(|x| format!("{x:e}")).unwrap();
        assert_eq!(digits(&text), digits(&format!("{x:e}")), "{x:e}");
        assert!(text.len() <= format!("{x}").len().max(format!("{x:e}").len()), "{text} for {x:e}");
        assert_eq!(text.parse::<f32>().unwrap().to_bits(), x.to_bits(), "{text} for {x:e}");
        assert_eq!(parse_number(text.as_bytes()).unwrap().to_bits(), nearest.to_bits(), "{x:e}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn digits_of_every_f32_read_back_to_it(bits: u32) {
            let x = f32::from_bits(bits);
            if x.is_finite() {
                check_digits_of(x);
            }
        }

        #[test]
        fn the_order_of_f32_stays(bits in 0u32..0x7f7f_ffff) {
            let nearest = |bits| nearest_to_digits_of_f32(f64::from(f32::from_bits(bits)));
            prop_assert!(nearest(bits) < nearest(bits + 1));
        }
    }

    #[test]
    fn digits_of_f32_by_hand() {
        let cases = [
            (0.1f32, "0.1"),
            (1.0 / 3.0, "0.33333334"),
            (1e-5, "0.00001"),
            (16_777_216.0, "16777216"),
            (f32::MAX, "3.4028235e38"),
            (f32::from_bits(1), "1e-45"),
            (f32::MIN_POSITIVE, "1.1754944e-38"),
            (-0.0, "-0"),
            (f32::INFINITY, "inf"),
            (f32::NAN, "NaN"),
        ];
        for (x, text) in cases {
            assert_eq!(formatted(nearest_to_digits_of_f32(f64::from(x))), text);
            if x.is_finite() {
                check_digits_of(x);
            }
        }
        assert_eq!(nearest_to_digits_of_f32(1e300), 1e300);
    }

    #[test]
    fn the_edges_of_the_rule() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (36.0, "36"),
            (0.02, "0.02"),
            (1e-5, "0.00001"),
            (9.999999999999999e-6, "9.999999999999999e-6"),
            (9999999999999998.0, "9999999999999998"),
            (1e16, "1e16"),
            (-1e300, "-1e300"),
            (5e-324, "5e-324"),
            (156428822881678.13, "156428822881678.13"),
            (f64::MIN_POSITIVE / 2.0, "1.1125369292536007e-308"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "NaN"),
        ];
        for (x, text) in cases {
            assert_eq!(formatted(x), text);
            assert_eq!(format_number(x), text);
        }
    }
}
