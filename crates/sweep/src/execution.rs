//! What the engine and programs have in common when they train: how they are stopped, how they end, what goes wrong.

use std::any::Any;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::error::ConfigError;

/// How often a caller that waits for runs is called although there are none.
pub(crate) const PAUSE: Duration = Duration::from_millis(100);

/// Asks whoever trains to stop. It is handed down by value: all clones of a token are the same token.
#[derive(Debug, Clone, Default)]
pub struct CancellationToken(Arc<AtomicBool>);

impl CancellationToken {
    /// Asks to stop, once and for all.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether somebody has asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// What a caller that waits for runs gets.
#[derive(Debug)]
pub enum Delivery<T> {
    /// What is ready.
    Batch(T),
    /// Nothing was ready for a tenth of a second.
    Idle,
}

/// How training ended where nothing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every run has ended.
    Complete,
    /// The token was cancelled before that.
    Stopped,
    /// A run failed. No run was started after it, where any was left.
    FailedFast,
}

/// Why training ended before its end. `E` is the error of the caller's own functions.
#[derive(Debug, thiserror::Error)]
pub enum ExecutionError<E> {
    /// A combination of values is impossible. There were too many to check them before.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The system gave no threads.
    #[error(transparent)]
    Threads(io::Error),
    /// The results folder did not take what a process needs.
    #[error(transparent)]
    Folder(io::Error),
    /// A thread that trains has panicked, with this message.
    #[error("a thread that trains has panicked: {0}")]
    Panic(String),
    /// A function of the caller has failed.
    #[error(transparent)]
    Caller(E),
}

impl<E> ExecutionError<E> {
    /// The error of a panic that was caught.
    pub fn panic(payload: &(dyn Any + Send)) -> ExecutionError<E> {
        let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        ExecutionError::Panic(text.unwrap_or_else(|| "without a message".into()))
    }
}
