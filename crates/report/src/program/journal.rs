//! The journal of a program's sweep: every finished run, in the order of their ends, safely on the disk.
//!
//! Each line ([`entry`]) is valid by itself: an intact line counts, even if others are damaged. A later line of a run
//! replaces an earlier one, which was a failed attempt. An incomplete last line was being written when the process was
//! killed; it is ignored.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use etascape_sweep::program::Record;

use super::entry;
use super::index::{FinishedRun, Index, SweepKey};
use super::reading::Reading;
use crate::Error;
use crate::error::Damage;
use crate::folder::JOURNAL;
use crate::logs::{SavedJournal, keep_copy, sync_folder, temporary_in};

/// The finished runs of a sweep.
pub struct Journal {
    path: PathBuf,
    file: File,
    index: Index,
    /// The bytes of its whole lines: the offset of the next line.
    length: u64,
    /// The number of the next line.
    next: u64,
    damages: Vec<Damage>,
}

impl Journal {
    /// Reads the journal of a results folder; `known` is the part that was safely on the disk.
    ///
    /// # Errors
    /// Where it cannot be read. Damaged lines are no error: see [`Journal::damages`].
    pub(super) fn read(folder: &Path, sweep: &SweepKey, known: Option<&SavedJournal>) -> Result<Journal, Error> {
        Journal::watched(folder, sweep, known, &mut |_| {})
    }

    /// The same; `seen` is called with each record, in the order of the lines. A later one of a run replaces an earlier one.
    ///
    /// # Errors
    /// As [`Journal::read`].
    pub(super) fn watched(
        folder: &Path,
        sweep: &SweepKey,
        known: Option<&SavedJournal>,
        seen: &mut dyn FnMut(&Record),
    ) -> Result<Journal, Error> {
        let path = folder.join(JOURNAL);
        let file = File::open(&path).map_err(Error::io("read", &path))?;
        let mut reading = Reading::new(&path, sweep, seen);
        reading.lines(&file).map_err(Error::io("read", &path))?;
        let (index, damages) = reading.finish(known);
        let (length, next) = (reading.length, reading.next);
        Ok(Journal { path, file, index, length, next, damages })
    }

    /// Its damaged lines: the first few, and how many more.
    pub(super) fn damages(&self) -> &[Damage] {
        &self.damages
    }

    /// The bytes and the number of its whole lines.
    pub(super) fn end(&self) -> (u64, u64) {
        (self.length, self.next)
    }

    /// Copies a damaged journal, then keeps only its intact lines, with new numbers. Returns the name of the copy.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub(super) fn mend(&mut self, sweep: &SweepKey) -> Result<PathBuf, Error> {
        let kept = keep_copy(&self.path)?;
        let mut places: Vec<FinishedRun> = self.index.runs.iter().flatten().copied().collect();
        places.sort_by_key(|place| place.number);
        let failed = || Error::io("write", &self.path);
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let file = temporary_in(folder).map_err(failed())?;
        let mut out = BufWriter::new(file.as_file());
        let (mut index, mut length) = (Index::of(sweep), 0);
        for (number, place) in (0..).zip(&places) {
            let record = self.record(place)?;
            let line = entry::text(number, &sweep.key, &record);
            out.write_all(&line).map_err(failed())?;
            index.take(&record, number, length, line.len());
            length += line.len() as u64;
        }
        out.flush().map_err(failed())?;
        drop(out);
        let put = || -> io::Result<File> {
            file.as_file().sync_all()?;
            let file = file.persist(&self.path)?;
            sync_folder(folder)?;
            Ok(file)
        };
        self.file = put().map_err(failed())?;
        (self.index, self.length, self.next) = (index, length, places.len() as u64);
        Ok(kept)
    }

    /// Formats records as the next lines.
    pub(super) fn lines(&self, sweep: &SweepKey, records: &[&Record]) -> Vec<Vec<u8>> {
        (self.next..).zip(records).map(|(number, record)| entry::text(number, &sweep.key, record)).collect()
    }

    /// Adds a line that was appended to the file.
    pub(super) fn note(&mut self, record: &Record, length: usize) {
        self.index.take(record, self.next, self.length, length);
        self.next += 1;
        self.length += length as u64;
    }

    /// Whether another attempt at a run may give more, where runs may take as long as `timeout`; `None` where it has not ended.
    pub fn is_to_repeat(&self, run: u64, timeout: Option<Duration>) -> Option<bool> {
        Some(self.index.run(run)?.is_to_repeat(timeout))
    }

    /// How many runs have ended.
    pub fn finished(&self) -> u64 {
        self.index.runs.iter().flatten().count() as u64
    }

    /// The objectives at the rungs of successive halving, of the runs that are `wanted`.
    pub fn rungs(&self, wanted: impl Fn(u64) -> bool) -> Vec<Vec<f64>> {
        self.index.rungs(wanted)
    }

    /// The metrics of all runs, those of earlier runs first.
    pub(super) fn names(&self) -> Vec<String> {
        self.index.names()
    }

    /// Calls `each` with the records of all finished runs, in run order.
    ///
    /// # Errors
    /// Where the file cannot be read, and any error of `each`.
    pub fn records(&self, mut each: impl FnMut(Record) -> Result<(), Error>) -> Result<(), Error> {
        self.index.runs.iter().flatten().try_for_each(|place| each(self.record(place)?))
    }

    fn record(&self, place: &FinishedRun) -> Result<Record, Error> {
        let read = || -> io::Result<Vec<u8>> {
            let mut line = vec![0; place.length as usize];
            let mut file = &self.file;
            file.seek(SeekFrom::Start(place.offset))?;
            file.read_exact(&mut line)?;
            Ok(line)
        };
        let line = read().map_err(Error::io("read", &self.path))?;
        let changed = |_| {
            let problem =
                format!("the line of {} bytes from byte {} on has changed meanwhile", place.length, place.offset);
            Error::Damaged(vec![Damage::at(&self.path, None, problem)])
        };
        entry::read(entry::without_end(&line)).map(|line| line.record).map_err(changed)
    }
}

#[cfg(test)]
mod tests;
