//! `[program]`: checked without opening any file.

use std::path::{Component, Path};
use std::time::Duration;

use etascape_core::StopRules;
use regex::bytes::Regex;

use crate::error::ConfigError;
use crate::spec::draft::{Draft, ProgramDraft};
use crate::spec::halving::Halving;
use crate::spec::keys::Key;
use crate::spec::program::{MetricsSource, ProgramSpec, Rules};
use crate::spec::source_map::SourceMap;

pub(super) fn program(
    draft: &Draft,
    halving: Option<Halving>,
    source_map: &SourceMap,
) -> Result<ProgramSpec, ConfigError> {
    let ProgramDraft { command, parallel, retries, files, .. } = &draft.program;
    check_command(draft, source_map)?;
    Ok(ProgramSpec {
        command: command.clone(),
        metrics: metrics(draft, source_map)?,
        rules: rules(draft, halving, source_map)?,
        parallel: parallel.map(|parallel| parallel as usize),
        timeout: timeout(draft, source_map)?,
        retries: *retries as u32,
        files: files.iter().map(|file| file.text.clone()).collect(),
    })
}

/// Checks that a command names a program.
fn check_command(draft: &Draft, source_map: &SourceMap) -> Result<(), ConfigError> {
    let command = &draft.program.command;
    if let Some(word) = command.iter().find(|word| word.text.contains('\0')) {
        let path = Key::ProgramCommand.path();
        return Err(source_map.source.problem_with(path, &word.written, "holds a zero character").into());
    }
    let has_program = command.first().is_some_and(|program| !program.text.is_empty());
    if draft.given.has(Key::ProgramCommand) && !has_program {
        let allowed = "a program and its arguments: [\"python3\", \"train.py\", \"--lr\", \"{lr}\"]";
        return Err(source_map.error(Key::ProgramCommand, "no program", allowed));
    }
    Ok(())
}

fn metrics(draft: &Draft, source_map: &SourceMap) -> Result<MetricsSource, ConfigError> {
    let given = &draft.program.metrics;
    match (&given.csv, &given.regex) {
        (None, None) if !given.is_table => Ok(MetricsSource::Stdout),
        (Some(path), None) => csv(path, source_map),
        (None, Some(pattern)) => regex(pattern, draft.program.objective.as_deref(), source_map),
        _ => Err(source_map.error(Key::ProgramMetrics, "not exactly one source", "exactly one of csv, regex")),
    }
}

fn csv(path: &str, source_map: &SourceMap) -> Result<MetricsSource, ConfigError> {
    let is_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if path.is_empty() || !is_inside || path.contains('\0') {
        let allowed = "the name of a file in the run's working directory";
        return Err(source_map.error(Key::ProgramMetricsCsv, "impossible value", allowed));
    }
    Ok(MetricsSource::Csv(path.to_string()))
}

fn regex(pattern: &str, objective: Option<&str>, source_map: &SourceMap) -> Result<MetricsSource, ConfigError> {
    let key = Key::ProgramMetricsRegex;
    let regex = Regex::new(pattern).map_err(|error| {
        let text = error.to_string();
        let last = text.lines().last().unwrap_or("").trim_start_matches("error: ").to_string();
        let allowed = "a pattern in the syntax of the Rust crate regex";
        source_map.error(key, format!("not a regular expression: {last}"), allowed)
    })?;
    let mut groups = regex.capture_names().flatten();
    let (has_metric, wrong) = match objective {
        Some(objective) => (groups.any(|name| name == objective), format!("no group is named {objective}")),
        None => (groups.any(|name| name != "step"), "no group is named".to_string()),
    };
    if has_metric {
        return Ok(MetricsSource::Regex(regex));
    }
    let objective = objective.unwrap_or("loss");
    let allowed = format!("a pattern with (?P<{objective}>…), and (?P<step>…) where steps are told");
    Err(source_map.error(key, wrong, allowed))
}

fn rules(draft: &Draft, halving: Option<Halving>, source_map: &SourceMap) -> Result<Rules, ConfigError> {
    let ProgramDraft { objective, maximise, .. } = &draft.program;
    for key in [Key::ConvergedBelow, Key::DivergedFactor, Key::DivergedAbove] {
        if *maximise && draft.run.given.has(key) {
            let allowed = "stop.patience and stop.halving, or an objective to minimise";
            return Err(source_map.error(key, "impossible with maximise = true", allowed));
        }
    }
    if objective.as_deref().is_some_and(|name| name.is_empty() || name == "step") {
        return Err(source_map.error(Key::ProgramObjective, "impossible value", "the name of a metric"));
    }
    let given = draft.run.stop;
    let stop = match maximise {
        true => StopRules { patience: given.patience, ..StopRules::NONE },
        // An objective can be negative: only the author knows at which value a run has converged.
        false if !draft.run.given.has(Key::ConvergedBelow) => {
            StopRules { converged_below: StopRules::NONE.converged_below, ..given }
        }
        false => given,
    };
    Ok(Rules { objective: objective.clone(), maximise: *maximise, stop, halving })
}

fn timeout(draft: &Draft, source_map: &SourceMap) -> Result<Option<Duration>, ConfigError> {
    let Some(text) = &draft.program.timeout else { return Ok(None) };
    match humantime::parse_duration(text) {
        Ok(timeout) if timeout > Duration::ZERO => Ok(Some(timeout)),
        _ => {
            let allowed = "a duration above 0: \"90s\", \"10m\", \"1h 30m\"";
            Err(source_map.error(Key::ProgramTimeout, "not a duration", allowed))
        }
    }
}
