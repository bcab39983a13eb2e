//! `etascape check`: the plan of an experiment and what it will cost, without training it.

use std::fmt;
use std::time::Duration;

use etascape_core::InstructionSet;
use etascape_insight::data::{doubts, facts};
use etascape_insight::findings::EndedAtStart;
use etascape_report::bytes_per_run;
use etascape_sweep::{AnyExperiment, Experiment, Parameter};
use etascape_text::{counted, spelt_out};
use indicatif::{HumanBytes, HumanCount, HumanDuration};
use serde_json::{Map, Value};

use crate::arguments::Config;
use crate::check_program;
use crate::json;
use crate::machine::{processors, surroundings};
use crate::output::{axes, grouped, named, print, tell};

/// The plan of an experiment.
pub struct Plan<'a> {
    /// The experiment's name.
    pub name: &'a str,
    /// The number of runs.
    pub runs: u64,
    /// The swept parameters.
    pub parameters: &'a [Parameter],
    /// What it will do, each thing behind its name; lines without a name go on with the one before.
    pub lines: Vec<(&'static str, String)>,
    /// What it will cost; `None` for programs.
    pub cost: Option<Cost>,
}

/// What an experiment will cost if no run ends early.
pub struct Cost {
    /// Steps of all runs.
    pub steps: u128,
    /// Seconds on all threads.
    pub seconds: f64,
    /// Bytes on the disk.
    pub bytes: u64,
}

impl Plan<'_> {
    /// The lines as values, those of one name joined.
    pub fn joined(&self) -> Map<String, Value> {
        let mut joined = Map::new();
        let mut name = "";
        for (own, text) in &self.lines {
            name = if own.is_empty() { name } else { own };
            let before = joined.get(name).and_then(Value::as_str).map(|before| format!("{before}\n{text}"));
            joined.insert(name.to_owned(), before.unwrap_or_else(|| text.clone()).into());
        }
        joined
    }
}

impl fmt::Display for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gap = if self.parameters.is_empty() { "" } else { "\n" };
        let (runs, axes) = (grouped(self.runs, "run"), axes(self.parameters));
        write!(f, "{}: {runs}\n{axes}{gap}{}", self.name, named(&self.lines))
    }
}

/// Validates an experiment and prints its plan.
pub fn check(arguments: &Config, is_json: bool) -> anyhow::Result<()> {
    let show = |notices: Vec<String>, plan: &Plan<'_>| {
        notices.iter().for_each(|text| tell(&format!("note: {}", spelt_out(text))));
        if is_json { json::put("check", json::of_plan(plan, &notices)) } else { print(&plan.to_string()) }
    };
    match AnyExperiment::load(&arguments.config, &arguments.set)? {
        AnyExperiment::Engine(experiment) => {
            let starts = EndedAtStart::before(&experiment.plan, InstructionSet::best())?.sentences();
            let doubts = doubts(&experiment, &*experiment.plan.job(0)?);
            show(experiment.notices.iter().cloned().chain(doubts).chain(starts).collect(), &plan(&experiment)?)
        }
        AnyExperiment::Program(experiment) => {
            let surroundings = surroundings();
            let start = experiment.start_notes(&check_program::full_results(&experiment), &surroundings);
            let notices = experiment.notices.iter().cloned().chain(start).collect();
            show(notices, &check_program::plan(&experiment, &surroundings))
        }
    }
}

fn plan(experiment: &Experiment) -> anyhow::Result<Plan<'_>> {
    let plan = &experiment.plan;
    let job = plan.job(0)?;
    let (runs, steps) = (plan.runs(), plan.steps_total());
    let network: Vec<String> = job.shape.network.widths().iter().map(usize::to_string).collect();
    let count = job.shape.network.parameters();
    let rows = grouped(job.data.train.len() as u64, "row");
    let rows = match job.data.validation.len() {
        0 => rows,
        held_out => format!("{rows}, {} held out", HumanCount(held_out as u64)),
    };
    let first = if plan.jobs().is_some_and(|jobs| jobs.len() == 1) { "" } else { " in run 0" };
    let threads = processors();
    let training = plan.seconds_per_step(InstructionSet::best())? * steps as f64;
    let seconds = (training + plan.sharpness_seconds()? * runs as f64) / threads as f64;
    let bytes = (bytes_per_run(experiment)? as f64 * runs as f64) as u64;
    let mut lines = vec![
        ("network", format!("{} ({}){first}", network.join(" → "), grouped(count as u64, "parameter"))),
        ("data", rows),
    ];
    lines.extend(facts(experiment, &job));
    lines.extend([
        ("steps", format!("{} in all, if no run ends early", count_in_words(steps))),
        ("time", format!("about {} on {}, if no run ends early", duration(seconds), counted(threads, "thread"))),
        ("disk", format!("about {}", HumanBytes(bytes))),
        ("results", format!("results/{}", experiment.name)),
    ]);
    let cost = Some(Cost { steps, seconds, bytes });
    Ok(Plan { name: &experiment.name, runs, parameters: plan.parameters(), lines, cost })
}

fn count_in_words(count: u128) -> String {
    match u64::try_from(count) {
        Ok(count) => HumanCount(count).to_string(),
        Err(_) => format!("{:e}", count as f64),
    }
}

fn duration(seconds: f64) -> String {
    match seconds {
        ..0.95 => format!("{} s", (seconds * 10.0).ceil() / 10.0),
        ..60.0 => format!("{seconds:.0} s"),
        ..3e12 => HumanDuration(Duration::from_secs_f64(seconds)).to_string(),
        _ => "more than 100,000 years".into(),
    }
}
