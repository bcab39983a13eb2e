//! Failed runs of a program, and lines that could not be read.

use std::fmt;

use etascape_sweep::Status;
use etascape_text::counted;

use crate::study::Study;

/// Replaces a line end in a cell.
pub const NEW_LINE: &str = " ⏎ ";
/// How many failed runs are shown.
const SHOWN: usize = 5;

/// A failed run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its id.
    pub run_id: u64,
    /// `failed` or `timeout`.
    pub status: Status,
    /// The reason, such as an exit code.
    pub reason: String,
    /// The last lines of its stderr.
    pub stderr: Vec<String>,
}

/// What went wrong in a program's runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Failures {
    /// The first of them.
    pub shown: Vec<Failure>,
    /// How many there are.
    pub count: usize,
    /// The number of lines of metrics that could not be read, and of runs with such lines.
    pub unread: (f64, usize),
    /// The first of these lines, with its run.
    pub first_unread: Option<(u64, String)>,
    /// The number of runs that took all steps and whose sources were not read as a whole.
    pub incomplete: usize,
    /// What was wrong with the first of them, with its run.
    pub first_incomplete: Option<(u64, String)>,
}

impl Failures {
    /// What went wrong in the runs of a study.
    pub fn of(study: &Study<'_>) -> Failures {
        let rows: Vec<usize> = (0..study.runs.len()).filter(|&row| study.failed(row)).collect();
        let text = |name: &str, row: usize| study.runs.text(name, row).unwrap_or_default().into_owned();
        let failure = |&row: &usize| Failure {
            run_id: study.runs.id(row),
            status: study.runs.status()[row],
            reason: text("reason", row),
            stderr: text("stderr", row).split(NEW_LINE).filter(|line| !line.is_empty()).map(String::from).collect(),
        };
        let unread = study.runs.numbers("unread_lines");
        let lines = |&row: &usize| unread?.get(row).filter(|&lines| lines > 0.0);
        let with_unread: Vec<usize> = (0..study.runs.len()).filter(|row| lines(row).is_some()).collect();
        let first = with_unread.first().map(|&row| (study.runs.id(row), text("first_unread", row)));
        // Runs that took all steps have no other reason.
        let is_incomplete =
            |row: &usize| study.runs.status()[*row] == Status::MaxSteps && !text("reason", *row).is_empty();
        let is_program = study.subject.limits.is_program;
        let incomplete: Vec<usize> = (0..study.runs.len()).filter(|row| is_program && is_incomplete(row)).collect();
        Failures {
            shown: rows.iter().take(SHOWN).map(failure).collect(),
            count: rows.len(),
            unread: (with_unread.iter().filter_map(lines).sum(), with_unread.len()),
            first_unread: first,
            incomplete: incomplete.len(),
            first_incomplete: incomplete.first().map(|&row| (study.runs.id(row), text("reason", row))),
        }
    }

    /// Whether nothing went wrong.
    pub fn is_empty(&self) -> bool {
        self.count == 0 && self.unread.1 == 0 && self.incomplete == 0
    }
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count > 0 {
            let more =
                if self.count > SHOWN { format!(" (the first {SHOWN} of {})", self.count) } else { String::new() };
            writeln!(f, "Failed runs{more}")?;
        }
        for failure in &self.shown {
            writeln!(f, "  run {}: {}: {}", failure.run_id, failure.status, failure.reason)?;
            failure.stderr.iter().try_for_each(|line| writeln!(f, "    {line}"))?;
        }
        if let Some((run, line)) = &self.first_unread {
            let (lines, runs) = (counted(self.unread.0, "line"), counted(self.unread.1, "run"));
            writeln!(f, "{lines} in {runs} could not be read as metrics; the first, of run {run}: {line}")?;
        }
        if let Some((run, problem)) = &self.first_incomplete {
            let runs = counted(self.incomplete, "run");
            writeln!(f, "The metrics of {runs} are missing or not whole; the first, run {run}: {problem}")?;
        }
        Ok(())
    }
}
