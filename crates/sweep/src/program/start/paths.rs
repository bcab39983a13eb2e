//! Which words of a command become full paths.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::file::{is_code, is_executable, plain};
use super::template::Template;
use crate::spec::program::MetricsSource;

/// The words of a command that become full paths, the program itself aside: its script, and what `program.files` and
/// `program.templates` name.
#[derive(Debug, Clone)]
pub(super) struct FullPaths {
    /// The config's folder.
    folder: PathBuf,
    /// The numbers of the words that are scripts.
    scripts: Vec<usize>,
    named: HashMap<PathBuf, Named>,
}

#[derive(Debug, Clone)]
enum Named {
    /// A file or folder of `program.files`.
    File(PathBuf),
    /// A template: its copy in the run's folder.
    Copy(PathBuf),
}

impl FullPaths {
    /// Decides it for a command. `words` are those of run 0; those that hold the run's folder are `None`.
    pub fn new(
        words: &[Option<OsString>],
        files: &[String],
        templates: &[Template],
        metrics: &MetricsSource,
        folder: &Path,
    ) -> FullPaths {
        let files = files.iter().map(|name| (plain(Path::new(name)), Named::File(folder.join(plain(Path::new(name))))));
        let copies = templates.iter().map(|one| (plain(Path::new(&one.name)), Named::Copy(one.place.clone())));
        let mut paths =
            FullPaths { folder: folder.to_path_buf(), scripts: Vec::new(), named: files.chain(copies).collect() };
        let is_script = |word: &OsStr| {
            let file = folder.join(word);
            let is_named =
                paths.place(Path::new(word), Path::new("")).is_some() || is_metrics(metrics, Path::new(word));
            let is_like_one = || Path::new(word).extension().is_some() || is_executable(&file);
            !word.is_empty() && !is_named && file.is_file() && is_like_one()
        };
        let words = words.iter().enumerate().skip(1).filter_map(|(number, word)| Some((number, word.as_deref()?)));
        let mut files = words.filter(|(_, word)| is_script(word));
        // A launcher may have a file before the script: `accelerate launch --config_file a.yaml train.py`.
        let first = files.next();
        let code = first
            .filter(|(_, word)| !is_code(Path::new(word)))
            .and_then(|_| files.find(|(_, word)| is_code(Path::new(word))));
        paths.scripts = [first, code].into_iter().flatten().map(|(number, _)| number).collect();
        paths
    }

    /// The full path that takes the place of a word, which is not the first; `None` where the word stays as it is.
    pub fn full(&self, number: usize, word: &OsStr, run_dir: &Path) -> Option<OsString> {
        if let Some(path) = self.place(Path::new(word), run_dir) {
            return Some(path.into());
        }
        if self.scripts.contains(&number) {
            return Some(self.folder.join(plain(Path::new(word))).into());
        }
        let (option, name) = word.to_str()?.split_once('=')?;
        let path = self.place(Path::new(name), run_dir)?;
        let mut full = OsString::from(format!("{option}="));
        full.push(path);
        Some(full)
    }

    /// Whether the command has a script.
    pub fn has_script(&self) -> bool {
        !self.scripts.is_empty()
    }

    /// The full path of what `program.files` or `program.templates` names, or of a file in a folder that is named.
    pub fn place(&self, name: &Path, run_dir: &Path) -> Option<PathBuf> {
        let name = plain(name);
        match self.named.get(&name) {
            Some(Named::File(path)) => return Some(path.clone()),
            Some(Named::Copy(place)) => return Some(run_dir.join(place)),
            None => {}
        }
        let is_folder = |folder: &Path| matches!(self.named.get(folder), Some(Named::File(_)));
        let is_within = name.ancestors().skip(1).any(is_folder);
        Some(self.folder.join(&name)).filter(|path| is_within && path.exists())
    }
}

/// Whether a word is the file that `program.metrics` names.
pub(super) fn is_metrics(metrics: &MetricsSource, word: &Path) -> bool {
    metrics.file().is_some_and(|file| plain(Path::new(file)) == plain(word))
}
