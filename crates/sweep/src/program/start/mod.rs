//! How the process of a run is started: the words of its command, its folder, its environment, and its templates.

mod environment;
mod file;
mod look_up;
mod notes;
mod paths;
mod surroundings;
mod template;
mod word;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

pub(super) use environment::{MARK, PARAMETERS, RUN_ID, variable};
pub use surroundings::Surroundings;
pub(super) use word::Filling;

use crate::error::{ConfigError, Problem};
use crate::plan::Combinations;
use crate::spec::keys::Key;
use crate::spec::parameter::Parameter;
use crate::spec::program::{ProgramSpec, StartFolder};
use crate::spec::source_map::SourceMap;
use crate::spec::types::Text;
use crate::value::Value;
use environment::check_variables;
use file::plain;
use look_up::{Lookup, listed, look_up};
use paths::FullPaths;
use template::{Template, unknown_placeholder};
use word::Word;

/// Whether the files that a config names must exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Files {
    /// They must: runs are to be started.
    Needed,
    /// They need not: results are only read.
    Unneeded,
}

/// How the process of a run is started.
#[derive(Debug, Clone)]
pub(super) struct Start {
    command: Vec<Word>,
    folder: StartFolder,
    variables: Vec<(String, Word)>,
    templates: Vec<Template>,
    paths: FullPaths,
    /// The config's folder, as a full path.
    beside: PathBuf,
}

/// A word of a command in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartWord {
    /// The word with its placeholders filled in.
    pub word: OsString,
    /// The full path that the program gets instead, where the word names a file.
    pub path: Option<OsString>,
}

impl StartWord {
    /// What the program gets.
    pub fn passed(&self) -> &OsStr {
        self.path.as_deref().unwrap_or(&self.word)
    }
}

impl Start {
    /// Reads what a file says of it. `folder` is the config's folder.
    ///
    /// # Errors
    /// A placeholder that stands for nothing; where `files` are needed, also a file or folder that is not there.
    pub fn new(
        spec: &ProgramSpec,
        plan: &Combinations,
        source_map: &SourceMap,
        folder: &Path,
        files: Files,
    ) -> Result<Start, ConfigError> {
        check_variables(&source_map.source, plan.parameters())?;
        if files == Files::Needed {
            check_files(spec, source_map, folder)?;
        }
        let names: Vec<&str> = plan.parameters().iter().map(|parameter| parameter.path.as_str()).collect();
        let word = |path: &str, text: &Text| {
            let unknown = |unknown| {
                unknown_placeholder(source_map.source.problem_with(path, &text.written, ""), &unknown, &names)
            };
            Word::read(&text.text, &names).map_err(unknown)
        };
        let command = spec.command.iter().map(|text| word(Key::ProgramCommand.path(), text));
        let command = command.collect::<Result<Vec<Word>, ConfigError>>()?;
        let variable = |text: &(String, Text)| {
            let path = format!("{}.{}", Key::ProgramEnv.path(), text.0);
            Ok((text.0.clone(), word(&path, &text.1)?))
        };
        let variables = spec.env.iter().map(variable).collect::<Result<Vec<_>, ConfigError>>()?;
        let template = |name| match files {
            Files::Needed => Template::read(name, &names, source_map, folder),
            Files::Unneeded => {
                Ok(Template::read(name, &names, source_map, folder).unwrap_or_else(|_| Template::unread(name)))
            }
        };
        let templates = spec.templates.iter().map(template).collect::<Result<Vec<Template>, ConfigError>>()?;
        check_places(&spec.templates, &templates, source_map)?;
        let beside = full(folder);
        let first = Filling { values: arguments(plan, 0), run_dir: PathBuf::new() };
        let words: Vec<Option<OsString>> =
            command.iter().map(|word| (!word.uses_run_dir()).then(|| word.fill(&first))).collect();
        let paths = FullPaths::new(&words, &spec.files, &templates, &spec.metrics, &beside);
        Ok(Start { command, folder: spec.folder.clone(), variables, templates, paths, beside })
    }

    /// Whether there is no program: a model within this process is trained.
    pub fn is_empty(&self) -> bool {
        self.command.is_empty()
    }

    /// The words of a run's command.
    pub fn words(&self, filling: &Filling, surroundings: &Surroundings) -> Vec<StartWord> {
        let words = self.command.iter().enumerate().map(|(number, word)| {
            let word = word.fill(filling);
            let path = match number {
                0 => self.program(&word, filling, surroundings).path().map(PathBuf::into_os_string),
                _ => self.paths.full(number, &word, &filling.run_dir),
            };
            StartWord { word, path }
        });
        words.collect()
    }

    /// The folder in which a run's process is started.
    pub fn folder(&self, run_dir: &Path) -> PathBuf {
        self.fixed_folder().unwrap_or_else(|| run_dir.to_path_buf())
    }

