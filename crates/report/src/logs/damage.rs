//! Damaged tables: detected by the digests in the manifest, kept under another name, and repaired where that is certain.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use etascape_text::counted;

use super::cells::Cells;
use super::file::{FilePrefix, digest_reader, sync_folder, temporary_in};
use super::manifest::{Manifest, RunState};
use crate::Error;
use crate::error::{Damage, Expected};

/// The result of a repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where the damaged file is kept; `None` for one that was missing.
    pub at: Option<PathBuf>,
    /// Whether the table is repaired.
    pub restored: bool,
}

impl Damage {
    /// The damage that a reading error describes; other errors are returned.
    pub(crate) fn of(error: Error) -> Result<Damage, Error> {
        match &error {
            Error::Line { path, line, problem } => Ok(Damage::at(path, Some(*line), problem.clone())),
            Error::Cell { path, line, column, found, expected } => {
                Ok(Damage::at(path, Some(*line), format!("column {column}: found {found:?}, expected {expected}")))
            }
            Error::MissingColumn { path, column } => {
                Ok(Damage::at(path, None, format!("there is no column {column:?}")))
            }
            _ => Err(error),
        }
    }
}

/// The tables of a results folder that do not match its manifest.
///
/// # Errors
/// [`Error::Io`] where an existing table cannot be read.
pub fn damage(folder: &Path, manifest: &Manifest) -> Result<Vec<Damage>, Error> {
    let whole = |digest: &Option<String>| digest.clone().map(|digest| Expected { bytes: None, digest });
    let front = |part: &FilePrefix| Expected { bytes: Some(part.bytes), digest: part.digest.clone() };
    let expected = match (manifest.state, &manifest.saved) {
        (RunState::Complete, _) => [whole(&manifest.digests.runs), whole(&manifest.digests.curves)],
        (_, Some(saved)) => [Some(front(&saved.runs_part)), saved.curves_part.as_ref().map(front)],
        (_, None) => [None, None],
    };
    let first = manifest.shard.as_ref().map_or(0, |shard| shard.first_run);
    let mut damages = Vec::new();
    for (name, expected) in ["runs.csv", "curves.csv"].into_iter().zip(expected) {
        if let Some(expected) = expected {
            damages.extend(of_table(folder.join(name), expected, first)?);
        }
    }
    Ok(damages)
}

/// The damage of a table that begins with run `first`.
fn of_table(path: PathBuf, expected: Expected, first: u64) -> Result<Option<Damage>, Error> {
    let damage = |problem: String| Some(Damage::at(&path, None, problem));
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(damage("the file is missing".into())),
        opened => opened.map_err(Error::io("read", &path))?,
    };
    let length = file.metadata().map_err(Error::io("read", &path))?.len();
    let front = file.take(expected.bytes.unwrap_or(u64::MAX));
    if digest_reader(front).map_err(Error::io("read", &path))? == expected.digest {
        return Ok(None);
    }
    if let Some(line) = first_other_line_end(&path).map_err(Error::io("read", &path))? {
        let problem = "the line ends in the Windows way; an editor has changed the file".to_string();
        return Ok(Some(Damage { path, line: Some(line), problem, line_ends: Some(expected) }));
    }
    if let Some(saved) = expected.bytes.filter(|&saved| saved > length) {
        return Ok(damage(format!(
            "{} of the {saved} that had been saved; its end is missing",
            counted(length, "byte")
        )));
    }
    match first_bad_line(&path, first) {
        Err(error) => Damage::of(error).map(Some),
        Ok(lines) => Ok(damage(format!(
            "somewhere in its {} it is not what was written: its digest is not the one in the manifest \
             (`etascape reproduce` names the run and the column)",
            counted(lines, "line")
        ))),
    }
}

