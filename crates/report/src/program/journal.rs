//! The journal of a program's sweep: every finished run, in the order in which they ended, safe on the disk.
//!
//! A line is a checksum and a record as JSON. A line that was cut off, or that the disk has lost, is the end of what
//! counts; the next sweep goes on behind the lines before it. A later line of a run stands for an earlier one.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use etascape_core::Status;
use etascape_sweep::program::Record;

use super::entry;
use crate::Error;

/// The journal's name in a results folder.
pub(crate) const FILE: &str = "journal.jsonl";
/// Characters of a line's checksum.
const CHECKSUM: usize = 16;

/// What is known of one finished run without reading its record again.
#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    length: u32,
    status: Status,
    names: u32,
}

/// The finished runs of a sweep.
pub struct Journal {
    path: PathBuf,
    places: Vec<Option<Place>>,
    /// Different lists of metrics.
    names: Vec<Vec<String>>,
    file: File,
    length: u64,
}

impl Journal {
    /// Opens the journal of a results folder for a sweep of so many runs. Where it is written, what lies behind its last
    /// whole line goes; the folder must hold no other sweep's.
    ///
    /// # Errors
    /// Where it cannot be read or written. `seen` is given every record, in the journal's order.
    pub(crate) fn open(
        folder: &Path,
        runs: u64,
        writes: bool,
        seen: &mut dyn FnMut(&Record),
    ) -> Result<Journal, Error> {
        let path = folder.join(FILE);
        let mut options = File::options();
        let file = match writes {
            true => options.read(true).write(true).create(true).truncate(false).open(&path),
            false => options.read(true).open(&path),
        };
        let file = file.map_err(Error::io("open", &path))?;
        let places = vec![None; usize::try_from(runs).unwrap_or(0)];
        let mut journal = Journal { path, places, names: Vec::new(), file, length: 0 };
        journal.read(seen).map_err(Error::io("read", &journal.path.clone()))?;
        if writes {
            journal.file.set_len(journal.length).map_err(Error::io("write", &journal.path))?;
        }
        Ok(journal)
    }

    fn read(&mut self, seen: &mut dyn FnMut(&Record)) -> io::Result<()> {
        let mut lines = BufReader::with_capacity(1 << 16, self.file.try_clone()?);
        let mut line = Vec::new();
        loop {
            line.clear();
            lines.read_until(b'\n', &mut line)?;
            let Some(record) = checked(&line).and_then(entry::read) else { return Ok(()) };
            if !self.note(&record, line.len()) {
                return Ok(());
            }
            seen(&record);
        }
    }

    /// Notes that a record lies at the journal's end; false where the sweep has no such run.
    fn note(&mut self, record: &Record, length: usize) -> bool {
        let Some(place) = usize::try_from(record.run).ok().and_then(|run| self.places.get_mut(run)) else {
            return false;
        };
        let names = self.names.iter().position(|names| *names == record.names).unwrap_or(self.names.len());
        if names == self.names.len() {
            self.names.push(record.names.clone());
        }
        let length = length as u32;
        *place = Some(Place { offset: self.length, length, status: record.status, names: names as u32 });
        self.length += u64::from(length);
        true
    }

    /// Adds records; they are on the disk when it returns.
    ///
    /// # Errors
    /// Where the file does not grow.
    pub fn append(&mut self, records: &[&Record]) -> Result<(), Error> {
        if records.is_empty() {
            return Ok(());
        }
        let lines: Vec<Vec<u8>> = records.iter().map(|record| line(record)).collect();
        let write = || -> io::Result<()> {
            let mut file = &self.file;
            file.seek(SeekFrom::Start(self.length))?;
            file.write_all(&lines.concat())?;
            file.sync_data()
        };
        write().map_err(Error::io("write", &self.path))?;
        for (record, line) in records.iter().zip(&lines) {
            self.note(record, line.len());
        }
        Ok(())
    }

    /// How a run ended, if it has.
    pub fn status(&self, run: u64) -> Option<Status> {
        usize::try_from(run).ok().and_then(|run| *self.places.get(run)?).map(|place| place.status)
    }

    /// How many runs have ended.
    pub fn finished(&self) -> u64 {
        self.places.iter().flatten().count() as u64
    }

