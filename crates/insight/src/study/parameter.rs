//! A swept parameter with its value in every run.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::names::{is_learning_rate, is_seed, short_name};
use crate::statistics::extent;
use crate::subject::{Scale, SweptParameter};
use crate::tables::{Numbers, Runs};

/// A swept parameter with its value in every run.
pub struct Parameter<'a> {
    /// Dotted path.
    pub path: String,
    values: Values<'a>,
    /// The names, where values are names.
    pub names: Option<Vec<String>>,
    log: bool,
    range: OnceLock<Range>,
}

/// The value of each row.
enum Values<'a> {
    /// The logged number.
    Numbers(Numbers<'a>),
    /// The index of its name; names are few.
    Levels(&'a Runs),
    /// The index of its name.
    Names(Vec<u32>),
}

/// The extent of some numbers, for an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// The least and the greatest of the negative and of the positive numbers, and 0 where it occurs. Infinities and
    /// NaN are left out.
    pub ends: Vec<f64>,
    /// Whether all of them are whole.
    pub is_whole: bool,
}

impl Range {
    fn of(values: impl Iterator<Item = f64>) -> Range {
        let (mut below, mut above, mut zero, mut is_whole) = (None, None, None, true);
        for value in values {
            is_whole &= value == value.trunc();
            let end = match value {
                0.0 => {
                    zero = zero.or(Some(value));
                    continue;
                }
                _ if !value.is_finite() => continue,
                _ if value < 0.0 => &mut below,
                _ => &mut above,
            };
            let (low, high): (f64, f64) = end.unwrap_or((value, value));
            *end = Some((low.min(value), high.max(value)));
        }
        let ends = [below, above].into_iter().flatten().flat_map(|(low, high)| [low, high]).chain(zero).collect();
        Range { ends, is_whole }
    }
}

