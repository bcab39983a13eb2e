//! Reads `[sweep]`: the parameters, their values, and how values are combined.

use etascape_text::counted;

use super::axis::{self, Read};
use super::decode::{self, Change};
use super::nested::{self, Named};
use super::tree::{Entry, Node, Table};
use super::value;
use crate::error::{ConfigError, Problem, shorten};
use crate::spec::axis::Axis;
use crate::spec::draft::Draft;
use crate::spec::key_set::KeySet;
use crate::spec::keys::{Destination, Key};
use crate::spec::nearest::{children, nearest, nearest_key};
use crate::spec::parameter::{Listed, Parameter};
use crate::spec::program::{RUN_DIR, is_name};
use crate::spec::run::RunSpec;
use crate::spec::setter::{HyperField, Setter, SpecSetter, SpecValues};
use crate::spec::source::{Source, SourceSpan, Written};
use crate::spec::source_map::SourceMap;
use crate::spec::sweep::{Method, SweepSpec, Target};
use crate::spec::types::{BareType, Text, Type};
use crate::spec::word::MethodKind;

/// Swept parameters at most.
const MOST_PARAMETERS: usize = 1000;

/// Reads the sweep of a file.
pub(super) struct SweepReader<'a> {
    pub draft: &'a Draft,
    pub source_map: &'a SourceMap,
    /// `sweep.parameters`; `None` where nothing is swept.
    pub parameters: Option<&'a Table>,
}

impl<'a> SweepReader<'a> {
    /// The sweep of an engine experiment, and what each parameter sets. Without `[sweep]` there is one run.
    pub fn engine(&self) -> Result<(SweepSpec, Vec<Target>), ConfigError> {
        let mut named = Vec::new();
        self.parameters.into_iter().for_each(|table| nested::keys(table, "", &mut named));
        let (sweep, targets) = self.read(named, |path, entry, grid| self.parameter(path, entry, grid))?;
        check_overlaps(self.source(), &sweep.parameters)?;
        Ok((sweep, targets))
    }

    /// The sweep of a training program, whose parameters have names of their own.
    pub fn program(&self) -> Result<SweepSpec, ConfigError> {
        let mut named = Vec::new();
        self.parameters.map_or(Ok(()), |table| nested::names(self.source(), table, "", &mut named))?;
        let read = |path, entry: &Entry, grid| self.parameter_of_program(path, entry, grid).map(|one| (one, ()));
        Ok(self.read(named, read)?.0)
    }

