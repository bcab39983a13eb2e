//! `etascape run`: the architecture on one screen. A config becomes a plan; an executor trains the plan's runs; a
//! session logs them; the written tables become findings, charts and a page.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use etascape_insight::data::doubts;
use etascape_report::{
    Ended, EngineExecutor, EngineSweep, EntryPoint, Executor, Part, ProgramExecutor, ProgramSweep, Provenance,
    SavedRuns, Session, SessionSettings, Sweep, TrainError, shard_folder, shards_in,
};
use etascape_sweep::{AnyExperiment, Difference, Experiment};
use etascape_text::counted;

use crate::arguments::Run;
use crate::exit::Exit;
use crate::found::Found;
use crate::guard;
use crate::json;
use crate::machine::{execution, holder, now, parallel, provenance, save_pause, surroundings};
use crate::output::tell;
use crate::progress::Trainer;
use crate::refusal::Refusal;
use crate::shard;
use crate::signals::Signals;
use crate::terminal::Terminal;

/// Trains an experiment's runs, or those that are left, and prints the findings.
pub fn run(arguments: &Run, signals: &Signals) -> anyhow::Result<Exit> {
    let config = &arguments.config.config;
    let folder = arguments.paths_from.as_deref().or(config.parent()).unwrap_or(Path::new(""));
    match AnyExperiment::load_from(config, folder, &arguments.config.set)? {
        AnyExperiment::Engine(_) if arguments.retry_failed || arguments.fail_fast => {
            Err(Refusal("--retry-failed and --fail-fast are for experiments with a [program]".into()).into())
        }
        AnyExperiment::Engine(experiment) => {
            let experiment: Arc<Experiment> = experiment.into();
            let part = Part::of_plan(&experiment.plan, arguments.shard)?;
            let sweep = EngineSweep { experiment: experiment.clone(), part: part.clone() };
            let notices = [&experiment.notices[..], &doubts(&experiment, &*experiment.plan.job(0)?)].concat();
            let about = About { name: &experiment.name, notices: &notices, trainer: Trainer::Engine, part };
            go_on(&sweep, about, arguments, signals, || {
                let execution = execution(arguments.threads)?;
                let settings = settings(provenance(folder, execution.threads, Some(execution.instructions)))?;
                Ok((EngineExecutor { experiment: experiment.clone(), execution }, settings))
            })
        }
        AnyExperiment::Program(experiment) => {
            let part = Part::of_program(&experiment.plan, arguments.shard);
            let sweep =
                ProgramSweep { experiment: &experiment, part: part.clone(), retry_failed: arguments.retry_failed };
            let surroundings = surroundings();
            let refusal = experiment.refusal(&surroundings);
            let mut start = experiment.start_notes(&out(arguments, &experiment.name), &surroundings);
            start.retain(|note| Some(note) != refusal.as_ref());
            let cut = arguments.shard.and_then(|_| shard::differs(&experiment.program.rules)).map(str::to_owned);
            let notices: Vec<String> = experiment.notices.iter().cloned().chain(start).chain(cut).collect();
            let trainer = Trainer::Program(&experiment.program);
            let about = About { name: &experiment.name, notices: &notices, trainer, part };
            go_on(&sweep, about, arguments, signals, || {
                if let Some(why) = refusal {
                    return Err(Refusal(why).into());
                }
                let parallel = parallel(&experiment.program, arguments.threads);
                let settings = settings(provenance(folder, parallel, None))?;
                let (experiment, surroundings, fail_fast) = (&*experiment, &surroundings, arguments.fail_fast);
                Ok((ProgramExecutor { experiment, surroundings, parallel, fail_fast, guard: &guard::start }, settings))
            })
        }
    }
}

/// What is printed of an experiment before training.
struct About<'a> {
    name: &'a str,
    notices: &'a [String],
    trainer: Trainer<'a>,
    part: Part,
}

/// The results folder of the whole sweep.
fn results(arguments: &Run, name: &str) -> PathBuf {
    arguments.out.clone().unwrap_or_else(|| Path::new("results").join(name))
}

/// The results folder of what is trained.
fn out(arguments: &Run, name: &str) -> PathBuf {
    let results = results(arguments, name);
    arguments.shard.map_or(results.clone(), |shard| shard_folder(&results, shard))
}

fn settings(provenance: Provenance) -> Result<SessionSettings, Refusal> {
    Ok(SessionSettings { provenance, pause: save_pause()?, now })
}

