//! The outcome of a command without an error.

/// The outcome of a command. `main` makes an exit code of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The command is done.
    Done,
    /// The results differ from what was trained now. The message is already printed.
    Differs,
    /// The command was stopped. The message is already printed.
    Stopped,
}

impl Exit {
    /// The exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Differs => 1,
            Exit::Stopped => 130,
        }
    }
}
