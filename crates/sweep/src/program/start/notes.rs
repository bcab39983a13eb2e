//! What will go wrong when runs are started, as far as it can be seen before.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use etascape_text::counted;

use super::file::{is_code, plain};
use super::look_up::{Lookup, has_separator, names_in};
use super::paths::is_metrics;
use super::{Filling, Start, StartWord, Surroundings};
use crate::spec::nearest::nearest;
use crate::spec::program::{MetricsSource, StartFolder};

impl Start {
    /// Why no run can be started, where that is certain.
    pub fn refusal(&self, filling: &Filling, surroundings: &Surroundings) -> Option<String> {
        let of_run = |name: &str| self.variables.iter().any(|(own, value)| own == name && !value.is_fixed());
        let is_certain = self.command.first().is_some_and(|program| program.is_fixed()) && !of_run("PATH");
        if is_certain { self.program_note(filling, surroundings) } else { None }
    }

    /// Notes on what will not be found in a run. Files are looked for on this machine.
    pub fn notes(&self, filling: &Filling, metrics: &MetricsSource, surroundings: &Surroundings) -> Vec<String> {
        if self.is_empty() {
            return Vec::new();
        }
        let words = self.words(filling, surroundings);
        let program = self.program_note(filling, surroundings).or_else(|| self.shadow_note(&words[0]));
        let script = self.script_note(&words);
        let module = self.module_note(&words);
        let left = self.left_note(&words, filling, metrics);
        let elsewhere = self.metrics_note(metrics);
        [program, script, module, left, elsewhere].into_iter().flatten().collect()
    }

    /// That there is no such program.
    fn program_note(&self, filling: &Filling, surroundings: &Surroundings) -> Option<String> {
        let word = self.command.first()?.fill(filling);
        let shown = word.to_string_lossy();
        match self.program(&word, filling, surroundings) {
            Lookup::Found(_) => None,
            Lookup::NotExecutable(path) => {
                let remedy = "make it so (chmod +x), or put its interpreter before it";
                Some(format!("{} is not executable: {remedy}", path.display()))
            }
            Lookup::Missing if has_separator(&word) => {
                Some(format!("there is no program {}", self.beside.join(plain(Path::new(&word))).display()))
            }
            Lookup::Missing => {
                let names = names_in(&self.search_path(filling, surroundings));
                let near = nearest(&shown, names.iter().map(String::as_str));
                let near = near.map_or(String::new(), |near| format!("; the nearest is {near}"));
                Some(format!("there is no program {shown} in PATH or beside the config{near}"))
            }
        }
    }

    /// That a name means a program in `PATH`, not the file of this name beside the config.
    fn shadow_note(&self, word: &StartWord) -> Option<String> {
        let beside = self.beside.join(&word.word);
        let is_other = !has_separator(&word.word) && beside.is_file() && word.passed() != beside.as_os_str();
        let (name, path) = (word.word.to_string_lossy(), word.passed().to_string_lossy());
        is_other.then(|| format!("{name} is {path}; the file beside the config is ./{name}"))
    }

    /// That a word that looks like a script names no file.
    fn script_note(&self, words: &[StartWord]) -> Option<String> {
        let is_option = |word: &OsStr| word.as_encoded_bytes().starts_with(b"-");
        let mut scripts = words.iter().skip(1).filter(|word| !is_option(&word.word) && is_code(Path::new(&word.word)));
        let word = scripts.next().filter(|word| word.path.is_none() && !self.paths.has_script())?;
        let name = Path::new(&word.word);
        if [Some(&self.beside), self.fixed_folder().as_ref()].into_iter().flatten().any(|from| from.join(name).exists())
        {
            return None;
        }
        let folder = self.beside.join(name.parent().unwrap_or(Path::new("")));
        let files = names_in(&[folder]);
        let near = name.file_name().and_then(|own| nearest(own.to_str()?, files.iter().map(String::as_str)));
        let near = near.map_or(String::new(), |near| format!("; the nearest is {near}"));
        Some(format!("{} names no file beside the config{near}", name.display()))
    }

