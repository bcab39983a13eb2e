//! `etascape check`: the plan of an experiment and what it will cost, without training it.

use std::time::Duration;

use etascape_core::InstructionSet;
use etascape_insight::findings::EndedAtStart;
use etascape_report::bytes_per_run;
use etascape_sweep::{AnyExperiment, Experiment};
use etascape_text::{counted, spelt_out};
use indicatif::{HumanBytes, HumanCount, HumanDuration};

use crate::arguments::Config;
use crate::check_program;
use crate::machine::{processors, surroundings};
use crate::output::{axes, grouped, named, print, tell};

/// Validates an experiment and prints its plan.
pub fn check(arguments: &Config) -> anyhow::Result<()> {
    let (notices, text): (Vec<String>, String) = match AnyExperiment::load(&arguments.config, &arguments.set)? {
        AnyExperiment::Engine(experiment) => {
            let starts = EndedAtStart::before(&experiment.plan, InstructionSet::best())?.sentences();
            (experiment.notices.iter().cloned().chain(starts).collect(), plan(&experiment)?)
        }
        AnyExperiment::Program(experiment) => {
            let surroundings = surroundings();
            let start = experiment.start_notes(&check_program::full_results(&experiment), &surroundings);
            (experiment.notices.iter().cloned().chain(start).collect(), check_program::plan(&experiment, &surroundings))
        }
    };
    notices.iter().for_each(|text| tell(&format!("note: {}", spelt_out(text))));
    print(&text)
}

fn plan(experiment: &Experiment) -> anyhow::Result<String> {
    let plan = &experiment.plan;
    let job = plan.job(0)?;
    let (runs, steps) = (plan.runs(), plan.steps_total());
    let mut text = format!("{}: {}\n", experiment.name, grouped(runs, "run"));
    text += &axes(plan.parameters());
    if !plan.parameters().is_empty() {
        text.push('\n');
    }
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
    let lines = [
        ("network", format!("{} ({}){first}", network.join(" → "), grouped(count as u64, "parameter"))),
        ("data", rows),
        ("steps", format!("{} in all, if no run ends early", count_in_words(steps))),
        ("time", format!("about {} on {}, if no run ends early", duration(seconds), counted(threads, "thread"))),
        ("disk", format!("about {}", HumanBytes(bytes))),
        ("results", format!("results/{}", experiment.name)),
    ];
    Ok(text + &named(&lines))
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