    fn source(&self) -> &'a Source {
        &self.source_map.source
    }

    fn read<T>(
        &self,
        mut named: Vec<Named<'a>>,
        one: impl Fn(String, &'a Entry, bool) -> Result<(Parameter, T), ConfigError>,
    ) -> Result<(SweepSpec, Vec<T>), ConfigError> {
        let method = method(self.draft, self.source_map)?;
        if named.len() > MOST_PARAMETERS {
            let message = format!("{} parameters are too many", named.len());
            let path = Key::SweepParameters.path();
            return Err(self.source().problem(named[0].1.span, path, message).into());
        }
        named.sort_by_key(|(_, entry)| entry.span);
        let is_grid = method == Method::Grid;
        let (mut parameters, mut targets): (Vec<Parameter>, Vec<T>) = (Vec::new(), Vec::new());
        for (path, entry) in named {
            if parameters.iter().any(|parameter| parameter.path == path) {
                return Err(self.source().problem(entry.span, &path, "swept twice").into());
            }
            let (parameter, target) = one(path, entry, is_grid)?;
            parameters.push(parameter);
            targets.push(target);
        }
        let groups = groups(self.draft, self.source(), &parameters, is_grid)?;
        Ok((SweepSpec { method, parameters, groups }, targets))
    }

    fn parameter_of_program(&self, path: String, entry: &Entry, grid: bool) -> Result<Parameter, ConfigError> {
        check_name(self.source(), &path, entry.span)?;
        let Read { axis, items } = axis::read(self.source(), &path, &entry.node, grid, false)?;
        let check = |item: &Node| value::read(self.source(), &path, &BareType::Scalar, item).map(drop);
        match items {
            [] => axis::check_ends(self.source(), &path, &BareType::Scalar, &axis, &entry.node)?,
            items => items.iter().try_for_each(check)?,
        }
        let listed = items.iter().map(|item| Listed { span: item.span, parts: [].into() }).collect();
        Ok(Parameter { path, axis: axis.with_one_type(), span: entry.node.span, listed })
    }

    fn parameter(&self, path: String, entry: &Entry, grid: bool) -> Result<(Parameter, Target), ConfigError> {
        let source = self.source();
        if is_fixed(&path) {
            let problem = source.problem(entry.span, &path, "cannot be swept: it is the same for all runs");
            let allowed = Some("seed, and the keys of model, init, train and stop".to_string());
            return Err(Problem { found: Some(axis::found(&path, &entry.node)), allowed, ..problem }.into());
        }
        let Some((key, index)) = Key::find(&path) else { return Err(unknown(source, &path, entry)) };
        let Destination::Run(of) = &key.row().destination else { return Err(whole_table(source, &path, entry)) };
        let (axis, listed, setter) = match index {
            None => self.values(key, of, &entry.node, grid)?,
            Some(index) => self.entries(&path, (key, index), of, &entry.node, grid)?,
        };
        Ok((Parameter { path, axis, span: entry.node.span, listed: listed.into() }, Target { key, setter }))
    }

    /// The values of a key.
    fn values(
        &self,
        key: Key,
        of: &Type<RunSpec>,
        node: &Node,
        grid: bool,
    ) -> Result<(Axis, Vec<Listed>, Setter), ConfigError> {
        let Read { axis, items } = axis::read(self.source(), key.path(), node, grid, of.is_whole())?;
        if items.is_empty() {
            axis::check_ends(self.source(), key.path(), of, &axis, node)?;
        }
        let (mut listed, mut assignments) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
        for item in items {
            let Change { assign, parts } = decode::change(self.source(), key, item)?;
            listed.push(Listed { span: item.span, parts });
            assignments.push(assign);
        }
        let is_numeric = axis.is_numeric();
        if is_numeric && key == Key::Seed {
            return Ok((axis, listed, Setter::Seed));
        }
        if let (true, Some(field)) = (is_numeric, HyperField::of(key, None)) {
            return Ok((axis, listed, Setter::Number(field)));
        }
        let values = match of {
            Type::Whole(.., set) if is_numeric => SpecValues::Whole(*set),
            Type::Number(_, set) if is_numeric => SpecValues::Number(*set),
            Type::Numbers(_, set) if is_numeric => SpecValues::Numbers(*set),
            // Values of a list: a formula has numbers, which no other type takes.
            _ => SpecValues::Listed(assignments.into()),
        };
        Ok((axis, listed, Setter::Spec(SpecSetter { values, gives: giving(key) })))
    }

    /// The values of an entry of a list.
    fn entries(
        &self,
        path: &str,
        (key, index): (Key, usize),
        of: &Type<RunSpec>,
        node: &Node,
        grid: bool,
    ) -> Result<(Axis, Vec<Listed>, Setter), ConfigError> {
        let Some(element) = of.element() else { return Err(no_entry(self.source(), path, key, node, None)) };
        let Read { axis, items } = axis::read(self.source(), path, node, grid, element.is_whole())?;
        match items {
            [] => axis::check_ends(self.source(), path, &element, &axis, node)?,
            items => items.iter().try_for_each(|item| value::read(self.source(), path, &element, item).map(drop))?,
        }
        let listed = items.iter().map(|item| Listed { span: item.span, parts: [].into() }).collect();
        if let Some(field) = HyperField::of(key, Some(index)) {
            return Ok((axis, listed, Setter::Number(field)));
        }
        let [least, _] = axis.ends();
        let span = items.get(least.0 as usize).map_or(node.span, |item| item.span);
        let least = axis::node_at(&axis, least, span);
        let length = match of {
            Type::Wholes(_, _, list) => {
                let length = list(&mut self.draft.run.clone()).len();
                if index < length {
                    let values = SpecValues::Entry(*list, index);
                    return Ok((axis, listed, Setter::Spec(SpecSetter { values, gives: giving(key) })));
                }
                Some(length)
            }
            Type::Pair(..) => self.draft.run.given.has(key).then_some(2),
            _ => None,
        };
        Err(no_entry(self.source(), path, key, &least, length))
    }
}

