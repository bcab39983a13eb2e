//! `etascape check` for a training program: the plan of its sweep.

use std::fmt::Write;
use std::time::Duration;

use etascape_sweep::program::{MetricsSource, ProgramExperiment};
use etascape_text::spelt_out;

use crate::machine::processors;
use crate::output::grouped;

/// The plan of a program's sweep.
pub fn plan(experiment: &ProgramExperiment) -> anyhow::Result<String> {
    let (plan, program) = (&experiment.plan, &experiment.program);
    let runs = plan.runs();
    let mut text = format!("{}: {}\n", experiment.name, grouped(runs, "run"));
    let width = plan.parameters().iter().map(|parameter| parameter.path.len()).max().unwrap_or(0);
    for parameter in plan.parameters() {
        writeln!(text, "  {:width$}  {}", parameter.path, parameter.description())?;
    }
    let metrics = match &program.metrics {
        MetricsSource::Stdout => "lines of JSON on stdout".to_string(),
        MetricsSource::Csv(path) => format!("{path} in the run's folder"),
        MetricsSource::Regex(regex) => format!("lines of stdout like {regex}"),
    };
    let most = if program.rules.maximise { "maximised" } else { "minimised" };
    let time = match program.timeout {
        Some(timeout) => format!("at most {}", humantime::format_duration(most_time(timeout, runs, program.parallel))),
        None => "not known: there is no program.timeout".to_string(),
    };
    let lines = [
        ("run 0", experiment.command(0).iter().map(|word| quoted(word)).collect::<Vec<String>>().join(" ")),
        ("metrics", metrics),
        ("objective", format!("{}, {most}", program.rules.objective)),
        ("parallel", format!("{} at once", program.parallel.unwrap_or_else(processors))),
        ("time", time),
        ("results", format!("results/{}", experiment.name)),
    ];
    writeln!(text)?;
    lines.iter().try_for_each(|(name, value)| writeln!(text, "  {name:<9} {}", spelt_out(value)))?;
    Ok(text)
}

/// The duration if every run takes all its time.
fn most_time(timeout: Duration, runs: u64, parallel: Option<usize>) -> Duration {
    let rounds = runs.div_ceil(parallel.unwrap_or_else(processors) as u64);
    timeout.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
}

/// A word for people: in quotes where its limits would not be clear.
fn quoted(word: &str) -> String {
    let is_plain =
        !word.is_empty() && word.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"\"'\\".contains(c));
    if is_plain { word.to_string() } else { format!("{word:?}") }
}
