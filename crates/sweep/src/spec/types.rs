//! The types of keys: a range of values, and a function that puts a value into a spec.

use super::source::Written;
use super::word::WordRow;

/// A range of numbers. NaN is in no range.
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

/// One number for all, or one for each.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum OneOrMany {
    All(f64),
    Each(Vec<f64>),
}

/// A text of a list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    pub text: String,
    pub written: Written,
}

/// Parameters that advance together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    pub paths: Vec<Text>,
    pub written: Written,
}

/// The type of a key whose value goes into an `S`: its range, and the function that puts a value there.
pub(crate) enum Type<S> {
    Flag(fn(&mut S, bool)),
    Text(fn(&mut S, String)),
    /// One of some words. The function gets the index of its row.
    Word(&'static [WordRow], fn(&mut S, usize)),
    /// A whole number, not negative.
    Whole(i64, i64, fn(&mut S, u64)),
    Number(Bounds, fn(&mut S, f64)),
    /// A number or a list of them.
    Numbers(Bounds, fn(&mut S, OneOrMany)),
    /// Two numbers.
    Pair(Bounds, fn(&mut S, [f64; 2])),
    Wholes(i64, i64, fn(&mut S) -> &mut Vec<usize>),
    Texts(fn(&mut S, Vec<Text>)),
    /// A text or a list of them.
    TextOrTexts(fn(&mut S, Vec<Text>)),
    /// Names of any kind, each with a number, a text, true or false.
    Variables(fn(&mut S, Vec<(String, Text)>)),
    /// Rows of equally many finite numbers, at least two each.
    Points(fn(&mut S, Vec<Vec<f64>>)),
    /// Lists of texts.
    Groups(fn(&mut S, Vec<Group>)),
    /// A table of keys without a value of its own.
    Section,
    /// A table that is one value: the function resets it before its keys are put into it.
    Table(fn(&mut S)),
    /// A word, or a table with that word as its `kind`; reset in the same way.
    WordOrTable(&'static [WordRow], fn(&mut S)),
    /// One of some words, or a table with keys of its own, shown by an example. The function gets the index of the word's row,
    /// or `None` for a table.
    WordOr(&'static [WordRow], &'static str, fn(&mut S, Option<usize>)),
    /// A number, a text, true or false: a program's parameter.
    Scalar,
    /// The swept parameters.
    Axes,
}

/// A type whose values are only checked, and not stored.
pub(crate) type BareType = Type<()>;

/// Hidden layers at most.
pub(crate) const MOST_LAYERS: usize = 1000;

/// Words in a list, for messages.
fn listed(words: &[WordRow]) -> String {
    words.iter().map(|row| row.word).collect::<Vec<_>>().join(", ")
}

impl<S> Type<S> {
    /// The type of a list's elements, where they can be set one by one.
    pub fn element(&self) -> Option<BareType> {
        match *self {
            Type::Numbers(bounds, _) | Type::Pair(bounds, _) => Some(Type::Number(bounds, |_, _| {})),
            Type::Wholes(low, high, _) => Some(Type::Whole(low, high, |_, _| {})),
            _ => None,
        }
    }

    /// Whether its values are whole numbers.
    pub fn is_whole(&self) -> bool {
        matches!(self, Type::Whole(..))
    }

    /// Whether its values may be tables with keys of their own.
    pub fn is_table(&self) -> bool {
        matches!(self, Type::Section | Type::Table(_) | Type::WordOrTable(..) | Type::WordOr(..))
    }

    /// Whether it allows every number.
    pub fn takes_all_numbers(&self) -> bool {
        match self {
            Type::Scalar => true,
            Type::Number(bounds, _) | Type::Numbers(bounds, _) => bounds.is_unbounded(),
            _ => false,
        }
    }

    /// The allowed values, in words.
    pub fn allowed(&self) -> String {
        match self {
            Type::Flag(_) => "true or false".into(),
            Type::Text(_) => "a text".into(),
            Type::Word(words, _) => listed(words),
            Type::Whole(low, i64::MAX, _) => format!("a whole number of at least {low}"),
            Type::Whole(low, high, _) => format!("a whole number from {low} to {high}"),
            Type::Number(bounds, _) => bounds.says.into(),
            Type::Numbers(bounds, _) => format!("{}, or a list of such", bounds.says),
            Type::Pair(bounds, _) => format!("a list of two, each {}", bounds.says),
            Type::Wholes(low, high, _) => {
                format!("a list of at most {MOST_LAYERS}, each a whole number from {low} to {high}")
            }
            Type::Texts(_) => "a list of texts".into(),
            Type::TextOrTexts(_) => "a text, or a list of texts".into(),
            Type::Variables(_) => "a table of names and texts: { OMP_NUM_THREADS = \"4\" }".into(),
            Type::Points(_) => {
                "rows of finite numbers, equally many in each and at least two: [[3, 7], [9, 13]]".into()
            }
            Type::Groups(_) => "groups of at least two swept parameters: [[\"init.w\", \"init.b\"]]".into(),
            Type::Section | Type::Table(_) => "a table".into(),
            Type::WordOrTable(words, _) => {
                format!("{}, or a table such as {{ kind = \"{}\" }}", listed(words), words[0].word)
            }
            Type::WordOr(words, table, _) => format!("{}, {table}", listed(words)),
            Type::Scalar => "a number, a text, true or false".into(),
            Type::Axes => "a table of parameters and their values".into(),
        }
    }
}