    /// The metrics of all runs, those of earlier runs first.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let mut lists: Vec<u32> = Vec::new();
        for place in self.places.iter().flatten() {
            if !lists.contains(&place.names) {
                lists.push(place.names);
            }
        }
        for name in lists.iter().flat_map(|&list| &self.names[list as usize]) {
            if !all.contains(name) {
                all.push(name.clone());
            }
        }
        all
    }

    /// Gives the records of all finished runs, in run order.
    ///
    /// # Errors
    /// Where the file cannot be read, or `each` says so.
    pub(crate) fn records(&self, mut each: impl FnMut(Record) -> Result<(), Error>) -> Result<(), Error> {
        for place in self.places.iter().flatten() {
            let mut line = vec![0; place.length as usize];
            let mut read = || -> io::Result<Option<Record>> {
                let mut file = &self.file;
                file.seek(SeekFrom::Start(place.offset))?;
                file.read_exact(&mut line)?;
                Ok(checked(&line).and_then(entry::read))
            };
            let record = read().map_err(Error::io("read", &self.path))?;
            let changed =
                || Error::Line { path: self.path.clone(), line: 0, problem: "it has changed meanwhile".into() };
            each(record.ok_or_else(changed)?)?;
        }
        Ok(())
    }

    pub(crate) fn exists(folder: &Path) -> bool {
        fs::metadata(folder.join(FILE)).is_ok()
    }
}

fn checksum(json: &[u8]) -> String {
    blake3::hash(json).to_hex()[..CHECKSUM].to_string()
}

fn line(record: &Record) -> Vec<u8> {
    let json = entry::text(record);
    format!("{} {json}\n", checksum(json.as_bytes())).into_bytes()
}

/// The JSON of a line that is whole.
fn checked(line: &[u8]) -> Option<&[u8]> {
    let (sum, json) = line.strip_suffix(b"\n")?.split_at_checked(CHECKSUM)?;
    let json = json.strip_prefix(b" ")?;
    (checksum(json).as_bytes() == sum).then_some(json)
}

#[cfg(test)]
mod tests {
    use etascape_sweep::program::{Exit, Point, Spread};

    use super::*;

    fn record(run: u64, status: Status) -> Record {
        let nan = Spread { first: Some(f64::NAN), last: Some(-0.0), min: None, max: Some(f64::INFINITY) };
        Record {
            run,
            status,
            steps: 12,
            reason: Some("exit code 3".into()),
            exit: Some(Exit::Code(3)),
            stderr: "line \"one\"\nline two".into(),
            attempts: 2,
            unread: 5,
            first_unread: None,
            names: vec!["loss".into(), format!("m{run}")],
            spreads: vec![nan, Spread::default()],
            rungs: vec![0.1, f64::NAN],
            curve: vec![Point { step: 3, values: vec![Some(0.1), None] }, Point { step: 12, values: vec![None] }],
        }
    }

    fn seen(folder: &Path) -> (Journal, Vec<String>) {
        let mut all = Vec::new();
        let journal = Journal::open(folder, 10, true, &mut |record| all.push(format!("{record:?}"))).unwrap();
        (journal, all)
    }

    #[test]
    fn records_come_back_as_they_were_in_run_order() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, before) = seen(folder.path());
        assert!(before.is_empty());
        let records = [record(7, Status::Failed), record(2, Status::Converged), record(7, Status::MaxSteps)];
        journal.append(&[&records[0], &records[1]]).unwrap();
        journal.append(&[&records[2]]).unwrap();
        for journal in [journal, seen(folder.path()).0] {
            assert_eq!((journal.finished(), journal.status(7), journal.status(3)), (2, Some(Status::MaxSteps), None));
            assert_eq!(journal.names(), ["loss", "m2", "m7"]);
            let mut all = Vec::new();
            journal
                .records(|record| {
                    all.push(format!("{record:?}"));
                    Ok(())
                })
                .unwrap();
            assert_eq!(all, [&records[1], &records[2]].map(|record| format!("{record:?}")));
        }
    }

    #[test]
    fn a_line_cut_off_anywhere_or_changed_is_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, _) = seen(folder.path());
        let (one, two) = (record(0, Status::Failed), record(1, Status::Plateau));
        journal.append(&[&one, &two]).unwrap();
        let path = folder.path().join(FILE);
        let whole = fs::read(&path).unwrap();
        let first = whole.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        for cut in first..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            assert_eq!(seen(folder.path()).1.len(), 1, "{cut}");
            assert_eq!(fs::metadata(&path).unwrap().len(), first as u64);
        }
        let mut flipped = whole.clone();
        flipped[first + 40] ^= 1;
        fs::write(&path, flipped).unwrap();
        assert_eq!(seen(folder.path()).1.len(), 1);
    }
}
