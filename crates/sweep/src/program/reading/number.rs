//! Numbers as programs write them: one lenient reader for every source.
//!
//! Beyond plain numbers it reads NaN and infinities in every spelling (`nan`, `-Infinity`, `-nan(ind)`, `1.#INF`),
//! thousands separators (`1,234.5`, `1_000`), a decimal comma (`1,5`; `1,234` is a thousand), exponents of Fortran and Julia
//! (`1.0d-3`, `1.5f0`), powers of ten (`1.5 x 10^-3`, `1.5×10⁻³`), and what stands around a number: quotes, brackets, a trailing `, ; : ) ] %`, and the
//! types of frameworks (`tensor(0.5, device='cuda:0')`, `np.float64(0.5)`). A number with a unit (`12.3ms`, `10.65M`) is none.

use etascape_text::parse_number;

/// A number and how it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::program) struct Number {
    pub value: f64,
    /// Whether it was written as a whole number: without a point, an exponent, or a word.
    pub is_whole: bool,
}

/// The number that a text holds; `None` for other text.
pub(in crate::program) fn number(text: &[u8]) -> Option<Number> {
    const BEFORE: &[u8] = b"([{'\"";
    const AFTER: &[u8] = b",;:)]}%'\"";
    let mut text = text.trim_ascii();
    while let [first, rest @ ..] = text
        && BEFORE.contains(first)
    {
        text = rest.trim_ascii_start();
    }
    let (number, length) = leading(text).or_else(|| in_type(text))?;
    let rest = text[length..].trim_ascii();
    rest.iter().all(|byte| AFTER.contains(byte)).then_some(number)
}

/// The number that a text begins with, and its length. What follows is not looked at.
pub(super) fn leading(text: &[u8]) -> Option<(Number, usize)> {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    match text.get(sign)? {
        b'0'..=b'9' | b'.' => digits(text, sign),
        b'n' | b'N' | b'i' | b'I' => word(text, sign),
        _ => None,
    }
}

/// The number within a type's name and brackets, `tensor(0.5, …)`, and the length of it all.
pub(super) fn in_type(text: &[u8]) -> Option<(Number, usize)> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._".contains(byte);
    let name = text.iter().position(|byte| !is_name(byte)).filter(|&at| at > 0 && text[at] == b'(')?;
    let mut inner = text[name + 1..].trim_ascii_start();
    while let [b'[', rest @ ..] = inner {
        inner = rest;
    }
    let (number, length) = leading(inner)?;
    let after = inner[length..].trim_ascii_start();
    // Another number behind it makes a list.
    let is_alone = match after.first() {
        Some(b')' | b']') => true,
        Some(b',') => after[1..].trim_ascii_start().first().is_some_and(u8::is_ascii_alphabetic),
        _ => false,
    };
    if !is_alone {
        return None;
    }
    let mut depth = 0_usize;
    let end = text[name..].iter().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    Some((number, name + end + 1))
}

fn digits(text: &[u8], sign: usize) -> Option<(Number, usize)> {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let past = |mut at: usize| {
        while digit(at) {
            at += 1;
        }
        at
    };
    let mut end = past(sign);
    // Thousands: after one to three digits, groups of three. `0,125` has a decimal comma.
    if (1..=3).contains(&(end - sign)) && text[sign] != b'0' {
        while matches!(text.get(end), Some(b',' | b'_')) && past(end + 1) == end + 4 {
            end += 4;
        }
    }
    let whole_end = end;
    let has_groups = text[sign..end].iter().any(|byte| !byte.is_ascii_digit());
    let mut has_point = text.get(end) == Some(&b'.');
    if has_point {
        if let Some((number, length)) = of_windows(&text[end..], text[0] == b'-') {
            return Some((number, end + length));
        }
        end = past(end + 1);
    } else if let Some(after) = decimal_comma(text, end).filter(|_| end > sign && !has_groups) {
        (end, has_point) = (after, true);
    }
    if end == sign || (end == sign + 1 && text[sign] == b'.') {
        return None;
    }
    if let Some((power, length)) = power_of_ten(&text[end..]) {
        let digits = [&plain(text, whole_end, end), format!("e{power}").as_bytes()].concat();
        return Some((Number { value: parse_number(&digits)?, is_whole: false }, end + length));
    }
    // `1.0d-3` is Fortran's, `1.5f0` Julia's.
    if text.get(end).is_some_and(|byte| b"eE".contains(byte) || has_point && b"dDf".contains(byte)) {
        let signed = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        if digit(end + 1 + signed) {
            end = past(end + 1 + signed);
        }
    }
    // `step 100. loss 0.5`: a point without digits ends a sentence.
    let is_whole = end == whole_end || text[whole_end..end] == *b".";
    let is_plain = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    let value = match text[..end].iter().all(is_plain) {
        true => parse_number(&text[..end]),
        false => parse_number(&plain(text, whole_end, end)),
    }?;
    Some((Number { value, is_whole }, end))
}

