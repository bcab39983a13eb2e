//! Objects of JSON and dicts of Python as training programs print them, read leniently in one pass.
//!
//! Names of nested objects are joined by `/`. Beyond JSON: single quotes, numbers in any spelling, also within quotes or a
//! framework's type (`tensor(0.5)`). Texts, booleans and lists are skipped; `null` and `None` are missing values.

use std::borrow::Cow;

use super::names;
use super::number::{Number, number};
use super::row::Row;

/// The deepest nesting of objects and lists.
const DEEPEST: usize = 64;

/// Calls `field` with every numeric field of a line. `None` where the line is not a whole object; fields before the error
/// have then been passed already.
pub(in crate::program) fn fields(line: &[u8], mut field: impl FnMut(&str, Number)) -> Option<()> {
    let mut at = Scanner { bytes: line, at: 0 };
    at.object(&mut String::new(), 0, &mut field)?;
    at.end()
}

/// Sets the numbers of a line that is an object. Where a text of it names a part of the data for evaluation (`"mode": "val"`), the
/// part heads the names that do not name one. `None` where the line is not a whole object.
pub(in crate::program) fn read(line: &[u8], name: &mut String, row: &mut Row) -> Option<()> {
    let part = part(line);
    fields(line, |field, number| match part {
        Some(part) if names::counter(field.as_bytes()).is_none() && names::part(field.as_bytes()).is_none() => {
            name.clear();
            name.extend([part, "/", field]);
            row.set_metric(name, number.value);
        }
        _ => row.set(field, number),
    })
}

/// The part of the data for evaluation that a text names in an object.
fn part(line: &[u8]) -> Option<&str> {
    const KEYS: [&[u8]; 5] = [b"mode", b"split", b"phase", b"stage", b"subset"];
    let behind = |colon: usize| {
        let (quote, rest) =
            line[colon + 1..].trim_ascii_start().split_first().filter(|(byte, _)| b"\"'".contains(byte))?;
        let name = line[..colon].trim_ascii_end().strip_suffix(&[*quote])?;
        let is_key = KEYS.iter().any(|key| name.strip_suffix(*key).is_some_and(|before| before.ends_with(&[*quote])));
        let text = &rest[..memchr::memchr(*quote, rest).filter(|_| is_key)?];
        std::str::from_utf8(text).ok().filter(|text| names::is_evaluation(text.as_bytes()))
    };
    memchr::memchr_iter(b':', line).find_map(behind)
}

