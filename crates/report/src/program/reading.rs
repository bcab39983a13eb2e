//! Reads a journal from the first line to the last: finds its intact and its damaged lines.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::ops::Range;
use std::path::Path;

use etascape_sweep::program::Record;

use super::entry::{self, JournalLine};
use super::index::{Index, SweepKey};
use crate::error::Damage;
use crate::logs::SavedJournal;

/// The runs that there are.
fn in_words(runs: &Range<u64>) -> String {
    match runs.start {
        0 => format!("the sweep has {}, from 0", runs.end),
        first => format!("the shard has {}, from {first}", runs.end - first),
    }
}

/// The most damaged lines that are listed.
const NAMED: usize = 5;

/// The state of reading a journal.
pub(super) struct Reading<'a> {
    path: &'a Path,
    sweep: &'a SweepKey,
    /// Called with each record of this sweep, in the order of the lines.
    seen: &'a mut dyn FnMut(&Record),
    index: Index,
    /// The number of the current line in the file, from 1.
    line: u64,
    /// The offset of the current line.
    offset: u64,
    /// The number that the next line should have: one more than the greatest so far.
    pub next: u64,
    /// Bytes up to the end of the last line that has an end.
    pub length: u64,
    damages: Vec<Damage>,
    /// The number of damages that are not listed.
    more: u64,
    /// Whether a line is lost, and it is not known where it was.
    has_lost: bool,
    /// The number of the first line after the last one that is known to be lost.
    lost_before: u64,
}

impl<'a> Reading<'a> {
    pub fn new(path: &'a Path, sweep: &'a SweepKey, seen: &'a mut dyn FnMut(&Record)) -> Reading<'a> {
        Reading {
            path,
            sweep,
            seen,
            index: Index::of(sweep),
            line: 0,
            offset: 0,
            next: 0,
            length: 0,
            damages: Vec::new(),
            more: 0,
            has_lost: false,
            lost_before: 0,
        }
    }

    /// Reads all lines.
    pub fn lines(&mut self, file: &File) -> io::Result<()> {
        let mut lines = BufReader::with_capacity(1 << 16, file);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            self.line += 1;
            self.take(&line);
            self.offset += line.len() as u64;
            line.clear();
        }
        Ok(())
    }

    /// Reads a line with its line end, which the last line may lack.
    fn take(&mut self, bytes: &[u8]) {
        let line = entry::without_end(bytes);
        let has_end = line.len() < bytes.len();
        if !has_end && entry::is_beginning(line) {
            return;
        }
        self.length = self.offset + bytes.len() as u64;
        match entry::read(line) {
            Ok(read) => self.note(read, 0, bytes.len()),
            Err(problem) => self.take_damaged(bytes, line, problem),
        }
    }

    /// Reads a damaged line. If it contains an intact one, that one is added.
    fn take_damaged(&mut self, bytes: &[u8], line: &[u8], problem: &str) {
        let unix = line.strip_suffix(b"\r").and_then(|line| entry::read(line).ok());
        if let Some(read) = unix {
            self.damage("it ends in the Windows way; an editor has changed the file");
            return self.note(read, 0, line.len() - 1);
        }
        self.damage(problem);
        self.has_lost = true;
        let at = entry::later_start(line).filter(|_| line.len() < bytes.len());
        if let Some((at, Ok(read))) = at.map(|at| (at, entry::read(&line[at..]))) {
            self.note(read, at, bytes.len() - at);
        }
    }

    /// Adds an intact line, which begins at byte `at` of the current one.
    fn note(&mut self, line: JournalLine, at: usize, length: usize) {
        let number = line.number.unwrap_or(self.next);
        let runs = &self.sweep.runs;
        if line.sweep.is_some_and(|key| key != self.sweep.key) {
            return self.damage("it is of another sweep");
        }
        if number < self.next {
            self.damage("it was written before the line above it: lines have been moved or copied");
        }
        if number > self.next && !self.has_lost {
            let missing = number - self.next;
            self.damage(format!("{missing} of the lines that were written before it are missing, or behind it"));
        }
        if number > self.next || self.has_lost {
            self.lost_before = number;
        }
        if number >= self.next {
            self.has_lost = false;
        }
        self.next = self.next.max(number.saturating_add(1));
        match line.record.run {
            run if !runs.contains(&run) => self.damage(format!("there is no run {run}: {}", in_words(runs))),
            _ => {
                (self.seen)(&line.record);
                self.index.take(&line.record, number, self.offset + at as u64, length);
            }
        }
    }

    fn damage(&mut self, problem: impl Into<String>) {
        match self.damages.len() {
            NAMED.. => self.more += 1,
            _ => self.damages.push(Damage::at(self.path, Some(self.line), problem.into())),
        }
    }

    /// The index of the runs, and the damages; `known` is the part that was safely on the disk.
    pub fn finish(&mut self, known: Option<&SavedJournal>) -> (Index, Vec<Damage>) {
        let mut damages = std::mem::take(&mut self.damages);
        let mut about_all = |problem: String| damages.push(Damage::at(self.path, None, problem));
        if self.more > 0 {
            about_all(format!("{} more of its lines are not as they were written", self.more));
        }
        if let Some(known) = known.filter(|known| known.lines > self.next) {
            let lines = known.lines;
            about_all(format!(
                "its end is missing: the last {} of {lines} lines that had been saved",
                lines - self.next
            ));
            self.has_lost = true;
        }
        let mut index = std::mem::take(&mut self.index);
        index.forget_failed(if self.has_lost { u64::MAX } else { self.lost_before });
        (index, damages)
    }
}
