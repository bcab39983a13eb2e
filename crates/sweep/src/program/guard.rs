//! A process of ours that outlives us by a moment, and ends what we have started.
//!
//! It reads from a pipe that we alone hold open. When the pipe closes, because we are done or because we were killed
//! (by `kill -9`, say), it asks every process group that was still running to end, waits, and then kills it. On Linux
//! it also looks through `/proc` for processes that have left their group but carry our mark in their environment.

use std::io::{self, BufRead, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::signals;

/// The environment variable that marks processes of a sweep.
pub(super) const MARK: &str = "ETASCAPE_SWEEP";

/// Our end of the pipe.
pub struct Guard {
    pipe: Mutex<Option<ChildStdin>>,
    process: Mutex<Option<Child>>,
    mark: String,
}

impl Guard {
    /// Starts the guard: a command that calls [`keep_guard`].
    ///
    /// # Errors
    /// Where it does not start.
    pub fn start(mut command: Command) -> io::Result<Guard> {
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = signals::in_own_group(&mut command).spawn()?;
        let mut guard = Guard::none();
        guard.pipe = Mutex::new(process.stdin.take());
        guard.tell(&guard.mark);
        guard.process = Mutex::new(Some(process));
        Ok(guard)
    }

    /// No guard: processes outlive us where we are killed.
    pub fn none() -> Guard {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let mark = format!("{}-{}", std::process::id(), now.as_nanos());
        Guard { pipe: Mutex::new(None), process: Mutex::new(None), mark }
    }

    pub(super) fn mark(&self) -> &str {
        &self.mark
    }

    /// A guard that is gone guards no more, which is no reason to stop.
    fn tell(&self, line: &str) {
        if let Some(pipe) = &mut *self.pipe.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = pipe.write_all(format!("{line}\n").as_bytes());
        }
    }

    pub(super) fn started(&self, group: u32) {
        self.tell(&format!("+{group}"));
    }

    pub(super) fn ended(&self, group: u32) {
        self.tell(&format!("-{group}"));
    }
}

impl Drop for Guard {
    /// Lets it look for what is left, and waits until it has.
    fn drop(&mut self) {
        self.pipe.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(process) = &mut *self.process.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = process.wait();
        }
    }
}

/// What the guard does: reads until the pipe closes, then ends what is left.
pub fn keep_guard(pipe: impl BufRead) {
    let mut lines = pipe.lines().map_while(Result::ok);
    let mark = lines.next().unwrap_or_default();
    let mut groups: Vec<u32> = Vec::new();
    for line in lines {
        match (line.get(..1), line.get(1..).and_then(|group| group.parse().ok())) {
            (Some("+"), Some(group)) => groups.push(group),
            (Some("-"), Some(group)) => groups.retain(|other| *other != group),
            _ => {}
        }
    }
    signals::end_all(&groups, &format!("{MARK}={mark}"));
}
