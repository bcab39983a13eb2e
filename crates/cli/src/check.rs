//! `etascape check`: the plan of an experiment and what it will cost, without training it.

use etascape_core::InstructionSet;
use etascape_insight::data::{doubts, facts};
use etascape_insight::findings::EndedAtStart;
use etascape_report::bytes_per_run;
use etascape_sweep::{AnyExperiment, Experiment, Plan as EnginePlan};
use etascape_text::{counted, spelt_out};
use indicatif::{HumanBytes, HumanCount};

use crate::arguments::Config;
use crate::check_program;
use crate::json;
use crate::machine::{processors, surroundings};
use crate::output::{duration, grouped, print, tell};
use crate::plan::{Cost, Plan};

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
    let seconds = seconds_on_one_thread(plan)? / threads as f64;
    let bytes = (bytes_per_run(experiment)? as f64 * runs as f64) as u64;
    let mut lines = vec![
        ("network", format!("{} ({}){first}", network.join(" → "), grouped(count as u64, "parameter"))),
        ("data", rows),
    ];
    lines.extend(facts(experiment, &job));
    if job.shape.curve != plan.log().curve {
        let points = grouped(job.shape.curve_points(), "point");
        let why = "since each takes the loss over all rows; log.curve_points asks for more";
        lines.push(("curves", format!("{points} a run{first}, {why}")));
    }
    lines.extend([
        ("steps", format!("{} in all, if no run ends early", count_in_words(steps))),
        ("time", format!("about {} on {}, if no run ends early", duration(seconds), counted(threads, "thread"))),
        ("disk", format!("about {}", HumanBytes(bytes))),
        ("results", format!("results/{}", experiment.name)),
    ]);
    let cost = Some(Cost { steps, seconds, bytes });
    Ok(Plan { name: &experiment.name, runs, parameters: plan.parameters(), lines, cost })
}

/// Seconds of one thread for all runs of a plan, if none ends early.
pub fn seconds_on_one_thread(plan: &EnginePlan) -> anyhow::Result<f64> {
    let training = plan.seconds_per_step(InstructionSet::best())? * plan.steps_total() as f64;
    Ok(training + plan.sharpness_seconds()? * plan.runs() as f64)
}

fn count_in_words(count: u128) -> String {
    match u64::try_from(count) {
        Ok(count) => HumanCount(count).to_string(),
        Err(_) => format!("{:e}", count as f64),
    }
}
