//! Text to stdout and stderr, without a panic where nobody reads it to the end.

use std::io::{self, Write};

/// Writes text to stdout.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// A line to stderr, without a panic where nobody reads it.
pub fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Whether an error is only that the reader of stdout has left.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
