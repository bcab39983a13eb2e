//! A file beside the config that is filled in for every run.

use std::fs::{self, File, Permissions};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use super::file::plain;
use super::word::{Filling, UnknownName, Word};
use crate::error::{ConfigError, Problem};
use crate::spec::keys::Key;
use crate::spec::nearest::nearest;
use crate::spec::program::RUN_DIR;
use crate::spec::source::{Source, SourceSpan};
use crate::spec::source_map::SourceMap;
use crate::spec::types::Text;

/// Bytes of a template at most.
const LARGEST: u64 = 16 << 20;

/// A template.
#[derive(Debug, Clone)]
pub(super) struct Template {
    /// As named in the config.
    pub name: String,
    /// Where a run's copy is, in the run's folder.
    pub place: PathBuf,
    /// What it holds; `None` where the file was not read.
    text: Option<Word>,
    /// The file's permissions: a copy can be started where the file can.
    permissions: Option<Permissions>,
}

impl Template {
    /// A template that is not read: there is nothing to run.
    pub fn unread(name: &Text) -> Template {
        Template { name: name.text.clone(), place: place(&name.text), text: None, permissions: None }
    }

    /// Reads a template.
    ///
    /// # Errors
    /// Where there is no such file, where it is no text, or where it has a placeholder that stands for nothing.
    pub fn read(
        name: &Text,
        parameters: &[&str],
        source_map: &SourceMap,
        folder: &Path,
    ) -> Result<Template, ConfigError> {
        let path = folder.join(&name.text);
        let wrong = |message: String| {
            let key = Key::ProgramTemplates.path();
            let problem = source_map.source.problem_with(key, &name.written, message);
            let allowed = Some("text files in UTF-8, by their paths from the config file's folder".to_string());
            ConfigError::from(Problem { allowed, ..problem })
        };
        let shown = path.display();
        if !path.is_file() {
            return Err(wrong(format!("{shown} is no file")));
        }
        let bytes = bytes(&path).map_err(|error| wrong(format!("{shown} cannot be read: {error}")))?;
        if bytes.len() as u64 > LARGEST {
            return Err(wrong(format!("{shown} is larger than 16 MiB")));
        }
        if bytes.contains(&0) {
            return Err(wrong(format!("{shown} is a binary file")));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let line = line(error.as_bytes(), error.utf8_error().valid_up_to());
            wrong(format!("{shown} is not UTF-8 text, in line {line}"))
        })?;
        let word = Word::read(&text, parameters).map_err(|unknown| {
            let problem = Source::unread(&path).problem(SourceSpan::Nowhere, "", String::new());
            let line = Some(line(text.as_bytes(), unknown.at));
            unknown_placeholder(Problem { line, ..problem }, &unknown, parameters)
        })?;
        let permissions = path.metadata().ok().map(|metadata| metadata.permissions());
        Ok(Template { text: Some(word), permissions, ..Template::unread(name) })
    }

    /// Whether it holds the placeholder of a parameter.
    pub fn uses(&self, parameter: usize) -> bool {
        self.text.as_ref().is_some_and(|text| text.uses(parameter))
    }

    /// Whether it holds the placeholder of the run's folder.
    pub fn uses_run_dir(&self) -> bool {
        self.text.as_ref().is_some_and(Word::uses_run_dir)
    }

    /// Writes the copy of a run.
    ///
    /// # Errors
    /// Where it cannot be written, or the template was not read.
    pub fn write(&self, filling: &Filling) -> io::Result<()> {
        let unread = || io::Error::other(format!("the template {} was not read", self.name));
        let text = self.text.as_ref().ok_or_else(unread)?;
        let path = filling.run_dir.join(&self.place);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&path, text.fill(filling).as_encoded_bytes())?;
        self.permissions.clone().map_or(Ok(()), |permissions| fs::set_permissions(&path, permissions))
    }
}

/// The error that a placeholder stands for nothing.
pub(super) fn unknown_placeholder(problem: Problem, unknown: &UnknownName, parameters: &[&str]) -> ConfigError {
    let name = &unknown.name;
    let known = parameters.iter().chain([&RUN_DIR]).map(|name| format!("{{{name}}}, "));
    let allowed = Some(format!("{}{{{{{name}}}}} for {{{name}}} itself", known.collect::<String>()));
    let nearest = nearest(name, parameters.iter().copied()).map(|near| format!("{{{near}}}"));
    let message = format!("{{{name}}} is no swept parameter");
    Problem { message, allowed, nearest, ..problem }.into()
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The line of a byte, from 1.
fn line(text: &[u8], at: usize) -> usize {
    1 + text[..at].iter().filter(|&&byte| byte == b'\n').count()
}

/// Where a template's copy is in a run's folder: at the same path, or under its name where that path leads out of the
/// config's folder.
fn place(name: &str) -> PathBuf {
    let path = Path::new(name);
    let is_inside = |part: &Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    match path.components().all(|part| is_inside(&part)) {
        true => plain(path),
        false => path.file_name().map_or_else(PathBuf::new, PathBuf::from),
    }
}
