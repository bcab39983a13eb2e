//! `etascape run`, which is the architecture on one screen: a config becomes a plan, the plan's runs become records,
//! observers write and show them, and the written tables become findings, charts and a page.

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use etascape_core::InstructionSet;
use etascape_report::{Found, Host, Logger, Provenance, Results, Standing, Subject, draw};
use etascape_sweep::{Difference, Execution, Experiment, execute};

use crate::arguments::{Refusal, Run};
use crate::output::{print, tell};
use crate::progress::{Progress, Tally};

/// Trains an experiment's runs, or those that are left, and says what they found.
pub fn run(arguments: &Run) -> anyhow::Result<()> {
    let experiment = Experiment::load(&arguments.config.config, &arguments.config.set)?;
    let notice = |text: &str| {
        if !arguments.quiet {
            tell(&format!("note: {text}"))
        }
    };
    experiment.notices.iter().for_each(|text| notice(text));
    let folder = arguments.out.clone().unwrap_or_else(|| Path::new("results").join(&experiment.name));
    match start(&folder, &experiment, arguments.force)? {
        Start::Done => notice(&format!("{} is complete already: nothing to train", folder.display())),
        Start::At(standing) => {
            let done = standing.map_or(0, |standing| standing.runs);
            if done > 0 {
                notice(&format!("continuing after the {done} runs that {} holds", folder.display()));
            }
            train(&folder, &experiment, standing, arguments)?;
        }
    }
    let drawn = draw(&folder, &Subject::of(&experiment))?;
    if !arguments.quiet {
        print(&format!("{}\n{}\n", drawn.findings, files(&folder, &drawn.files)))?;
    }
    Ok(())
}

/// Where training starts.
enum Start {
    /// Nowhere: everything is there.
    Done,
    /// At the first run, or behind those that stand.
    At(Option<Standing>),
}

fn start(folder: &Path, experiment: &Experiment, force: bool) -> anyhow::Result<Start> {
    if force {
        Results::clear(folder)?;
    }
    let shown = folder.display();
    match Found::at(folder, experiment, env!("CARGO_PKG_VERSION"))? {
        Found::Nothing => Ok(Start::At(None)),
        Found::Complete => Ok(Start::Done),
        Found::Unfinished(standing) => Ok(Start::At(Some(standing))),
        Found::Other(differing) => Err(Refusal(other(&shown.to_string(), &differing)).into()),
        Found::Foreign(names) => {
            let names = names.join(", ");
            let reason = format!("{shown} holds {names}, but no manifest.json of etascape; --force replaces them");
            Err(Refusal(reason).into())
        }
    }
}

fn other(folder: &str, differing: &[Difference]) -> String {
    const NAMED: usize = 5;
    let value = |value: &Option<String>| value.as_deref().unwrap_or("nothing").to_string();
    let mut lines = vec![format!("{folder} holds another experiment; it differs in")];
    let named = differing.iter().take(NAMED);
    lines.extend(named.map(|d| format!("  {}: {} there, {} here", d.key, value(&d.first), value(&d.second))));
    if differing.len() > NAMED {
        lines.push(format!("  and {} keys more", differing.len() - NAMED));
    }
    lines.push("name another folder with --out, or start over with --force".into());
    lines.join("\n")
}

fn train(folder: &Path, experiment: &Experiment, standing: Option<Standing>, arguments: &Run) -> anyhow::Result<()> {
    let threads = arguments.threads.map_or_else(processors, usize::from);
    let execution = Execution { threads, instructions: InstructionSet::best() };
    let clock = Instant::now();
    let provenance = provenance(&arguments.config.config, execution);
    let mut results = Results::begin(folder, experiment, standing, provenance)?;
    let logger = Logger::new(experiment);
    let runs = experiment.plan.runs();
    let done = standing.map_or(0, |standing| standing.runs);
    let mut progress = Progress::new(runs, done, arguments.quiet);
    let trained = execute(
        &experiment.plan,
        done..runs,
        execution,
        |runs, records| Ok((logger.rows(runs, &records)?, Tally::of(&records))),
        |(rows, tally)| {
            results.append(&rows)?;
            progress.add(&tally);
            Ok(())
        },
    );
    progress.finish();
    trained.map_err(anyhow::Error::from_boxed)?;
    results.complete(now(), clock.elapsed().as_secs_f64())?;
    Ok(())
}

fn provenance(config: &Path, execution: Execution) -> Provenance {
    Provenance {
        command_line: std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect(),
        config_folder: config.parent().unwrap_or(Path::new("")).to_path_buf(),
        version: env!("CARGO_PKG_VERSION").into(),
        git_commit: option_env!("ETASCAPE_GIT_COMMIT").map(String::from),
        started: now(),
        host: Host {
            os: std::env::consts::OS.into(),
            arch: std::env::consts::ARCH.into(),
            cpus: processors(),
            threads: execution.threads,
            instruction_set: execution.instructions.name().into(),
        },
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

/// Where everything is.
fn files(folder: &Path, drawn: &[PathBuf]) -> String {
    let tables = ["runs.csv", "curves.csv"].map(|name| folder.join(name)).into_iter().filter(|path| path.exists());
    let paths: Vec<String> = tables.chain(drawn.iter().cloned()).map(|path| format!("  {}", path.display())).collect();
    format!("Files\n{}", paths.join("\n"))
}
