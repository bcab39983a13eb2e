//! Finds the file of a program, as a shell would.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::file::{is_executable, plain};

/// What a program's name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lookup {
    /// A file that can be started. Links in its path are kept.
    Found(PathBuf),
    /// A file that cannot be started, for it is not executable.
    NotExecutable(PathBuf),
    /// No file.
    Missing,
}

impl Lookup {
    /// The file, if there is one.
    pub fn path(self) -> Option<PathBuf> {
        match self {
            Lookup::Found(path) | Lookup::NotExecutable(path) => Some(path),
            Lookup::Missing => None,
        }
    }
}

/// Finds a program. A name with a slash is a path, which starts from one of `folders`. A name without one is searched in
/// `search_path`, then in `folders`. The first file that can be started counts.
pub(super) fn look_up(name: &OsStr, search_path: &[PathBuf], folders: &[&Path]) -> Lookup {
    let searched: Vec<PathBuf> = match has_separator(name) {
        true => Vec::new(),
        false => search_path.iter().filter_map(|folder| std::path::absolute(folder).ok()).collect(),
    };
    let folders = searched.iter().map(PathBuf::as_path).chain(folders.iter().copied());
    let files: Vec<PathBuf> =
        folders.flat_map(|folder| spellings(folder.join(plain(Path::new(name))))).filter(|f| f.is_file()).collect();
    match (files.iter().find(|file| is_executable(file)), files.first()) {
        (Some(found), _) => Lookup::Found(found.clone()),
        (None, Some(first)) => Lookup::NotExecutable(first.clone()),
        (None, None) => Lookup::Missing,
    }
}

/// The folders that a text such as `PATH` lists.
pub(super) fn listed(path: &OsStr) -> Vec<PathBuf> {
    let separator = if cfg!(windows) { ';' } else { ':' };
    path.to_string_lossy().split(separator).filter(|folder| !folder.is_empty()).map(PathBuf::from).collect()
}

/// The names of what lies in some folders.
pub(super) fn names_in(folders: &[PathBuf]) -> Vec<String> {
    let entries = folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Whether a name is a path.
pub(super) fn has_separator(name: &OsStr) -> bool {
    name.to_string_lossy().contains(std::path::is_separator)
}

/// A path as it is, and on Windows with the suffix of its programs.
fn spellings(path: PathBuf) -> impl Iterator<Item = PathBuf> {
    let suffixed = cfg!(windows).then(|| {
        let mut name = path.clone().into_os_string();
        name.push(".exe");
        PathBuf::from(name)
    });
    [Some(path), suffixed].into_iter().flatten()
}
