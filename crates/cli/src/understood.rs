//! Says what etascape understood of a program's output.

use std::path::Path;

use etascape_report::FirstRun;
use etascape_sweep::program::{Program, ReadLine, Record, Replaced, StepsFrom, Understood, doubt, run_folder};
use etascape_text::format_number;

use crate::output::named;

/// What was understood of a run, in a few lines. `results` has the run's folder.
pub fn understood(program: &Program, results: &Path, first: &FirstRun<'_>) -> String {
    let FirstRun { record, understood } = first;
    let objective = objective_of(program, record);
    let mut lines = vec![(format!("run {}", record.run), metrics(record, understood))];
    if !record.names.is_empty() {
        lines.push(("objective".into(), objective.clone().unwrap_or_else(|| no_objective(program))));
        let doubt = objective.as_ref().and_then(|_| doubt_of(program, record));
        lines.extend(doubt.map(|doubt| (String::new(), doubt)));
        lines.push(("steps".into(), steps(record, understood)));
        lines.extend(understood.replaced.iter().map(|replaced| (String::new(), of_one_step(replaced))));
    }
    lines.extend(understood.example.iter().flat_map(example));
    lines.extend(record.problems.iter().map(|problem| (String::new(), problem.clone())));
    if objective.is_none() {
        let missed = program.missed(&run_folder(results, record.run));
        lines.extend(missed.iter().map(|missed| (String::new(), missed.to_string())));
        let unread = record.first_unread.iter().filter(|_| missed.is_empty());
        lines.extend(unread.map(|line| (String::new(), format!("not read: {line}"))));
    }
    let lines: Vec<(&str, String)> = lines.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    named(&lines)
}

/// The objective of a run and who chose it; `None` where it has no value of it.
pub fn objective_of(program: &Program, record: &Record) -> Option<String> {
    let name = &record.names[program.rules.objective_among(&record.names)?];
    record.spread(name).and_then(|spread| spread.last)?;
    let most = if program.rules.maximise { "maximised" } else { "minimised" };
    let chosen = if program.rules.objective.is_none() {
        "; chosen among the metrics: set program.objective to choose another"
    } else {
        ""
    };
    Some(format!("{name}, {most}{chosen}"))
}

/// What tells against the direction of a run's objective.
fn doubt_of(program: &Program, record: &Record) -> Option<String> {
    doubt(program.rules.objective_name(&record.names), program.rules.maximise)
}

fn no_objective(program: &Program) -> String {
    match &program.rules.objective {
        Some(objective) => format!("none of them is {objective}"),
        None => "none of them is plainly it: set program.objective".into(),
    }
}

/// The metrics of a run, and where they were read.
fn metrics(record: &Record, understood: &Understood) -> String {
    if record.names.is_empty() {
        return "gave no metric".into();
    }
    let sources = match &understood.sources[..] {
        [] => String::new(),
        sources => format!(", read from {}", sources.join(" and ")),
    };
    format!("gave {}{sources}", record.names.join(", "))
}

fn steps(record: &Record, understood: &Understood) -> String {
    match &understood.steps {
        StepsFrom::Named(name) => format!("up to {}, told by {name}", record.steps),
        StepsFrom::Counted => format!("up to {}; no row names its step, so rows are counted from 0", record.steps),
    }
}

/// That a step has several values of a metric.
fn of_one_step(Replaced { name, step, values: [first, last] }: &Replaced) -> String {
    let [first, last] = [first, last].map(|value| format_number(*value));
    format!("{name} came again within step {step}, {first} and then {last}: the last of a step counts")
}

/// A line, and what it was read as.
fn example(line: &ReadLine) -> [(String, String); 2] {
    let values = line.values.iter().map(|(name, value)| format!("{name} = {}", format_number(*value)));
    let values: Vec<String> = values.collect();
    [("a line".into(), line.text.clone()), ("read as".into(), format!("→ step {}: {}", line.step, values.join(", ")))]
}
