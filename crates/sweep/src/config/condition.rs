//! `KEY=VALUE` as a condition: which experiments have runs with that value.

use std::path::Path;

use super::tree::{self, Node, Table, Tree, read_value};
use super::{edit, overrides, parse, read, syntax_error};
use crate::error::ConfigError;
use crate::spec::Task;
use crate::spec::axis::AxisIndex;
use crate::spec::keys::{DefaultValue, Destination, Key};
use crate::spec::nearest::nearest;
use crate::spec::parameter::Parameter;
use crate::spec::source::{Source, Written};
use crate::spec::types::Type;
use crate::value::{Value, ValueKind};

/// A value that a key must have in some of an experiment's runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The dotted path of the key, or the name of a program's parameter.
    pub path: String,
    value: Value,
}

/// The values of an experiment's keys, as far as conditions ask for them.
pub struct ConfigValues {
    root: Table,
    parameters: Vec<Parameter>,
    is_program: bool,
}

impl Condition {
    /// Reads `KEY=VALUE`, as `--set` does.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Condition, String> {
        let (keys, value) = overrides::key_and_value(text)?;
        Ok(Condition { path: keys.join("."), value: read_value(&value).value() })
    }

    /// Whether its path is that of a key that experiments can have.
    pub fn is_of_key(&self) -> bool {
        Key::find(&self.path).is_some()
    }

    /// The key whose path is nearest to its own.
    pub fn nearest_key(&self) -> Option<&'static str> {
        nearest(&self.path, Key::ALL.iter().map(|key| key.path()))
    }

    fn is(&self, value: &Value) -> bool {
        match (self.value.as_f64(), value.as_f64()) {
            (Some(wanted), Some(found)) => wanted == found,
            _ => self.value.to_string() == value.to_string(),
        }
    }
}

impl ConfigValues {
    /// Reads an experiment file, and no other file.
    ///
    /// # Errors
    /// Any error in the file itself.
    pub fn load(path: &Path) -> Result<ConfigValues, ConfigError> {
        let text = read(path)?;
        let (spec, task) = parse(&text, path, &[])?;
        let source = Source { file: path.to_path_buf(), text, sets: Vec::new() };
        let document =
            toml_edit::Document::parse(source.text.as_str()).map_err(|error| syntax_error(&source, &error))?;
        let mut root = tree::read_table(document.as_table());
        edit::spell_out(&mut root);
        Ok(ConfigValues { root, parameters: spec.sweep.parameters, is_program: matches!(task, Task::Program(_)) })
    }

    /// Whether the sweep varies what a condition is on.
    pub fn sweeps(&self, condition: &Condition) -> bool {
        self.parameters.iter().any(|parameter| parameter.path == condition.path)
    }

    /// Whether a condition holds in some runs: for one of the values that the sweep varies the key over, else for the value in
    /// the file, else for the default. Values that are drawn from a distribution are not known here.
    pub fn fulfil(&self, condition: &Condition) -> bool {
        let swept = self.parameters.iter().filter_map(|parameter| is_swept_to(parameter, condition));
        match swept.reduce(|one, other| one || other) {
            Some(holds) => holds,
            None => match self.root.at(&condition.path) {
                Some(node) => condition.is(&value(node)),
                None => self.default(condition).is_some_and(|value| condition.is(&value)),
            },
        }
    }

    /// The swept parameters with what their values are. Whole numbers for a key of numbers are numbers.
    pub fn kinds(&self) -> Vec<(String, ValueKind)> {
        let kind = |parameter: &Parameter| match parameter.axis.kind() {
            ValueKind::Integer if Key::find(&parameter.path).is_some_and(|(key, _)| !key.is_whole()) => {
                ValueKind::Number
            }
            kind => kind,
        };
        self.parameters.iter().map(|parameter| (parameter.path.clone(), kind(parameter))).collect()
    }

    /// The default of a key that is left out. The numbers of an optimiser or a schedule have none here: it depends on its kind.
    fn default(&self, condition: &Condition) -> Option<Value> {
        let key = Key::of(without_kind(&condition.path)).filter(|_| !self.is_program)?;
        let DefaultValue::Is(default) = key.row().default else { return None };
        let value: toml_edit::Value = default.parse().ok().filter(|_| !key.table().is_some_and(is_word_or_table))?;
        Some(read_value(&value).value())
    }
}

/// Whether a key takes a word, or a table with that word as its `kind`.
fn is_word_or_table(key: Key) -> bool {
    matches!(&key.row().destination, Destination::Run(Type::WordOrTable(..)))
}

/// `train.optimizer` for `train.optimizer.kind`; other paths as they are.
fn without_kind(path: &str) -> &str {
    let table = path.strip_suffix(".kind").filter(|table| Key::of(table).is_some_and(is_word_or_table));
    table.unwrap_or(path)
}