    /// The variables that the config gives.
    pub fn variables(&self, filling: &Filling) -> Vec<(&str, OsString)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.fill(filling))).collect()
    }

    /// The variables that are set for a process because neither the config nor the environment gives them.
    pub fn default_variables(&self, parallel: usize, surroundings: &Surroundings) -> Vec<(&'static str, String)> {
        let is_given = |name: &str| self.variables.iter().any(|(own, _)| own == name);
        let is_inherited = |name: &str| surroundings.variables.contains(OsStr::new(name));
        environment::defaults(surroundings.processors, parallel, |name| is_given(name) || is_inherited(name))
    }

    /// Writes the copies of the templates into a run's folder.
    ///
    /// # Errors
    /// Where one cannot be written.
    pub fn write_templates(&self, filling: &Filling) -> io::Result<()> {
        self.templates.iter().try_for_each(|template| template.write(filling))
    }

    /// Whether a word, a variable or a template holds the placeholder of a parameter.
    pub fn uses(&self, parameter: usize) -> bool {
        let mut words = self.command.iter().chain(self.variables.iter().map(|(_, value)| value));
        words.any(|word| word.uses(parameter)) || self.templates.iter().any(|template| template.uses(parameter))
    }

    /// The folder in which every run's process is started; `None`: each is started in its own.
    pub fn fixed_folder(&self) -> Option<PathBuf> {
        match &self.folder {
            StartFolder::Run => None,
            StartFolder::Fixed(folder) => Some(plain(&self.beside.join(folder))),
        }
    }

    /// The folders in which the program of a run is searched.
    fn search_path(&self, filling: &Filling, surroundings: &Surroundings) -> Vec<PathBuf> {
        let given = self.variables.iter().find(|(name, _)| name == "PATH");
        given.map_or_else(|| surroundings.search_path.clone(), |(_, value)| listed(&value.fill(filling)))
    }

    /// The file of a run's program. A path starts from the config's folder, or else from where the program starts. A name
    /// is searched in `PATH`, and then in these folders.
    fn program(&self, word: &OsStr, filling: &Filling, surroundings: &Surroundings) -> Lookup {
        let elsewhere = self.fixed_folder();
        let folders: Vec<&Path> =
            [Some(&self.beside), elsewhere.as_ref()].into_iter().flatten().map(PathBuf::as_path).collect();
        match self.paths.place(Path::new(word), &filling.run_dir) {
            Some(place) => Lookup::Found(place),
            None => look_up(word, &self.search_path(filling, surroundings), &folders),
        }
    }
}

/// The values of a run, as programs get them.
pub(super) fn arguments(plan: &Combinations, run: u64) -> Vec<String> {
    plan.values(run).iter().map(Value::argument).collect()
}

/// Notices on parameters that the program gets as variables only, although it gets others in other ways.
pub(super) fn unused(start: &Start, parameters: &[Parameter]) -> Vec<String> {
    let (used, unused): (Vec<usize>, Vec<usize>) = (0..parameters.len()).partition(|&which| start.uses(which));
    if used.is_empty() && parameters.len() > 1 {
        return Vec::new();
    }
    let note = |which: usize| {
        let path = &parameters[which].path;
        format!("{{{path}}} is not in program.command: the program gets it as {} only", variable(path))
    };
    unused.into_iter().map(note).collect()
}

/// Checks that the folder, and what belongs to the program, exist.
fn check_files(spec: &ProgramSpec, source_map: &SourceMap, folder: &Path) -> Result<(), ConfigError> {
    if let StartFolder::Fixed(name) = &spec.folder
        && !folder.join(name).is_dir()
    {
        let message = format!("{} is no folder", folder.join(name).display());
        let allowed = "\"run\", or a folder by its path from the config file's folder";
        return Err(source_map.error(Key::ProgramFolder, message, allowed));
    }
    for file in &spec.files {
        let path = folder.join(file);
        if !path.exists() {
            let message = format!("{} is no file or folder", path.display());
            let allowed = "files and folders, by their paths from the config file's folder";
            return Err(source_map.error(Key::ProgramFiles, message, allowed));
        }
        if path.is_dir() && holds(&path, folder) {
            let message = format!("{} holds the config itself", path.display());
            let allowed = "files and folders beside the config, one by one";
            return Err(source_map.error(Key::ProgramFiles, message, allowed));
        }
    }
    Ok(())
}

/// Checks that every template has a place of its own in a run's folder.
fn check_places(names: &[Text], templates: &[Template], source_map: &SourceMap) -> Result<(), ConfigError> {
    const OURS: [&str; 3] = ["parameters.json", "stdout.txt", "stderr.txt"];
    for (number, (name, template)) in names.iter().zip(templates).enumerate() {
        let place = &template.place;
        let other = templates[..number].iter().find(|other| other.place == *place);
        let is_ours = OURS.iter().any(|ours| place.starts_with(ours));
        let taken = match other {
            _ if is_ours => Some(format!("the run's folder has a {} of its own", place.display())),
            Some(other) => Some(format!("{} becomes {} in the run's folder too", other.name, place.display())),
            None => None,
        };
        if let Some(message) = taken {
            let key = Key::ProgramTemplates.path();
            let allowed = Some("files of different names".to_string());
            let problem = source_map.source.problem_with(key, &name.written, message);
            return Err(Problem { allowed, ..problem }.into());
        }
    }
    Ok(())
}

/// Whether a folder is another or holds it.
fn holds(folder: &Path, other: &Path) -> bool {
    let resolved = |path: &Path| full(path).canonicalize().ok();
    resolved(folder).is_some_and(|folder| resolved(other).is_some_and(|other| other.starts_with(folder)))
}

/// A path as a full path, links kept.
fn full(path: &Path) -> PathBuf {
    // The folder of a file without one is empty.
    let path = Path::new(".").join(path);
    std::path::absolute(&path).unwrap_or(path)
}
