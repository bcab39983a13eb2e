//! The process that ends a program's processes where we are killed.

use std::io;
use std::process::Command;

use etascape_sweep::program::Guard;

/// The subcommand that keeps guard over processes.
pub const GUARD: &str = "guard-processes";

/// Starts ourselves once more, to watch over the processes that we start.
pub fn start() -> io::Result<Guard> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(GUARD);
    Guard::start(command)
}
