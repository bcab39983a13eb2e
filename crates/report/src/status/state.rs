//! Whether somebody works on a results folder: what its lock, its manifest and the times of its files tell.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::Error;
use crate::folder::{JOURNAL, Lock, LockView};
use crate::logs::{Manifest, RunState};

/// Where and when the question is asked.
#[derive(Debug, Clone)]
pub struct Here {
    /// The name of this machine.
    pub host: String,
    /// The time.
    pub now: SystemTime,
}

/// How a sweep, or a shard of one, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Every run has ended.
    Done,
    /// A process works on it.
    Running,
    /// It was stopped before its end, in good order.
    Stopped,
    /// Its process has ended before its time: it was killed, or met an error.
    Crashed,
    /// The process of another machine has not written for [long](SILENCE). Whether it lives cannot be known here.
    Silent,
    /// Nothing of it is there yet.
    NotBegun,
}

impl State {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            State::Done => "done",
            State::Running => "running",
            State::Stopped => "stopped",
            State::Crashed => "crashed",
            State::Silent => "silent",
            State::NotBegun => "not_begun",
        }
    }
}

/// After so long without a write, a process of another machine counts as silent. A process writes every two seconds; a
/// network file system may show that a minute late, and clocks may differ.
pub const SILENCE: Duration = Duration::from_secs(120);

/// Who works, or worked last, on a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Worker {
    /// Its machine, where known.
    pub host: Option<String>,
    /// Its process, where known.
    pub pid: Option<u32>,
}

impl Worker {
    pub(super) fn of(lock: Option<&LockView>, manifest: &Manifest) -> Worker {
        match lock.and_then(|lock| lock.holder.as_ref()) {
            Some(holder) => Worker { host: Some(holder.host.clone()), pid: Some(holder.pid) },
            None => Worker { host: manifest.host.name.clone(), pid: None },
        }
    }
}

/// How a folder stands.
pub(super) struct Look {
    pub state: State,
    pub worker: Worker,
    /// When it was written last.
    pub written: Option<SystemTime>,
    /// The manifest that belongs to this state.
    pub manifest: Manifest,
}

impl Look {
    /// Looks at a folder whose manifest was read before. A process that has ended since then has written another one, so a
    /// folder counts as left by its process only if its manifest is the same before and after the look at the lock.
    ///
    /// # Errors
    /// Where the lock or the manifest cannot be read.
    pub fn at(folder: &Path, before: &Manifest, here: &Here) -> Result<Look, Error> {
        let mut before = before.clone();
        loop {
            let (state, worker, written) = state(folder, &before, here)?;
            let after = if state == State::Crashed { Manifest::read(folder)? } else { before.clone() };
            if after == before {
                return Ok(Look { state, worker, written, manifest: before });
            }
            before = after;
        }
    }
}

/// How a folder with this manifest stands, who works on it, and when it was written last.
fn state(folder: &Path, manifest: &Manifest, here: &Here) -> Result<(State, Worker, Option<SystemTime>), Error> {
    let lock = Lock::look(folder)?;
    let worker = Worker::of(lock.as_ref(), manifest);
    let written = written(folder);
    let silence = written.and_then(|written| here.now.duration_since(written).ok()).unwrap_or_default();
    let is_held = lock.map(|lock| lock.is_held);
    let is_here = worker.host.as_ref() == Some(&here.host);
    let state = match (manifest.state, is_held) {
        (RunState::Complete, _) => State::Done,
        (RunState::Interrupted, _) => State::Stopped,
        (RunState::Running, Some(Some(true))) => State::Running,
        // A lock ends with its process. A folder without a lock file was left by its process.
        (RunState::Running, Some(Some(false)) | None) if is_here => State::Crashed,
        (RunState::Running, _) if silence < SILENCE => State::Running,
        (RunState::Running, None) => State::Crashed,
        (RunState::Running, Some(_)) => State::Silent,
    };
    Ok((state, worker, written))
}

/// When a file of the folder was written last.
fn written(folder: &Path) -> Option<SystemTime> {
    let files = [Manifest::FILE, "runs.csv", JOURNAL];
    files.iter().filter_map(|name| fs::metadata(folder.join(name)).ok()?.modified().ok()).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::Host;
    use crate::testing::shard_manifest;

    #[test]
    fn what_ends_between_its_manifest_and_its_lock_has_not_crashed() {
        let folder = tempfile::tempdir().unwrap();
        let host = Host { name: Some("here".into()), ..Host::default() };
        let ended = Manifest { host, ..shard_manifest(1, 1) };
        let at_work = Manifest { state: RunState::Running, ..ended.clone() };
        let here = Here { host: "here".into(), now: SystemTime::now() };
        let look = |before: &Manifest, there: &Manifest| {
            there.write(folder.path()).unwrap();
            Look::at(folder.path(), before, &here).unwrap()
        };
        let interrupted = Manifest { state: RunState::Interrupted, ..ended.clone() };
        assert_eq!(look(&at_work, &interrupted).state, State::Stopped);
        let done = look(&at_work, &ended);
        assert_eq!((done.state, done.manifest.state), (State::Done, RunState::Complete));
        assert_eq!(look(&at_work, &at_work).state, State::Crashed);
    }
}
