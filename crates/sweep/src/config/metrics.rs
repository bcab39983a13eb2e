//! `program.metrics`: where the metrics of a program come from.

use std::path::{Component, Path};

use regex::bytes::Regex;

use crate::error::{ConfigError, Problem};
use crate::spec::draft::ProgramDraft;
use crate::spec::glob::Glob;
use crate::spec::keys::Key;
use crate::spec::program::MetricsSource;
use crate::spec::source_map::SourceMap;
use crate::spec::types::Text;
use crate::spec::word::MetricsKind;

pub(super) fn metrics(program: &ProgramDraft, source_map: &SourceMap) -> Result<MetricsSource, ConfigError> {
    let given = &program.metrics;
    match given.word {
        Some(MetricsKind::Auto) => return Ok(MetricsSource::Auto),
        Some(MetricsKind::Stdout) => return Ok(MetricsSource::Stdout),
        None => {}
    }
    let allowed = "exactly one of csv (perhaps with step), regex, events";
    let error = |key, message| Err(source_map.error(key, message, allowed));
    match (&given.csv, &given.regex, &given.events) {
        (Some(path), None, None) => csv(path, given.step.as_deref(), source_map),
        _ if given.step.is_some() => error(Key::ProgramMetricsStep, "only for a CSV file"),
        (None, Some(patterns), None) => regex(patterns, program.objective.as_deref(), source_map),
        (None, None, Some(pattern)) => events(pattern, source_map),
        _ => error(Key::ProgramMetrics, "not exactly one source"),
    }
}

fn csv(path: &str, step: Option<&str>, source_map: &SourceMap) -> Result<MetricsSource, ConfigError> {
    let path = in_run_folder(path);
    if !is_inside(path) {
        let allowed = "the name of a file in the run's working directory";
        return Err(source_map.error(Key::ProgramMetricsCsv, "impossible value", allowed));
    }
    if step.is_some_and(|step| step.trim().is_empty()) {
        return Err(source_map.error(Key::ProgramMetricsStep, "impossible value", "the name of a column"));
    }
    Ok(MetricsSource::Csv { path: path.to_string(), step: step.map(|step| step.trim().to_string()) })
}

/// A path without `{run_dir}/` before it: it starts from the run's folder either way.
fn in_run_folder(path: &str) -> &str {
    path.strip_prefix("{run_dir}/").unwrap_or(path)
}

/// Whether a path stays in the folder that it starts from.
fn is_inside(path: &str) -> bool {
    let is_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    !path.is_empty() && is_inside && !path.contains('\0')
}

fn events(pattern: &str, source_map: &SourceMap) -> Result<MetricsSource, ConfigError> {
    let pattern = in_run_folder(pattern);
    if is_inside(pattern) {
        return Ok(MetricsSource::Events(Glob::new(pattern)));
    }
    let allowed = "a pattern for paths in the run's working directory, such as \"**/events.out.tfevents.*\"";
    Err(source_map.error(Key::ProgramMetricsEvents, "impossible value", allowed))
}

fn regex(patterns: &[Text], objective: Option<&str>, source_map: &SourceMap) -> Result<MetricsSource, ConfigError> {
    let key = Key::ProgramMetricsRegex;
    let compiled = |pattern: &Text| {
        Regex::new(&pattern.text).map_err(|error| {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or("").trim_start_matches("error: ").to_string();
            let message = format!("not a regular expression: {last}");
            let problem = source_map.source.problem_with(key.path(), &pattern.written, message);
            ConfigError::from(Problem {
                allowed: Some("a pattern in the syntax of the Rust crate regex".into()),
                ..problem
            })
        })
    };
    let patterns = patterns.iter().map(compiled).collect::<Result<Vec<Regex>, ConfigError>>()?;
    let mut names = patterns.iter().flat_map(|pattern| pattern.capture_names().flatten());
    let (has_metric, wrong) = match objective {
        Some(objective) => (names.any(|name| name == objective), format!("no group is named {objective}")),
        None => (names.any(|name| name != "step"), "no group is named as a metric".to_string()),
    };
    if has_metric {
        return Ok(MetricsSource::Regex(patterns));
    }
    let objective = objective.unwrap_or("loss");
    let allowed = format!("a pattern with (?P<{objective}>…), and (?P<step>…) where steps are told");
    Err(source_map.error(key, wrong, allowed))
}
