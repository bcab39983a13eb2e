//! TensorBoard event files of a run, as a source of metrics.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::discards::Discards;
use super::followed::{Followed, Look};
use super::scan::{FilePath, Scan, files_below};
use super::source::Source;
use super::tags::Tags;
use crate::program::events::RecordCutter;
use crate::program::meter::{MeterSetup, Rival};
use crate::program::objective::Rank;
use crate::program::record::Record;
use crate::program::understood::Understood;
use crate::spec::glob::Glob;

/// How often the files are read again, at most, because values were taken back or a file was replaced.
const TRIES: usize = 5;
/// The share of time that may go into this while the run goes on.
const SHARE: u32 = 10;

/// Event files as one source, read in the order of their paths. A tag is a metric. If the files lie in several folders, the path
/// of the folder below the one that they share comes before the tag: `train/epoch_loss`.
pub(super) struct EventSource<'a> {
    setup: MeterSetup<'a>,
    folder: PathBuf,
    glob: Glob,
    scan: Scan,
    reading: Reading<'a>,
    /// The files are not read again before.
    rests_until: Option<Instant>,
}

/// One reading of the files.
struct Reading<'a> {
    /// How long it has taken so far.
    took: Duration,
    files: Vec<EventFile>,
    tags: Tags<'a>,
}

struct EventFile {
    path: FilePath,
    heading: String,
    followed: Followed,
    cutter: RecordCutter,
}

impl<'a> EventSource<'a> {
    pub fn new(setup: MeterSetup<'a>, folder: &Path, glob: Glob) -> EventSource<'a> {
        let reading = Reading::new(folder, Vec::new(), Tags::new(setup, Discards::default(), None));
        let (folder, scan) = (folder.to_path_buf(), Scan::default());
        EventSource { setup, folder, glob, scan, reading, rests_until: None }
    }

    fn matching(&self, paths: Vec<FilePath>) -> Vec<FilePath> {
        let matches = |path: &FilePath| self.glob.matches(&path.iter().map(String::as_str).collect::<Vec<&str>>());
        paths.into_iter().filter(matches).collect()
    }

    /// A reading of some files from their beginning.
    fn begun(&self, paths: Vec<FilePath>, known: Discards, before: Option<u64>) -> Reading<'a> {
        Reading::new(&self.folder, paths, Tags::new(self.setup, known, before))
    }

    /// A reading of the same files, where the present one is not right.
    fn mended(&self, look: Look, before: Option<u64>) -> Option<Reading<'a>> {
        let known = match (look, self.reading.tags.found()) {
            (Look::Another, _) => Discards::default(),
            (_, found) => found?.clone(),
        };
        Some(self.begun(self.reading.paths(), known, before))
    }

    /// Reads files from beginning to end.
    fn read_all(&mut self, paths: Vec<FilePath>, rival: Option<Rival>, before: Option<u64>) {
        self.reading = self.begun(paths, Discards::default(), before);
        for _ in 0..TRIES {
            self.reading.tags.judge(rival);
            let look = loop {
                let look = self.reading.read();
                if look != Look::More {
                    break look;
                }
            };
            let ended = self.reading.tags.ended_at();
            let Some(mended) = self.mended(look, before).filter(|_| ended.is_none()) else { return };
            self.reading = mended;
        }
    }
}

