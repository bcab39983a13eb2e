//! Finds the place of a key's value in the file, for one combination of values.

use crate::error::{ConfigError, Problem};
use crate::spec::axis::AxisIndex;
use crate::spec::keys::Key;
use crate::spec::parameter::Parameter;
use crate::spec::run::RunSpec;
use crate::spec::setter::{SpecSetter, SpecValues};
use crate::spec::source::{SourceSpan, Written};
use crate::spec::source_map::{SourceMap, missing};

/// A swept value that is set in the spec of a combination.
pub(crate) struct Set<'a> {
    pub key: Key,
    pub parameter: &'a Parameter,
    pub setter: &'a SpecSetter,
    pub index: AxisIndex,
}

/// A combination of values and where each of them was written.
pub(crate) struct Locator<'a> {
    pub source_map: &'a SourceMap,
    /// The values that the sweep sets, in the order of setting.
    pub sets: Vec<Set<'a>>,
}

impl Locator<'_> {
    /// A problem with the value of a key, in the file or in the value of a swept parameter.
    pub fn problem(&self, run: &RunSpec, key: Key, message: impl Into<String>) -> Problem {
        let source = &self.source_map.source;
        match self.written(run, key) {
            Some(written) => source.problem_with(key.path(), &written, message),
            None => source.problem(SourceSpan::Nowhere, key.path(), message),
        }
    }

    /// A problem with a key that is given.
    pub fn problem_of_key(&self, run: &RunSpec, key: Key, message: impl Into<String>) -> Problem {
        let problem = self.problem(run, key, message);
        let Some(Written { key: span, .. }) = self.written(run, key) else { return problem };
        let Problem { line, set, .. } = self.source_map.source.problem(span, key.path(), "");
        Problem { line, set, ..problem }
    }

    /// The error that a key is missing in a table.
    pub fn missing(&self, run: &RunSpec, key: Key) -> ConfigError {
        let table = key.table().and_then(|table| self.written(run, table));
        missing(&self.source_map.source, table.map_or(SourceSpan::Nowhere, |table| table.span), key)
    }

    fn written(&self, run: &RunSpec, key: Key) -> Option<Written> {
        for set in self.sets.iter().rev() {
            if set.key == key {
                return Some(set.written(run));
            }
            if set.key.has_keys() && set.key.below().any(|inner| inner == key) {
                return set.parameter.part(set.index, key).cloned();
            }
        }
        let in_file = self.source_map.written.get(&key).cloned();
        in_file.or_else(|| self.sets.iter().find(|set| set.key.table() == Some(key)).map(|set| set.written(run)))
    }
}

impl Set<'_> {
    fn written(&self, run: &RunSpec) -> Written {
        if let Some(part) = self.parameter.part(self.index, self.key) {
            return part.clone();
        }
        let text = match &self.setter.values {
            SpecValues::Entry(list, _) => {
                let entries: Vec<String> = list(&mut run.clone()).iter().map(usize::to_string).collect();
                format!("[{}]", entries.join(", "))
            }
            _ => self.parameter.value(self.index).inline(),
        };
        let span = self.parameter.span_of(self.index);
        Written::new(span, span, text)
    }
}
