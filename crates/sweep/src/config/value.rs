//! Reads one value as the type of its key. The result is an assignment to a spec, or an error that says what does not fit.

use etascape_text::counted;

use super::tree::{Entry, Node, Table, Tree};
use crate::error::{ConfigError, Problem};
use crate::spec::nearest::nearest;
use crate::spec::setter::Assign;
use crate::spec::source::Source;
use crate::spec::types::{BareType, Bounds, Group, MOST_LAYERS, OneOrMany, Text, Type};
use crate::spec::word::WordRow;

/// Why a value does not fit its key.
struct Misfit<'a> {
    node: &'a Node,
    message: String,
    allowed: String,
    nearest: Option<String>,
}

/// Reads a value of a type.
pub(super) fn read<S: 'static>(
    source: &Source,
    path: &str,
    of: &Type<S>,
    node: &Node,
) -> Result<Assign<S>, ConfigError> {
    fitted(of, node).map_err(|misfit| {
        let problem = source.problem_with(path, &misfit.node.written(), misfit.message);
        Problem { allowed: Some(misfit.allowed), nearest: misfit.nearest, ..problem }.into()
    })
}

fn put<S: 'static, T: Clone + Send + Sync + 'static>(set: fn(&mut S, T), value: T) -> Assign<S> {
    Box::new(move |spec| set(spec, value.clone()))
}

fn nothing<S>() -> Assign<S> {
    Box::new(|_| {})
}

fn fitted<'a, S: 'static>(of: &Type<S>, node: &'a Node) -> Result<Assign<S>, Misfit<'a>> {
    match (of, &node.tree) {
        (Type::Flag(set), Tree::Bool(flag)) => Ok(put(*set, *flag)),
        (Type::Text(set), Tree::Text(text)) => Ok(put(*set, text.clone())),
        (Type::Word(words, set), Tree::Text(word)) => Ok(put(*set, row(of, words, word, node)?)),
        (Type::Whole(low, high, set), Tree::Integer(_)) => Ok(put(*set, whole(of, *low, *high, node)? as u64)),
        (Type::Number(bounds, set), Tree::Integer(_) | Tree::Number(_)) => Ok(put(*set, number(of, bounds, node)?)),
        (Type::Numbers(bounds, set), Tree::Integer(_) | Tree::Number(_)) => {
            Ok(put(*set, OneOrMany::All(number(of, bounds, node)?)))
        }
        (Type::Numbers(bounds, set), Tree::List(items)) => {
            hold(of, !items.is_empty(), node)?;
            Ok(put(*set, OneOrMany::Each(numbers(bounds, items)?)))
        }
        (Type::Pair(bounds, set), Tree::List(items)) => {
            let numbers = if items.len() == 2 { Some(numbers(bounds, items)?) } else { None };
            let pair = numbers.and_then(|numbers| <[f64; 2]>::try_from(numbers).ok());
            Ok(put(*set, pair.ok_or_else(|| misfit(of, node, "impossible value".to_string()))?))
        }
        (Type::Wholes(low, high, list), Tree::List(items)) => {
            hold(of, items.len() <= MOST_LAYERS, node)?;
            let (list, element) = (*list, BareType::Whole(*low, *high, |_, _| {}));
            let wholes = items.iter().map(|item| match item.tree {
                Tree::Integer(_) => whole(&element, *low, *high, item).map(|whole| whole as usize),
                _ => Err(wrong_type(&element, item)),
            });
            let wholes = wholes.collect::<Result<Vec<usize>, _>>()?;
            Ok(Box::new(move |spec| list(spec).clone_from(&wholes)))
        }
        (Type::Texts(set) | Type::TextOrTexts(set), Tree::List(items)) => Ok(put(*set, texts(items)?)),
        (Type::TextOrTexts(set), Tree::Text(_)) => Ok(put(*set, texts(std::slice::from_ref(node))?)),
        (Type::Variables(set), Tree::Table(table)) => Ok(put(*set, variables(table)?)),
        (Type::Groups(set), Tree::List(items)) => Ok(put(*set, groups(items)?)),
        (Type::Points(set), Tree::List(rows)) => Ok(put(*set, points(of, rows, node)?)),
        (Type::Table(renew) | Type::WordOrTable(_, renew), Tree::Table(_)) => Ok(Box::new(*renew)),
        (Type::WordOrTable(words, renew), Tree::Text(word)) => {
            row(of, words, word, node)?;
            Ok(Box::new(*renew))
        }
        (Type::WordOr(_, _, set), Tree::Table(_)) => Ok(put(*set, None)),
        (Type::WordOr(words, _, set), Tree::Text(word)) => Ok(put(*set, Some(row(of, words, word, node)?))),
        (Type::Section | Type::Axes, Tree::Table(_)) => Ok(nothing()),
        (Type::Scalar, Tree::Bool(_) | Tree::Integer(_) | Tree::Number(_) | Tree::Text(_)) => Ok(nothing()),
        _ => Err(wrong_type(of, node)),
    }
}

fn misfit<'a, S>(of: &Type<S>, node: &'a Node, message: String) -> Misfit<'a> {
    Misfit { node, message, allowed: of.allowed(), nearest: None }
}