impl Source for EventSource<'_> {
    fn name(&self) -> String {
        match &self.reading.files[..] {
            [file] => file.path.join("/"),
            _ => self.glob.to_string(),
        }
    }

    fn read(&mut self, rival: Option<Rival>) -> io::Result<bool> {
        if self.rests_until.is_some_and(|time| Instant::now() < time) {
            return Ok(false);
        }
        self.rests_until = None;
        if let Some(paths) = self.scan.look(&self.folder).map(|paths| self.matching(paths))
            && paths != self.reading.paths()
        {
            self.reading = self.begun(paths, Discards::default(), None);
        }
        self.reading.tags.judge(rival);
        let look = self.reading.read();
        if self.reading.tags.ended_at().is_some() {
            return Ok(false);
        }
        if let Some(mended) = self.mended(look, None) {
            self.rests_until = Some(Instant::now() + self.reading.took.saturating_mul(SHARE));
            self.reading = mended;
        }
        Ok(look == Look::More)
    }

    fn finish(&mut self, rival: Option<Rival>, _: bool) -> io::Result<()> {
        let paths = self.matching(files_below(&self.folder));
        self.read_all(paths, rival, None);
        Ok(())
    }

    fn read_before(&mut self, step: u64) -> io::Result<()> {
        let paths = self.matching(files_below(&self.folder));
        self.read_all(paths, None, Some(step));
        Ok(())
    }

    fn ended_at(&self) -> Option<u64> {
        self.reading.tags.ended_at()
    }

    fn names(&self) -> Vec<String> {
        self.reading.tags.names()
    }

    fn rank(&self) -> Option<Rank> {
        self.reading.tags.rank()
    }

    fn understood(&mut self) -> Understood {
        self.reading.tags.understood()
    }

    fn problem(&self) -> Option<String> {
        let is_empty = self.reading.files.is_empty();
        is_empty.then(|| format!("{} was not written", self.glob)).or_else(|| self.reading.problem())
    }

    /// The records of its tags. If a rule has ended the run, those of other folders are of the steps before.
    fn records(mut self: Box<Self>, run: u64) -> Vec<Record> {
        let Some(step) = self.ended_at() else { return self.reading.tags.records(run) };
        let nothing = self.begun(Vec::new(), Discards::default(), None);
        let ended = std::mem::replace(&mut self.reading, nothing);
        self.read_all(ended.paths(), None, Some(step));
        ended.tags.with_others(self.reading.tags).records(run)
    }
}

impl<'a> Reading<'a> {
    fn new(folder: &Path, paths: Vec<FilePath>, tags: Tags<'a>) -> Reading<'a> {
        let shared = shared(&paths);
        let file = |path: FilePath| EventFile {
            heading: heading(&path[shared..path.len() - 1]),
            followed: Followed::new(&path.iter().fold(folder.to_path_buf(), |folder, name| folder.join(name))),
            cutter: RecordCutter::default(),
            path,
        };
        Reading { took: Duration::ZERO, files: paths.into_iter().map(file).collect(), tags }
    }

    fn paths(&self) -> Vec<FilePath> {
        self.files.iter().map(|file| file.path.clone()).collect()
    }

    /// Reads what is new. A file that cannot be read is as if it were not there.
    fn read(&mut self) -> Look {
        let began = Instant::now();
        let look = self.look();
        self.took += began.elapsed();
        look
    }

    fn look(&mut self) -> Look {
        let tags = &mut self.tags;
        let mut found = Look::AllRead;
        for EventFile { heading, followed, cutter, .. } in &mut self.files {
            let look = followed.look(&mut |bytes| cutter.push(bytes, &mut |data| tags.take(heading, data)));
            match look.unwrap_or(Look::AllRead) {
                Look::Another => return Look::Another,
                Look::More => found = Look::More,
                Look::AllRead => {}
            }
            if tags.ended_at().is_some() {
                return Look::AllRead;
            }
        }
        found
    }

    fn problem(&self) -> Option<String> {
        let damaged = self.files.iter().find_map(|file| Some((file.path.join("/"), file.cutter.damage()?.at)));
        let damaged = damaged.map(|(path, at)| {
            format!("{path}: the record at byte {at} has a wrong checksum; it and what follows was not read")
        });
        damaged.or_else(|| self.tags.has_too_many().then(|| "there are more tags than can be kept".to_string()))
    }
}

/// The heading of the tags in a folder. Folders that are named by the time, which differs in every run, are left out.
fn heading(folders: &[String]) -> String {
    let is_time = |name: &str| {
        let digits = name.bytes().filter(u8::is_ascii_digit).count();
        digits >= 8 && name.bytes().all(|byte| byte.is_ascii_digit() || b".-_:T".contains(&byte))
    };
    folders.iter().map(String::as_str).filter(|name| !is_time(name)).collect::<Vec<&str>>().join("/")
}

/// How many folders the paths share.
fn shared(paths: &[FilePath]) -> usize {
    let Some(first) = paths.first() else { return 0 };
    let is_shared = |place: usize| paths.iter().all(|path| place + 1 < path.len() && path[place] == first[place]);
    (0..first.len()).take_while(|&place| is_shared(place)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_named_by_the_time_is_no_heading() {
        let headed = |path: &str| heading(&path.split('/').map(str::to_string).collect::<Vec<String>>());
        assert_eq!(headed("1795750105.3427854"), "");
        assert_eq!(headed("20261127-045338/train"), "train");
        assert_eq!(headed("a/2026-11-27_04-53-38"), "a");
        assert_eq!(headed("Loss_train/version_1/10"), "Loss_train/version_1/10");
    }
}
