//! `etascape check` for a training program: the plan of its sweep.

use std::time::Duration;

use etascape_sweep::program::{MetricsSource, ProgramExperiment, Rules};

use crate::machine::parallel;
use crate::output::{axes, grouped, named};

/// The plan of a program's sweep.
pub fn plan(experiment: &ProgramExperiment) -> String {
    let (plan, program) = (&experiment.plan, &experiment.program);
    let (runs, parallel) = (plan.runs(), parallel(program, None));
    let mut text = format!("{}: {}\n", experiment.name, grouped(runs, "run"));
    text += &axes(plan.parameters());
    let metrics = match &program.metrics {
        MetricsSource::Auto => {
            "read from stdout and stderr; where they have none, from a file that it writes".to_string()
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
    let lines = [
        ("run 0", experiment.command(0).iter().map(|word| quoted(word)).collect::<Vec<String>>().join(" ")),
        ("metrics", metrics),
        ("objective", format!("{}, {most}", objective(&program.rules))),
        ("parallel", format!("{parallel} at once")),
        ("time", time),
        ("results", format!("results/{}", experiment.name)),
    ];
    text.push('\n');
    text + &named(&lines)
}

/// The objective, or how it is chosen.
fn objective(rules: &Rules) -> &str {
    match (&rules.objective, rules.maximise) {
        (Some(objective), _) => objective,
        (None, false) => "chosen after the first run: val_loss, else loss, else the only metric",
        (None, true) => "chosen after the first run: val_accuracy, else accuracy, else the only metric",
    }
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