/// The first line that ends with `\r`, which etascape never writes.
fn first_other_line_end(path: &Path) -> io::Result<Option<u64>> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut line = 1;
    loop {
        let bytes = file.fill_buf()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let found = bytes.iter().position(|&byte| byte == b'\r');
        let passed = found.unwrap_or(bytes.len());
        line += bytes[..passed].iter().filter(|&&byte| byte == b'\n').count() as u64;
        if found.is_some() {
            return Ok(Some(line));
        }
        file.consume(passed);
    }
}

/// Reads a whole table, which begins with run `first`. Returns the number of its lines, or an error for the first invalid one.
fn first_bad_line(path: &Path, first: u64) -> Result<u64, Error> {
    let mut cells = Cells::open(path)?;
    let whole: Vec<usize> = ["run_id", "steps", "step"].iter().filter_map(|name| cells.column(name).ok()).collect();
    let losses: Vec<usize> = (0..cells.names.len()).filter(|&at| cells.names[at].ends_with("loss")).collect();
    let mut lines = 1;
    let mut last = first;
    while cells.advance_whole()? {
        lines += 1;
        for &column in &whole {
            cells.whole(column)?;
        }
        for &column in &losses {
            cells.number(column)?;
        }
        if let Some(&id) = whole.first() {
            let run = cells.whole(id)?;
            if !(last..=last.saturating_add(1)).contains(&run) {
                return Err(cells.unexpected(id, "the run after the one before"));
            }
            last = run;
        }
    }
    match cells.is_at_cut() {
        true => {
            let problem = "the line has no end; the file was cut off in it".to_string();
            Err(Error::Line { path: path.to_owned(), line: lines + 1, problem })
        }
        false => Ok(lines),
    }
}

/// Keeps a damaged table under another name (`runs.csv.damaged-1`). A table that differs in its line ends only is repaired,
/// if its digest is then that of the manifest.
///
/// # Errors
/// [`Error::Io`] where the folder does not take it.
pub fn repair(damage: &Damage) -> Result<Kept, Error> {
    let path = &damage.path;
    if !path.exists() {
        return Ok(Kept { at: None, restored: false });
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let right = match &damage.line_ends {
        Some(expected) => with_our_line_ends(path, folder, expected).map_err(Error::io("write", path))?,
        None => None,
    };
    let at = free_name(path);
    let put = || -> io::Result<bool> {
        fs::rename(path, &at)?;
        let restored = right.map(|right| right.persist(path)).transpose()?.is_some();
        sync_folder(folder)?;
        Ok(restored)
    };
    let restored = put().map_err(Error::io("keep", path))?;
    Ok(Kept { at: Some(at), restored })
}

/// Copies a damaged file, which stays. Returns the name of the copy.
pub(crate) fn keep_copy(path: &Path) -> Result<PathBuf, Error> {
    let at = free_name(path);
    let copy = || -> io::Result<()> {
        fs::copy(path, &at)?;
        File::open(&at)?.sync_all()?;
        sync_folder(path.parent().unwrap_or(Path::new(".")))
    };
    copy().map_err(Error::io("keep", path))?;
    Ok(at)
}

/// The table with `\n` as line ends, if it then has the expected digest.
fn with_our_line_ends(path: &Path, folder: &Path, expected: &Expected) -> io::Result<Option<tempfile::NamedTempFile>> {
    let file = temporary_in(folder)?;
    let mut out = BufWriter::new(file.as_file());
    let mut bytes = BufReader::with_capacity(1 << 16, File::open(path)?);
    while let Some(length) = Some(bytes.fill_buf()?.len()).filter(|&length| length > 0) {
        for line_part in bytes.buffer().split(|&byte| byte == b'\r') {
            out.write_all(line_part)?;
        }
        bytes.consume(length);
    }
    out.flush()?;
    drop(out);
    file.as_file().sync_all()?;
    let front = File::open(file.path())?.take(expected.bytes.unwrap_or(u64::MAX));
    Ok((digest_reader(front)? == expected.digest).then_some(file))
}

/// The first free name `NAME.damaged-N`.
fn free_name(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let numbered = |number: u32| path.with_file_name(format!("{name}.damaged-{number}"));
    (1..).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| path.to_owned())
}
