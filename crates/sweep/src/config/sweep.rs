//! Reads `[sweep]`: which parameters there are, what values they take, how these are combined.

use super::check::{Config, check_value, is_fixed};
use super::keys;
use super::kind::{Bounds, Kind};
use super::tree::{Entry, Node, Place, Source, Table, Tree};
use crate::axis::{Axis, Even, List};
use crate::counted;
use crate::error::{ConfigError, Problem, shorten};
use crate::plan::{Knob, Method, Parameter};
use crate::program::experiment::check_name;

/// Swept parameters at most.
const MOST_PARAMETERS: usize = 1000;
/// Entries of a list at most.
const MOST_VALUES: usize = 1_000_000;
const GRID_AXES: [&str; 4] = ["linspace", "geomspace", "logspace", "range"];
const DRAWN_AXES: [&str; 4] = ["uniform", "loguniform", "normal", "choice"];

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
    let groups = groups(config, &parameters, grid)?;
    Ok(Sweep { method, parameters, groups })
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
        let axis = axis(source, &path, &entry.node, grid)?;
        check_axis(source, &path, &Kind::Scalar, &axis, entry)?;
        return Ok(Parameter { path, axis, key: &keys::OF_PROGRAM, whole: false, knob: None, place: entry.node.place });
    }
    if is_fixed(&path) {
        let problem = source.problem(entry.place, &path, "cannot be swept: it is the same for all runs");
        let allowed = Some("seed, and the keys of model, init, train and stop".to_string());
        return Err(Problem { found: Some(found(&path, &entry.node)), allowed, ..problem }.into());
    }
    let known = keys::find(&path).filter(|(key, _)| !matches!(key.kind, Kind::Table));
    let Some((key, index)) = known else { return Err(unknown(source, &path, entry)) };
    let kind = if index.is_some() { key.kind.element().unwrap_or(key.kind) } else { key.kind };
    let axis = axis(source, &path, &entry.node, grid)?;
    check_axis(source, &path, &kind, &axis, entry)?;
    let knob = Knob::of(key.path, index).filter(|_| axis.is_numeric());
    Ok(Parameter { path, axis, key, whole: matches!(kind, Kind::Integer(..)), knob, place: entry.node.place })
}

fn found(path: &str, node: &Node) -> String {
    shorten(&format!("{path} = {}", node.inline()))
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

fn axis(source: &Source, path: &str, node: &Node, grid: bool) -> Result<Axis, ConfigError> {
    match &node.tree {
        Tree::List(items) => listed(source, path, node, items),
        Tree::Table(table) => match &table.entries[..] {
            [entry] => named_axis(source, path, entry, grid),
            _ => Err(no_axis(source, path, node, grid)),
        },
        _ => Err(no_axis(source, path, node, grid)),
    }
}

fn no_axis(source: &Source, path: &str, node: &Node, grid: bool) -> ConfigError {
    let names = if grid { GRID_AXES } else { DRAWN_AXES };
    let problem = source.problem(node.place, path, "not an axis");
    let allowed = Some(format!("a list of values, or a table with one of {}", names.join(", ")));
    Problem { found: Some(found(path, node)), allowed, ..problem }.into()
}

fn listed(source: &Source, path: &str, node: &Node, items: &[Node]) -> Result<Axis, ConfigError> {
    if items.is_empty() || items.len() > MOST_VALUES {
        let problem = source.problem_with(path, node, counted(items.len(), "value"));
        return Err(Problem { allowed: Some(format!("1 to {MOST_VALUES} values")), ..problem }.into());
    }
    Ok(Axis::List(List(items.to_vec())))
}

fn named_axis(source: &Source, path: &str, entry: &Entry, grid: bool) -> Result<Axis, ConfigError> {
    let name = entry.name.as_str();
    let (right, wrong) = if grid { (GRID_AXES, DRAWN_AXES) } else { (DRAWN_AXES, GRID_AXES) };
    let complaint = |message: String, allowed: String| {
        let nearest = keys::nearest(name, right.into_iter()).filter(|near| *near != name).map(str::to_string);
        let problem = source.problem(entry.place, path, message);
        let found = shorten(&format!("{name} = {}", entry.node.inline()));
        ConfigError::from(Problem { found: Some(found), allowed: Some(allowed), nearest, ..problem })
    };
    if wrong.contains(&name) {
        let method = if grid { "a grid" } else { "a random or sobol sweep" };
        return Err(complaint(
            format!("{name} is not an axis of {method}"),
            format!("{}, or a list", right.join(", ")),
        ));
    }
    if !right.contains(&name) {
        return Err(complaint("unknown axis".to_string(), format!("{}, or a list", right.join(", "))));
    }
    if let ("choice", Tree::List(items)) = (name, &entry.node.tree) {
        return listed(source, path, &entry.node, items);
    }
    make(name, &entry.node).map_err(|allowed| complaint(format!("impossible {name}"), allowed.to_string()))
}

/// An axis from its name and arguments; the error says what is allowed.
fn make(name: &str, node: &Node) -> Result<Axis, &'static str> {
    let items = node.as_list().unwrap_or(&[]);
    let numbers: Option<Vec<f64>> = items.iter().map(|item| item.as_number().filter(|n| n.is_finite())).collect();
    let numbers = numbers.ok_or("finite numbers")?;
    match (name, &numbers[..]) {
        ("range", _) => range(items, &numbers),
        ("uniform", &[low, high]) if low <= high && (high - low).is_finite() => Ok(Axis::Uniform { low, high }),
        ("uniform", _) => Err("[low, high] with low ≤ high"),
        ("loguniform", &[low, high]) if 0.0 < low && low <= high => Ok(Axis::loguniform(low, high)),
        ("loguniform", _) => Err("[low, high] with 0 < low ≤ high"),
        ("normal", &[mean, std]) if std >= 0.0 => Ok(Axis::Normal { mean, std }),
        ("normal", _) => Err("[mean, standard deviation], the latter at least 0"),
        ("choice", _) => Err("a list of values"),
        (_, &[start, stop, _]) => spaced(name, start, stop, &items[2]),
        _ => Err("[start, stop, count]"),
    }
}