/// Trains what is left of a sweep, if anything, and prints the findings. `executor` makes the executor.
fn go_on<S: Sweep, X: Executor<S::Batch>>(
    sweep: &S,
    about: About<'_>,
    arguments: &Run,
    signals: &Signals,
    executor: impl FnOnce() -> anyhow::Result<(X, SessionSettings)>,
) -> anyhow::Result<Exit> {
    let folder = out(arguments, about.name);
    let mut terminal = Terminal::new(about.trainer, &folder, arguments.quiet);
    about.notices.iter().for_each(|text| terminal.note(text));
    let session = Session::open(&folder, &holder())?;
    if arguments.force {
        session.clear()?;
    }
    let ended = match session.inspect(sweep, env!("CARGO_PKG_VERSION"), &mut |event| terminal.tell(event))? {
        EntryPoint::Complete => {
            terminal.note(&terminal.is_complete());
            Ended::Complete
        }
        EntryPoint::At(position) => {
            let shards = shards_in(&folder)?.len();
            if shards > 0 {
                let (folder, shards) = (folder.display(), counted(shards, "shard"));
                terminal
                    .note(&format!("{folder} holds {shards}, which this does not use: `etascape merge {folder}` does"));
            }
            let (ended, safe) = train(&session, sweep, executor()?, position, signals, &mut terminal)?;
            if ended == Ended::Stopped {
                tell(&terminal.stopped(safe));
                if arguments.json.json {
                    json::put("run", json::stopped(&folder))?;
                }
                return Ok(Exit::Stopped);
            }
            ended
        }
        EntryPoint::Other(differing) => return Err(Refusal(other(&folder, &differing)).into()),
        EntryPoint::Foreign(names) => return Err(Refusal(foreign(&folder, &names)).into()),
    };
    if let Some(shard) = arguments.shard {
        judge(ended)?;
        if arguments.json.json || !arguments.quiet {
            shard::say(&results(arguments, about.name), &folder, shard, &about.part, arguments.json.json)?;
        }
        return Ok(Exit::Done);
    }
    let drawn = session.draw(sweep, &arguments.charts.options())?;
    drawn.notes.iter().for_each(|text| terminal.note(text));
    let found = Found { folder: &folder, drawn: &drawn, notices: about.notices, judged: judge(ended) };
    if arguments.json.json { found.put() } else { found.print(arguments.quiet) }
}

/// Trains. After a signal nothing is drawn, even if the last run had ended.
fn train<S: Sweep, X: Executor<S::Batch>>(
    session: &Session,
    sweep: &S,
    (executor, settings): (X, SessionSettings),
    position: S::Position,
    signals: &Signals,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<(Ended, SavedRuns)> {
    signals.must_finish(true);
    let token = signals.token();
    let trained = session.train(sweep, &executor, position, settings, token, &mut |event| terminal.tell(event));
    terminal.clear();
    match trained {
        Ok((ended, safe)) => {
            signals.must_finish(false);
            Ok((if token.is_cancelled() { Ended::Stopped } else { ended }, safe))
        }
        Err(TrainError::Begin(error)) => Err(error.into()),
        Err(TrainError::Midway { safe, source }) => {
            let error = anyhow::Error::from(source);
            Err(match terminal.safe(safe) {
                Some(words) => error.context(words),
                None => error,
            })
        }
    }
}

/// An error if runs are left, or if a failure was to end the sweep.
fn judge(ended: Ended) -> anyhow::Result<()> {
    match ended {
        Ended::Complete | Ended::Stopped => Ok(()),
        Ended::FailedFast { is_complete: true } => bail!("a run failed"),
        Ended::FailedFast { is_complete: false } => {
            bail!("a run failed, and none was started after it; the same command goes on")
        }
        Ended::Unfinished => bail!("the sweep is not complete; the same command goes on with it"),
    }
}

/// How another experiment in a folder differs, in words.
pub fn other(folder: &Path, differing: &[Difference]) -> String {
    const NAMED: usize = 5;
    let value = |value: &Option<String>| value.as_deref().unwrap_or("nothing").to_string();
    let mut lines = vec![format!("{} holds another experiment; it differs in", folder.display())];
    let named = differing.iter().take(NAMED);
    lines.extend(named.map(|d| format!("  {}: {} there, {} here", d.key, value(&d.first), value(&d.second))));
    if differing.len() > NAMED {
        lines.push(format!("  and {} more", counted(differing.len() - NAMED, "key")));
    }
    lines.push("name another folder with --out, or start over with --force".into());
    lines.join("\n")
}

fn foreign(folder: &Path, names: &[String]) -> String {
    let (folder, names) = (folder.display(), names.join(", "));
    format!("{folder} holds {names}, but no manifest.json of etascape; --force replaces them")
}
