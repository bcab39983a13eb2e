//! `[program]`: checked without opening any file.

use std::time::Duration;

use etascape_core::StopRules;

use super::metrics::metrics;
use crate::error::{ConfigError, Problem};
use crate::spec::draft::{Draft, ProgramDraft};
use crate::spec::halving::Halving;
use crate::spec::keys::Key;
use crate::spec::program::{ProgramSpec, Rules, StartFolder};
use crate::spec::source_map::SourceMap;
use crate::spec::types::Text;

pub(super) fn program(
    draft: &Draft,
    halving: Option<Halving>,
    source_map: &SourceMap,
) -> Result<ProgramSpec, ConfigError> {
    let ProgramDraft { command, env, templates, parallel, retries, files, .. } = &draft.program;
    check_command(draft, source_map)?;
    check_variables(env, source_map)?;
    Ok(ProgramSpec {
        command: command.clone(),
        folder: folder(draft, source_map)?,
        env: env.clone(),
        templates: templates.clone(),
        metrics: metrics(&draft.program, source_map)?,
        rules: rules(draft, halving, source_map)?,
        parallel: parallel.map(|parallel| parallel as usize),
        timeout: timeout(draft, source_map)?,
        retries: *retries as u32,
        keep_runs: draft.program.keep_runs,
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

fn folder(draft: &Draft, source_map: &SourceMap) -> Result<StartFolder, ConfigError> {
    match draft.program.folder.as_str() {
        "run" => Ok(StartFolder::Run),
        folder if folder.is_empty() || folder.contains('\0') => {
            let allowed = "\"run\", or a folder by its path from the config file's folder";
            Err(source_map.error(Key::ProgramFolder, "impossible value", allowed))
        }
        folder => Ok(StartFolder::Fixed(folder.to_string())),
    }
}

/// Checks the names of environment variables, and that their values can be passed.
fn check_variables(variables: &[(String, Text)], source_map: &SourceMap) -> Result<(), ConfigError> {
    for (name, Text { text, written }) in variables {
        let wrong = match name {
            _ if name.is_empty() || name.contains(['=', '\0']) => "no name of an environment variable",
            _ if name.starts_with("ETASCAPE_") => "etascape sets variables that begin so",
            _ if text.contains('\0') => "holds a zero character",
            _ => continue,
        };
        let path = format!("{}.{name}", Key::ProgramEnv.path());
        let allowed = Some("other names, without = and zero characters".to_string());
        return Err(Problem { allowed, ..source_map.source.problem_with(&path, written, wrong) }.into());
    }
    Ok(())
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
