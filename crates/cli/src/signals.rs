//! Ctrl-C, and what else asks a process to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use etascape_sweep::CancellationToken;

use crate::output::tell;

/// Whether somebody has asked this process to end.
///
/// While something is being written that must be brought to an end, the first signal only cancels a token; at any other
/// time, and from the second on, a signal ends the process at once.
pub struct Signals {
    cancel: CancellationToken,
    must_finish: Arc<AtomicBool>,
}

impl Signals {
    /// Listens from now on, to SIGINT, SIGTERM and SIGHUP or what the system has in their place. `end` ends the process at
    /// once.
    pub fn listen(end: fn()) -> anyhow::Result<Signals> {
        let signals = Signals { cancel: CancellationToken::default(), must_finish: Arc::default() };
        let (cancel, must_finish) = (signals.cancel.clone(), signals.must_finish.clone());
        ctrlc::set_handler(move || {
            let is_second = cancel.is_cancelled();
            cancel.cancel();
            if is_second || !must_finish.load(Ordering::SeqCst) {
                tell("stopped; the same command goes on");
                end();
            }
        })
        .context("cannot listen to signals")?;
        report_full_files()?;
        Ok(signals)
    }

    /// Says whether a first signal is to be waited for.
    pub fn must_finish(&self, must: bool) {
        self.must_finish.store(must, Ordering::SeqCst);
    }

    /// The token that the first signal cancels.
    pub fn token(&self) -> &CancellationToken {
        &self.cancel
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
