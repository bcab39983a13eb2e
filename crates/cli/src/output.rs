//! Text to stdout and stderr, without a panic where nobody reads it to the end.

use std::borrow::Cow;
use std::io::{self, Write};

use etascape_sweep::noun;
use indicatif::HumanCount;

/// Writes text to stdout, harmless to a terminal.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(harmless(text).as_bytes())?;
    Ok(stdout.flush()?)
}

/// A line to stderr, harmless to a terminal, without a panic where nobody reads it.
pub fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "{}", harmless(text));
}

/// Text as it may stand on a terminal, whatever names of a config, of columns or of files are in it: control codes, and
/// the marks that turn the direction of writing, are spelt out.
fn harmless(text: &str) -> Cow<'_, str> {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_harmful = |c: char| c != '\n' && (c.is_control() || turns(c));
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let spelt = |c: char| if is_harmful(c) { c.escape_unicode().to_string() } else { c.to_string() };
    Cow::Owned(text.chars().map(spelt).collect())
}

/// `1,200 runs`, `1 run`.
pub fn grouped(number: u64, one: &str) -> String {
    format!("{} {}", HumanCount(number), noun(&number, one))
}

/// Whether an error is only that the reader of stdout has left.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