fn spaced(name: &str, start: f64, stop: f64, count: &Node) -> Result<Axis, &'static str> {
    let count = count.as_integer().and_then(|count| u64::try_from(count).ok()).filter(|&count| count > 0);
    let count = count.ok_or("[start, stop, count] with a count of at least 1")?;
    if !(stop - start).is_finite() {
        return Err("ends whose difference is finite");
    }
    match name {
        "linspace" => Ok(Axis::Linspace(Even::new(start, stop, count))),
        "geomspace" if start * stop > 0.0 || (start != 0.0 && stop != 0.0 && (start < 0.0) == (stop < 0.0)) => {
            Ok(Axis::geomspace(start, stop, count))
        }
        "geomspace" => Err("[start, stop, count] with both ends above 0, or both below"),
        _ => Ok(Axis::Logspace(Even::new(start, stop, count))),
    }
}

fn range(items: &[Node], numbers: &[f64]) -> Result<Axis, &'static str> {
    const ALLOWED: &str = "[stop], [start, stop] or [start, stop, step] with a step that leads from start to stop";
    let integers: Option<Vec<i64>> = items.iter().map(Node::as_integer).collect();
    if let Some(integers) = integers {
        let (start, stop, step) = match integers[..] {
            [stop] => (0, stop, 1),
            [start, stop] => (start, stop, 1),
            [start, stop, step] => (start, stop, step),
            _ => return Err(ALLOWED),
        };
        let distance = i128::from(stop) - i128::from(start);
        if step == 0 || distance == 0 || (distance > 0) != (step > 0) {
            return Err(ALLOWED);
        }
        let count = distance.unsigned_abs().div_ceil(i128::from(step).unsigned_abs());
        return Ok(Axis::IntegerRange { start, step, count: u64::try_from(count).unwrap_or(u64::MAX) });
    }
    let (start, stop, step) = match *numbers {
        [stop] => (0.0, stop, 1.0),
        [start, stop] => (start, stop, 1.0),
        [start, stop, step] => (start, stop, step),
        _ => return Err(ALLOWED),
    };
    let count = ((stop - start) / step).ceil();
    if !(count >= 1.0 && count.is_finite()) {
        return Err(ALLOWED);
    }
    Ok(Axis::Range { start, step, count: count as u64 })
}

/// Checks values against the key's type: all of a list, the ends and some between of a formula, which is monotone.
fn check_axis(source: &Source, path: &str, kind: &Kind, axis: &Axis, entry: &Entry) -> Result<(), ConfigError> {
    if let Axis::List(List(nodes)) = axis {
        return nodes.iter().try_for_each(|node| check_value(source, path, kind, node));
    }
    let unbounded = |bounds: &Bounds| bounds.is_unbounded();
    let takes_all = matches!(kind, Kind::Scalar) || matches!(kind, Kind::Number(b) | Kind::Numbers(b) if unbounded(b));
    if matches!(axis, Axis::Normal { .. }) && !takes_all {
        let problem =
            source.problem_with(path, &entry.node, "a normal distribution reaches values that are impossible");
        let allowed = Some(format!("{}; loguniform stays above 0", kind.allowed()));
        return Err(Problem { allowed, ..problem }.into());
    }
    let whole = matches!(kind, Kind::Integer(..));
    probes(axis, whole).try_for_each(|digit| {
        let tree = whole_tree(axis.tree(digit), whole);
        check_value(source, path, kind, &Node { tree, place: entry.node.place })
    })
}

/// Digits at the ends of an axis and at some places between.
fn probes(axis: &Axis, whole: bool) -> Box<dyn Iterator<Item = u64>> {
    const PROBES: u64 = 1000;
    match axis.count() {
        Some(count) => {
            Box::new((0..=PROBES).map(move |i| (u128::from(count - 1) * u128::from(i) / u128::from(PROBES)) as u64))
        }
        None => {
            let ends = [axis.quantile(0.0, whole), axis.quantile(1.0 - f64::EPSILON, whole)];
            Box::new(ends.into_iter())
        }
    }
}

/// A number as a whole one, where that is asked for and it is.
pub(crate) fn whole_tree(tree: Tree, whole: bool) -> Tree {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match tree {
        Tree::Number(number) if whole && number.fract() == 0.0 && number.abs() <= EXACT => Tree::Integer(number as i64),
        other => other,
    }
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
