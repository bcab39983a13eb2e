//! Ctrl-C, and what else asks a process to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

use crate::output::tell;

/// The exit code of a process that was asked to end.
pub const STOPPED: u8 = 130;

/// Whether somebody has asked this process to end.
///
/// While something is being written that must be brought to an end, the first signal only asks; at any other time, and
/// from the second on, a signal ends the process at once.
#[derive(Clone)]
pub struct Signals(Arc<State>);

#[derive(Default)]
struct State {
    is_asked: AtomicBool,
    must_finish: AtomicBool,
}

impl Signals {
    /// Listens from now on, to SIGINT, SIGTERM and SIGHUP or what the system has in their place.
    pub fn listen() -> anyhow::Result<Signals> {
        let signals = Signals(Arc::default());
        let state = signals.0.clone();
        ctrlc::set_handler(move || {
            let is_second = state.is_asked.swap(true, Ordering::SeqCst);
            if is_second || !state.must_finish.load(Ordering::SeqCst) {
                tell("stopped; the same command goes on");
                std::process::exit(STOPPED.into());
            }
        })
        .context("cannot listen to signals")?;
        report_full_files()?;
        Ok(signals)
    }

    /// Says whether a signal may end the process at once.
    pub fn must_finish(&self, must: bool) {
        self.0.must_finish.store(must, Ordering::SeqCst);
    }

    /// Whether the process is asked to end.
    pub fn is_asked(&self) -> bool {
        self.0.is_asked.load(Ordering::SeqCst)
    }
}

/// Lets a write that would make a file longer than is allowed fail, instead of killing the process.
#[cfg(unix)]
fn report_full_files() -> anyhow::Result<()> {
    let ignored = Arc::default();
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, ignored).context("cannot listen to signals")?;
    Ok(())
}

#[cfg(not(unix))]
fn report_full_files() -> anyhow::Result<()> {
    Ok(())
}
