//! Makes text from outside harmless to show, on one line.

use std::borrow::Cow;

/// Whether a character is not readable text: a control code, a line end, or a mark that changes the direction of writing.
pub fn is_unreadable(letter: char) -> bool {
    let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || turns
}

/// Text with every unreadable character spelt out, as `\n` or `\u{1b}`. All text from configs, data files and programs is
/// shown so: names, values, messages.
pub fn spelt_out(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unreadable) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match is_unreadable(letter) {
            true => shown.extend(letter.escape_default()),
            false => shown.push(letter),
        }
    }
    Cow::Owned(shown)
}

/// Text escaped for HTML and XML, for elements and quoted attributes. Line ends stay.
pub fn escaped(text: &str) -> String {
    let lines = text.split('\n').map(spelt_out).collect::<Vec<_>>().join("\n");
    let mut out = String::with_capacity(lines.len());
    for letter in lines.chars() {
        match letter {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_spelt_out_and_all_else_stays() {
        assert_eq!(spelt_out("a\nb\t\u{1b}[31m\u{202e}\u{9b}"), "a\\nb\\t\\u{1b}[31m\\u{202e}\\u{9b}");
        let plain = "it's \"η\" 学習 \\n é\u{301}";
        assert!(matches!(spelt_out(plain), Cow::Borrowed(text) if text == plain));
    }

    #[test]
    fn markup_is_shown_and_not_obeyed() {
        assert_eq!(escaped("<b a='\"'>&\n\u{7}"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;\n\\u{7}");
    }
}
