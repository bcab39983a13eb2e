//! What can be wrong with data, and where.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use etascape_text::spelt_out;

/// Why there is no data.
#[derive(Debug, Error)]
pub enum DataError {
    /// A file cannot be opened or read.
    #[error("{}: {source}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A value, row or column is not allowed.
    #[error("{place}found {found}; allowed: {allowed}")]
    Invalid {
        /// Where.
        place: Box<Location>,
        /// What was found.
        found: String,
        /// What is allowed.
        allowed: String,
    },
}

/// Where in the data something lies, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// The file.
    pub file: Option<PathBuf>,
    /// The line in it, from 1.
    pub line: Option<u64>,
    /// The part of it, in words: a column, a tensor, a key, a row.
    pub part: Option<String>,
}

impl Location {
    /// A location in a file, its line not known.
    pub(super) fn in_file(file: &Path) -> Location {
        Location { file: Some(file.to_path_buf()), ..Location::default() }
    }

    /// A location that is in no file.
    pub(super) fn of(part: impl Into<String>) -> Location {
        Location::default().part(part)
    }

    /// The same file, at a line.
    pub(super) fn line(mut self, line: u64) -> Location {
        self.line = Some(line);
        self
    }

    /// The same place, a part of it.
    pub(super) fn part(mut self, part: impl Into<String>) -> Location {
        self.part = Some(part.into());
        self
    }

    /// ` (line 3)`; nothing where the line is not known.
    pub(super) fn line_in_words(&self) -> String {
        self.line.map(|line| format!(" (line {line})")).unwrap_or_default()
    }

    /// The error that something invalid lies here.
    pub(super) fn invalid(self, found: impl Into<String>, allowed: impl Into<String>) -> DataError {
        DataError::Invalid { place: Box::new(self), found: found.into(), allowed: allowed.into() }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.as_ref().map(|file| match self.line {
            Some(line) => format!("{}:{line}", file.display()),
            None => file.display().to_string(),
        });
        let parts: Vec<String> = file.into_iter().chain(self.part.clone()).collect();
        if parts.is_empty() { Ok(()) } else { write!(f, "{}: ", parts.join(", ")) }
    }
}

/// Text from a file for a message: in quotes, control codes spelt out, shortened.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let shown: String = text.chars().take(LONGEST).collect();
    let rest = if shown.len() < text.len() { "…" } else { "" };
    format!("`{}{rest}`", spelt_out(&shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_file_line_part_found_and_allowed() {
        let error =
            Location::in_file(Path::new("a.csv")).line(3).part("column `x`").invalid("an empty cell", "a number");
        assert_eq!(error.to_string(), "a.csv:3, column `x`: found an empty cell; allowed: a number");
        assert_eq!(Location::default().invalid("1", "2").to_string(), "found 1; allowed: 2");
    }

    #[test]
    fn shown_text_carries_no_control_codes_and_is_cut() {
        assert_eq!(quoted("a\u{1b}[31m\n"), "`a\\u{1b}[31m\\n`");
        assert_eq!(quoted(&"é".repeat(41)), format!("`{}…`", "é".repeat(40)));
    }
}
