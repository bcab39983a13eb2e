//! The binary `etascape`: passes the command line to the crates.
//!
//! Results go to stdout; progress, notices and errors go to stderr. Exit codes: 0 done, 1 failed while working, 2 the
//! command line or the config is wrong, 130 stopped.

mod arguments;
mod check;
mod check_program;
mod compare;
mod exit;
mod explain;
mod guard;
mod machine;
mod manifest;
mod new;
mod output;
mod progress;
mod refusal;
mod report;
mod reproduce;
mod run;
mod signals;
mod terminal;
mod trial;
mod understood;

use std::process::ExitCode;

use clap::Parser;
use etascape_sweep::ConfigError;

use arguments::{Arguments, Command};
use exit::Exit;
use signals::Signals;

fn main() -> ExitCode {
    match obey(Arguments::parse().command) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell(&format!("error: {error:#}"));
            ExitCode::from(if is_typed_wrongly(&error) { 2 } else { 1 })
        }
    }
}

fn obey(command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::New { path } => new::new(&path)?,
        Command::Check { config, trial: true } => return trial::trial(&config, &Signals::listen(end_at_once)?),
        Command::Check { config, trial: false } => check::check(&config)?,
        Command::Explain { config } => explain::explain(&config)?,
        Command::Run(arguments) => return run::run(&arguments, &Signals::listen(end_at_once)?),
        Command::Reproduce(arguments) => return reproduce::reproduce(&arguments),
        Command::GuardProcesses => etascape_sweep::program::keep_guard(std::io::stdin().lock()),
        Command::Report { results, charts } => report::report(&results, &charts)?,
        Command::Compare { results, out } => compare::compare(&results, &out)?,
    }
    Ok(Exit::Done)
}

/// Ends the process at once, whatever it is doing.
fn end_at_once() {
    std::process::exit(Exit::Stopped.code().into());
}

fn is_typed_wrongly(error: &anyhow::Error) -> bool {
    error.is::<ConfigError>() || error.is::<refusal::Refusal>()
}
