//! A helper process that ends the program's processes where etascape is killed.
//!
//! The guard reads from a pipe that only etascape holds open. When the pipe closes, because etascape is done or was killed
//! (by `kill -9`, say), the guard asks every process group that is still running to end, waits, and then kills it. On Linux
//! it also searches `/proc` for processes that have left their group but have the sweep's mark in their environment.

use std::io::{self, BufRead, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::signals;
use crate::program::start::MARK;

/// The writing end of the pipe to the guard.
pub struct Guard {
    pipe: Mutex<Option<ChildStdin>>,
    process: Mutex<Option<Child>>,
    mark: String,
}

impl Guard {
    /// Starts the guard: a command that calls [`keep_guard`].
    ///
    /// # Errors
    /// Where the command cannot be started.
    pub fn start(mut command: Command) -> io::Result<Guard> {
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = signals::in_own_group(&mut command).spawn()?;
        let mut guard = Guard::none();
        guard.pipe = Mutex::new(process.stdin.take());
        guard.tell(&guard.mark);
        guard.process = Mutex::new(Some(process));
        Ok(guard)
    }

    /// No guard: processes go on running where etascape is killed.
    pub fn none() -> Guard {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let mark = format!("{}-{}", std::process::id(), now.as_nanos());
        Guard { pipe: Mutex::new(None), process: Mutex::new(None), mark }
    }

    pub(super) fn mark(&self) -> &str {
        &self.mark
    }

    /// Writes a line to the guard. Errors are ignored: training goes on without a guard.
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
    /// Closes the pipe, and waits until the guard has ended the processes that are left.
    fn drop(&mut self) {
        self.pipe.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(process) = &mut *self.process.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = process.wait();
        }
    }
}

/// The body of the guard: reads until the pipe closes, then ends the processes that are left.
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
