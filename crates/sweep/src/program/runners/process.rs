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

use super::runner::{Attempt, Ending, Options, Runner};
use super::signals;
use crate::program::experiment::{ProgramExperiment, run_folder};
use crate::program::meter::MeterSetup;
use crate::program::record::{ProcessExit, Record};
use crate::program::sources::Sources;
use crate::program::start::{Filling, MARK, PARAMETERS, RUN_ID, StartWord, Surroundings, variable};
use crate::program::understood::Understood;
use crate::value::Value;

/// The pause between two looks at new metrics, timeout and cancellation.
const LOOK: Duration = Duration::from_millis(10);
/// How long the end of a process in an error is doubted: perhaps the sweep is being stopped.
const DOUBT: Duration = Duration::from_millis(100);
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
    fn attempt(&self, run: u64, setup: MeterSetup<'_>) -> io::Result<Attempt> {
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
        // Before the process begins: files that are there already are not the run's.
        let sources = Sources::new(setup, &self.experiment.program.metrics, &folder);
        let mut child = match signals::in_own_group(&mut command).spawn() {
            Ok(child) => child,
            Err(error) => {
                let reason = format!("{:?} cannot be started: {error}", command.get_program());
                let (ending, record) = (Ending::failed(reason), Record::empty(run));
                return Ok(Attempt { ending, record, understood: Understood::default() });
            }
        };
        let group = child.id();
        self.options.guard.started(group);
        let attended = self.attend(run, &mut child, sources);
        self.options.guard.ended(group);
        attended
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

    /// Waits until a process has ended, then ends the rest of its group. A last line without an end counts only where the process
    /// ended well: another may have died while it wrote the line.
    fn attend(&self, run: u64, child: &mut Child, mut sources: Sources<'_>) -> io::Result<Attempt> {
        let program = &self.experiment.program;
        let until = program.timeout.map(|timeout| Instant::now() + timeout);
        let mut is_behind = false;
        let (has_ended, read) = loop {
            let has_ended = signals::wait(child, if is_behind { Duration::ZERO } else { LOOK });
            match sources.read() {
                Ok(more) => is_behind = more,
                Err(error) => break (has_ended, Err(error)),
            }
            let is_late = until.is_some_and(|until| Instant::now() >= until);
            if has_ended && !is_behind || sources.is_ended() || is_late || self.options.is_stopped() {
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
        let ending = match has_ended || sources.is_ended() {
            true if !sources.is_ended() && self.is_being_stopped(status) => Ending::Stopped,
            true => self.ending(status, &run_folder(&self.results, run)),
            false if self.options.is_stopped() => Ending::Stopped,
            false => Ending::Late(last_lines(&run_folder(&self.results, run).join("stderr.txt"))),
        };
        let is_whole = matches!(ending, Ending::Itself { error: None, .. });
        let (record, understood) = sources.finish(run, is_whole)?;
        Ok(Attempt { ending, record, understood })
    }

    /// Whether the sweep is being stopped, so that the end of a process tells nothing of its run. A batch system ends every process
    /// of a job, and the run's perhaps a moment before this one is told; so where it ended in an error, that moment is waited for.
    fn is_being_stopped(&self, status: ExitStatus) -> bool {
        let until = Instant::now() + DOUBT;
        while !status.success() && !self.options.is_stopped() && Instant::now() < until {
            std::thread::sleep(LOOK);
        }
        self.options.is_stopped()
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