fn wrong_type<'a, S>(of: &Type<S>, node: &'a Node) -> Misfit<'a> {
    misfit(of, node, format!("wrong type: {}", node.type_name()))
}

fn hold<'a, S>(of: &Type<S>, holds: bool, node: &'a Node) -> Result<(), Misfit<'a>> {
    if holds { Ok(()) } else { Err(misfit(of, node, "impossible value".to_string())) }
}

fn unknown_word<'a, S>(
    of: &Type<S>,
    word: &str,
    words: &mut dyn Iterator<Item = &'static str>,
    node: &'a Node,
) -> Misfit<'a> {
    let nearest = nearest(word, words).map(str::to_string);
    Misfit { nearest, ..misfit(of, node, "unknown word".to_string()) }
}

/// The row of a word.
fn row<'a, S>(of: &Type<S>, words: &'static [WordRow], word: &str, node: &'a Node) -> Result<usize, Misfit<'a>> {
    let row = words.iter().position(|row| row.word == word);
    row.ok_or_else(|| unknown_word(of, word, &mut words.iter().map(|row| row.word), node))
}

fn whole<'a, S>(of: &Type<S>, low: i64, high: i64, node: &'a Node) -> Result<i64, Misfit<'a>> {
    let whole = node.as_integer().filter(|whole| (low..=high).contains(whole));
    whole.ok_or_else(|| misfit(of, node, "impossible value".to_string()))
}

fn number<'a, S>(of: &Type<S>, bounds: &Bounds, node: &'a Node) -> Result<f64, Misfit<'a>> {
    let number = node.as_number().filter(|number| bounds.contains(*number));
    number.ok_or_else(|| misfit(of, node, "impossible value".to_string()))
}

/// Reads numbers one by one, so that an error names the wrong one.
fn numbers<'a>(bounds: &Bounds, items: &'a [Node]) -> Result<Vec<f64>, Misfit<'a>> {
    let element = BareType::Number(*bounds, |_, _| {});
    let one = |item: &'a Node| match item.tree {
        Tree::Integer(_) | Tree::Number(_) => number(&element, bounds, item),
        _ => Err(wrong_type(&element, item)),
    };
    items.iter().map(one).collect()
}

fn texts(items: &[Node]) -> Result<Vec<Text>, Misfit<'_>> {
    let one = |item| {
        let text = Node::as_text(item).ok_or_else(|| wrong_type(&BareType::Text(|_, _| {}), item))?;
        Ok(Text { text: text.to_string(), written: item.written() })
    };
    items.iter().map(one).collect()
}

fn variables(table: &Table) -> Result<Vec<(String, Text)>, Misfit<'_>> {
    fn one(entry: &Entry) -> Result<(String, Text), Misfit<'_>> {
        let node = &entry.node;
        if let Err(misfit) = fitted(&BareType::Scalar, node) {
            return Err(Misfit { message: format!("{}: {}", entry.name, misfit.message), ..misfit });
        }
        Ok((entry.name.clone(), Text { text: node.value().argument(), written: node.written() }))
    }
    table.entries.iter().map(one).collect()
}

fn groups(items: &[Node]) -> Result<Vec<Group>, Misfit<'_>> {
    let one = |item| {
        let members = Node::as_list(item).ok_or_else(|| wrong_type(&BareType::Texts(|_, _| {}), item))?;
        Ok(Group { paths: texts(members)?, written: item.written() })
    };
    items.iter().map(one).collect()
}

fn points<'a, S>(of: &Type<S>, rows: &'a [Node], node: &'a Node) -> Result<Vec<Vec<f64>>, Misfit<'a>> {
    if rows.is_empty() {
        return Err(misfit(of, node, "no rows".to_string()));
    }
    let width = rows[0].as_list().map_or(0, <[Node]>::len);
    let row = |row: &'a Node| {
        let items = row.as_list().ok_or_else(|| wrong_type(of, row))?;
        if items.len() != width {
            let message = format!("ragged rows: {} where the first row has {width}", counted(items.len(), "number"));
            return Err(misfit(of, row, message));
        }
        if width < 2 {
            return Err(misfit(of, row, "a row needs a feature and a target".to_string()));
        }
        numbers(&Bounds::FINITE, items)
    };
    rows.iter().map(row).collect()
}
