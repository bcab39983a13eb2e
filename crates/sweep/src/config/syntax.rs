//! Errors of the TOML syntax.

use crate::error::{ConfigError, shorten};
use crate::spec::source::{Source, SourceSpan};

/// The error of the TOML parser, with line and column.
pub(super) fn syntax_error(source: &Source, error: &toml_edit::TomlError) -> ConfigError {
    let message = shorten(&error.message().replace('\n', ", "));
    let mut problem = source.problem(SourceSpan::Nowhere, "", format!("not TOML: {message}"));
    if let Some(span) = error.span() {
        let before = source.text.get(..span.start).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        problem.line = Some(source.line(span.start));
        problem.column = Some(1 + before[line_start..].chars().count());
    }
    problem.into()
}
