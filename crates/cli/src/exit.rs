//! What a command came to where it did what it was asked for.

/// What a command came to; `main` makes an exit code of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It is done.
    Done,
    /// The results are not what is trained now; said already.
    Differs,
    /// It was stopped; said already.
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
