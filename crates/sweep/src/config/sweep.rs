//! Reads `[sweep]`: which parameters there are, what values they take, how these are combined.

use etascape_text::counted;

use super::axis::{DRAWN_AXES, GRID_AXES, axis, found};
use super::check::{Config, is_fixed};
use super::keys;
use super::kind::Kind;
use super::tree::{Entry, Node, Place, Source, Table, Tree};
use crate::axis::{Axis, List};
use crate::error::{ConfigError, Problem, shorten};
use crate::plan::{Knob, Method, Parameter};
use crate::program::experiment::check_name;

/// Swept parameters at most.
const MOST_PARAMETERS: usize = 1000;

/// What `[sweep]` says.
pub(crate) struct Sweep {
    pub method: Method,
    pub parameters: Vec<Parameter>,
    /// Groups of parameters, by number, that advance together: every parameter is in exactly one.
    pub groups: Vec<Vec<usize>>,
}

/// Reads the sweep of a config; without one there is a single run.
pub(crate) fn read(config: &Config) -> Result<Sweep, ConfigError> {
    let method = method(config)?;
    let mut named = Vec::new();
    match config.table("sweep.parameters") {
        Some(table) if config.is_program() => {
            named.extend(table.entries.iter().map(|entry| (entry.name.clone(), entry)));
        }
        Some(table) => gather(table, "", &mut named),
        None => {}
    }
    if named.len() > MOST_PARAMETERS {
        let message = format!("{} parameters are too many", named.len());
        return Err(config.source.problem(named[0].1.place, "sweep.parameters", message).into());
    }
    named.sort_by_key(|(_, entry)| entry.place);
    let grid = matches!(method, Method::Grid);
    let mut parameters: Vec<Parameter> = Vec::new();
    for (path, entry) in named {
        if parameters.iter().any(|parameter| parameter.path == path) {
            return Err(config.source.problem(entry.place, &path, "swept twice").into());
        }
        parameters.push(parameter(config, path, entry, grid)?);
    }
    check_overlaps(config, &parameters)?;
    let groups = groups(config, &parameters, grid)?;
    Ok(Sweep { method, parameters, groups })
}

/// No two parameters may set one value: a key and an entry of its list, or a table and a key that a value of it names.
fn check_overlaps(config: &Config, parameters: &[Parameter]) -> Result<(), ConfigError> {
    for part in parameters {
        let within = |whole: &&Parameter| {
            let rest = part.path.strip_prefix(&whole.path).and_then(|rest| rest.strip_prefix('.'));
            rest.is_some_and(|rest| sets(&whole.axis, rest))
        };
        if let Some(whole) = parameters.iter().find(within) {
            let message = format!("swept beside {}, which sets it too", whole.path);
            let found = Some(shorten(&format!("{}: {}", whole.path, whole.description())));
            let allowed = Some(format!("a sweep over {} or over {}, not both", whole.path, part.path));
            return Err(Problem { found, allowed, ..config.source.problem(part.place, &part.path, message) }.into());
        }
    }
    Ok(())
}

/// Whether a value of an axis sets what lies at a path below it. A word stands for a table with that `kind`.
fn sets(axis: &Axis, path: &str) -> bool {
    let names = |node: &Node| match &node.tree {
        Tree::Table(table) => table.entries.iter().any(|entry| path.split('.').next() == Some(&entry.name)),
        Tree::Text(_) => path == "kind",
        _ => true,
    };
    match axis {
        Axis::List(List(nodes)) => nodes.iter().any(names),
        _ => true,
    }
}

fn method(config: &Config) -> Result<Method, ConfigError> {
    let samples = config.optional_integer("sweep.samples");
    let word = config.word("sweep.method");
    let seed = config.integer("seed");
    match (word, samples) {
        ("grid", None) => Ok(Method::Grid),
        ("grid", Some(_)) => {
            let allowed = Some("samples with method = \"random\" or \"sobol\"".to_string());
            Err(Problem { allowed, ..config.problem("sweep.samples", "not used by a grid") }.into())
        }
        (_, None) => {
            let place = config.node("sweep.method").map_or(Place::Nowhere, |node| node.place);
            let allowed = Some("a whole number of at least 1: how many runs".to_string());
            Err(Problem { allowed, ..config.source.problem(place, "sweep.samples", "missing key") }.into())
        }
        ("sobol", Some(samples)) => Ok(Method::Sobol { samples, seed }),
        (_, Some(samples)) => Ok(Method::Random { samples, seed }),
    }
}

/// Collects parameters whether they are named by one quoted key or by nested tables.
fn gather<'a>(table: &'a Table, path: &str, named: &mut Vec<(String, &'a Entry)>) {
    for entry in &table.entries {
        let path = if path.is_empty() { entry.name.clone() } else { format!("{path}.{}", entry.name) };
        match entry.node.as_table() {
            Some(inner) if !is_axis(&path, inner) => gather(inner, &path, named),
            _ => named.push((path, entry)),
        }
    }
}

