//! The guard: a process that ends a program's processes if etascape is killed.

use std::io;
use std::process::Command;

use etascape_sweep::program::Guard;

/// The subcommand of the guard.
pub const GUARD: &str = "guard-processes";

/// Starts etascape again as a guard over the processes of a program.
pub fn start() -> io::Result<Guard> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(GUARD);
    Guard::start(command)
}
