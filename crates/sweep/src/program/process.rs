//! One run as a process of its own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use etascape_text::spelt_out;

use super::experiment::{ProgramExperiment, run_folder};
use super::lines::Tail;
use super::meter::Meter;
use super::record::ProcessExit;
use super::runner::{Ending, Options, Runner};
use super::signals;
use super::start::{Filling, MARK, PARAMETERS, RUN_ID, StartWord, Surroundings, variable};
use crate::spec::program::MetricsSource;
use crate::value::Value;

/// The pause between two looks at new metrics, timeout and cancellation.
const LOOK: Duration = Duration::from_millis(10);
/// How long a process may take to end when the sweep is being stopped.
const SHORT_GRACE: Duration = Duration::from_millis(500);

/// Runs of a training program, each a process.
pub(super) struct Processes<'a> {
    pub experiment: &'a ProgramExperiment,
    pub surroundings: &'a Surroundings,
    pub options: &'a Options<'a>,
    /// The results folder, as a full path.
    pub results: PathBuf,
}

impl Runner for Processes<'_> {
    fn attempt(&self, run: u64, meter: &mut Meter<'_>) -> io::Result<Ending> {
        let folder = run_folder(&self.results, run);
        empty(&folder)?;
        let parameters = folder.join("parameters.json");
        let values = self.experiment.plan.values(run);
        self.write_parameters(&parameters, &values)?;
        let filling = self.experiment.filling(run, folder.clone());
        self.experiment.program.start.write_templates(&filling)?;
        let mut command = self.command(run, &filling);
        command.env(PARAMETERS, &parameters).stdin(Stdio::null());
        command.stdout(File::create(folder.join("stdout.txt"))?).stderr(File::create(folder.join("stderr.txt"))?);
        let mut child = match signals::in_own_group(&mut command).spawn() {
            Ok(child) => child,
            Err(error) => return Ok(Ending::failed(format!("{:?} cannot be started: {error}", command.get_program()))),
        };
        let group = child.id();
        self.options.guard.started(group);
        let ending = self.attend(&mut child, &folder, meter);
        self.options.guard.ended(group);
        ending
    }
}

impl Processes<'_> {
    fn command(&self, run: u64, filling: &Filling) -> Command {
        let start = &self.experiment.program.start;
        let words = start.words(filling, self.surroundings);
        let mut command = Command::new(words.first().map_or(OsStr::new(""), StartWord::passed));
        command.args(words.iter().skip(1).map(StartWord::passed));
        let folder = start.folder(&filling.run_dir);
        command.current_dir(&folder).env("PWD", &folder);
        command.envs(start.default_variables(self.options.parallel, self.surroundings)).envs(start.variables(filling));
        for (parameter, value) in self.experiment.plan.parameters().iter().zip(&filling.values) {
            command.env(variable(&parameter.path), value);
        }
        command.env(RUN_ID, run.to_string()).env(MARK, self.options.guard.mark());
        command
    }

    fn write_parameters(&self, path: &Path, values: &[Value]) -> io::Result<()> {
        let parameters = self.experiment.plan.parameters();
        let entries = parameters.iter().zip(values).map(|(parameter, value)| (&parameter.path, json(value)));
        let entries: BTreeMap<&String, String> = entries.collect();
        let members: Vec<String> = entries.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        File::create(path)?.write_all(format!("{{{}}}\n", members.join(",")).as_bytes())
    }

    /// Waits until a process has ended, then ends the rest of its group.
    fn attend(&self, child: &mut Child, folder: &Path, meter: &mut Meter<'_>) -> io::Result<Ending> {
        let program = &self.experiment.program;
        let mut tail = Tail::new(&match &program.metrics {
            MetricsSource::Csv { path, .. } => folder.join(path),
            _ => folder.join("stdout.txt"),
        });
        let until = program.timeout.map(|timeout| Instant::now() + timeout);
        let mut is_behind = false;
        let (has_ended, read) = loop {
            let has_ended = signals::wait(child, if is_behind { Duration::ZERO } else { LOOK });
            match tail.read(|line| meter.line(line)) {
                Ok(more) => is_behind = more,
                Err(error) => break (has_ended, Err(error)),
            }
            let is_late = until.is_some_and(|until| Instant::now() >= until);
            if has_ended && !is_behind || meter.is_ended() || is_late || self.options.is_stopped() {
                break (has_ended, Ok(()));
            }
        };
        if !has_ended {
            self.end(child);
        }
        // Processes that it has started and not ended.
        signals::kill(child);
        let status = child.wait()?;
        read?;
        if !has_ended && !meter.is_ended() {
            return Ok(match self.options.is_stopped() {
                true => Ending::Stopped,
                false => Ending::Late(last_lines(&folder.join("stderr.txt"))),
            });
        }
        while tail.read(|line| meter.line(line))? {}
        tail.finish(|line| meter.line(line));
        Ok(self.ending(status, folder))
    }

    /// Asks a process to end, waits, and kills it if it does not.
    fn end(&self, child: &mut Child) {
        signals::ask(child);
        let asked = Instant::now();
        let grace = || if self.options.is_stopped() { SHORT_GRACE } else { signals::GRACE };
        while asked.elapsed() < grace() && !signals::wait(child, LOOK) {}
    }

    fn ending(&self, status: ExitStatus, folder: &Path) -> Ending {
        let exit = exit(status);
        let error = match exit {
            ProcessExit::Code(0) => None,
            ProcessExit::Code(code) => Some(format!("exit code {code}")),
            ProcessExit::Signal(signal) => Some(format!("ended by signal {signal}")),
        };
        let stderr = if error.is_some() { last_lines(&folder.join("stderr.txt")) } else { String::new() };
        Ending::Itself { exit: Some(exit), error, stderr }
    }
}

/// Makes a folder empty, or makes it.
fn empty(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_dir_all(folder)?;
            fs::create_dir(folder)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder),
        created => created,
    }
}

/// A value as JSON. Numbers that JSON does not have become texts.
fn json(value: &Value) -> String {
    match value {
        Value::Number(number) if number.is_finite() => value.argument(),
        Value::Integer(_) | Value::Bool(_) => value.argument(),
        other => serde_json::Value::from(other.to_string()).to_string(),
    }
}

#[cfg(unix)]
fn exit(status: ExitStatus) -> ProcessExit {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => ProcessExit::Code(code),
        (None, signal) => ProcessExit::Signal(signal.unwrap_or(0)),
    }
}

#[cfg(not(unix))]
fn exit(status: ExitStatus) -> ProcessExit {
    ProcessExit::Code(status.code().unwrap_or(-1))
}

/// The last lines of a file, as far as they can be read.
fn last_lines(path: &Path) -> String {
    const LINES: usize = 10;
    const BYTES: u64 = 4096;
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let start = file.metadata()?.len().saturating_sub(BYTES);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let text = String::from_utf8_lossy(&read().unwrap_or_default()).into_owned();
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let last: Vec<Cow<'_, str>> =
        lines[lines.len().saturating_sub(LINES)..].iter().map(|line| spelt_out(line)).collect();
    last.join("\n")
}
