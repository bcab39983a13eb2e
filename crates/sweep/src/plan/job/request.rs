//! The input from which a job is built.

use super::dataset::Dataset;
use super::locator::Locator;
use crate::error::{ConfigError, Problem};
use crate::spec::keys::Key;
use crate::spec::log::LogConfig;
use crate::spec::run::RunSpec;

/// The input from which a job is built: one combination of values, and the data that all share.
pub(crate) struct Request<'a> {
    pub run: &'a RunSpec,
    pub dataset: &'a Dataset,
    pub log: &'a LogConfig,
    pub locator: Locator<'a>,
}

impl Request<'_> {
    /// A problem with the value of a key.
    pub fn problem(&self, key: Key, message: impl Into<String>) -> Problem {
        self.locator.problem(self.run, key, message)
    }

    /// The same with what is allowed.
    pub fn error(&self, key: Key, message: impl Into<String>, allowed: impl Into<String>) -> ConfigError {
        Problem { allowed: Some(allowed.into()), ..self.problem(key, message) }.into()
    }
}
