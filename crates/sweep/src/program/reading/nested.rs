//! Objects and lists of JSON that are printed over several lines.

/// The most bytes of such an object that are kept. A longer one has no metrics.
const LONGEST: usize = 1 << 20;

/// An object or list that began on an earlier line and has not ended yet.
#[derive(Debug, Default)]
pub(super) struct Nested {
    text: Vec<u8>,
    /// How many brackets are open; 0 where there is no such object.
    depth: usize,
    /// Whether something may follow: the last line ended in a comma or an opening bracket.
    goes_on: bool,
    is_too_long: bool,
}

/// What a line is to an object over several lines.
#[derive(Debug, PartialEq)]
pub(super) enum Part<'t> {
    /// Nothing.
    None,
    /// Its beginning: so many bytes stand before it.
    Begin(usize),
    /// Within it.
    Within,
    /// Its end: the whole text of it.
    End(&'t [u8]),
}

impl Nested {
    /// Takes the next line, without blanks around it. A line that cannot be within the object ends it, as if it had never begun.
    pub fn take(&mut self, line: &[u8]) -> Part<'_> {
        if self.depth == 0 {
            return self.begin(line);
        }
        if line.is_empty() {
            return Part::Within;
        }
        let is_closing = b"}]".contains(&line[0]);
        let depth = depth_after(self.depth, line).filter(|_| (is_closing || self.goes_on) && is_like_json(line));
        let Some(depth) = depth else {
            *self = Nested::default();
            return self.begin(line);
        };
        self.add(line, depth);
        match self.depth {
            0 if self.is_too_long => Part::Within,
            0 => Part::End(&self.text),
            _ => Part::Within,
        }
    }

    fn begin(&mut self, line: &[u8]) -> Part<'_> {
        let Some(start) = start(line) else { return Part::None };
        let Some(depth) = depth_after(0, &line[start..]).filter(|depth| *depth > 0) else { return Part::None };
        *self = Nested::default();
        self.add(&line[start..], depth);
        Part::Begin(start)
    }

    fn add(&mut self, line: &[u8], depth: usize) {
        (self.depth, self.goes_on) = (depth, line.ends_with(b",") || line.ends_with(b"{") || line.ends_with(b"["));
        self.is_too_long |= self.text.len() + line.len() > LONGEST;
        if !self.is_too_long {
            self.text.extend_from_slice(line);
            self.text.push(b'\n');
        }
    }
}

/// Where an object begins that goes on after its line: `{`, `Results: {`, `{'loss': 0.5,`.
fn start(line: &[u8]) -> Option<usize> {
    match line {
        [b'{' | b'[', ..] if line.ends_with(b",") && is_like_json(line) => Some(0),
        [before @ .., b'{' | b'['] => {
            let named = before.trim_ascii_end();
            let begins = named.is_empty() || named.ends_with(b":") || named.ends_with(b"=");
            // A list of objects, or what a key within an unseen object names.
            let is_list = named == b"[" || named == b"{";
            (begins && !named.starts_with(b"\"") && !named.starts_with(b"'"))
                .then_some(before.len())
                .or(is_list.then_some(0))
        }
        _ => None,
    }
}

/// How many brackets are open after a line; `None` where more are closed than were open before its end.
fn depth_after(mut depth: usize, line: &[u8]) -> Option<usize> {
    let (mut quote, mut is_escaped) = (None, false);
    for &byte in line {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if byte == b'\\' => is_escaped = true,
            Some(own) if byte == own => quote = None,
            Some(_) => {}
            None => match byte {
                b'"' | b'\'' => quote = Some(byte),
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' => depth = depth.checked_sub(1)?,
                _ => {}
            },
        }
    }
    quote.is_none().then_some(depth)
}

/// Whether a line can stand within an object or list: brackets, and then a key in quotes or a value.
fn is_like_json(line: &[u8]) -> bool {
    const WORDS: [&[u8]; 12] = [
        b"null",
        b"true",
        b"false",
        b"None",
        b"True",
        b"False",
        b"NaN",
        b"nan",
        b"Infinity",
        b"inf",
        b"tensor(",
        b"np.",
    ];
    let at = line.iter().position(|byte| !b"{}[],( \t".contains(byte)).unwrap_or(line.len());
    let is_sole = |token: &[u8]| !token.iter().any(u8::is_ascii_whitespace);
    match &line[at..] {
        [] => true,
        [quote @ (b'"' | b'\''), rest @ ..] => {
            let end = rest.iter().position(|byte| byte == quote).map_or(rest.len(), |end| end + 1);
            rest[end..]
                .trim_ascii_start()
                .first()
                .is_none_or(|byte| b":,]}\\\"'".contains(byte) || end > 0 && rest[end - 1] == b'\\')
        }
        rest @ [b'0'..=b'9' | b'-' | b'.', ..] => {
            let end = rest.iter().position(|byte| b",:]}".contains(byte)).unwrap_or(rest.len());
            let is_letter = |byte: &u8| byte.is_ascii_alphabetic() && !b"eE".contains(byte);
            is_sole(rest[..end].trim_ascii_end()) && !rest[end..].iter().any(is_letter)
        }
        rest => WORDS.iter().any(|word| rest.starts_with(word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each line is: `-` nothing, a number the place of a beginning, `.` within, or the whole text at the end.
    fn parts(lines: &str) -> Vec<String> {
        let mut nested = Nested::default();
        let part = |line: &str| match nested.take(line.trim().as_bytes()) {
            Part::None => "-".into(),
            Part::Begin(start) => start.to_string(),
            Part::Within => ".".into(),
            Part::End(text) => String::from_utf8_lossy(text).replace('\n', ""),
        };
        lines.lines().map(part).collect()
    }

    #[test]
    fn an_object_over_several_lines_is_one() {
        assert_eq!(
            parts("{\n\"loss\": 1,\n\"of\": {\n\"a\": [1, 2]\n}\n}\nx"),
            ["0", ".", ".", ".", ".", "{\"loss\": 1,\"of\": {\"a\": [1, 2]}}", "-"]
        );
        assert_eq!(parts("step 5: {\n'loss': 1}"), ["8", "{'loss': 1}"]);
        assert_eq!(parts("{'loss': tensor(0.5),\n'acc': 1}"), ["0", "{'loss': tensor(0.5),'acc': 1}"]);
        assert_eq!(parts("[\n{\"a\": 1},\n{\"a\": 2}\n]")[..3], ["0", ".", "."]);
    }

    #[test]
    fn what_cannot_be_within_it_ends_it() {
        assert_eq!(parts("Model: {\nepoch 1 loss 2"), ["7", "-"]);
        assert_eq!(parts("[\n{\"loss\": 1}\n{\"loss\": 2}"), ["0", ".", "-"], "lines of JSON");
        assert_eq!(parts("{\n[12] loss 1"), ["0", "-"]);
        assert_eq!(parts("{\n\"a\" b"), ["0", "-"]);
    }

    #[test]
    fn other_lines_begin_none() {
        for line in ["{\"a\": 1}", "[12] loss: 0.5,", "fn main() {", "\"train\": {", "[1, 2]", "}", "loss 1,", ""] {
            assert_eq!(parts(&format!("{line}\n"))[..], ["-"], "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_lines_panic(text in "([{}()\\[\\]'\":,a1. \\\\]{0,12}\n){0,12}") {
            parts(&text);
        }
    }
}
