//! The files that lie in a folder and in the folders below it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// The deepest folders that are looked into, and the most entries that are looked at.
const DEEPEST: usize = 8;
const MOST_ENTRIES: usize = 20_000;
/// The least time between two looks into folders, and the share of time that they may take.
const PAUSE: Duration = Duration::from_millis(100);
const SHARE: u32 = 20;

/// The names on the way to a file, from the folder on.
pub(super) type FilePath = Vec<String>;

/// Looks for files, not too often.
#[derive(Debug, Default)]
pub(super) struct Scan {
    not_before: Option<Instant>,
}

impl Scan {
    /// The files below a folder, in the order of their paths; `None` where it is too early to look again. Links are not followed:
    /// what they lead to is found where it is, or is not the run's.
    pub fn look(&mut self, folder: &Path) -> Option<Vec<FilePath>> {
        let began = Instant::now();
        if self.not_before.is_some_and(|time| began < time) {
            return None;
        }
        let files = files_below(folder);
        self.not_before = Some(Instant::now() + began.elapsed().saturating_mul(SHARE).max(PAUSE));
        Some(files)
    }
}

/// The files below a folder, in the order of their paths.
pub(in crate::program) fn files_below(folder: &Path) -> Vec<FilePath> {
    let (mut files, mut left) = (Vec::new(), MOST_ENTRIES);
    collect(folder, &mut Vec::new(), &mut files, &mut left);
    files.sort_unstable();
    files
}

fn collect(folder: &Path, path: &mut FilePath, files: &mut Vec<FilePath>, left: &mut usize) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
        path.push(name);
        if kind.is_file() {
            files.push(path.clone());
        } else if kind.is_dir() && path.len() < DEEPEST {
            collect(&entry.path(), path, files, left);
        }
        path.pop();
    }
}
