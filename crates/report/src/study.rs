//! The tables in the words of the sweep: parameters with values, runs with outcomes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use etascape_core::Status;

use crate::charts::{Axis, Key, extent};
use crate::logs::Numbers;
use crate::names::{is_learning_rate, is_seed, short_name, short_value};
use crate::subject::{Scale, Subject, SweptParameter};
use crate::{Error, Runs};

/// A swept parameter with its value in every run.
pub(crate) struct Parameter<'a> {
    /// Dotted path.
    pub(crate) path: String,
    values: Values<'a>,
    /// The names, where values are names.
    pub(crate) names: Option<Vec<String>>,
    log: bool,
    /// Made when first asked for, since it takes a look at every row.
    axis: OnceLock<Axis>,
}

/// The value of each row.
enum Values<'a> {
    /// As it is logged.
    Numbers(Numbers<'a>),
    /// The number of its name, names being few.
    Levels(&'a Runs),
    /// The number of its name.
    Names(Vec<u32>),
}

/// A sweep as its tables show it.
pub(crate) struct Study<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) runs: &'a Runs,
    pub(crate) parameters: Vec<Parameter<'a>>,
    pub(crate) final_loss: Numbers<'a>,
    pub(crate) steps: Numbers<'a>,
    /// The objective at the first step, where only it tells which runs ended there.
    first: Option<Numbers<'a>>,
}

impl<'a> Study<'a> {
    /// Finds the subject's parameters in the table.
    pub(crate) fn new(subject: &'a Subject, runs: &'a Runs) -> Result<Study<'a>, Error> {
        let parameters =
            subject.parameters.iter().map(|swept| Parameter::new(swept, runs)).collect::<Result<_, _>>()?;
        Ok(Study {
            subject,
            runs,
            parameters,
            final_loss: column(runs, &subject.objective.last())?,
            steps: column(runs, "steps")?,
            first: runs.numbers(&subject.objective.first()).filter(|_| subject.limits.is_program),
        })
    }

    /// Whether a run diverged.
    pub(crate) fn diverged(&self, row: usize) -> bool {
        self.runs.status()[row] == Status::Diverged
    }

    /// Whether a run converged or diverged where it began, before its first update: that says nothing of η. Of a program,
    /// whose first numbers may be those of a model that has been trained, only where a limit of the user's own ended it.
    pub(crate) fn ended_at_start(&self, row: usize) -> bool {
        if !matches!(self.runs.status()[row], Status::Converged | Status::Diverged) {
            return false;
        }
        match self.subject.limits.is_program {
            false => self.steps.get(row) == Some(0.0),
            true => self
                .first
                .and_then(|first| first.get(row))
                .is_some_and(|first| first.is_finite() && self.final_loss.get(row) == Some(first)),
        }
    }

    /// Whether a run ended in an error, so that its losses say nothing.
    pub(crate) fn failed(&self, row: usize) -> bool {
        matches!(self.runs.status()[row], Status::Failed | Status::Timeout)
    }

    /// The final loss of a run that has one to speak of: it neither diverged nor failed and the loss is finite.
    pub(crate) fn settled_loss(&self, row: usize) -> Option<f64> {
        self.final_loss.get(row).filter(|loss| loss.is_finite() && !self.diverged(row) && !self.failed(row))
    }

    /// The steps that a run took to converge, if it did.
    pub(crate) fn steps_to_converge(&self, row: usize) -> Option<f64> {
        self.steps.get(row).filter(|_| self.runs.status()[row] == Status::Converged)
    }

    /// The parameter of a path.
    pub(crate) fn parameter(&self, path: &str) -> Option<&Parameter<'a>> {
        self.parameters.iter().find(|parameter| parameter.path == path)
    }
}

impl<'a> Parameter<'a> {
    fn new(swept: &SweptParameter, runs: &'a Runs) -> Result<Parameter<'a>, Error> {
        let missing = || Error::MissingColumn { path: "runs.csv".into(), column: swept.path.clone() };
        if !runs.has(&swept.path) {
            return Err(missing());
        }
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
            axis: OnceLock::new(),
        };
        parameter.log |= parameter.names.is_none()
            && parameter.distinct().is_some_and(|mut values| {
                values.retain(|&value| value != 0.0 || !parameter.has_all());
                is_geometric(&values)
            });
        Ok(parameter)
    }

    /// Whether it is the learning rate, or that of a layer.
    pub(crate) fn is_learning_rate(&self) -> bool {
        is_learning_rate(&self.path)
    }

    /// Whether its values are spread evenly in the logarithm.
    pub(crate) fn is_log(&self) -> bool {
        self.log
    }

    /// Whether its values only choose random streams.
    pub(crate) fn is_seed(&self) -> bool {
        is_seed(&self.path)
    }

    /// Whether its 0 means all: all rows in a batch.
    pub(crate) fn has_all(&self) -> bool {
        self.path == "train.batch_size"
    }

