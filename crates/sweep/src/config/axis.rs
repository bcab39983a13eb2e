//! Reads one axis: a list, or a table such as `{ geomspace = [1e-4, 1, 9] }`.

use etascape_text::counted;

use super::check::check_value;
use super::keys;
use super::kind::{Bounds, Kind};
use super::tree::{Entry, Node, Source, Tree};
use crate::axis::whole::{self, NotWhole};
use crate::axis::{Axis, Even, List};
use crate::error::{ConfigError, Problem, shorten};

/// Entries of a list at most.
const MOST_VALUES: usize = 1_000_000;
pub(super) const GRID_AXES: [&str; 4] = ["linspace", "geomspace", "logspace", "range"];
pub(super) const DRAWN_AXES: [&str; 4] = ["uniform", "loguniform", "normal", "choice"];

/// Reads an axis and checks its values against the key's kind: all of a list, the ends of a formula or a distribution,
/// between which the others lie.
pub(super) fn axis(source: &Source, path: &str, node: &Node, grid: bool, kind: &Kind) -> Result<Axis, ConfigError> {
    let axis = match &node.tree {
        Tree::List(items) => listed(source, path, node, items)?,
        Tree::Table(table) => match &table.entries[..] {
            [entry] => named_axis(source, path, entry, grid, kind)?,
            _ => return Err(no_axis(source, path, node, grid)),
        },
        _ => return Err(no_axis(source, path, node, grid)),
    };
    check_axis(source, path, kind, &axis, node)?;
    Ok(axis)
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

fn named_axis(source: &Source, path: &str, entry: &Entry, grid: bool, kind: &Kind) -> Result<Axis, ConfigError> {
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
    let items = entry.node.as_list().unwrap_or(&[]);
    let axis = make(name, items).map_err(|allowed| complaint(format!("impossible {name}"), allowed.to_string()))?;
    if !matches!(kind, Kind::Integer(..)) {
        return Ok(axis);
    }
    make_whole(items, axis).map_err(|why| complaint(why.message(), "an axis whose values are all whole".to_string()))
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
    match (&axis, items) {
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

fn check_axis(source: &Source, path: &str, kind: &Kind, axis: &Axis, node: &Node) -> Result<(), ConfigError> {
    if let Axis::List(List(nodes)) = axis {
        return nodes.iter().try_for_each(|node| check_value(source, path, kind, node));
    }
    let unbounded = |bounds: &Bounds| bounds.is_unbounded();
    let takes_all = matches!(kind, Kind::Scalar) || matches!(kind, Kind::Number(b) | Kind::Numbers(b) if unbounded(b));
    if matches!(axis, Axis::Normal { .. }) && !takes_all {
        let problem = source.problem_with(path, node, "a normal distribution reaches values that are impossible");
        let allowed = Some(format!("{}; loguniform stays above 0", kind.allowed()));
        return Err(Problem { allowed, ..problem }.into());
    }
    axis.ends().into_iter().try_for_each(|digit| check_value(source, path, kind, &axis.node(digit, node.place)))
}

/// The value at a path as the file has it, shortened.
pub(super) fn found(path: &str, node: &Node) -> String {
    shorten(&format!("{path} = {}", node.inline()))
}
