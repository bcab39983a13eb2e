//! The types that keys can have.

use etascape_text::counted;

use super::keys::nearest;
use super::tree::{Node, Tree};

/// A range of numbers; NaN lies in none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    low: f64,
    low_open: bool,
    high: f64,
    high_open: bool,
    says: &'static str,
}

const fn open_above(low: f64, low_open: bool, high: f64, says: &'static str) -> Bounds {
    Bounds { low, low_open, high, high_open: true, says }
}

const INF: f64 = f64::INFINITY;

impl Bounds {
    pub const FINITE: Bounds = open_above(-INF, true, INF, "a finite number");
    pub const NOT_NEGATIVE: Bounds = open_above(0.0, false, INF, "a number of at least 0");
    pub const POSITIVE: Bounds = open_above(0.0, true, INF, "a number above 0");
    pub const SHARE: Bounds = open_above(0.0, false, 1.0, "a number from 0 to below 1");
    pub const BELOW_INFINITY: Bounds = open_above(-INF, false, INF, "a number below inf");
    pub const BETWEEN_0_AND_1: Bounds =
        Bounds { low: 0.0, low_open: false, high: 1.0, high_open: false, says: "a number from 0 to 1" };
    pub const FACTOR_OR_INFINITE: Bounds =
        Bounds { low: 1.0, low_open: false, high: INF, high_open: false, says: "a number of at least 1, or inf" };
    pub const POSITIVE_OR_INFINITE: Bounds =
        Bounds { low: 0.0, low_open: true, high: INF, high_open: false, says: "a number above 0, or inf" };

    pub fn contains(&self, number: f64) -> bool {
        let above = if self.low_open { number > self.low } else { number >= self.low };
        above && if self.high_open { number < self.high } else { number <= self.high }
    }

    /// Whether it reaches to −∞ and +∞.
    pub fn is_unbounded(&self) -> bool {
        self.low == -INF && self.high == INF
    }
}

/// A type with its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Flag,
    Text,
    Word(&'static [&'static str]),
    Integer(i64, i64),
    Number(Bounds),
    /// A number or a list of them.
    Numbers(Bounds),
    /// Two numbers.
    Pair(Bounds),
    Integers(i64, i64),
    Texts,
    /// Rows of equally many finite numbers, at least two each.
    Points,
    /// Lists of texts.
    Groups,
    /// A table with keys of its own.
    Table,
    /// A word, or a table with that word as its `kind`.
    WordOrTable(&'static [&'static str]),
    /// A word, or a table with keys of its own, which are shown.
    WordOr(&'static [&'static str], &'static str),
    /// A number, a text, true or false.
    Scalar,
    /// The swept parameters.
    Axes,
}

/// Why a value does not fit its key.
pub(crate) struct Misfit<'a> {
    pub node: &'a Node,
    pub message: String,
    pub allowed: String,
    pub nearest: Option<String>,
}

/// Hidden layers at most.
pub(crate) const MOST_LAYERS: usize = 1000;

impl Kind {
    /// The kind of a list's elements, where they can be set one by one.
    pub fn element(&self) -> Option<Kind> {
        match *self {
            Kind::Numbers(bounds) | Kind::Pair(bounds) => Some(Kind::Number(bounds)),
            Kind::Integers(low, high) => Some(Kind::Integer(low, high)),
            _ => None,
        }
    }

    /// What may stand there, for people.
    pub fn allowed(&self) -> String {
        match self {
            Kind::Flag => "true or false".into(),
            Kind::Text => "a text".into(),
            Kind::Word(words) => words.join(", "),
            Kind::Integer(low, i64::MAX) => format!("a whole number of at least {low}"),
            Kind::Integer(low, high) => format!("a whole number from {low} to {high}"),
            Kind::Number(bounds) => bounds.says.into(),
            Kind::Numbers(bounds) => format!("{}, or a list of such", bounds.says),
            Kind::Pair(bounds) => format!("a list of two, each {}", bounds.says),
            Kind::Integers(low, high) => {
                format!("a list of at most {MOST_LAYERS}, each a whole number from {low} to {high}")
            }
            Kind::Texts => "a list of texts".into(),
            Kind::Points => "rows of finite numbers, equally many in each and at least two: [[3, 7], [9, 13]]".into(),
            Kind::Groups => "groups of at least two swept parameters: [[\"init.w\", \"init.b\"]]".into(),
            Kind::Table => "a table".into(),
            Kind::WordOrTable(words) => {
                format!("{}, or a table such as {{ kind = \"{}\" }}", words.join(", "), words[0])
            }
            Kind::WordOr(words, table) => format!("{}, {table}", words.join(", ")),
            Kind::Scalar => "a number, a text, true or false".into(),
            Kind::Axes => "a table of parameters and their values".into(),
        }
    }

