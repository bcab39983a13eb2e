//! `etascape run`, which is the architecture on one screen: a config becomes a plan, the plan's runs become records,
//! observers write and show them, and the written tables become findings, charts and a page.

use std::path::{Path, PathBuf};
use std::time::Instant;

use etascape_insight::subject::Subject;
use etascape_report::{Damage, Found, Lock, Logger, Results, Standing, draw_as, repair};
use etascape_sweep::{Difference, Experiment, Study, execute};
use etascape_text::{counted, spelt_out};

use crate::arguments::{Refusal, Run};
use crate::keeper::Keeper;
use crate::machine::{execution, holder, provenance, save_pause};
use crate::output::{print, tell};
use crate::program;
use crate::progress::{Progress, Tally};
use crate::signals::Signals;

/// Trains an experiment's runs, or those that are left, and says what they found.
pub fn run(arguments: &Run) -> anyhow::Result<()> {
    let signals = Signals::listen()?;
    let study = Study::load(&arguments.config.config, &arguments.config.set)?;
    let results = |name: &str| arguments.out.clone().unwrap_or_else(|| Path::new("results").join(name));
    let experiment = match study {
        Study::Program(experiment) => return program::run(&experiment, &results(&experiment.name), arguments, signals),
        Study::Engine(_) if arguments.retry_failed || arguments.fail_fast => {
            return Err(Refusal("--retry-failed and --fail-fast are for experiments with a [program]".into()).into());
        }
        Study::Engine(experiment) => experiment,
    };
    let notice = |text: &str| {
        if !arguments.quiet {
            tell(&format!("note: {}", spelt_out(text)))
        }
    };
    experiment.notices.iter().for_each(|text| notice(text));
    let folder = results(&experiment.name);
    let lock = Lock::take(&folder, &holder())?;
    match start(&folder, &experiment, arguments.force)? {
        Start::Done => notice(&format!("{} is complete already: nothing to train", folder.display())),
        Start::At(standing) => {
            let done = standing.map_or(0, |standing| standing.runs);
            if done > 0 {
                notice(&format!("continuing after the {} that {} holds", counted(done, "run"), folder.display()));
            }
            train(&lock, &folder, &experiment, standing, arguments, signals)?;
        }
    }
    let drawn = draw_as(&folder, &Subject::of(&experiment), &arguments.charts.wanted())?;
    drawn.notes.iter().for_each(|text| notice(text));
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
        Found::Damaged(damages) => mend(folder, experiment, &damages),
        Found::Other(differing) => Err(Refusal(other(&shown.to_string(), &differing)).into()),
        Found::Foreign(names) => {
            let names = names.join(", ");
            let reason = format!("{shown} holds {names}, but no manifest.json of etascape; --force replaces them");
            Err(Refusal(reason).into())
        }
    }
}

/// Says what is damaged, keeps it, and puts right what is certain; whatever else was logged is trained again.
fn mend(folder: &Path, experiment: &Experiment, damages: &[Damage]) -> anyhow::Result<Start> {
    let mut all_restored = true;
    for damage in damages {
        tell(&format!("warning: {damage}"));
        let kept = repair(damage)?;
        if let Some(at) = kept.at {
            let then = if kept.restored { "; its line ends are put right" } else { "" };
            tell(&format!("warning: the damaged file is kept as {}{then}", at.display()));
        }
        all_restored &= kept.restored;
    }
    match all_restored {
        true => start(folder, experiment, false),
        false => {
            tell("warning: what cannot be recovered with certainty is trained again, from the first run");
            Ok(Start::At(None))
        }
    }
}

/// How another experiment in a folder differs, for people.
pub fn other(folder: &str, differing: &[Difference]) -> String {
    const NAMED: usize = 5;
    let value = |value: &Option<String>| value.as_deref().unwrap_or("nothing").to_string();
    let mut lines = vec![format!("{folder} holds another experiment; it differs in")];
    let named = differing.iter().take(NAMED);
    lines.extend(named.map(|d| format!("  {}: {} there, {} here", d.key, value(&d.first), value(&d.second))));
    if differing.len() > NAMED {
        lines.push(format!("  and {} more", counted(differing.len() - NAMED, "key")));
    }
    lines.push("name another folder with --out, or start over with --force".into());
    lines.join("\n")
}

fn train(
    lock: &Lock,
    folder: &Path,
    experiment: &Experiment,
    standing: Option<Standing>,
    arguments: &Run,
    signals: Signals,
) -> anyhow::Result<()> {
    let execution = execution(arguments.threads)?;
    let pause = save_pause()?;
    let provenance = provenance(&arguments.config.config, execution);
    signals.must_finish(true);
    let results = Results::begin(folder, experiment, standing, provenance)?;
    let logger = Logger::new(experiment);
    let runs = experiment.plan.runs();
    let done = standing.map_or(0, |standing| standing.runs);
    let progress = Progress::new(runs, done, arguments.quiet);
    let folder = folder.to_owned();
    let mut keeper = Keeper { lock, results, progress, signals, folder, saved: Instant::now(), pause };
    let trained = execute(
        &experiment.plan,
        done..runs,
        execution,
        |runs, records| Ok((logger.rows(runs, &records)?, Tally::of(&records))),
        |delivered, spent| keeper.take(delivered, spent),
    );
    keeper.progress.clear();
    match trained {
        Err(error) => Err(anyhow::Error::from_boxed(error).context(keeper.safe())),
        Ok(spent) => keeper.complete(spent),
    }
}

/// Where everything is, for people.
pub fn files(folder: &Path, drawn: &[PathBuf]) -> String {
    let tables = ["runs.csv", "curves.csv"].map(|name| folder.join(name)).into_iter().filter(|path| path.exists());
    let paths: Vec<String> = tables.chain(drawn.iter().cloned()).map(|path| format!("  {}", path.display())).collect();
    format!("Files\n{}", paths.join("\n"))
}
