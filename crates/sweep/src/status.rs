//! How the runs of a sweep end.

use std::fmt;

use etascape_core::StopReason;

/// How a run of a sweep ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// The loss came to `stop.converged_below` or less.
    Converged,
    /// The loss went above its [limit](etascape_core::StopRules::limit), or was not finite.
    Diverged,
    /// The loss has not improved for as long as `stop.patience` allows.
    Plateau,
    /// All steps were taken.
    MaxSteps,
    /// Other runs were better after as many steps.
    Pruned,
    /// A program ended in an error.
    Failed,
    /// A program was ended after the time that it may take.
    Timeout,
}

impl Status {
    /// Every status, in the order in which they are listed to people.
    pub const ALL: [Status; 7] = [
        Status::Converged,
        Status::Diverged,
        Status::Plateau,
        Status::MaxSteps,
        Status::Pruned,
        Status::Failed,
        Status::Timeout,
    ];

    /// The word in the logs.
    pub fn name(self) -> &'static str {
        match self {
            Status::Converged => "converged",
            Status::Diverged => "diverged",
            Status::Plateau => "plateau",
            Status::MaxSteps => "max_steps",
            Status::Pruned => "pruned",
            Status::Failed => "failed",
            Status::Timeout => "timeout",
        }
    }

    /// The status that a word in the logs stands for.
    pub fn from_name(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether a program ended in an error.
    pub fn is_failure(self) -> bool {
        self == Status::Failed
    }
}

impl From<StopReason> for Status {
    fn from(reason: StopReason) -> Status {
        match reason {
            StopReason::Converged => Status::Converged,
            StopReason::Diverged => Status::Diverged,
            StopReason::Plateau => Status::Plateau,
            StopReason::MaxSteps => Status::MaxSteps,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
