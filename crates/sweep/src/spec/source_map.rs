//! Where each key of a file was written, for errors that are found later.

use std::collections::HashMap;

use super::keys::Key;
use super::source::{Source, SourceSpan, Written};
use crate::error::{ConfigError, Problem};

/// A file, and the source spans of its keys and values.
#[derive(Debug, Clone, Default)]
pub(crate) struct SourceMap {
    pub source: Source,
    pub written: HashMap<Key, Written>,
}

impl SourceMap {
    /// Whether the file gives a key.
    pub fn gives(&self, key: Key) -> bool {
        self.written.contains_key(&key)
    }

    /// The span of a key's value.
    pub fn span(&self, key: Key) -> SourceSpan {
        self.written.get(&key).map_or(SourceSpan::Nowhere, |written| written.span)
    }

    /// The span of a key itself.
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

    /// As [`SourceMap::problem`], with what is allowed.
    pub fn error(&self, key: Key, message: impl Into<String>, allowed: impl Into<String>) -> ConfigError {
        Problem { allowed: Some(allowed.into()), ..self.problem(key, message) }.into()
    }

    /// The error that a required key is missing in its table.
    pub fn missing(&self, key: Key) -> ConfigError {
        let span = key.table().map_or(SourceSpan::Nowhere, |table| self.span(table));
        missing(&self.source, span, key)
    }
}

/// The error that a required key is missing.
pub(crate) fn missing(source: &Source, span: SourceSpan, key: Key) -> ConfigError {
    let allowed = Some(format!("{}: {}", key.allowed(), key.row().meaning));
    Problem { allowed, ..source.problem(span, key.path(), "missing key") }.into()
}