    /// That Python looks for a module where it starts, and it is not there.
    fn module_note(&self, words: &[StartWord]) -> Option<String> {
        let at = words.iter().position(|word| word.word == "-m")?;
        let module = words.get(at + 1)?.word.to_str()?;
        let package = module.split('.').next()?;
        let is_in = |folder: &Path| folder.join(package).is_dir() || folder.join(format!("{package}.py")).is_file();
        let is_helped = self.variables.iter().any(|(name, _)| name == "PYTHONPATH");
        if is_helped || !is_in(&self.beside) || self.fixed_folder().is_some_and(|folder| is_in(&folder)) {
            return None;
        }
        let why = format!("-m {module}: Python looks for {package} where it starts, not beside the config");
        Some(format!("{why}; folder = \".\" starts it there"))
    }

    /// That words and variables name files beside the config, and the program will look for them elsewhere.
    fn left_note(&self, words: &[StartWord], filling: &Filling, metrics: &MetricsSource) -> Option<String> {
        const NAMED: usize = 5;
        let elsewhere = self.fixed_folder();
        let is_left = |name: &OsStr| {
            let path = Path::new(name);
            let is_name = !plain(path).as_os_str().is_empty() && path.is_relative() && path != Path::new("..");
            let is_there = elsewhere.as_ref().is_some_and(|folder| folder.join(path).exists());
            is_name && !is_metrics(metrics, path) && !is_there && self.beside.join(path).exists()
        };
        let words = words.iter().skip(1).filter(|word| word.path.is_none()).map(|word| word.word.clone());
        let words =
            words.filter(|word| is_left(word) || value_of(word).is_some_and(|value| is_left(OsStr::new(value))));
        let variables = self.variables(filling).into_iter().filter(|(_, value)| is_left(value)).map(|(name, value)| {
            let mut shown = OsString::from(format!("{name}="));
            shown.push(value);
            shown
        });
        let all: Vec<String> = words.chain(variables).map(|word| word.to_string_lossy().into_owned()).collect();
        let first = all.first()?;
        let mut shown = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        if all.len() > NAMED {
            shown += &format!(" and {}", counted(all.len() - NAMED, "other"));
        }
        let name = value_of(OsStr::new(first)).unwrap_or(first);
        let place = match &self.folder {
            StartFolder::Run => "its run's own folder".to_string(),
            StartFolder::Fixed(folder) => folder.clone(),
        };
        let what = format!("{shown}: beside the config, but the program starts in {place} and gets words as they are");
        let remedy =
            format!("files = [{name:?}] passes the full path, folder = \".\" starts the program beside the config");
        Some(format!("{what}. If it reads {name}: {remedy}"))
    }

    /// That metrics are looked for in the run's folder, and the program does not know it.
    fn metrics_note(&self, metrics: &MetricsSource) -> Option<String> {
        let place = self.fixed_folder().filter(|_| !self.knows_run_dir())?;
        let (what, where_to) = match metrics {
            MetricsSource::Csv { path, .. } => (path.clone(), format!("{{run_dir}}/{path}")),
            MetricsSource::Events(glob) => (glob.to_string(), "into {run_dir}".to_owned()),
            MetricsSource::Auto | MetricsSource::Stdout | MetricsSource::Regex(_) => return None,
        };
        let place = place.display();
        Some(format!(
            "all runs start in {place}, but {what} is looked for in the run's own folder: tell the program to write {where_to}"
        ))
    }

    /// Whether a word, a variable or a template names the run's folder.
    fn knows_run_dir(&self) -> bool {
        self.command.iter().chain(self.variables.iter().map(|(_, value)| value)).any(|word| word.uses_run_dir())
            || self.templates.iter().any(|template| template.uses_run_dir())
    }
}

/// What follows the `=` of a word.
fn value_of(word: &OsStr) -> Option<&str> {
    word.to_str()?.split_once('=').map(|(_, value)| value)
}