    /// Its name on an axis.
    pub(crate) fn title(&self) -> String {
        match self.path.strip_prefix("train.learning_rate") {
            Some("") => "learning rate η".to_owned(),
            Some(layer) => format!("learning rate η of layer {}", layer.trim_start_matches('.')),
            None => self.path.clone(),
        }
    }

    /// Its name where there is little room.
    pub(crate) fn short(&self) -> String {
        short_name(&self.path)
    }

    /// An axis that holds its values.
    pub(crate) fn axis(&self) -> Axis {
        self.axis.get_or_init(|| self.make_axis()).clone()
    }

    fn make_axis(&self) -> Axis {
        match &self.names {
            Some(names) => Axis::names(&names.iter().map(|name| short_value(name)).collect::<Vec<_>>()),
            None => match self.distinct() {
                Some(values) => self.axis_over(values.iter().copied()),
                None => self.axis_over((0..self.rows()).map(|row| self.value(row))),
            },
        }
    }

    fn axis_over(&self, values: impl Iterator<Item = f64> + Clone) -> Axis {
        match self.is_whole() {
            true if self.has_all() => Axis::of_whole_or_all(values, self.log),
            true => Axis::of_whole(values, self.log),
            false => Axis::holding(values, self.log),
        }
    }

    /// Whether its values are whole numbers.
    pub(crate) fn is_whole(&self) -> bool {
        let is_whole = |value: f64| value == value.trunc();
        self.names.is_none()
            && match self.distinct() {
                Some(values) => values.into_iter().all(is_whole),
                None => (0..self.rows()).all(|row| is_whole(self.value(row))),
            }
    }

    /// Colours for its values.
    pub(crate) fn key(&self) -> Key {
        match &self.names {
            Some(names) => {
                Key::Names { name: self.short(), names: names.iter().map(|name| short_value(name)).collect() }
            }
            None => Key::Scale { name: self.short(), axis: self.axis() },
        }
    }

    /// Whether it has more than one value.
    pub(crate) fn varies(&self) -> bool {
        self.distinct().is_none_or(|values| values.len() > 1)
    }

    /// The value of a row: its number, or that of its name.
    pub(crate) fn value(&self, row: usize) -> f64 {
        match &self.values {
            Values::Numbers(numbers) => numbers.get(row).unwrap_or(f64::NAN),
            Values::Levels(_) | Values::Names(_) => self.level(row) as f64,
        }
    }

    /// Its different values, in rising order; `None` where they are more than two bytes tell apart.
    pub(crate) fn distinct(&self) -> Option<Vec<f64>> {
        let mut values = self.levels()?;
        values.sort_unstable_by(f64::total_cmp);
        values.dedup();
        Some(values)
    }

    /// What a function makes of the value of each row. It is asked once a value where the values are few.
    pub(crate) fn map<T: Copy>(&self, map: impl Fn(f64) -> T) -> impl Fn(usize) -> T {
        let levels: Option<Vec<T>> = self.levels().map(|levels| levels.into_iter().map(&map).collect());
        move |row| match &levels {
            Some(levels) => levels[self.level(row)],
            None => map(self.value(row)),
        }
    }

    /// Its values in the order of first occurrence, where they are few; one that is written in two ways occurs twice.
    pub(crate) fn levels(&self) -> Option<Vec<f64>> {
        match &self.values {
            Values::Numbers(numbers) => Some(numbers.levels()?.map(|number| number.unwrap_or(f64::NAN)).collect()),
            Values::Levels(_) | Values::Names(_) => {
                self.names.as_ref().map(|names| (0..names.len()).map(|name| name as f64).collect())
            }
        }
    }

    /// Which of the levels a row has; the row itself where values are many.
    pub(crate) fn level(&self, row: usize) -> usize {
        match &self.values {
            Values::Numbers(numbers) => numbers.level(row).unwrap_or(row),
            Values::Levels(runs) => runs.level(&self.path, row).unwrap_or(row),
            Values::Names(names) => names[row] as usize,
        }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        match &self.values {
            Values::Numbers(numbers) => numbers.len(),
            Values::Levels(runs) => runs.len(),
            Values::Names(names) => names.len(),
        }
    }
}

/// Whether rising values, as those of a list, keep their ratios rather than their distances.
fn is_geometric(rising: &[f64]) -> bool {
    if rising.len() < 3 || rising.iter().any(|value| *value <= 0.0 || !value.is_finite()) {
        return false;
    }
    let spread = |of: fn(&[f64]) -> f64| extent(rising.windows(2).map(of)).map_or(1.0, |(low, high)| high / low);
    spread(|pair| pair[1] - pair[0]) > 2.0 && spread(|pair| pair[1] / pair[0]) < 2.0
}

fn column<'a>(runs: &'a Runs, name: &str) -> Result<Numbers<'a>, Error> {
    runs.numbers(name).ok_or_else(|| Error::MissingColumn { path: "runs.csv".into(), column: name.to_owned() })
}