/// The end of the digits behind a decimal comma at a place; `None` where there is none. `1,5` has one, `1,5,7` is a list.
fn decimal_comma(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix(b",")?;
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_list = matches!(rest.get(length..), Some([b',' | b'.' | b'/' | b':', b'0'..=b'9', ..]));
    (length > 0 && !is_list).then_some(at + 1 + length)
}

/// The exponent of a power of ten behind a number, ` x 10^-3`, `*10**-3` or `×10⁻³`, and the length of it all.
fn power_of_ten(text: &[u8]) -> Option<(i32, usize)> {
    const SUPERSCRIPTS: [&str; 11] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁻"];
    let rest = text.trim_ascii_start();
    // Most numbers have none.
    if !rest.first().is_some_and(|byte| b"x*\xc2\xc3".contains(byte)) {
        return None;
    }
    let rest = ["x", "×", "·", "*"].iter().find_map(|times| rest.strip_prefix(times.as_bytes()))?;
    let mut rest = rest.trim_ascii_start().strip_prefix(b"10")?;
    let mut exponent = String::new();
    if let Some(power) = rest.strip_prefix(b"^").or(rest.strip_prefix(b"**")) {
        let is_in_brackets = power.first().is_some_and(|byte| b"{(".contains(byte));
        let power = &power[usize::from(is_in_brackets)..];
        let length = power.iter().take_while(|byte| byte.is_ascii_digit() || b"+-".contains(byte)).count();
        exponent.push_str(std::str::from_utf8(&power[..length]).ok()?);
        rest = power.get(length + usize::from(is_in_brackets)..)?;
    } else {
        while let Some(which) = SUPERSCRIPTS.iter().position(|digit| rest.starts_with(digit.as_bytes())) {
            exponent.push_str(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "-"][which]);
            rest = &rest[SUPERSCRIPTS[which].len()..];
        }
    }
    Some((exponent.parse().ok()?, text.len() - rest.len()))
}

/// A number as Rust reads it: without separators of thousands before `whole_end`, with a point and an `e` after it.
fn plain(text: &[u8], whole_end: usize, end: usize) -> Vec<u8> {
    let whole = text[..whole_end].iter().copied().filter(|byte| !b",_".contains(byte));
    let rest = text[whole_end..end].iter().map(|byte| match byte {
        b',' => b'.',
        b'd' | b'D' | b'f' => b'e',
        other => *other,
    });
    whole.chain(rest).collect()
}

/// `.#INF`, `.#QNAN`, `.#IND…` after a digit, as some C libraries write.
fn of_windows(text: &[u8], is_negative: bool) -> Option<(Number, usize)> {
    let rest = text.strip_prefix(b".#")?;
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let value = match rest.get(..3)? {
        b"INF" if is_negative => f64::NEG_INFINITY,
        b"INF" => f64::INFINITY,
        _ => f64::NAN,
    };
    Some((Number { value, is_whole: false }, 2 + length))
}

