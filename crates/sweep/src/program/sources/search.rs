//! Finds the files that a run writes and that may hold its metrics.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::document::DocumentSource;
use super::event_files::EventSource;
use super::lines::{Input, LineSource};
use super::scan::{FilePath, Scan, files_below};
use super::source::Source;
use crate::program::meter::MeterSetup;
use crate::program::reading::object;
use crate::spec::glob::Glob;
use crate::spec::program::MetricsSource;

/// The most files that are read. Those that are preferred are.
const MOST: usize = 32;

/// What a file holds, by its name and its beginning. Earlier ones are preferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Table,
    JsonLines,
    /// Event files. They are one source.
    Events,
    /// One object or list of JSON.
    Document,
}

/// A file that may hold metrics, in the order of preference: by what it holds, then those less deep, then by its path.
type Candidate = (Kind, usize, FilePath);

/// Looks for files in a run's folder that were not there when the run began, or were changed since.
#[derive(Debug)]
pub(super) struct Search {
    folder: PathBuf,
    scan: Scan,
    before: HashMap<FilePath, (u64, Option<SystemTime>)>,
    found: Vec<Candidate>,
}

static TABLE: MetricsSource = MetricsSource::Csv { path: String::new(), step: None };
static JSON_LINES: MetricsSource = MetricsSource::Stdout;

impl Search {
    pub fn new(folder: &Path) -> Search {
        let before =
            files_below(folder).into_iter().filter_map(|path| Some((path.clone(), stamp(&full(folder, &path))?)));
        Search { folder: folder.to_path_buf(), scan: Scan::default(), before: before.collect(), found: Vec::new() }
    }

    /// Adds sources that were found to `sources`, each at its place. `is_last`: once the process has ended; then only those stay that
    /// are there.
    pub fn look<'a>(&mut self, setup: MeterSetup<'a>, sources: &mut Vec<Box<dyn Source + 'a>>, is_last: bool) {
        let paths = if is_last { Some(files_below(&self.folder)) } else { self.scan.look(&self.folder) };
        let Some(paths) = paths else { return };
        let mut candidates: Vec<Candidate> =
            paths.into_iter().filter_map(|path| self.candidate(path, is_last)).collect();
        candidates.sort_unstable();
        candidates.dedup_by_key(|(kind, _, path)| if *kind == Kind::Events { Vec::new() } else { path.clone() });
        candidates.truncate(MOST);
        if is_last {
            let mut places = self.found.iter();
            sources.retain(|_| places.next().is_some_and(|found| candidates.contains(found)));
            self.found.retain(|found| candidates.contains(found));
        }
        for candidate in candidates {
            if let Err(place) = self.found.binary_search(&candidate)
                && self.found.len() < MOST
            {
                sources.insert(place, self.source(setup, &candidate));
                self.found.insert(place, candidate);
            }
        }
    }

    fn source<'a>(&self, setup: MeterSetup<'a>, (kind, _, path): &Candidate) -> Box<dyn Source + 'a> {
        let (name, file) = (path.join("/"), full(&self.folder, path));
        match kind {
            Kind::Table => Box::new(LineSource::new(setup, &TABLE, &name, Input::file(&file))),
            Kind::JsonLines => Box::new(LineSource::new(setup, &JSON_LINES, &name, Input::file(&file))),
            Kind::Events => Box::new(EventSource::new(setup, &self.folder, Glob::new("**/*tfevents*"))),
            Kind::Document => Box::new(DocumentSource::new(setup, &name, &file)),
        }
    }

    fn candidate(&self, path: FilePath, is_last: bool) -> Option<Candidate> {
        if path.len() == 1 && ["stdout.txt", "stderr.txt"].contains(&path[0].as_str()) {
            return None;
        }
        let file = full(&self.folder, &path);
        if self.before.get(&path).is_some_and(|before| stamp(&file).as_ref() == Some(before)) {
            return None;
        }
        let kind = kind(path.last()?, &file, is_last)?;
        Some(match kind {
            Kind::Events => (kind, 0, Vec::new()),
            _ => (kind, path.len(), path),
        })
    }
}

fn full(folder: &Path, path: &FilePath) -> PathBuf {
    path.iter().fold(folder.to_path_buf(), |folder, name| folder.join(name))
}

fn stamp(file: &Path) -> Option<(u64, Option<SystemTime>)> {
    let data = fs::metadata(file).ok()?;
    Some((data.len(), data.modified().ok()))
}

/// What a file holds; `None` where it is nothing that is read, or that is not known yet.
fn kind(name: &str, file: &Path, is_last: bool) -> Option<Kind> {
    if name.contains("tfevents") {
        return Some(Kind::Events);
    }
    let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "tsv" => Some(Kind::Table),
        "jsonl" | "ndjson" => Some(Kind::JsonLines),
        "json" => json_kind(&beginning(file)?, is_last),
        // Logs whose lines are objects.
        "log" | "txt" => json_kind(&beginning(file)?, is_last).filter(|kind| *kind == Kind::JsonLines),
        _ => None,
    }
}

/// Lines of objects, where there are two; else one document, which is known once it is whole.
fn json_kind(beginning: &[u8], is_last: bool) -> Option<Kind> {
    let mut lines = beginning.trim_ascii_start().splitn(2, |byte| *byte == b'\n');
    let (first, rest) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default().trim_ascii_start());
    let is_object = || object::fields(first, |_, _| {}).is_some();
    match first.first() {
        Some(b'{') if rest.starts_with(b"{") && is_object() => Some(Kind::JsonLines),
        Some(b'{' | b'[') if is_last => Some(Kind::Document),
        _ => None,
    }
}

fn beginning(file: &Path) -> Option<Vec<u8>> {
    const BYTES: u64 = 1 << 16;
    let mut bytes = Vec::new();
    File::open(file).ok()?.take(BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