impl<'a> Parameter<'a> {
    /// Finds a parameter in the table; `None` where the table has no such column.
    pub fn new(swept: &SweptParameter, runs: &'a Runs) -> Option<Parameter<'a>> {
        runs.has(&swept.path).then_some(())?;
        let numbers = runs.numbers(&swept.path).filter(|_| swept.scale != Scale::Categories);
        let (values, names) = match numbers.filter(|numbers| numbers.is_whole()) {
            Some(numbers) => (Values::Numbers(numbers), None),
            None => match runs.different(&swept.path) {
                Some(names) => (Values::Levels(runs), Some(names.map(str::to_owned).collect())),
                None => named((0..runs.len()).filter_map(|row| runs.text(&swept.path, row))),
            },
        };
        let mut parameter = Parameter {
            path: swept.path.clone(),
            values,
            names,
            log: swept.scale == Scale::Log,
            range: OnceLock::new(),
        };
        parameter.log |= parameter.names.is_none() && parameter.distinct().is_some_and(|values| is_log_list(&values));
        Some(parameter)
    }

    /// Whether it is the learning rate, or that of a layer.
    pub fn is_learning_rate(&self) -> bool {
        is_learning_rate(&self.path)
    }

    /// Whether its values are spread evenly in the logarithm.
    pub fn is_log(&self) -> bool {
        self.log
    }

    /// Whether its values only choose random streams.
    pub fn is_seed(&self) -> bool {
        is_seed(&self.path)
    }

    /// Whether its values only choose where runs start: a seed, or given starting weights.
    pub fn is_start(&self) -> bool {
        let is_weight =
            ["init.w", "init.b"].iter().any(|path| self.path == *path || self.path.starts_with(&format!("{path}.")));
        self.is_seed() || is_weight && self.names.is_none()
    }

    /// Whether 0 stands for "all", as in a batch size.
    pub fn has_all(&self) -> bool {
        self.path == "train.batch_size"
    }

    /// Its name on an axis.
    pub fn title(&self) -> String {
        match self.path.strip_prefix("train.learning_rate") {
            Some("") => "learning rate η".to_owned(),
            Some(layer) => format!("learning rate η of layer {}", layer.trim_start_matches('.')),
            None => self.path.clone(),
        }
    }

    /// Its name where there is little room.
    pub fn short(&self) -> String {
        short_name(&self.path)
    }

    /// The extent of its values. It is computed when first asked for, from every row.
    pub fn range(&self) -> &Range {
        self.range.get_or_init(|| match self.distinct() {
            Some(values) => Range::of(values.into_iter()),
            None => Range::of((0..self.rows()).map(|row| self.value(row))),
        })
    }

    /// Whether its values are whole numbers.
    pub fn is_whole(&self) -> bool {
        self.names.is_none() && self.range().is_whole
    }

    /// Whether it has more than one value.
    pub fn varies(&self) -> bool {
        self.distinct().is_none_or(|values| values.len() > 1)
    }

    /// The value of a row: its number, or the index of its name.
    pub fn value(&self, row: usize) -> f64 {
        match &self.values {
            Values::Numbers(numbers) => numbers.get(row).unwrap_or(f64::NAN),
            Values::Levels(_) | Values::Names(_) => self.level(row) as f64,
        }
    }

    /// Its different values, in rising order; `None` where there are more than 2¹⁶.
    pub fn distinct(&self) -> Option<Vec<f64>> {
        let mut values = self.levels()?;
        values.sort_unstable_by(f64::total_cmp);
        values.dedup();
        Some(values)
    }

    /// A function of the value of each row. It is called once per value where there are few different values.
    pub fn map<T: Copy>(&self, map: impl Fn(f64) -> T) -> impl Fn(usize) -> T {
        let levels: Option<Vec<T>> = self.levels().map(|levels| levels.into_iter().map(&map).collect());
        move |row| match &levels {
            Some(levels) => levels[self.level(row)],
            None => map(self.value(row)),
        }
    }

    /// Its different values in the order of first occurrence, where they are few. A value written in two ways occurs twice.
    pub fn levels(&self) -> Option<Vec<f64>> {
        match &self.values {
            Values::Numbers(numbers) => Some(numbers.levels()?.map(|number| number.unwrap_or(f64::NAN)).collect()),
            Values::Levels(_) | Values::Names(_) => {
                self.names.as_ref().map(|names| (0..names.len()).map(|name| name as f64).collect())
            }
        }
    }

    /// The index of a row's level; the row itself where there are no levels.
    pub fn level(&self, row: usize) -> usize {
        match &self.values {
            Values::Numbers(numbers) => numbers.level(row).unwrap_or(row),
            Values::Levels(runs) => runs.level(&self.path, row).unwrap_or(row),
            Values::Names(names) => names[row] as usize,
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        match &self.values {
            Values::Numbers(numbers) => numbers.len(),
            Values::Levels(runs) => runs.len(),
            Values::Names(names) => names.len(),
        }
    }
}

/// Whether rising values, beside 0, are geometric, or go over decades from 0 on: `0, 1e-4, 1e-2`.
fn is_log_list(rising: &[f64]) -> bool {
    /// The ratio of the greatest to the least that no other spacing than by ratios has.
    const WIDE: f64 = 50.0;
    let Some((&first, others)) = rising.split_first() else { return false };
    match others {
        [low, .., high] if first == 0.0 => is_geometric(others) || high / low >= WIDE && !is_even(rising),
        _ => is_geometric(rising),
    }
}

/// Whether rising values have equal distances, but for rounding.
fn is_even(rising: &[f64]) -> bool {
    extent(rising.windows(2).map(|pair| pair[1] - pair[0])).is_some_and(|(low, high)| high <= low * 1.01)
}

/// Whether the ratios of rising values vary by less than a factor of 2, and their differences by more.
fn is_geometric(rising: &[f64]) -> bool {
    if rising.len() < 3 || rising.iter().any(|value| *value <= 0.0 || !value.is_finite()) {
        return false;
    }
    let spread = |of: fn(&[f64]) -> f64| extent(rising.windows(2).map(of)).map_or(1.0, |(low, high)| high / low);
    spread(|pair| pair[1] - pair[0]) > 2.0 && spread(|pair| pair[1] / pair[0]) < 2.0
}

/// Names indexed in the order of first occurrence, which is the order of the plan.
fn named<'a>(text: impl Iterator<Item = Cow<'a, str>>) -> (Values<'static>, Option<Vec<String>>) {
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let mut names: Vec<String> = Vec::new();
    let number = |name: Cow<'_, str>| {
        if let Some(&number) = numbers.get(name.as_ref()) {
            return number;
        }
        let number = names.len() as u32;
        numbers.insert(name.clone().into_owned(), number);
        names.push(name.into_owned());
        number
    };
    let values: Vec<u32> = text.map(number).collect();
    (Values::Names(values), Some(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_tells_signs_and_zero_apart() {
        let range = |values: &[f64]| Range::of(values.iter().copied());
        let of = |ends: &[f64], is_whole| Range { ends: ends.to_vec(), is_whole };
        assert_eq!(range(&[3.0, 0.0, -2.0, 5.0, -7.0, 4.0]), of(&[-7.0, -2.0, 3.0, 5.0, 0.0], true));
        assert_eq!(range(&[0.5, f64::NAN, f64::INFINITY]), of(&[0.5, 0.5], false));
        assert_eq!(range(&[]), of(&[], true));
    }

    #[test]
    fn lists_that_keep_their_ratios_are_geometric() {
        assert!(is_geometric(&[0.02, 0.04, 0.08, 0.16]), "distances 0.02 … 0.08, all ratios 2");
        assert!(is_geometric(&[0.1, 0.3, 1.0, 3.0]), "ratios 3 … 3.33");
        assert!(!is_geometric(&[1.0, 2.0, 3.0]) && !is_geometric(&[1.0, 10.0]));
    }

    #[test]
    fn a_zero_before_decades_does_not_make_them_linear() {
        assert!(is_log_list(&[0.0, 1e-5, 1e-4, 1e-3, 1e-2]) && is_log_list(&[0.0, 1e-4, 1e-2]));
        assert!(is_log_list(&[1.0, 8.0, 64.0]) && is_log_list(&[0.0, 0.1, 10.0, 20.0]));
        let even: Vec<f64> = (0..=100).map(|at| f64::from(at) / 10.0).collect();
        assert!(!is_log_list(&even), "a hundred even steps from 0");
        assert!(
            !is_log_list(&[0.0, 0.5, 1.0]) && !is_log_list(&[0.0]) && !is_log_list(&[]) && !is_log_list(&[0.0, 1.0])
        );
        assert!(!is_log_list(&[-1.0, 0.0, 100.0]));
    }
}