/// Whether one of a parameter's values is as a condition wants it; `None` where they do not set its key.
fn is_swept_to(parameter: &Parameter, condition: &Condition) -> Option<bool> {
    let count = parameter.count()?;
    let mut indices = (0..count).map(AxisIndex);
    if parameter.path == without_kind(&condition.path) {
        let kind = Key::of(&format!("{}.kind", parameter.path));
        return Some(indices.any(|index| match kind.and_then(|kind| parameter.part(index, kind)) {
            Some(written) => is_written(written, condition),
            None => condition.is(&parameter.value(index)),
        }));
    }
    // The numbers of a table that is one of the values.
    let key = Key::of(&condition.path).filter(|_| condition.path.starts_with(&format!("{}.", parameter.path)))?;
    Some(indices.any(|index| parameter.part(index, key).is_some_and(|written| is_written(written, condition))))
}

fn is_written(written: &Written, condition: &Condition) -> bool {
    let value = written.text.parse::<toml_edit::Value>();
    value.is_ok_and(|value| condition.is(&read_value(&value).value()))
}

/// The value of a node; of a table with a `kind`, its kind.
fn value(node: &Node) -> Value {
    match &node.tree {
        Tree::Table(table) => table.get("kind").unwrap_or(node).value(),
        _ => node.value(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(config: &str, condition: &str) -> bool {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("name = \"t\"\n{config}")).unwrap();
        let values = ConfigValues::load(file.path()).unwrap_or_else(|error| panic!("{error}"));
        values.fulfil(&Condition::parse(condition).unwrap_or_else(|error| panic!("{condition}: {error}")))
    }

    const DATA: &str = "data.points = [[1, 2], [2, 3]]\n";

    #[test]
    fn a_value_is_that_of_the_file_or_the_default() {
        let config = format!("{DATA}[train]\noptimizer = \"adam\"\nlearning_rate = 1e-3\n");
        for condition in
            ["train.optimizer=adam", "train.optimizer = 'adam'", "train.learning_rate=0.001", "name=t", "seed=0"]
        {
            assert!(holds(&config, condition), "{condition}");
        }
        for condition in ["train.optimizer=sgd", "train.learning_rate=0.01", "train.nothing=1", "program.parallel=2"] {
            assert!(!holds(&config, condition), "{condition}");
        }
        assert!(holds(DATA, "model.kind=linear") && !holds(DATA, "model=linear"));
        assert!(holds(DATA, "train.optimizer=sgd") && holds(DATA, "train.optimizer.kind=sgd"));
        let table = format!("{DATA}train.optimizer = {{ kind = \"sgd\", momentum = 0.9 }}\n");
        assert!(holds(&table, "train.optimizer=sgd") && holds(&table, "train.optimizer.momentum=0.9"));
    }

    #[test]
    fn what_is_swept_has_the_values_of_the_sweep_and_no_other() {
        let config = format!(
            "{DATA}train.optimizer = \"rmsprop\"\n[sweep.parameters]\n\
             \"train.optimizer\" = [\"adam\", {{ kind = \"sgd\", momentum = 0.9 }}]\n\
             \"train.learning_rate\" = {{ linspace = [0, 1, 5] }}\n"
        );
        for condition in [
            "train.optimizer=adam",
            "train.optimizer=sgd",
            "train.optimizer.kind=sgd",
            "train.optimizer.momentum=0.9",
            "train.learning_rate=0.25",
        ] {
            assert!(holds(&config, condition), "{condition}");
        }
        for condition in ["train.optimizer=rmsprop", "train.optimizer.momentum=0.8", "train.learning_rate=0.02"] {
            assert!(!holds(&config, condition), "{condition}");
        }
        let drawn = format!(
            "{DATA}sweep.method = \"random\"\nsweep.samples = 2\n[sweep.parameters]\n\
             \"train.learning_rate\" = {{ uniform = [0, 1] }}\n\"train.loss\" = {{ choice = [\"mse\", \"mae\"] }}\n"
        );
        assert!(holds(&drawn, "train.loss=mae") && !holds(&drawn, "train.learning_rate=0.5"));
    }

    #[test]
    fn a_program_has_its_own_parameters_and_no_keys_of_the_engine() {
        let config = "[program]\ncommand = [\"train\", \"{lr}\", \"{net}\"]\n[sweep.parameters]\nlr = [0.1, 1]\nnet = [\"wide\"]\n";
        for condition in ["lr=1", "lr=1e-1", "net=wide", "program.retries=0"] {
            assert_eq!(holds(config, condition), condition != "program.retries=0", "{condition}");
        }
        assert!(!holds(config, "train.optimizer=sgd"));
    }

    #[test]
    fn what_is_no_condition_is_said() {
        assert_eq!(Condition::parse("train.optimizer"), Err("no '='".into()));
        assert_eq!(Condition::parse("lr=").unwrap_err(), "no value");
        let unknown = Condition::parse("train.optimzer=adam").unwrap();
        assert_eq!((unknown.is_of_key(), unknown.nearest_key()), (false, Some("train.optimizer")));
    }
}
