//! From the text of an experiment file to an [`ExperimentSpec`]. TOML is known here only.
//!
//! Text → [`tree`] → [`decode`]: values of keys → [`check`]: whether they fit together → an [`ExperimentSpec`].

mod axis;
mod check;
mod condition;
mod data;
mod decode;
mod difference;
mod edit;
mod log;
mod metrics;
mod nested;
mod overrides;
mod program;
mod sweep;
mod syntax;
mod tree;
mod value;

use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

pub use condition::{Condition, ConfigValues};
pub use difference::{Difference, canonical, differences};

use crate::error::{ConfigError, Problem, STANDARD_INPUT};
use crate::spec::draft::Draft;
use crate::spec::keys::Key;
use crate::spec::source::{Source, SourceSpan};
use crate::spec::source_map::SourceMap;
use crate::spec::{ExperimentSpec, Task};
use sweep::SweepReader;
use syntax::syntax_error;
use tree::{Node, Table};

/// Bytes of an experiment file at most.
const LARGEST: u64 = 1 << 20;

/// A commented experiment to start from.
pub fn starter() -> &'static str {
    include_str!("starter.toml")
}

/// Reads the text of an experiment file; [`STANDARD_INPUT`] is read to its end.
///
/// # Errors
/// Where the file cannot be read, is not UTF-8, or is too large.
pub(crate) fn read(path: &Path) -> Result<String, ConfigError> {
    let source = Source::unread(path);
    let error = |message: String| ConfigError::from(source.problem(SourceSpan::Nowhere, "", message));
    let input: Box<dyn Read> = if path == Path::new(STANDARD_INPUT) {
        Box::new(stdin().lock())
    } else if path.is_dir() {
        return Err(error("a folder, not an experiment file".to_string()));
    } else {
        Box::new(File::open(path).map_err(|e| error(format!("cannot be read: {e}")))?)
    };
    let mut bytes = Vec::new();
    input.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|e| error(format!("cannot be read: {e}")))?;
    if bytes.len() as u64 > LARGEST {
        return Err(error("larger than 1 MiB: keep data in a CSV file".to_string()));
    }
    String::from_utf8(bytes).map_err(|e| {
        let line = 1 + e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        Problem { line: Some(line), ..source.problem(SourceSpan::Nowhere, "", "not UTF-8 text") }.into()
    })
}

/// Reads the text of a file with `--set` applied; errors name `file`.
///
/// # Errors
/// Any error in the text itself. No other file is opened.
pub(crate) fn parse(text: &str, file: &Path, sets: &[String]) -> Result<(ExperimentSpec, Task), ConfigError> {
    let source = Source { file: file.to_path_buf(), text: text.to_string(), sets: sets.to_vec() };
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(source.problem(SourceSpan::Nowhere, "", "the file is empty").into());
    }
    let document = toml_edit::Document::parse(text).map_err(|error| syntax_error(&source, &error))?;
    let mut root = tree::read_table(document.as_table());
    let toml = overrides::apply(&source, &mut root)?;
    edit::spell_out(&mut root);
    let (draft, source_map) = decode::file(&source, &root)?;
    check::check(&draft, &source_map)?;
    spec(draft, source_map, &root, toml)
}

fn spec(
    draft: Draft,
    source_map: SourceMap,
    root: &Table,
    toml: String,
) -> Result<(ExperimentSpec, Task), ConfigError> {
    let name = name(&draft, &source_map)?;
    let halving = draft.given.has(Key::Halving).then_some(draft.halving);
    let parameters = root.at(Key::SweepParameters.path()).and_then(Node::as_table);
    let reader = SweepReader { draft: &draft, source_map: &source_map, parameters };
    let (sweep, task, log) = match draft.given.has(Key::Program) {
        true => {
            let sweep = reader.program()?;
            let program = program::program(&draft, halving, &source_map)?;
            (sweep, Task::Program(program), log::log(&draft, &source_map)?)
        }
        false => {
            let log = log::log(&draft, &source_map)?;
            let data = data::data(&draft, &source_map)?;
            let (sweep, targets) = reader.engine()?;
            (sweep, Task::Engine { data, targets }, log)
        }
    };
    let Draft { description, run, report, .. } = draft;
    let spec = ExperimentSpec { name, description, toml, run, halving, log, report, sweep, source_map };
    Ok((spec, task))
}

fn name(draft: &Draft, source_map: &SourceMap) -> Result<String, ConfigError> {
    const LONGEST: usize = 100;
    let name = &draft.name;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !name.is_empty() && name.len() <= LONGEST && !name.starts_with('.') && name.chars().all(plain) {
        return Ok(name.clone());
    }
    let allowed = format!("1 to {LONGEST} letters, digits, - _ . and no dot in front");
    Err(source_map.error(Key::Name, "impossible value", allowed))
}
