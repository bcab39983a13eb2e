//! Errors in a config, with their place.

use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use etascape_text::spelt_out;

/// The name of standard input, in place of an experiment file's.
pub(crate) const STANDARD_INPUT: &str = "-";

/// Everything known about a problem in a config. Fields that do not apply are `None` (or an empty key).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Problem {
    /// The config file.
    pub file: PathBuf,
    /// Line in it, from 1.
    pub line: Option<usize>,
    /// Column in that line, from 1; known for syntax errors.
    pub column: Option<usize>,
    /// The `KEY=VALUE` of the `--set` that holds the problem, instead of a line.
    pub set: Option<String>,
    /// Dotted path of the key.
    pub key: String,
    /// What is wrong, in a few words.
    pub message: String,
    /// What stands there, shortened.
    pub found: Option<String>,
    /// What may stand there.
    pub allowed: Option<String>,
    /// The known key or word that is nearest to what was found.
    pub nearest: Option<String>,
}

/// A config that cannot be used. The text has one line with the place and the problem, then what was found, what is allowed
/// and the nearest known word.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub struct ConfigError(Box<Problem>);

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> ConfigError {
        ConfigError(Box::new(problem))
    }
}

impl Deref for ConfigError {
    type Target = Problem;

    fn deref(&self) -> &Problem {
        &self.0
    }
}

impl ConfigError {
    /// The file, in words.
    fn place(&self) -> String {
        match self.file == Path::new(STANDARD_INPUT) {
            true => "standard input".to_owned(),
            false => spelt_out(&self.file.display().to_string()).into_owned(),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.set, self.line) {
            (Some(set), _) => write!(f, "--set {}", shorten(set))?,
            (None, None) => f.write_str(&self.place())?,
            (None, Some(line)) => write!(f, "{}:{line}", self.place())?,
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", shorten(&self.key))?;
        }
        write!(f, ": {}", spelt_out(&self.message))?;
        for (label, text) in [("found  ", &self.found), ("allowed", &self.allowed), ("nearest", &self.nearest)] {
            if let Some(text) = text {
                write!(f, "\n  {label}  {}", spelt_out(text))?;
            }
        }
        Ok(())
    }
}

/// Text for one line of a message: control codes spelt out, at most 80 characters.
pub(crate) fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", spelt_out(&text[..end])),
        None => spelt_out(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_renders_with_its_place_and_only_what_is_known() {
        let problem = Problem {
            file: "seed.toml".into(),
            line: Some(12),
            key: "train.learning_rat".into(),
            message: "unknown key".into(),
            found: Some("learning_rat = 0.02".into()),
            nearest: Some("learning_rate".into()),
            ..Problem::default()
        };
        let expected =
            "seed.toml:12: train.learning_rat: unknown key\n  found    learning_rat = 0.02\n  nearest  learning_rate";
        assert_eq!(ConfigError::from(problem).to_string(), expected);
    }

    #[test]
    fn what_is_shown_is_short_and_harmless() {
        assert_eq!(shorten("a\u{1b}[31m\n"), "a\\u{1b}[31m\\n");
        assert_eq!(shorten(&"é".repeat(100)).chars().count(), 81);
    }
}
