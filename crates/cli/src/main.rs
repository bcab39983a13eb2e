//! The binary `etascape`: what was typed, handed to the crates that do it.
//!
//! What a command was asked for goes to stdout; progress, notices and errors to stderr. Exit codes: 0 done, 1 failed
//! while working, 2 the command line or the config is wrong.

mod arguments;
mod check;
mod compare;
mod explain;
mod keeper;
mod machine;
mod new;
mod output;
mod program;
mod program_progress;
mod program_reproduce;
mod progress;
mod report;
mod reproduce;
mod run;
mod signals;

use std::process::ExitCode;

use clap::Parser;
use etascape_sweep::ConfigError;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::New { path } => new::new(&path),
        Command::Check { config } => check::check(&config),
        Command::Explain { config } => explain::explain(&config),
        Command::Run(arguments) => run::run(&arguments),
        Command::Reproduce(arguments) => reproduce::reproduce(&arguments),
        Command::GuardProcesses => {
            etascape_sweep::program::keep_guard(std::io::stdin().lock());
            Ok(())
        }
        Command::Report { results, charts } => report::report(&results, &charts),
        Command::Compare { results, out } => compare::compare(&results, &out),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) if error.is::<reproduce::Differs>() => ExitCode::FAILURE,
        Err(error) => {
            output::tell(&format!("error: {error:#}"));
            ExitCode::from(if is_typed_wrongly(&error) { 2 } else { 1 })
        }
    }
}

fn is_typed_wrongly(error: &anyhow::Error) -> bool {
    error.is::<ConfigError>() || error.is::<arguments::Refusal>()
}
