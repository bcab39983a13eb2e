//! `etascape check` for a training program: the plan of its sweep.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etascape_sweep::program::{MetricsSource, ProgramExperiment, Rules, StartWord, Surroundings};

use crate::machine::parallel;
use crate::plan::Plan;

/// The plan of a program's sweep.
pub fn plan<'a>(experiment: &'a ProgramExperiment, surroundings: &Surroundings) -> Plan<'a> {
    let (plan, program) = (&experiment.plan, &experiment.program);
    let (runs, parallel) = (plan.runs(), parallel(program, None));
    let metrics = match &program.metrics {
        MetricsSource::Auto => {
            "read from stdout and stderr; where they have no objective, from a file that it writes into its run's folder".to_string()
        }
        MetricsSource::Stdout => "lines of JSON on stdout".to_string(),
        MetricsSource::Csv { path, step: None } => format!("{path} in the run's folder"),
        MetricsSource::Csv { path, step: Some(step) } => {
            format!("{path} in the run's folder, steps in its column {step}")
        }
        MetricsSource::Regex(patterns) => {
            let patterns: Vec<&str> = patterns.iter().map(|pattern| pattern.as_str()).collect();
            format!("lines of stdout and stderr like {}", patterns.join(", or like "))
        }
        MetricsSource::Events(glob) => format!("event files {glob} in the run's folder"),
    };
    let most = if program.rules.maximise { "maximised" } else { "minimised" };
    let time = match program.timeout {
        Some(timeout) => format!("at most {}", humantime::format_duration(most_time(timeout, runs, parallel))),
        None => "not known: there is no program.timeout".to_string(),
    };
    let folder = full_results(experiment);
    let words = experiment.command(0, &folder, surroundings);
    let mut lines = vec![("run 0", command(&words))];
    lines.extend(named_on_first("paths", paths(&words)));
    lines.push(("starts in", experiment.start_folder(0, &folder).display().to_string()));
    let mut variables: Vec<String> = experiment.variables(0, &folder).iter().map(variable).collect();
    variables.extend(defaults(&experiment.default_variables(parallel, surroundings)));
    lines.extend(named_on_first("variables", variables));
    lines.extend([
        ("metrics", metrics),
        ("objective", format!("{}, {most}", objective(&program.rules))),
        ("parallel", format!("{parallel} at once")),
        ("time", time),
        ("results", format!("results/{}", experiment.name)),
    ]);
    Plan { name: &experiment.name, runs, parameters: plan.parameters(), lines, cost: None }
}

/// The objective, or how it is chosen.
fn objective(rules: &Rules) -> &str {
    match (&rules.objective, rules.maximise) {
        (Some(objective), _) => objective,
        (None, false) => "chosen after the first run: val_loss, else loss, else the only metric",
        (None, true) => "chosen after the first run: val_accuracy, else accuracy, else the only metric",
    }
}

/// The results folder that `etascape run` would use, as a full path.
pub fn full_results(experiment: &ProgramExperiment) -> PathBuf {
    let folder = Path::new("results").join(&experiment.name);
    std::path::absolute(&folder).unwrap_or(folder)
}

/// The command of run 0, placeholders filled in.
fn command(words: &[StartWord]) -> String {
    words.iter().map(|word| quoted(&word.word.to_string_lossy())).collect::<Vec<String>>().join(" ")
}

/// The words that become full paths.
fn paths(words: &[StartWord]) -> Vec<String> {
    let change = |word: &StartWord| {
        let path = word.path.as_ref().filter(|path| **path != word.word)?;
        Some(format!("{} → {}", quoted(&word.word.to_string_lossy()), quoted(&path.to_string_lossy())))
    };
    words.iter().filter_map(change).collect()
}

/// A variable that the config gives.
fn variable((name, value): &(&str, OsString)) -> String {
    format!("{name}={}", quoted(&value.to_string_lossy()))
}

/// The variables that are set because nobody else sets them, in words.
fn defaults(variables: &[(&'static str, String)]) -> Option<String> {
    let all: Vec<String> = variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
    (!all.is_empty()).then(|| format!("{}, since you do not set them", all.join(" ")))
}

/// Lines of which the first has a name.
fn named_on_first(name: &'static str, lines: Vec<String>) -> impl Iterator<Item = (&'static str, String)> {
    lines.into_iter().enumerate().map(move |(number, line)| (if number == 0 { name } else { "" }, line))
}

/// The duration if every run takes all its time.
fn most_time(timeout: Duration, runs: u64, parallel: usize) -> Duration {
    let rounds = runs.div_ceil(parallel as u64);
    timeout.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
}

/// A word for people: in quotes where its limits would not be clear.
fn quoted(word: &str) -> String {
    let is_plain =
        !word.is_empty() && word.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"\"'\\".contains(c));
    if is_plain { word.to_string() } else { format!("{word:?}") }
}
