//! Writes text to stdout and stderr, without a panic if the reader has left.

use std::io::{self, Write};
use std::time::Duration;

use etascape_sweep::Parameter;
use etascape_text::{noun, spelt_out};
use indicatif::{HumanCount, HumanDuration};

/// Writes text to stdout, harmless to a terminal.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(harmless(text).as_bytes())?;
    Ok(stdout.flush()?)
}

/// Writes text to stdout as it is: JSON, whose strings have no control characters.
pub fn print_exactly(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Writes a line to stderr, harmless to a terminal, without a panic if the reader has left.
pub fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "{}", harmless(text));
}

/// Lines of text for a terminal, unreadable characters spelt out: text can contain names from configs, columns and files.
fn harmless(text: &str) -> String {
    text.split('\n').map(spelt_out).collect::<Vec<_>>().join("\n")
}

/// `1,200 runs`, `1 run`.
pub fn grouped(number: u64, one: &str) -> String {
    format!("{} {}", HumanCount(number), noun(&number, one))
}

/// Seconds in words.
pub fn duration(seconds: f64) -> String {
    match seconds {
        ..0.95 => format!("{} s", (seconds * 10.0).ceil() / 10.0),
        ..60.0 => format!("{seconds:.0} s"),
        ..3e12 => HumanDuration(Duration::from_secs_f64(seconds)).to_string(),
        _ => "more than 100,000 years".into(),
    }
}

/// The swept parameters, each with its axis on a line.
pub fn axes(parameters: &[Parameter]) -> String {
    let width = parameters.iter().map(|parameter| parameter.path.len()).max().unwrap_or(0);
    parameters.iter().map(|one| format!("  {:width$}  {}\n", one.path, one.description())).collect()
}

/// Values, each behind its name on a line.
pub fn named(values: &[(&str, String)]) -> String {
    values.iter().map(|(name, value)| format!("  {name:<9} {}\n", spelt_out(value))).collect()
}

/// Whether an error only says that the reader of stdout has left.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