    /// Whether a value has this type and lies in its range.
    pub fn check<'a>(&self, node: &'a Node) -> Result<(), Misfit<'a>> {
        match (self, &node.tree) {
            (Kind::Flag, Tree::Bool(_)) | (Kind::Text, Tree::Text(_)) => Ok(()),
            (Kind::Table | Kind::Axes | Kind::WordOrTable(_) | Kind::WordOr(..), Tree::Table(_)) => Ok(()),
            (Kind::Scalar, Tree::Bool(_) | Tree::Integer(_) | Tree::Number(_) | Tree::Text(_)) => Ok(()),
            (Kind::Word(words) | Kind::WordOrTable(words) | Kind::WordOr(words, _), Tree::Text(word)) => {
                self.check_word(words, word, node)
            }
            (Kind::Integer(low, high), Tree::Integer(integer)) => self.hold((low..=high).contains(&integer), node),
            (Kind::Number(bounds) | Kind::Numbers(bounds), Tree::Integer(_) | Tree::Number(_)) => {
                self.hold(node.as_number().is_some_and(|number| bounds.contains(number)), node)
            }
            (Kind::Numbers(_) | Kind::Pair(_) | Kind::Integers(..), Tree::List(items)) => self.check_list(items, node),
            (Kind::Texts, Tree::List(items)) => each(items, &Kind::Text),
            (Kind::Groups, Tree::List(items)) => each(items, &Kind::Texts),
            (Kind::Points, Tree::List(rows)) => self.check_points(rows, node),
            _ => Err(self.misfit(node, "wrong type")),
        }
    }

    fn misfit<'a>(&self, node: &'a Node, message: &str) -> Misfit<'a> {
        let message = match message {
            "wrong type" => format!("wrong type: {}", node.type_name()),
            _ => message.to_string(),
        };
        Misfit { node, message, allowed: self.allowed(), nearest: None }
    }

    fn hold<'a>(&self, holds: bool, node: &'a Node) -> Result<(), Misfit<'a>> {
        if holds { Ok(()) } else { Err(self.misfit(node, "impossible value")) }
    }

    fn check_word<'a>(&self, words: &[&str], word: &str, node: &'a Node) -> Result<(), Misfit<'a>> {
        if words.contains(&word) {
            return Ok(());
        }
        let nearest = nearest(word, words.iter().copied()).map(str::to_string);
        Err(Misfit { nearest, ..self.misfit(node, "unknown word") })
    }

    fn check_list<'a>(&self, items: &'a [Node], node: &'a Node) -> Result<(), Misfit<'a>> {
        let length_fits = match self {
            Kind::Pair(_) => items.len() == 2,
            Kind::Integers(..) => items.len() <= MOST_LAYERS,
            _ => !items.is_empty(),
        };
        self.hold(length_fits, node)?;
        self.element().map_or(Ok(()), |kind| each(items, &kind))
    }

    fn check_points<'a>(&self, rows: &'a [Node], node: &'a Node) -> Result<(), Misfit<'a>> {
        if rows.is_empty() {
            return Err(self.misfit(node, "no rows"));
        }
        let width = rows[0].as_list().map_or(0, <[Node]>::len);
        for row in rows {
            let Some(numbers) = row.as_list() else { return Err(self.misfit(row, "wrong type")) };
            if numbers.len() != width {
                let message =
                    format!("ragged rows: {} where the first row has {width}", counted(numbers.len(), "number"));
                return Err(self.misfit(row, &message));
            }
            if width < 2 {
                return Err(self.misfit(row, "a row needs a feature and a target"));
            }
            each(numbers, &Kind::Number(Bounds::FINITE))?;
        }
        Ok(())
    }
}

fn each<'a>(items: &'a [Node], kind: &Kind) -> Result<(), Misfit<'a>> {
    items.iter().try_for_each(|item| kind.check(item))
}
