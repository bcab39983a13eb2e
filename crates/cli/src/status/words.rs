//! Where a sweep stands, in words.

use std::time::SystemTime;

use etascape_report::{Best, Here, PartStatus, Standing, State, Submitted};
use etascape_sweep::Shard;
use etascape_text::{counted, format_number, spelt_out};
use indicatif::HumanCount;

use super::sweep::Sweep;
use crate::machine::time;
use crate::output::{duration, grouped, named};
use crate::slurm::{Job, JobState, Queue, quoted};

/// Where a sweep stands: a line for the whole, then what is known of it.
pub fn text(sweep: &Sweep, here: &Here) -> String {
    let Sweep { folder, standing, queue } = sweep;
    let known = queue.as_ref().ok().and_then(Option::as_ref);
    let whole = &standing.whole;
    let mut lines = vec![("runs", runs(whole))];
    lines.extend(rate(standing).map(|rate| ("rate", rate)));
    lines.extend(whole.written.map(|written| ("written", ago(written, here))));
    lines.extend(standing.best.iter().map(|one| ("best", best(one))));
    lines.extend(shards(standing, known, here));
    lines.extend(standing.submitted.as_ref().map(|submitted| ("jobs", jobs(submitted, standing, known))));
    lines.extend(standing.notes.iter().map(|note| ("note", note.clone())));
    lines.extend(queue.as_ref().err().map(|error| ("note", format!("Slurm does not tell of the jobs: {error:#}"))));
    let state = if standing.shards.is_empty() { state(whole) } else { state_of_all(sweep, known) };
    format!("{}: {state}\n{}", folder.display(), named(&lines))
}

/// How a sweep in shards stands, in words.
fn state_of_all(sweep: &Sweep, queue: Option<&Queue>) -> String {
    let Sweep { folder, standing, .. } = sweep;
    let count = |state: State| counted(count(standing, state), "shard");
    let active = left(standing, queue).filter(|job| job.is_active()).count();
    match standing.whole.state {
        State::Done if queue.is_some_and(Queue::is_merge_active) => "every shard is complete; a job merges them".into(),
        State::Done => {
            let folder = quoted(&folder.to_string_lossy());
            format!("every shard is complete; `etascape merge {folder}` makes the tables")
        }
        State::Stopped | State::NotBegun if active > 0 => format!("{} in Slurm's queue", counted(active, "shard")),
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

/// The jobs of the shards that are not complete.
fn left<'a>(standing: &'a Standing, queue: Option<&'a Queue>) -> impl Iterator<Item = &'a Job> {
    let is_left = |(_, part): &&(Shard, PartStatus)| part.state != State::Done;
    standing.shards.iter().filter(is_left).filter_map(move |(shard, _)| queue?.shards.get(&shard.number()))
}

/// How many shards stand in each way, then each shard on a line.
fn shards(standing: &Standing, queue: Option<&Queue>, here: &Here) -> Vec<(&'static str, String)> {
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
        let job = queue.and_then(|queue| queue.shards.get(&shard.number())).filter(|_| part.state != State::Done);
        let job = job.map_or_else(String::new, |job| format!("; {}", job_in_words(job)));
        ("", format!("{shard}  {}; {}{written}{job}", runs(part), state(part)))
    };
    let heading = (!kinds.is_empty()).then(|| ("shards", kinds.join(", ")));
    heading.into_iter().chain(standing.shards.iter().map(one)).collect()
}

/// How the jobs of what is left stand, and how to look at them.
fn jobs(submitted: &Submitted, standing: &Standing, queue: Option<&Queue>) -> String {
    let look = format!("squeue -j {}", submitted.jobs().join(","));
    if queue.is_none() {
        return format!("submitted: {look}");
    }
    let kinds = [
        (JobState::Running, "running"),
        (JobState::Waiting, "waiting in the queue"),
        (JobState::Held, "held"),
        (JobState::Ended, "ended"),
    ];
    let count = |state| left(standing, queue).filter(|job| job.state == state).count();
    let kinds = kinds.into_iter().map(|(state, words)| (count(state), words)).filter(|(count, _)| *count > 0);
    let shards = kinds.map(|(count, words)| format!("{count} {words}"));
    let merge = queue.and_then(|queue| queue.merge.as_ref()).map(|merge| format!("merge: {}", job_in_words(merge)));
    format!("{}: {look}", shards.chain(merge).collect::<Vec<String>>().join(", "))
}

/// How a job stands by what Slurm says.
fn job_in_words(job: &Job) -> String {
    let id = &job.id;
    let reason = job.reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
    match (job.state, &job.word) {
        (JobState::Waiting, _) => format!("job {id} waits in the queue{reason}"),
        (JobState::Held, _) => format!("job {id} is held{reason}"),
        (JobState::Running, Some(word)) if word != "RUNNING" => format!("job {id} runs ({word})"),
        (JobState::Running, _) => format!("job {id} runs"),
        (JobState::Ended, Some(word)) => format!("job {id} has ended ({word})"),
        (JobState::Ended, None) => format!("job {id} is not in the queue any more"),
    }
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
