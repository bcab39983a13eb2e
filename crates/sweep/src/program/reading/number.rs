//! Numbers as programs write them: one lenient reader for every source.
//!
//! Beyond plain numbers it reads NaN and infinities in every spelling (`nan`, `-Infinity`, `-nan(ind)`, `1.#INF`),
//! thousands separators (`1,234.5`), and what stands around a number: quotes, brackets, a trailing `, ; : ) ] %`, and the
//! types of frameworks (`tensor(0.5, device='cuda:0')`, `np.float64(0.5)`). A number with a unit (`12.3ms`, `10.65M`) is none.

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
    let inner = text[name + 1..].trim_ascii_start();
    let inner = inner.strip_prefix(b"[").unwrap_or(inner);
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
    let mut has_commas = false;
    // Thousands: after one to three digits, groups of three.
    if (1..=3).contains(&(end - sign)) {
        while text.get(end) == Some(&b',') && past(end + 1) == end + 4 {
            (end, has_commas) = (end + 4, true);
        }
    }
    let whole_end = end;
    if text.get(end) == Some(&b'.') {
        if let Some((number, length)) = of_windows(&text[end..], text[0] == b'-') {
            return Some((number, end + length));
        }
        end = past(end + 1);
    }
    if end == sign || (end == sign + 1 && text[sign] == b'.') {
        return None;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        if digit(end + 1 + signed) {
            end = past(end + 1 + signed);
        }
    }
    // `step 100. loss 0.5`: a point without digits ends a sentence.
    let is_whole = end == whole_end || text[whole_end..end] == *b".";
    let value = match has_commas {
        true => parsed(&text[..end].iter().copied().filter(|&byte| byte != b',').collect::<Vec<u8>>()),
        false => parsed(&text[..end]),
    }?;
    Some((Number { value, is_whole }, end))
}

fn parsed(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
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
    fn what_stands_around_a_number_is_left_out() {
        for text in ["0.5,", "0.5;", "(0.5)", "0.5)", "[0.5]", "0.5%", "'0.5'", "\"0.5\"", "0.5:", "( 0.5 ),", "0.5 %"]
        {
            assert_eq!(value(text), Some(0.5), "{text}");
        }
        let typed = [
            "tensor(0.5)",
            "tensor(0.5000, device='cuda:0', grad_fn=<NllLossBackward0>)",
            "tensor([0.5])",
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
    fn thousands_have_groups_of_three() {
        assert_eq!(value("1,234"), Some(1234.0));
        assert_eq!(value("12,345,678.5"), Some(12_345_678.5));
        assert_eq!(value("10,000.000,"), Some(10_000.0));
        for text in ["1,23", "1234,567", "1,2345", "1,234,5", "0,5"] {
            assert_eq!(value(text), None, "{text}");
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
        fn no_text_of_signs_and_digits_panics(text in "[-+0-9.,eE#()nafi% ]{0,20}") {
            number(text.as_bytes());
        }
    }
}
