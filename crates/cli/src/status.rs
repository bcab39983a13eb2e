//! `etascape status`: where sweeps stand, as their results folders tell.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;
use etascape_report::{Best, Here, PartStatus, Standing, State};
use etascape_text::{format_number, spelt_out};
use indicatif::HumanCount;

use crate::json;
use crate::machine::{here, time};
use crate::output::{duration, grouped, named, print};

/// Prints where each sweep stands, or the document of `--json`.
pub fn status(folders: &[PathBuf], is_json: bool) -> anyhow::Result<()> {
    let here = here();
    let read = |folder: &PathBuf| {
        let standing = Standing::of(folder, &here);
        let standing = standing.with_context(|| format!("{} is not a results folder of etascape", folder.display()))?;
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
    lines.extend(standing.notes.iter().map(|note| ("note", note.clone())));
    format!("{}: {}\n{}", folder.display(), state(whole), named(&lines))
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
    let (rate, left) = (standing.whole.rate()?, standing.seconds_left()?);
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
