//! Where each key of a file was written, for errors found later.

use std::collections::HashMap;

use super::keys::Key;
use super::source::{Source, SourceSpan, Written};
use crate::error::{ConfigError, Problem};

/// A file, and where its keys stand in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    pub source: Source,
    pub written: HashMap<Key, Written>,
}

impl Places {
    /// Whether the file gives a key.
    pub fn gives(&self, key: Key) -> bool {
        self.written.contains_key(&key)
    }

    /// Where the value of a key stands.
    pub fn span(&self, key: Key) -> SourceSpan {
        self.written.get(&key).map_or(SourceSpan::Nowhere, |written| written.span)
    }

    /// Where a key itself stands.
    pub fn key_span(&self, key: Key) -> SourceSpan {
        self.written.get(&key).map_or(SourceSpan::Nowhere, |written| written.key)
    }

    /// A problem with the value of a key, or with its absence.
    pub fn problem(&self, key: Key, message: impl Into<String>) -> Problem {
        match self.written.get(&key) {
            Some(written) => self.source.problem_with(key.path(), written, message),
            None => self.source.problem(SourceSpan::Nowhere, key.path(), message),
        }
    }

    /// The same with what is allowed.
    pub fn error(&self, key: Key, message: impl Into<String>, allowed: impl Into<String>) -> ConfigError {
        Problem { allowed: Some(allowed.into()), ..self.problem(key, message) }.into()
    }

    /// A key that must be there, as its table is.
    pub fn missing(&self, key: Key) -> ConfigError {
        let span = key.table().map_or(SourceSpan::Nowhere, |table| self.span(table));
        missing(&self.source, span, key)
    }
}

/// A key that must be there.
pub(crate) fn missing(source: &Source, span: SourceSpan, key: Key) -> ConfigError {
    let allowed = Some(format!("{}: {}", key.allowed(), key.row().meaning));
    Problem { allowed, ..source.problem(span, key.path(), "missing key") }.into()
}