/// The error that a list has no such entry. `length` is that of the list, where there is one.
fn no_entry(source: &Source, path: &str, key: Key, node: &Node, length: Option<usize>) -> ConfigError {
    let message = match length {
        Some(length) => format!("{} has {}", key.path(), counted(length, "entry")),
        None => format!("{} is no list", key.path()),
    };
    source.problem_with(path, &node.written(), message).into()
}

/// A key and the tables around it.
fn giving(key: Key) -> KeySet {
    let mut gives = KeySet::default();
    gives.give(key);
    gives
}

/// Whether a path stands where nothing can be swept.
fn is_fixed(path: &str) -> bool {
    let ends = path.match_indices('.').map(|(end, _)| end).chain([path.len()]);
    ends.filter_map(|end| Key::of(&path[..end])).any(|key| !key.is_swept())
}

/// Checks the name of a program's parameter: it must fit into a placeholder and be no column of ours.
fn check_name(source: &Source, name: &str, span: SourceSpan) -> Result<(), ConfigError> {
    const TAKEN: [&str; 7] = ["run_id", "status", "steps", "initial_loss", "final_loss", "min_loss", "reason"];
    let problem = |message: &str, allowed: String| {
        Err(Problem { allowed: Some(allowed), ..source.problem(span, name, message) }.into())
    };
    match is_name(name) {
        _ if TAKEN.contains(&name) => {
            problem("the name of a column of runs.csv", format!("any but {}", TAKEN.join(", ")))
        }
        true if name == RUN_DIR => problem("the name of a placeholder", format!("any but {RUN_DIR}")),
        true => Ok(()),
        false => problem("not a name for a parameter", "letters, digits, _ - . with a letter or _ first".into()),
    }
}

/// Checks that no two parameters set the same value: a list and one of its entries, or a table and a key in one of its
/// values.
fn check_overlaps(source: &Source, parameters: &[Parameter]) -> Result<(), ConfigError> {
    for part in parameters {
        let within = |whole: &&Parameter| {
            let rest = part.path.strip_prefix(&whole.path).and_then(|rest| rest.strip_prefix('.'));
            rest.is_some_and(|rest| sets(whole, rest))
        };
        if let Some(whole) = parameters.iter().find(within) {
            let message = format!("swept together with {}, which also sets it", whole.path);
            let found = Some(shorten(&format!("{}: {}", whole.path, whole.description())));
            let allowed = Some(format!("a sweep over {} or over {}, not both", whole.path, part.path));
            return Err(Problem { found, allowed, ..source.problem(part.span, &part.path, message) }.into());
        }
    }
    Ok(())
}

/// Whether a value of a parameter sets what lies at a path below it.
fn sets(whole: &Parameter, rest: &str) -> bool {
    let is_table = Key::of(&whole.path).is_some_and(Key::has_keys);
    let inner = format!("{}.{}", whole.path, rest.split('.').next().unwrap_or(rest));
    let names = |listed: &Listed| listed.parts.iter().any(|(key, _)| key.path() == inner);
    !is_table || whole.listed.iter().any(names)
}