/// NaN or an infinity in words.
fn word(text: &[u8], sign: usize) -> Option<(Number, usize)> {
    let rest = &text[sign..];
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let is = |name: &str| rest[..length].eq_ignore_ascii_case(name.as_bytes());
    let (value, length) = if is("nan") {
        // `nan(ind)`, `nan(0x…)`.
        let payload = rest[length..].strip_prefix(b"(").and_then(|inner| {
            let end = inner.iter().position(|byte| !byte.is_ascii_alphanumeric())?;
            (inner[end] == b')').then_some(end + 2)
        });
        (f64::NAN, length + payload.unwrap_or(0))
    } else if is("inf") || is("infinity") {
        (if text[0] == b'-' { f64::NEG_INFINITY } else { f64::INFINITY }, length)
    } else {
        return None;
    };
    Some((Number { value, is_whole: false }, sign + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<f64> {
        number(text.as_bytes()).map(|number| number.value)
    }

    #[test]
    fn plain_numbers_are_read_as_they_stand() {
        let texts = ["0", "-1", "+2.5", ".5", "1.", "1e-3", "1.0E+01", "-2e5", "007", " 3 "];
        let values = [0.0, -1.0, 2.5, 0.5, 1.0, 1e-3, 10.0, -2e5, 7.0, 3.0];
        for (text, expected) in texts.iter().zip(values) {
            assert_eq!(value(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn numbers_of_other_languages_are_read() {
        let texts = [
            "1,5", "-0,125", "0,5", "12,25e-1", "1.0d-3", "0.15D+01", "1.5f0", "2.5f-1", "1_000", "1_234.5", "1,234",
            "98,5%",
        ];
        let values = [1.5, -0.125, 0.5, 1.225, 1e-3, 1.5, 1.5, 0.25, 1000.0, 1234.5, 1234.0, 98.5];
        for (text, expected) in texts.iter().zip(values) {
            assert_eq!(value(text), Some(expected), "{text}");
        }
        for text in ["3d2", "1,5,7", "1.5d", "1_0", "2.5f"] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn what_stands_around_a_number_is_left_out() {
        for text in ["0.5,", "0.5;", "(0.5)", "0.5)", "[0.5]", "0.5%", "'0.5'", "\"0.5\"", "0.5:", "( 0.5 ),", "0.5 %"]
        {
            assert_eq!(value(text), Some(0.5), "{text}");
        }
        let typed = [
            "tensor(0.5)",
            "tensor(0.5000, device='cuda:0', grad_fn=<NllLossBackward0>)",
            "tensor([0.5])",
            "array([[0.5]], dtype=float32)",
            "np.float64(0.5)",
            "Array(0.5, dtype=float32)",
            "tf.Tensor(0.5, shape=(), dtype=float32)",
            "tensor(0.5),",
        ];
        for text in typed {
            assert_eq!(value(text), Some(0.5), "{text}");
        }
    }

    #[test]
    fn powers_of_ten_scale_the_number_before_them() {
        for text in
            ["1.5 x 10^-3", "1.5×10⁻³", "1.5*10**-3", "1.5 × 10^{-3}", "1.5 · 10^(-3),", "1,5 x 10^-03", "15 x 10^-4"]
        {
            assert_eq!(value(text), Some(1.5e-3), "{text}");
        }
        assert_eq!((value("2 x 10^+2"), value("2×10¹²")), (Some(200.0), Some(2e12)));
        for text in ["2 x 10", "2 x 10^", "2 x 10^x", "2 * 3", "2 x 10⁻", "2 x 10^{3"] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn thousands_have_groups_of_three() {
        assert_eq!(value("1,234"), Some(1234.0));
        assert_eq!(value("12,345,678.5"), Some(12_345_678.5));
        assert_eq!(value("10,000.000,"), Some(10_000.0));
        assert_eq!(value("1,234,5"), None);
        for (text, expected) in [("1,23", 1.23), ("1234,567", 1234.567), ("1,2345", 1.2345), ("0,125", 0.125)] {
            assert_eq!(value(text), Some(expected), "{text}: a decimal comma");
        }
    }

    #[test]
    fn what_is_not_finite_is_read_in_every_spelling() {
        for text in
            ["nan", "NaN", "NAN", "-nan", "+nan", "nan(ind)", "-nan(ind)", "1.#QNAN", "-1.#IND", "tensor(nan)", "nan,"]
        {
            assert!(value(text).is_some_and(f64::is_nan), "{text}");
        }
        for text in ["inf", "Inf", "+inf", "Infinity", "1.#INF", "INF", "tensor(inf)", "np.float64(inf)"] {
            assert_eq!(value(text), Some(f64::INFINITY), "{text}");
        }
        for text in ["-inf", "-Infinity", "-1.#INF00"] {
            assert_eq!(value(text), Some(f64::NEG_INFINITY), "{text}");
        }
    }

    #[test]
    fn other_text_is_no_number() {
        let texts = [
            "",
            " ",
            "-",
            ".",
            "e5",
            "abc",
            "9..3",
            "1.2.3",
            "10.65M",
            "12.3ms",
            "1.2s",
            "5it/s",
            "0x10",
            "2024-01-01",
            "12:30",
            "1/2",
            "9.0000abc",
            "None",
            "null",
            "True",
            "information",
            "nano",
            "tensor()",
            "tensor(0.5",
            "f(1)x",
            "1 2",
            "tensor([0.5, 0.6])",
            "datetime.date(2024, 1, 1)",
        ];
        for text in texts {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn a_whole_number_is_told_from_a_float() {
        let is_whole = |text: &str| number(text.as_bytes()).unwrap().is_whole;
        assert!(is_whole("0") && is_whole("1,000") && is_whole("-3") && is_whole("1."));
        assert!(!is_whole("0.0") && !is_whole("1e3") && !is_whole("nan"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
            number(&bytes);
        }

        #[test]
        fn numbers_of_the_language_read_back(value in proptest::num::f64::ANY) {
            let read = number(format!("{value:?}").as_bytes()).unwrap().value;
            proptest::prop_assert!(read == value || (read.is_nan() && value.is_nan()));
        }

        #[test]
        fn no_text_of_signs_and_digits_panics(text in "[-+0-9.,eE#()nafi%x*^ ]{0,20}") {
            number(text.as_bytes());
        }
    }
}