/// A name without its escapes.
fn unescaped(quoted: &[u8]) -> Option<Cow<'_, str>> {
    let inner = &quoted[1..quoted.len() - 1];
    match inner.contains(&b'\\') {
        false => std::str::from_utf8(inner).ok().map(Cow::Borrowed),
        true if quoted[0] == b'"' => serde_json::from_slice(quoted).ok().map(Cow::Owned),
        true => std::str::from_utf8(inner).ok().map(|inner| Cow::Owned(inner.replace("\\'", "'"))),
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn pass(&mut self, byte: u8) -> Option<()> {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next.then_some(())
    }

    fn end(&mut self) -> Option<()> {
        self.peek().is_none().then_some(())
    }

    /// Reads an object whose names begin with `above`.
    fn object(&mut self, above: &mut String, depth: usize, field: &mut impl FnMut(&str, Number)) -> Option<()> {
        self.pass(b'{')?;
        if self.pass(b'}').is_some() {
            return Some(());
        }
        if depth >= DEEPEST {
            return None;
        }
        loop {
            let name = self.name()?;
            self.pass(b':')?;
            if self.peek()? == b'{' {
                let length = above.len();
                above.push_str(&name);
                above.push('/');
                self.object(above, depth + 1, field)?;
                above.truncate(length);
            } else if let Some(number) = self.value()? {
                match above.is_empty() {
                    true => field(&name, number),
                    false => {
                        let length = above.len();
                        above.push_str(&name);
                        field(above, number);
                        above.truncate(length);
                    }
                }
            }
            if self.pass(b',').is_none() || self.peek() == Some(b'}') {
                return self.pass(b'}');
            }
        }
    }

    /// A name: in quotes, or a whole number, as dicts of Python may have.
    fn name(&mut self) -> Option<Cow<'a, str>> {
        match self.peek()? {
            b'"' | b'\'' => unescaped(self.text()?),
            b'0'..=b'9' => std::str::from_utf8(self.token()).ok().map(Cow::Borrowed),
            _ => None,
        }
    }

    /// A text with its quotes.
    fn text(&mut self) -> Option<&'a [u8]> {
        let start = { self.peek().filter(|byte| b"\"'".contains(byte)).map(|_| self.at)? };
        let quote = self.bytes[start];
        self.at += 1;
        loop {
            match self.bytes.get(self.at)? {
                byte if *byte == quote => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(&self.bytes[start..self.at])
    }

    /// A value that is no object. The outer `None` is a broken value, the inner one a value that is no number.
    fn value(&mut self) -> Option<Option<Number>> {
        match self.peek()? {
            b'"' | b'\'' => self.text().map(|text| number(&text[1..text.len() - 1])),
            b'[' | b'(' => self.skip_nested().map(|()| None),
            _ => {
                let start = self.at;
                let token = self.token();
                if self.bytes.get(self.at) == Some(&b'(') && !token.is_empty() {
                    self.skip_nested()?;
                    return Some(number(&self.bytes[start..self.at]));
                }
                match token {
                    b"null" | b"true" | b"false" | b"None" | b"True" | b"False" => Some(None),
                    token => number(token).map(Some),
                }
            }
        }
    }

    fn token(&mut self) -> &'a [u8] {
        let start = self.at;
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:]}(".contains(byte);
        let length = self.bytes[start..].iter().position(ends).unwrap_or(self.bytes.len() - start);
        self.at += length;
        &self.bytes[start..self.at]
    }

    /// Skips a list, or what stands in brackets.
    fn skip_nested(&mut self) -> Option<()> {
        let mut depth = 0;
        loop {
            match self.peek()? {
                b'"' | b'\'' => {
                    self.text()?;
                    continue;
                }
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            match depth {
                0 => return Some(()),
                DEEPEST.. => return None,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields of a line, numbers as Rust shows them; `None` where it cannot be read.
    fn read(line: &str) -> Option<String> {
        let mut words = Vec::new();
        fields(line.as_bytes(), |name, number| words.push(format!("{name}={}", number.value)))?;
        Some(words.join(" "))
    }

    #[test]
    fn numbers_are_read_and_other_values_passed_over() {
        let line = r#" {"step": 10, "loss":0.31,"tag":"a}\"b", "ok":true, "list":[1,{"y":"]"}], "lr": 1e-3 } "#;
        assert_eq!(read(line).unwrap(), "step=10 loss=0.31 lr=0.001");
        assert_eq!(read("{}").unwrap(), "");
    }

    #[test]
    fn nested_names_are_joined() {
        let line = r#"{"train":{"loss":1,"by":{"class":2,"empty":{}}},"val":{"loss":3},"step":4}"#;
        assert_eq!(read(line).unwrap(), "train/loss=1 train/by/class=2 val/loss=3 step=4");
    }

    #[test]
    fn what_is_not_finite_is_read_in_every_spelling() {
        let line = r#"{"a":NaN,"b":nan,"c":Infinity,"d":-inf,"e":"nan","f":null,"g":"0.5","h":"x"}"#;
        assert_eq!(read(line).unwrap(), "a=NaN b=NaN c=inf d=-inf e=NaN g=0.5");
    }

    #[test]
    fn dicts_of_python_are_read() {
        let line =
            "{'loss': tensor(0.5, grad_fn=<NllLossBackward0>), 'acc': np.float64(0.25), 'best': None, 'ok': True,}";
        assert_eq!(read(line).unwrap(), "loss=0.5 acc=0.25");
        let line = "{'it\\'s': 1, 'at': datetime.datetime(2024, 1, 1), 'shape': (3, 4), 0: 7, 'e': 1e-05, 'n': -nan}";
        assert_eq!(read(line).unwrap(), "it's=1 0=7 e=0.00001 n=NaN");
    }

    #[test]
    fn a_text_may_name_the_part_of_the_data() {
        let heads = |line: &str| {
            let mut row = Row::default();
            super::read(line.as_bytes(), &mut String::new(), &mut row).unwrap();
            row.names.join(" ")
        };
        assert_eq!(heads(r#"{"mode": "val", "epoch": 1, "loss": 1, "val_acc": 2}"#), "val/loss val_acc");
        assert_eq!(heads("{'loss': 1, 'split':'test'}"), "test/loss");
        assert_eq!(heads(r#"{"mode": "train", "loss": 1, "model": "val"}"#), "loss");
        assert_eq!(heads(r#"{"mode": "fast", "loss": 1}"#), "loss");
    }

    #[test]
    fn names_lose_their_escapes() {
        assert_eq!(read(r#"{"a\u0062\"":1}"#).unwrap(), "ab\"=1");
    }

    #[test]
    fn broken_lines_are_none_and_never_a_panic() {
        for line in [
            "",
            "loss 3",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1}x",
            "{\"a\":--}",
            "{\"a\\",
            "{\"a\":{\"b\":1}",
            "{'a\": 1}",
            "{a: 1}",
            "{\"a\" 1}",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
        assert_eq!(read(&format!("{{\"a\":{}", "[".repeat(1000))), None);
        assert_eq!(read(&"{\"a\":".repeat(1000)), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            fields(&bytes, |_, _| {});
            fields(&[b"{\"a\":", &bytes[..]].concat(), |_, _| {});
        }

        #[test]
        fn no_brackets_panic(text in "[{}()\\[\\]'\":,a1. \\\\]{0,60}") {
            fields(text.as_bytes(), |_, _| {});
        }

        #[test]
        fn every_beginning_of_a_line_is_unreadable(cut in 0..30usize) {
            let line = br#"{"step": 10, "loss": 0.31, "v": [1, "x"]}"#;
            proptest::prop_assert_eq!(fields(&line[..cut], |_, _| {}), None);
        }
    }
}
