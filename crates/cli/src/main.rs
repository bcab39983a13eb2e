//! The binary `etascape`: passes the command line to the crates.
//!
//! Results go to stdout, with `--json` as one document; progress, notices and errors go to stderr. Exit codes: 0 done, 1 failed while working, 2 the
//! command line or the config is wrong, 130 stopped.

mod arguments;
mod check;
mod check_program;
mod compare;
mod exit;
mod explain;
mod export;
mod found;
mod guard;
mod json;
mod list;
mod machine;
mod manifest;
mod merge;
mod new;
mod output;
mod plan;
mod progress;
mod refusal;
mod report;
mod reproduce;
mod run;
mod shard;
mod signals;
mod slurm;
mod status;
mod submit;
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
    let command = Arguments::parse().command;
    let json = command.json();
    match obey(command) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell(&format!("error: {error:#}"));
            let command = json.filter(|_| !error.is::<json::Printed>());
            // A reader that has left misses nothing: the exit code tells of the error.
            let _ = command.map(|command| json::put_error(command, &error));
            ExitCode::from(if is_typed_wrongly(&error) { 2 } else { 1 })
        }
    }
}

fn obey(command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::New { path } => new::new(&path)?,
        Command::Check { config, trial: true, .. } => return trial::trial(&config, &Signals::listen(end_at_once)?),
        Command::Check { config, trial: false, json } => check::check(&config, json.json)?,
        Command::Explain { config } => explain::explain(&config)?,
        Command::Run(arguments) => return run::run(&arguments, &Signals::listen(end_at_once)?),
        Command::Reproduce(arguments) => return reproduce::reproduce(&arguments),
        Command::GuardProcesses => etascape_sweep::program::keep_guard(std::io::stdin().lock()),
        Command::Report { results, charts, json } => report::report(&results, &charts, json.json)?,
        Command::Status { results, json } => status::status(&results, json.json)?,
        Command::Submit(arguments) => submit::submit(&arguments)?,
        Command::Merge(arguments) => return merge::merge(&arguments),
        Command::List(arguments) => list::list(&arguments)?,
        Command::Export(arguments) => export::export(&arguments)?,
        Command::Compare { results, out, json } => compare::compare(&results, &out, json.json)?,
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
