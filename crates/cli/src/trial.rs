//! `etascape check --try`: starts run 0 of a program for some seconds, and says what is understood of its output.

use std::time::Duration;

use anyhow::{Context, bail};
use etascape_core::Patience;
use etascape_report::{Executor, FirstRun, ProgramExecutor, Work};
use etascape_sweep::program::{Event, ProgramExperiment, Record, Surroundings, Understood};
use etascape_sweep::{AnyExperiment, Delivery, Outcome, Status};
use etascape_text::spelt_out;

use crate::arguments::Config;
use crate::exit::Exit;
use crate::guard;
use crate::machine::surroundings;
use crate::output::{print, tell};
use crate::refusal::Refusal;
use crate::signals::Signals;
use crate::understood::{objective_of, understood};

/// How long the run may take.
const LONGEST: Duration = Duration::from_secs(10);
/// The steps of the objective that are enough.
const ENOUGH: u64 = 2;

/// Starts run 0 in a temporary folder. It ends by itself, when its objective was read at some steps, or after ten seconds.
pub fn trial(arguments: &Config, signals: &Signals) -> anyhow::Result<Exit> {
    let AnyExperiment::Program(mut experiment) = AnyExperiment::load(&arguments.config, &arguments.set)? else {
        let words = "check --try starts a program, and this experiment has no [program]: `etascape explain` works its first steps";
        return Err(Refusal(words.into()).into());
    };
    let surroundings = surroundings();
    if let Some(why) = experiment.refusal(&surroundings) {
        return Err(Refusal(why).into());
    }
    experiment.notices.iter().for_each(|text| tell(&format!("note: {}", spelt_out(text))));
    let program = &mut experiment.program;
    program.timeout = Some(program.timeout.map_or(LONGEST, |timeout| timeout.min(LONGEST)));
    program.retries = 0;
    program.rules.halving = None;
    // No loss is better by so much: the run ends as soon as there are enough steps.
    program.rules.stop.patience = Some(Patience { steps: ENOUGH, min_delta: f64::INFINITY });
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let work = Work { runs: std::iter::once(0..1).collect(), folder: folder.path().to_owned(), earlier: Vec::new() };
    signals.must_finish(true);
    let (outcome, ended) = execute(&experiment, &surroundings, &work, signals)?;
    signals.must_finish(false);
    let Some((record, read)) = ended.filter(|_| outcome == Outcome::Complete) else { return Ok(Exit::Stopped) };
    print(&understood(&experiment.program, folder.path(), &FirstRun { record: &record, understood: &read }))?;
    if matches!(record.status, Status::Plateau | Status::Timeout) && experiment.program.rules.objective.is_none() {
        print("  It was ended early: where a metric comes later, that may be chosen as the objective.\n")?;
    }
    if record.is_failed() {
        tell(&record.stderr);
    }
    match objective_of(&experiment.program, &record) {
        Some(_) => Ok(Exit::Done),
        None => bail!("run 0 gave no objective{}", record.reason.map_or_else(String::new, |why| format!(": {why}"))),
    }
}

fn execute(
    experiment: &ProgramExperiment,
    surroundings: &Surroundings,
    work: &Work,
    signals: &Signals,
) -> anyhow::Result<(Outcome, Option<(Record, Understood)>)> {
    let executor = ProgramExecutor { experiment, surroundings, parallel: 1, fail_fast: false, guard: &guard::start };
    let mut ended = None;
    let outcome = executor.execute(work, signals.token(), &mut |delivery| {
        if let Delivery::Batch(events) = delivery {
            ended = events.into_iter().find_map(finished).or(ended.take());
        }
        Ok(())
    })?;
    Ok((outcome, ended))
}

fn finished(event: Event) -> Option<(Record, Understood)> {
    match event {
        Event::Finished(record, understood) => Some((*record, *understood)),
        Event::Started(_) => None,
    }
}
