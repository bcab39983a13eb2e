//! Types shared by the engine's and the programs' execution: cancellation, outcome, errors.

use std::any::Any;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::error::ConfigError;

/// The caller hears from an executor at least this often, also while no run ends.
pub const PAUSE: Duration = Duration::from_millis(100);

/// Asks an execution to stop. All clones of a token are the same token.
#[derive(Debug, Clone, Default)]
pub struct CancellationToken(Arc<AtomicBool>);

impl CancellationToken {
    /// Asks to stop, once and for all.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether the token is cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// One message from an executor to its caller.
#[derive(Debug)]
pub enum Delivery<T> {
    /// Results.
    Batch(T),
    /// No result was ready for a tenth of a second.
    Idle,
}

/// How an execution without an error ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every run has ended.
    Complete,
    /// The token was cancelled before that.
    Stopped,
    /// A run failed, and no further run was started.
    FailedFast,
}

/// The error of an execution. `E` is the error of the caller's functions.
#[derive(Debug, thiserror::Error)]
pub enum ExecutionError<E> {
    /// A combination of values is impossible. There were too many combinations to check them before training.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(io::Error),
    /// A file that a process needs could not be written into the results folder.
    #[error(transparent)]
    Folder(io::Error),
    /// A thread that trains has panicked, with this message.
    #[error("a thread that trains has panicked: {0}")]
    Panic(String),
    /// A function of the caller returned an error.
    #[error(transparent)]
    Caller(E),
}

impl<E> ExecutionError<E> {
    /// The error for a caught panic.
    pub fn panic(payload: &(dyn Any + Send)) -> ExecutionError<E> {
        let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        ExecutionError::Panic(text.unwrap_or_else(|| "without a message".into()))
    }
}