/// Names numbered in the order in which they first occur, which is the plan's.
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

/// The middle of some numbers, the mean of the middle two where they are even in number.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let middle = values.len() / 2;
    let is_even = values.len().is_multiple_of(2);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = if is_even { below.iter().copied().max_by(f64::total_cmp).unwrap_or(upper) } else { upper };
    Some(if lower == upper { upper } else { lower / 2.0 + upper / 2.0 })
}

/// The number at a place among positive ones in rising order, however many they are: digit after digit of its bits, which
/// rise with it, by counting. `None` where they are not so many.
pub(crate) fn nth_positive<I: Iterator<Item = f64>>(numbers: impl Fn() -> I, mut place: usize) -> Option<f64> {
    const DIGIT: u32 = 16;
    let mut known: u64 = 0;
    for below in [48, 32, 16, 0] {
        let mut counts = vec![0; 1 << DIGIT];
        let is_among = |bits: &u64| bits.checked_shr(below + DIGIT).unwrap_or(0) == known;
        numbers()
            .map(f64::to_bits)
            .filter(is_among)
            .for_each(|bits| counts[(bits >> below) as usize % (1 << DIGIT)] += 1);
        let digit = counts.iter().position(|&count| {
            let is_here = place < count;
            place -= if is_here { 0 } else { count };
            is_here
        })?;
        known = known << DIGIT | digit as u64;
    }
    Some(f64::from_bits(known))
}

/// Indices at even distances over 0 … count − 1, at most so many, the first and the last among them.
pub(crate) fn evenly(count: usize, at_most: usize) -> Vec<usize> {
    if count <= at_most {
        return (0..count).collect();
    }
    (0..at_most).map(|k| k * (count - 1) / (at_most - 1)).collect()
}

/// Indices spread over 0 … count − 1, at most so many, rising. All of them where they fit; otherwise by the golden
/// ratio, which keeps step with no grid.
pub(crate) fn spread(count: usize, at_most: usize) -> Vec<usize> {
    if count <= at_most {
        return (0..count).collect();
    }
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let place = |k: usize| ((k as f64 * GOLDEN).fract() * count as f64) as usize;
    let chosen: BTreeSet<usize> = (0..at_most).map(place).collect();
    chosen.into_iter().collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::subject::Choice;

    /// Two rates, two optimisers, three seeds.
    pub(crate) const TABLE: &str = include_str!("../fixtures/cells/runs.csv");

    /// What a heat map of that table shows in each cell: rate, optimiser, runs, diverged runs, and the median final loss of
    /// a cell that did not diverge as a whole. `tests/browser` holds the page to the same.
    pub(crate) fn cells() -> Vec<(f64, String, usize, usize, Option<f64>)> {
        let cells: Vec<serde_json::Value> = serde_json::from_str(include_str!("../fixtures/cells/cells.json")).unwrap();
        let cell = |cell: &serde_json::Value| {
            let [runs, diverged] = ["runs", "diverged"].map(|name| cell[name].as_u64().unwrap() as usize);
            let (across, up) = (cell["across"].as_f64().unwrap(), cell["up"].as_str().unwrap().to_owned());
            (across, up, runs, diverged, cell["median"].as_f64())
        };
        cells.iter().map(cell).collect()
    }

    /// Looks at a table as the study of a sweep.
    pub(crate) fn with_table(table: &str, swept: &[(&str, Scale)], choice: Choice, see: impl FnOnce(&Study<'_>)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs.csv");
        std::fs::write(&path, table).unwrap();
        let runs = Runs::read(&path).unwrap();
        let parameters = swept.iter().map(|&(path, scale)| SweptParameter { path: path.to_owned(), scale }).collect();
        let subject = Subject { parameters, choice, ..Subject::default() };
        see(&Study::new(&subject, &runs).unwrap());
    }

    #[test]
    fn a_number_in_rising_order_is_found_by_counting() {
        let numbers = [3.5, 1e-300, f64::MIN_POSITIVE / 4.0, 3.5, 1.0, 1.0 + f64::EPSILON, 1e300, 2.0];
        let mut rising = numbers.to_vec();
        rising.sort_by(f64::total_cmp);
        let found = (0..numbers.len()).map(|place| nth_positive(|| numbers.into_iter(), place).unwrap());
        assert_eq!(found.collect::<Vec<f64>>(), rising);
        assert_eq!(nth_positive(|| numbers.into_iter(), numbers.len()), None);
    }

    #[test]
    fn lists_that_keep_their_ratios_are_geometric() {
        assert!(is_geometric(&[0.02, 0.04, 0.08, 0.16]), "distances 0.02 … 0.08, all ratios 2");
        assert!(is_geometric(&[0.1, 0.3, 1.0, 3.0]), "ratios 3 … 3.33");
        assert!(!is_geometric(&[1.0, 2.0, 3.0]) && !is_geometric(&[0.0, 1.0, 10.0]) && !is_geometric(&[1.0, 10.0]));
    }
}