fn method(draft: &Draft, source_map: &SourceMap) -> Result<Method, ConfigError> {
    let seed = draft.run.seed;
    match (draft.sweep.method, draft.sweep.samples) {
        (MethodKind::Grid, None) => Ok(Method::Grid),
        (MethodKind::Grid, Some(_)) => {
            let allowed = "samples with method = \"random\" or \"sobol\"";
            Err(source_map.error(Key::SweepSamples, "not used by a grid", allowed))
        }
        (MethodKind::Random | MethodKind::Sobol, None) => {
            let (span, path) = (source_map.span(Key::SweepMethod), Key::SweepSamples.path());
            let allowed = Some("a whole number of at least 1: how many runs".to_string());
            Err(Problem { allowed, ..source_map.source.problem(span, path, "missing key") }.into())
        }
        (MethodKind::Random, Some(samples)) => Ok(Method::Random { samples, seed }),
        (MethodKind::Sobol, Some(samples)) => Ok(Method::Sobol { samples, seed }),
    }
}

/// `[model]` and its like are swept key by key.
fn whole_table(source: &Source, path: &str, entry: &Entry) -> ConfigError {
    let keys: Vec<String> = children(path).into_iter().map(|name| format!("{path}.{name}")).collect();
    let problem = source.problem(entry.span, path, "a whole table cannot be swept");
    let found = Some(axis::found(path, &entry.node));
    Problem { found, allowed: Some(format!("its keys: {}", keys.join(", "))), ..problem }.into()
}

fn unknown(source: &Source, path: &str, entry: &Entry) -> ConfigError {
    let (table, name) = path.rsplit_once('.').unwrap_or(("", path));
    let near = nearest_key(table, name).map(|near| match children(table).contains(&near.as_str()) {
        true if !table.is_empty() => format!("{table}.{near}"),
        _ => near,
    });
    let nearest = near.or_else(|| nearest(path, Key::ALL.iter().map(|key| key.path())).map(str::to_string));
    let problem = source.problem(entry.span, path, "a sweep over an unknown key");
    let allowed = Some("the dotted path of a key, such as train.learning_rate".to_string());
    Problem { found: Some(axis::found(path, &entry.node)), allowed, nearest, ..problem }.into()
}

fn groups(
    draft: &Draft,
    source: &Source,
    parameters: &[Parameter],
    grid: bool,
) -> Result<Vec<Vec<usize>>, ConfigError> {
    let mut group_of: Vec<Option<usize>> = vec![None; parameters.len()];
    let complain = |written: &Written, message: String| -> ConfigError {
        let problem = source.problem_with(Key::SweepZip.path(), written, message);
        Problem { allowed: Some(Key::SweepZip.allowed()), ..problem }.into()
    };
    for (number, zip) in draft.sweep.zip.iter().enumerate() {
        if !grid {
            return Err(complain(&zip.written, "zip works with a grid only".to_string()));
        }
        if zip.paths.len() < 2 {
            return Err(complain(&zip.written, "a group of fewer than two".to_string()));
        }
        let mut first: Option<&Parameter> = None;
        for Text { text: path, written } in &zip.paths {
            let Some(which) = parameters.iter().position(|parameter| parameter.path == *path) else {
                return Err(complain(written, format!("{} is not swept", shorten(path))));
            };
            if group_of[which].replace(number).is_some() {
                return Err(complain(written, format!("{path} is in two groups")));
            }
            let (one, other) = (*first.get_or_insert(&parameters[which]), &parameters[which]);
            if let (Some(a), Some(b)) = (one.count(), other.count())
                && a != b
            {
                let message = format!("{} has {}, {path} has {b}", one.path, counted(a, "value"));
                return Err(complain(&zip.written, message));
            }
        }
    }
    Ok(collect_groups(&group_of))
}

/// Groups in the order of their first members; a parameter without one is a group by itself.
fn collect_groups(group_of: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(Option<usize>, Vec<usize>)> = Vec::new();
    for (which, group) in group_of.iter().enumerate() {
        match groups.iter_mut().find(|(number, _)| group.is_some() && number == group) {
            Some((_, members)) => members.push(which),
            None => groups.push((*group, vec![which])),
        }
    }
    groups.into_iter().map(|(_, members)| members).collect()
}
