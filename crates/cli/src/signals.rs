//! Ctrl-C, and other signals that ask a process to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use etascape_sweep::CancellationToken;

use crate::output::tell;

/// Listens for signals that ask this process to end.
///
/// While writing must be finished, the first signal only cancels a token. At any other time, and from the second signal
/// on, a signal ends the process at once.
pub struct Signals {
    cancel: CancellationToken,
    must_finish: Arc<AtomicBool>,
}

impl Signals {
    /// Starts to listen to SIGINT, SIGTERM and SIGHUP, or their equivalents on other systems. `end` must end the process at
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

    /// Sets whether writing must be finished before the process ends.
    pub fn must_finish(&self, must: bool) {
        self.must_finish.store(must, Ordering::SeqCst);
    }

    /// The token that the first signal cancels.
    pub fn token(&self) -> &CancellationToken {
        &self.cancel
    }
}

/// Makes a write beyond the limit on file sizes fail, instead of killing the process.
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
