//! `etascape run` and `check` for a training program: the plan's runs become processes, each finished one goes into the
//! journal at once, and the tables written from it become findings, charts and a page as everywhere.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use etascape_core::{InstructionSet, Status};
use etascape_insight::subject::Subject;
use etascape_report::{
    Error, Host, Lock, Manifest, MendedJournal, ProgramFound, ProgramResults, Provenance, Results, RunState, damage,
    draw_as, journal_damage, repair,
};
use etascape_sweep::Execution;
use etascape_sweep::program::{Event, Guard, Metrics, Options, Outcome, ProgramExperiment, Record, execute_program};
use etascape_text::{counted, spelt_out};

use crate::arguments::{Refusal, Run};
use crate::machine::{self, holder, now, processors, save_pause};
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
            tell(&format!("note: {}", spelt_out(text)))
        }
    };
    experiment.notices.iter().for_each(|text| notice(text));
    let lock = Lock::take(folder, &holder())?;
    if arguments.force {
        Results::clear(folder)?;
    }
    let found = ProgramFound::at(folder, experiment, env!("CARGO_PKG_VERSION"), arguments.retry_failed)?;
    let was_complete = found == ProgramFound::Ours(RunState::Complete);
    match found {
        ProgramFound::Nothing | ProgramFound::Ours(_) => {}
        ProgramFound::Other(differing) => {
            return Err(Refusal(run::other(&folder.display().to_string(), &differing)).into());
        }
        ProgramFound::Foreign => {
            let reason =
                format!("{} holds results, but no manifest.json of etascape; --force replaces them", folder.display());
            return Err(Refusal(reason).into());
        }
    }
    let is_done = was_complete && !arguments.retry_failed && is_whole(experiment, folder)?;
    let ended = match is_done {
        true => {
            notice(&format!("{} is complete already: nothing to run", folder.display()));
            Ended { outcome: Outcome::Complete, state: RunState::Complete }
        }
        false => execute(experiment, folder, was_complete, arguments, &notice, &signals)?,
    };
    signals.must_finish(false);
    if signals.is_asked() {
        tell(&format!("stopped: what has ended is saved in {}; the same command goes on", folder.display()));
        lock.tidy();
        std::process::exit(STOPPED.into());
    }
    let drawn = draw_as(folder, &Subject::of_program(experiment), &arguments.charts.wanted())?;
    drawn.notes.iter().for_each(|text| notice(text));
    if !arguments.quiet {
        print(&format!("{}\n{}\n", drawn.findings, run::files(folder, &drawn.files)))?;
    }
    ended.judge()
}

/// How a sweep ended, and what is known of its runs.
struct Ended {
    outcome: Outcome,
    state: RunState,
}

impl Ended {
    /// An error where something is left to do, or a failure was not to be.
    fn judge(self) -> anyhow::Result<()> {
        match (self.outcome, self.state) {
            (Outcome::FailedFast, RunState::Complete) => bail!("a run failed"),
            (Outcome::FailedFast, _) => bail!("a run failed, and none was started after it; the same command goes on"),
            (_, RunState::Complete) => Ok(()),
            _ => bail!("the sweep is not complete; the same command goes on with it"),
        }
    }
}

/// Runs what is left.
fn execute(
    experiment: &ProgramExperiment,
    folder: &Path,
    was_complete: bool,
    arguments: &Run,
    notice: &dyn Fn(&str),
    signals: &Signals,
) -> anyhow::Result<Ended> {
    let pause = save_pause()?;
    let program = &experiment.program;
    let parallel = arguments.threads.map(usize::from).or(program.parallel).unwrap_or_else(processors);
    signals.must_finish(true);
    let mut progress = ProgramProgress::new(experiment, arguments.quiet);
    let provenance = provenance(&arguments.config.config, parallel);
    let mut results = ProgramResults::begin(folder, experiment, provenance)?;
    results.mended.iter().for_each(tell_mended);
    results.journal.records(|record| {
        progress.seen(&record);
        Ok(())
    })?;
    let is_left = |run: &u64| match results.journal.status(*run) {
        Some(status) => arguments.retry_failed && matches!(status, Status::Failed | Status::Timeout),
        None => was_complete || !arguments.retry_failed,
    };
    let left: Vec<u64> = (0..experiment.plan.runs()).filter(is_left).collect();
    let done = results.journal.finished();
    if done > 0 {
        notice(&format!("{} holds {}; {} to run", folder.display(), counted(done, "finished run"), left.len()));
    }
    progress.begin(done, &left);
    let guard = guard().context("cannot start the process that guards the others")?;
    let stop = || signals.is_asked();
    let options = Options { results: folder, parallel, fail_fast: arguments.fail_fast, stop: &stop, guard: &guard };
    let rungs = results.journal.rungs();
    let mut saved = Instant::now();
    let executed = execute_program(experiment, &left, &rungs, &options, &mut |events| {
        let finished = events.iter().filter_map(|event| match event {
            Event::Finished(record) => Some(&**record),
            Event::Started(_) => None,
        });
        results.append(&finished.collect::<Vec<&Record>>())?;
        if saved.elapsed() >= pause {
            results.save()?;
            saved = Instant::now();
        }
        events.iter().for_each(|event| progress.take(event));
        Ok(())
    });
    drop(guard);
    progress.finish();
    let state = results.finish(now())?;
    let outcome = executed.map_err(anyhow::Error::from_boxed)?;
    Ok(Ended { outcome, state })
}

/// Says what of a journal was not as it had been written.
fn tell_mended(mended: &MendedJournal) {
    mended.damages.iter().for_each(|damage| tell(&format!("warning: {damage}")));
    if let Some(kept) = &mended.kept {
        let then = "what its other lines say stands; the rest is run again";
        tell(&format!("warning: the damaged file is kept as {}; {then}", kept.display()));
    }
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

/// Whether the tables of a complete sweep are what was written. One that is not is kept under another name, for the
/// tables can be written again from the journal, by the etascape that wrote them.
fn is_whole(experiment: &ProgramExperiment, folder: &Path) -> anyhow::Result<bool> {
    let manifest = Manifest::read(folder)?;
    let damages = damage(folder, &manifest)?;
    if damages.is_empty() {
        tell_journal(experiment, folder, &manifest)?;
        return Ok(true);
    }
    if manifest.etascape_version != env!("CARGO_PKG_VERSION") {
        return Err(Error::Damaged(damages).into());
    }
    for damage in &damages {
        tell(&format!("warning: {damage}"));
        if let Some(kept) = repair(damage)?.at {
            tell(&format!("warning: the damaged file is kept as {}", kept.display()));
        }
    }
    Ok(false)
}

/// Says what is wrong with the journal of a complete sweep.
pub fn tell_journal(experiment: &ProgramExperiment, folder: &Path, manifest: &Manifest) -> anyhow::Result<()> {
    let damages = journal_damage(folder, experiment, manifest)?;
    damages.iter().for_each(|damage| tell(&format!("warning: {damage}")));
    if !damages.is_empty() {
        tell("warning: the tables are whole and do not need it; `run --retry-failed` runs again what it has lost");
    }
    Ok(())
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
    lines.iter().try_for_each(|(name, value)| writeln!(text, "  {name:<9} {}", spelt_out(value)))?;
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
