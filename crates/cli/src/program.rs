//! `etascape run` and `check` for a training program: the plan's runs become processes, each finished one goes into the
//! journal at once, and the tables written from it become findings, charts and a page as everywhere.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context;
use etascape_core::{InstructionSet, Status};
use etascape_report::{
    Host, Journal, Lock, Manifest, ProgramFound, ProgramResults, Provenance, Results, RunState, Subject, damage,
    draw_as, repair,
};
use etascape_sweep::program::{Event, Guard, Metrics, Options, ProgramExperiment, Record, execute_program};
use etascape_sweep::{Execution, counted};

use crate::arguments::{Refusal, Run};
use crate::machine::{self, holder, now, processors};
use crate::output::{grouped, print, tell};
use crate::program_progress::ProgramProgress;
use crate::run;
use crate::signals::{STOPPED, Signals};

/// The subcommand that keeps guard over processes.
pub const GUARD: &str = "guard-processes";

/// Runs a program for every run that is left, and says what was found.
pub fn run(experiment: &ProgramExperiment, folder: &Path, arguments: &Run, signals: Signals) -> anyhow::Result<()> {
    let notice = |text: &str| {
        if !arguments.quiet {
            tell(&format!("note: {text}"))
        }
    };
    experiment.notices.iter().for_each(|text| notice(text));
    let lock = Lock::take(folder, &holder())?;
    if arguments.force {
        Results::clear(folder)?;
    }
    let is_done = match ProgramFound::at(folder, experiment)? {
        ProgramFound::Nothing => false,
        ProgramFound::Ours(RunState::Complete) => !arguments.retry_failed && !is_damaged(folder)?,
        ProgramFound::Ours(_) => false,
        ProgramFound::Other(differing) => {
            return Err(Refusal(run::other(&folder.display().to_string(), &differing)).into());
        }
        ProgramFound::Foreign => {
            let reason =
                format!("{} holds results, but no manifest.json of etascape; --force replaces them", folder.display());
            return Err(Refusal(reason).into());
        }
    };
    let mut is_whole = true;
    match is_done {
        true => notice(&format!("{} is complete already: nothing to run", folder.display())),
        false => is_whole = execute(experiment, folder, arguments, &notice, &signals)?,
    }
    signals.must_finish(false);
    if signals.is_asked() {
        tell(&format!("stopped: what has ended is saved in {}; the same command goes on", folder.display()));
        lock.tidy();
        std::process::exit(STOPPED.into());
    }
    let drawn = draw_as(folder, &Subject::of_program(experiment), &arguments.charts.wanted())?;
    drawn.note.into_iter().for_each(notice);
    if !arguments.quiet {
        print(&format!("{}\n{}\n", drawn.findings, run::files(folder, &drawn.files)))?;
    }
    anyhow::ensure!(is_whole, "the sweep is not complete; the same command goes on with it");
    Ok(())
}

/// Runs what is left. Whether the sweep is complete then.
fn execute(
    experiment: &ProgramExperiment,
    folder: &Path,
    arguments: &Run,
    notice: &dyn Fn(&str),
    signals: &Signals,
) -> anyhow::Result<bool> {
    let clock = Instant::now();
    let program = &experiment.program;
    let parallel = arguments.threads.map(usize::from).or(program.parallel).unwrap_or_else(processors);
    signals.must_finish(true);
    let mut rungs: Vec<Vec<f64>> = Vec::new();
    let mut progress = ProgramProgress::new(experiment, arguments.quiet);
    let mut results =
        ProgramResults::begin(folder, experiment, provenance(&arguments.config.config, parallel), &mut |record| {
            rungs.extend((!record.rungs.is_empty()).then(|| record.rungs.clone()));
            progress.seen(record);
        })?;
    let left = left(&results.journal, experiment.plan.runs(), arguments.retry_failed);
    let done = results.journal.finished();
    if done > 0 {
        notice(&format!("{} holds {}; {} to run", folder.display(), counted(done, "finished run"), left.len()));
    }
    progress.begin(done, &left);
    let guard = guard().context("cannot start the process that guards the others")?;
    let stop = || signals.is_asked();
    let options = Options { results: folder, parallel, fail_fast: arguments.fail_fast, stop: &stop, guard: &guard };
    let executed = execute_program(experiment, &left, &rungs, &options, &mut |events| {
        let finished =
            |event: &Event| if let Event::Finished(record) = event { Some((**record).clone()) } else { None };
        let records: Vec<Record> = events.iter().filter_map(finished).collect();
        results.journal.append(&records.iter().collect::<Vec<&Record>>())?;
        events.iter().for_each(|event| progress.take(event));
        Ok(())
    });
    drop(guard);
    progress.finish();
    let state = results.finish(now(), clock.elapsed().as_secs_f64())?;
    executed.map_err(anyhow::Error::from_boxed)?;
    Ok(state == RunState::Complete)
}

/// The runs to be done: those that failed, or those that have not ended.
fn left(journal: &Journal, runs: u64, only_failed: bool) -> Vec<u64> {
    let is_left = |run: &u64| match journal.status(*run) {
        Some(status) => only_failed && matches!(status, Status::Failed | Status::Timeout),
        None => !only_failed,
    };
    (0..runs).filter(is_left).collect()
}

/// Ourselves once more, watching over the processes that we start.
pub fn guard() -> std::io::Result<Guard> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(GUARD);
    Guard::start(command)
}

/// As the engine's, without instructions: those are the program's own.
pub fn provenance(config: &Path, parallel: usize) -> Provenance {
    let execution = Execution { threads: parallel, instructions: InstructionSet::best() };
    let provenance = machine::provenance(config, execution);
    Provenance { host: Host { instruction_set: String::new(), ..provenance.host }, ..provenance }
}

/// Whether a table of a complete sweep is not what was written; it is kept under another name, for the tables can be
/// written again from the journal.
fn is_damaged(folder: &Path) -> anyhow::Result<bool> {
    let damages = damage(folder, &Manifest::read(folder)?)?;
    for damage in &damages {
        tell(&format!("warning: {damage}"));
        if let Some(kept) = repair(damage)?.at {
            tell(&format!("warning: the damaged file is kept as {}", kept.display()));
        }
    }
    Ok(!damages.is_empty())
}

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
        Metrics::Stdout => "lines of JSON on stdout".to_string(),
        Metrics::Csv(path) => format!("{path} in the run's folder"),
        Metrics::Regex(regex) => format!("lines of stdout like {regex}"),
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
    lines.iter().try_for_each(|(name, value)| writeln!(text, "  {name:<9} {value}"))?;
    Ok(text)
}

/// If every run takes all the time that it may.
fn most_time(timeout: Duration, runs: u64, parallel: Option<usize>) -> Duration {
    let rounds = runs.div_ceil(parallel.unwrap_or_else(processors) as u64);
    timeout.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
}

/// A word as a reader takes it: in quotes where it would not stand out as one.
fn quoted(word: &str) -> String {
    let is_plain =
        !word.is_empty() && word.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"\"'\\".contains(c));
    if is_plain { word.to_string() } else { format!("{word:?}") }
}
