//! Signals to process groups: asks them to end, and kills them.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

#[cfg(unix)]
use rustix::process::{Pid, Signal};

/// How long a group that was asked to end may take.
pub(super) const GRACE: Duration = Duration::from_secs(2);
/// The pause between two looks whether it has.
const LOOK: Duration = Duration::from_millis(5);

/// A command whose process leads a group of its own.
#[cfg(unix)]
pub(super) fn in_own_group(command: &mut Command) -> &mut Command {
    std::os::unix::process::CommandExt::process_group(command, 0)
}

#[cfg(not(unix))]
pub(super) fn in_own_group(command: &mut Command) -> &mut Command {
    command
}

/// Asks a group to end.
#[cfg(unix)]
pub(super) fn ask(child: &mut Child) {
    send(child.id(), Signal::TERM);
}

#[cfg(not(unix))]
pub(super) fn ask(child: &mut Child) {
    let _ = child.kill();
}

/// Kills a group. Its leader must not have been waited for, since after that its id may belong to another process.
#[cfg(unix)]
pub(super) fn kill(child: &mut Child) {
    send(child.id(), Signal::KILL);
}

#[cfg(not(unix))]
pub(super) fn kill(child: &mut Child) {
    let _ = child.kill();
}

/// Sends a signal to a group. A group that has ended is no error.
#[cfg(unix)]
fn send(group: u32, signal: Signal) {
    if let Some(group) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, signal);
    }
}

/// Waits at most `at_most` until a process has ended, without reaping it. True if it has ended.
#[cfg(target_os = "linux")]
pub(super) fn wait(child: &mut Child, at_most: Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return true };
    let Ok(process) = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()) else {
        return look_again_and_again(child, at_most);
    };
    let until = Instant::now() + at_most;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let left = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() };
        match poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&left)) {
            Err(rustix::io::Errno::INTR) => {}
            Ok(ready) => return ready > 0,
            Err(_) => return look_again_and_again(child, at_most),
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn wait(child: &mut Child, at_most: Duration) -> bool {
    look_again_and_again(child, at_most)
}

fn look_again_and_again(child: &mut Child, at_most: Duration) -> bool {
    let until = Instant::now() + at_most;
    loop {
        if has_ended(child) {
            return true;
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        std::thread::sleep(left.min(LOOK));
    }
}

/// Whether a process has ended, without reaping it.
#[cfg(unix)]
fn has_ended(child: &mut Child) -> bool {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return true };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(waitid(WaitId::Pid(pid), options), Ok(None))
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

/// Ends groups, and on Linux every process with a variable (`NAME=value`) in its environment: asked first, then killed.
#[cfg(unix)]
pub(super) fn end_all(groups: &[u32], variable: &str) {
    let is_there = |group: &&u32| {
        let group = i32::try_from(**group).ok().and_then(Pid::from_raw);
        group.is_some_and(|group| rustix::process::test_kill_process_group(group).is_ok())
    };
    let signal = |signal: Signal| {
        groups.iter().filter(is_there).for_each(|&group| send(group, signal));
        for pid in marked(variable) {
            let _ = rustix::process::kill_process(pid, signal);
        }
    };
    signal(Signal::TERM);
    let until = Instant::now() + GRACE;
    while Instant::now() < until && (groups.iter().any(|group| is_there(&group)) || !marked(variable).is_empty()) {
        std::thread::sleep(4 * LOOK);
    }
    signal(Signal::KILL);
}

#[cfg(not(unix))]
pub(super) fn end_all(_groups: &[u32], _variable: &str) {}

/// Running processes with a variable in their environment. Children inherit it.
#[cfg(target_os = "linux")]
fn marked(variable: &str) -> Vec<Pid> {
    let is_marked = |pid: &i32| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|&byte| byte == 0).any(|entry| entry == variable.as_bytes())
    };
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    let pids = processes.flatten().filter_map(|process| process.file_name().to_str()?.parse::<i32>().ok());
    pids.filter(is_marked).filter_map(Pid::from_raw).collect()
}

#[cfg(all(unix, not(target_os = "linux")))]
fn marked(_variable: &str) -> Vec<Pid> {
    Vec::new()
}
