//! Lines of JSON as training programs print them: one flat object, read leniently in one pass.
//!
//! Beyond JSON, numbers may be written as any of `NaN`, `nan`, `inf`, `-Infinity` … (Python's `json` prints such), also
//! within quotes. Texts, booleans, lists and objects are skipped; `null` is a missing value.

use std::borrow::Cow;

/// The deepest nesting of objects and lists.
const DEEPEST: usize = 64;

/// Calls `field` with every numeric field of a line. `None` where the line is not a whole JSON object; fields before
/// the error have then been passed already.
pub(super) fn fields(line: &[u8], mut field: impl FnMut(Cow<'_, str>, f64)) -> Option<()> {
    let mut at = Scanner { bytes: line, at: 0 };
    at.pass(b'{')?;
    if at.pass(b'}').is_some() {
        return at.end();
    }
    loop {
        let name = at.text()?;
        at.pass(b':')?;
        if let Some(number) = at.value()? {
            field(unescaped(name)?, number);
        }
        if at.pass(b',').is_none() {
            at.pass(b'}')?;
            return at.end();
        }
    }
}

/// A name without its escapes.
fn unescaped(quoted: &[u8]) -> Option<Cow<'_, str>> {
    if quoted.contains(&b'\\') {
        return serde_json::from_slice(quoted).ok().map(Cow::Owned);
    }
    std::str::from_utf8(&quoted[1..quoted.len() - 1]).ok().map(Cow::Borrowed)
}

/// A number in any of its spellings; `None` for other text.
pub(super) fn number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
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

    /// A text with its quotes.
    fn text(&mut self) -> Option<&'a [u8]> {
        let start = { self.peek().filter(|&byte| byte == b'"').map(|_| self.at)? };
        self.at += 1;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(&self.bytes[start..self.at])
    }

    /// The outer `None` is a broken value, the inner one a value that is no number.
    fn value(&mut self) -> Option<Option<f64>> {
        match self.peek()? {
            b'"' => {
                let text = self.text()?;
                Some(number(&text[1..text.len() - 1]).filter(|number| !number.is_finite()))
            }
            b'{' | b'[' => self.skip_nested().map(|()| None),
            _ => match self.token() {
                b"null" | b"true" | b"false" => Some(None),
                token => number(token).map(Some),
            },
        }
    }

    fn token(&mut self) -> &'a [u8] {
        let start = self.at;
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:]}".contains(byte);
        let length = self.bytes[start..].iter().position(ends).unwrap_or(self.bytes.len() - start);
        self.at += length;
        &self.bytes[start..self.at]
    }

    /// Skips an object or list.
    fn skip_nested(&mut self) -> Option<()> {
        let mut depth = 0;
        loop {
            match self.peek()? {
                b'"' => {
                    self.text()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
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
        fields(line.as_bytes(), |name, number| words.push(format!("{name}={number}")))?;
        Some(words.join(" "))
    }

    #[test]
    fn numbers_are_read_and_other_values_passed_over() {
        let line = r#" {"step": 10, "loss":0.31,"tag":"a}\"b", "ok":true, "deep":{"x":[1,{"y":"]"}]}, "lr": 1e-3 } "#;
        assert_eq!(read(line).unwrap(), "step=10 loss=0.31 lr=0.001");
        assert_eq!(read("{}").unwrap(), "");
    }

    #[test]
    fn what_is_not_finite_is_read_in_every_spelling() {
        let line = r#"{"a":NaN,"b":nan,"c":Infinity,"d":-inf,"e":"nan","f":null,"g":"0.5"}"#;
        assert_eq!(read(line).unwrap(), "a=NaN b=NaN c=inf d=-inf e=NaN");
    }

    #[test]
    fn names_lose_their_escapes() {
        assert_eq!(read(r#"{"a\u0062\"":1}"#).unwrap(), "ab\"=1");
    }

    #[test]
    fn broken_lines_are_none_and_never_a_panic() {
        for line in
            ["", "loss 3", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{\"a\":1}x", "{\"a\":--}", "{\"a\\"]
        {
            assert_eq!(read(line), None, "{line}");
        }
        assert_eq!(read(&format!("{{\"a\":{}", "[".repeat(1000))), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            fields(&bytes, |_, _| {});
            fields(&[b"{\"a\":", &bytes[..]].concat(), |_, _| {});
        }

        #[test]
        fn every_beginning_of_a_line_is_unreadable(cut in 0..30usize) {
            let line = br#"{"step": 10, "loss": 0.31, "v": [1, "x"]}"#;
            proptest::prop_assert_eq!(fields(&line[..cut], |_, _| {}), None);
        }
    }
}
