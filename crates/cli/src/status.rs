//! `etascape status`: where sweeps stand, as their results folders tell.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;
use etascape_report::{Best, Here, PartStatus, Standing, State, Submitted};
use etascape_sweep::Shard;
use etascape_text::{counted, format_number, spelt_out};
use indicatif::HumanCount;

use crate::json;
use crate::machine::{here, time};
use crate::output::{duration, grouped, named, print};

/// Prints where each sweep stands, or the document of `--json`.
pub fn status(folders: &[PathBuf], is_json: bool) -> anyhow::Result<()> {
    let here = here();
    let read = |folder: &PathBuf| {
        let standing = Standing::of(folder, &here)?;
        let missing = || format!("{} is not a results folder of etascape: it holds no manifest.json", folder.display());
        let standing = standing.with_context(missing)?;
        anyhow::Ok((folder.clone(), standing))
    };
    let standings = folders.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    if is_json {
        return json::put("status", json::of_standings(&standings));
    }
    let text = |(folder, standing): &(PathBuf, Standing)| text(folder, standing, &here);
    print(&standings.iter().map(text).collect::<Vec<String>>().join("\n"))
}

fn text(folder: &Path, standing: &Standing, here: &Here) -> String {
    let whole = &standing.whole;
    let mut lines = vec![("runs", runs(whole))];
    lines.extend(rate(standing).map(|rate| ("rate", rate)));
    lines.extend(whole.written.map(|written| ("written", ago(written, here))));
    lines.extend(standing.best.iter().map(|one| ("best", best(one))));
    lines.extend(shards(standing, here));
    lines.extend(standing.submitted.as_ref().map(|submitted| ("jobs", jobs(submitted))));
    lines.extend(standing.notes.iter().map(|note| ("note", note.clone())));
    let state = if standing.shards.is_empty() { state(whole) } else { state_of_all(folder, standing) };
    format!("{}: {state}\n{}", folder.display(), named(&lines))
}

/// How a sweep in shards stands, in words.
fn state_of_all(folder: &Path, standing: &Standing) -> String {
    let count = |state: State| counted(count(standing, state), "shard");
    match standing.whole.state {
        State::Done => format!("every shard is complete; `etascape merge {}` makes the tables", folder.display()),
        State::Running => format!("running, {} at work", count(State::Running)),
        State::Crashed => format!("{} crashed; the same command goes on", count(State::Crashed)),
        State::Silent => format!("{} not heard of for long", count(State::Silent)),
        State::Stopped => "stopped; the same command goes on".into(),
        State::NotBegun => "not begun".into(),
    }
}

fn count(standing: &Standing, state: State) -> u64 {
    standing.shards.iter().filter(|(_, part)| part.state == state).count() as u64
}

/// How many shards stand in each way, then each shard on a line.
fn shards(standing: &Standing, here: &Here) -> Vec<(&'static str, String)> {
    let kinds = [
        (State::Done, "complete"),
        (State::Running, "running"),
        (State::Stopped, "stopped"),
        (State::Crashed, "crashed"),
        (State::Silent, "not heard of"),
        (State::NotBegun, "not begun"),
    ];
    let kinds = kinds.map(|(state, words)| (count(standing, state), words));
    let kinds: Vec<String> =
        kinds.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect();
    let one = |(shard, part): &(Shard, PartStatus)| {
        let written = part.written.map_or_else(String::new, |written| format!("; written {}", ago(written, here)));
        ("", format!("{shard}  {}; {}{written}", runs(part), state(part)))
    };
    let heading = (!kinds.is_empty()).then(|| ("shards", kinds.join(", ")));
    heading.into_iter().chain(standing.shards.iter().map(one)).collect()
}

/// What was submitted, and how to look at it.
fn jobs(submitted: &Submitted) -> String {
    format!("submitted: squeue -j {}", submitted.jobs().join(","))
}

/// How a folder, or a shard, stands, in words.
fn state(part: &PartStatus) -> String {
    let process = part.worker.pid.map_or("its process".into(), |pid| format!("process {pid}"));
    let host = part.worker.host.as_ref().map_or_else(String::new, |host| format!(" on {host}"));
    match part.state {
        State::Done => "complete".into(),
        State::Running => format!("running, {process}{host}"),
        State::Stopped => "stopped; the same command goes on".into(),
        State::Crashed => format!("crashed: {process}{host} has ended before its time; the same command goes on"),
        State::Silent => {
            let since = part.written.map_or_else(String::new, |written| format!(" since {}", time(written)));
            format!("not heard of{since}: whether {process}{host} lives is not known here")
        }
        State::NotBegun => "not begun".into(),
    }
}

fn runs(part: &PartStatus) -> String {
    let failed = part.failed.filter(|&failed| failed > 0).map(|failed| format!(", {} failed", HumanCount(failed)));
    let running = part.running.map(|running| format!(", {} going on", HumanCount(running)));
    let [failed, running] = [failed, running].map(Option::unwrap_or_default);
    format!("{} of {} done{failed}{running}", HumanCount(part.done), grouped(part.runs, "run"))
}

/// The mean rate, and the time that is left.
fn rate(standing: &Standing) -> Option<String> {
    let (rate, left) = (standing.whole.rate?, standing.seconds_left()?);
    Some(format!("{}, about {} left", per_time(rate), duration(left)))
}

/// So many runs a second, in the longest unit in which they are at least one.
fn per_time(rate: f64) -> String {
    let units = [(1.0, "second"), (60.0, "minute"), (3600.0, "hour"), (86400.0, "day")];
    let (seconds, unit) = units.into_iter().find(|(seconds, _)| rate * seconds >= 1.0).unwrap_or((86400.0, "day"));
    let rate = rate * seconds;
    let number = if rate < 9.95 { format!("{rate:.1}") } else { HumanCount(rate.round() as u64).to_string() };
    format!("{number} runs a {unit}")
}

fn best(best: &Best) -> String {
    let values: Vec<String> = best.setting.iter().map(|(path, cell)| format!("{path} = {}", spelt_out(cell))).collect();
    let setting = if values.is_empty() { String::new() } else { format!(": {}", values.join(", ")) };
    format!("{} {} (run {}){setting}", best.objective, format_number(best.value), best.run)
}

/// When something was written, and how long ago that is.
fn ago(written: SystemTime, here: &Here) -> String {
    let seconds = here.now.duration_since(written).unwrap_or_default().as_secs();
    format!("{}, {} ago", time(written), duration(seconds as f64))
}
