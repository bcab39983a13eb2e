//! Reads one axis: a list, or a table such as `{ geomspace = [1e-4, 1, 9] }`.

use etascape_text::counted;

use super::tree::{Entry, Node, Tree};
use super::value;
use crate::error::{ConfigError, Problem, shorten};
use crate::spec::axis::whole::{self, NotWhole};
use crate::spec::axis::{Axis, AxisIndex, Even, List};
use crate::spec::nearest::nearest;
use crate::spec::source::{Source, SourceSpan};
use crate::spec::types::Type;
use crate::value::Value;

/// Entries of a list at most.
const MOST_VALUES: usize = 1_000_000;
const GRID_AXES: [&str; 4] = ["linspace", "geomspace", "logspace", "range"];
const DRAWN_AXES: [&str; 4] = ["uniform", "loguniform", "normal", "choice"];

/// An axis, and where the values of a list stand.
pub(super) struct Read<'a> {
    pub axis: Axis,
    /// The values one by one; empty for a formula or a distribution.
    pub items: &'a [Node],
}

/// Reads an axis, of whole numbers where these are wanted.
pub(super) fn read<'a>(
    source: &Source,
    path: &str,
    node: &'a Node,
    grid: bool,
    is_whole: bool,
) -> Result<Read<'a>, ConfigError> {
    match &node.tree {
        Tree::List(items) => listed(source, path, node, items),
        Tree::Table(table) => match &table.entries[..] {
            [entry] => named_axis(source, path, entry, grid, is_whole),
            _ => Err(no_axis(source, path, node, grid)),
        },
        _ => Err(no_axis(source, path, node, grid)),
    }
}

/// Checks both ends of a formula or a distribution. All its values lie between them.
pub(super) fn check_ends<S: 'static>(
    source: &Source,
    path: &str,
    of: &Type<S>,
    axis: &Axis,
    node: &Node,
) -> Result<(), ConfigError> {
    if matches!(axis, Axis::Normal { .. }) && !of.takes_all_numbers() {
        let message = "a normal distribution reaches values that are impossible";
        let problem = source.problem_with(path, &node.written(), message);
        let allowed = Some(format!("{}; loguniform stays above 0", of.allowed()));
        return Err(Problem { allowed, ..problem }.into());
    }
    let end = |index| value::read(source, path, of, &node_at(axis, index, node.span)).map(drop);
    axis.ends().into_iter().try_for_each(end)
}

/// The value at an index of a formula or a distribution, as a file would write it.
pub(super) fn node_at(axis: &Axis, index: AxisIndex, span: SourceSpan) -> Node {
    let tree = match axis.value(index) {
        Value::Integer(integer) => Tree::Integer(integer),
        _ => Tree::Number(axis.number(index)),
    };
    Node { tree, span }
}

/// The names of all axes.
pub(super) fn axis_words() -> impl Iterator<Item = &'static str> {
    GRID_AXES.into_iter().chain(DRAWN_AXES)
}

/// Whether a name is that of an axis.
pub(super) fn is_axis_name(name: &str) -> bool {
    axis_words().any(|word| word == name)
}

/// The path and the axis of a dotted path that ends in the name of an axis.
pub(super) fn axis_name(path: &str) -> Option<(&str, &str)> {
    path.rsplit_once('.').filter(|(_, name)| is_axis_name(name))
}

fn no_axis(source: &Source, path: &str, node: &Node, grid: bool) -> ConfigError {
    let names = if grid { GRID_AXES } else { DRAWN_AXES };
    let problem = source.problem(node.span, path, "not an axis");
    let allowed = Some(format!("a list of values, or a table with one of {}", names.join(", ")));
    Problem { found: Some(found(path, node)), allowed, ..problem }.into()
}

fn listed<'a>(source: &Source, path: &str, node: &Node, items: &'a [Node]) -> Result<Read<'a>, ConfigError> {
    if items.is_empty() || items.len() > MOST_VALUES {
        let problem = source.problem_with(path, &node.written(), counted(items.len(), "value"));
        return Err(Problem { allowed: Some(format!("1 to {MOST_VALUES} values")), ..problem }.into());
    }
    let values = items.iter().map(Node::value).collect();
    Ok(Read { axis: Axis::List(List(values)), items })
}

fn named_axis<'a>(
    source: &Source,
    path: &str,
    entry: &'a Entry,
    grid: bool,
    is_whole: bool,
) -> Result<Read<'a>, ConfigError> {
    let name = entry.name.as_str();
    let (right, wrong) = if grid { (GRID_AXES, DRAWN_AXES) } else { (DRAWN_AXES, GRID_AXES) };
    let complaint = |message: String, allowed: String| {
        let nearest = nearest(name, right.into_iter()).filter(|near| *near != name).map(str::to_string);
        let problem = source.problem(entry.span, path, message);
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
    let items = entry.node.as_list().unwrap_or(&[]);
    let axis = make(name, items).map_err(|allowed| complaint(format!("impossible {name}"), allowed.to_string()))?;
    let axis = match is_whole {
        true => make_whole(items, axis)
            .map_err(|why| complaint(why.message(), "an axis whose values are all whole".to_string()))?,
        false => axis,
    };
    Ok(Read { axis, items: &[] })
}

/// An axis from its name and arguments; the error says what is allowed.
fn make(name: &str, items: &[Node]) -> Result<Axis, &'static str> {
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

/// The same axis for a key of whole numbers.
fn make_whole(items: &[Node], axis: Axis) -> Result<Axis, NotWhole> {
    let arguments: Vec<Value> = items.iter().map(Node::value).collect();
    match (&axis, &arguments[..]) {
        (Axis::Linspace(even), [start, stop, _]) => whole::linspace(start, stop, even.count()),
        (Axis::Geomspace { exponents, .. }, [start, stop, _]) => whole::geomspace(start, stop, exponents.count()),
        (Axis::Logspace(even), _) => whole::logspace(even.first(), even.last(), even.count()),
        (Axis::Range { start, step, count }, _) => {
            let step = if *count == 1 { 0.0 } else { *step };
            Ok(Axis::IntegerRange {
                start: whole::whole_number(*start)?,
                step: whole::whole_number(step)?,
                count: *count,
            })
        }
        (Axis::Uniform { .. }, [low, high]) => whole::uniform(low, high),
        (Axis::LogUniform { .. }, [low, high]) => whole::loguniform(low, high),
        _ => Ok(axis),
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

/// The value at a path as the file has it, shortened.
pub(super) fn found(path: &str, node: &Node) -> String {
    shorten(&format!("{path} = {}", node.inline()))
}