/// The path and the axis of a dotted path that ends in the name of an axis.
pub(super) fn axis_name(path: &str) -> Option<(&str, &str)> {
    path.rsplit_once('.').filter(|(_, name)| GRID_AXES.contains(name) || DRAWN_AXES.contains(name))
}

/// Whether a table is an axis rather than a step on the way to a parameter.
fn is_axis(path: &str, table: &Table) -> bool {
    let axis_name =
        |entry: &Entry| GRID_AXES.contains(&entry.name.as_str()) || DRAWN_AXES.contains(&entry.name.as_str());
    let holds_parameters = |entry: &Entry| keys::find(&format!("{path}.{}", entry.name)).is_some();
    let is_leaf = keys::find(path).is_some_and(|(key, _)| !matches!(key.kind, Kind::Table));
    table.entries.iter().any(axis_name)
        || table.entries.is_empty()
        || is_leaf && !table.entries.iter().all(holds_parameters)
}

fn parameter(config: &Config, path: String, entry: &Entry, grid: bool) -> Result<Parameter, ConfigError> {
    let source = &config.source;
    if config.is_program() {
        check_name(config, &path, entry.place)?;
        let axis = axis(source, &path, &entry.node, grid, &Kind::Scalar)?;
        return Ok(Parameter { path, axis, key: &keys::OF_PROGRAM, knob: None, place: entry.node.place });
    }
    if is_fixed(&path) {
        let problem = source.problem(entry.place, &path, "cannot be swept: it is the same for all runs");
        let allowed = Some("seed, and the keys of model, init, train and stop".to_string());
        return Err(Problem { found: Some(found(&path, &entry.node)), allowed, ..problem }.into());
    }
    let Some((key, index)) = keys::find(&path) else { return Err(unknown(source, &path, entry)) };
    if key.kind == Kind::Table && !path.contains('.') {
        return Err(whole_table(source, &path, entry));
    }
    let kind = if index.is_some() { key.kind.element().unwrap_or(key.kind) } else { key.kind };
    let axis = axis(source, &path, &entry.node, grid, &kind)?;
    let knob = Knob::of(key.path, index).filter(|_| axis.is_numeric());
    Ok(Parameter { path, axis, key, knob, place: entry.node.place })
}

/// `[model]` and its like are swept key by key.
fn whole_table(source: &Source, path: &str, entry: &Entry) -> ConfigError {
    let keys: Vec<String> = keys::children(path).into_iter().map(|name| format!("{path}.{name}")).collect();
    let problem = source.problem(entry.place, path, "a whole table cannot be swept");
    let found = Some(found(path, &entry.node));
    Problem { found, allowed: Some(format!("its keys: {}", keys.join(", "))), ..problem }.into()
}

fn unknown(source: &Source, path: &str, entry: &Entry) -> ConfigError {
    let (table, name) = path.rsplit_once('.').unwrap_or(("", path));
    let nearest = keys::nearest_key(table, name).map(|near| match keys::children(table).contains(&near.as_str()) {
        true if !table.is_empty() => format!("{table}.{near}"),
        _ => near,
    });
    let nearest = nearest.or_else(|| keys::nearest(path, keys::KEYS.iter().map(|key| key.path)).map(str::to_string));
    let problem = source.problem(entry.place, path, "a sweep over an unknown key");
    let allowed = Some("the dotted path of a key, such as train.learning_rate".to_string());
    Problem { found: Some(found(path, &entry.node)), allowed, nearest, ..problem }.into()
}

fn groups(config: &Config, parameters: &[Parameter], grid: bool) -> Result<Vec<Vec<usize>>, ConfigError> {
    let mut group_of: Vec<Option<usize>> = vec![None; parameters.len()];
    let zips = config.node("sweep.zip").and_then(Node::as_list).unwrap_or(&[]);
    let allowed = Kind::Groups.allowed();
    let complain = |node: &Node, message: String| -> ConfigError {
        Problem { allowed: Some(allowed.clone()), ..config.source.problem_with("sweep.zip", node, message) }.into()
    };
    for (number, zip) in zips.iter().enumerate() {
        if !grid {
            return Err(complain(zip, "zip works with a grid only".to_string()));
        }
        let members = zip.as_list().unwrap_or(&[]);
        if members.len() < 2 {
            return Err(complain(zip, "a group of fewer than two".to_string()));
        }
        let mut first: Option<&Parameter> = None;
        for member in members {
            let path = member.as_text().unwrap_or("");
            let Some(which) = parameters.iter().position(|parameter| parameter.path == path) else {
                return Err(complain(member, format!("{} is not swept", shorten(path))));
            };
            if group_of[which].replace(number).is_some() {
                return Err(complain(member, format!("{path} is in two groups")));
            }
            let (one, other) = (*first.get_or_insert(&parameters[which]), &parameters[which]);
            if let (Some(a), Some(b)) = (one.count(), other.count())
                && a != b
            {
                return Err(complain(zip, format!("{} has {}, {path} has {b}", one.path, counted(a, "value"))));
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
