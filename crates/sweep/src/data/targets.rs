//! Targets as read, and their encoding as classes.

use std::borrow::Cow;
use std::collections::HashMap;

use etascape_core::Loss;
use etascape_text::counted;

use super::cell::number_hint;
use super::csv_source::Decimal;
use super::error::{DataError, Location, quoted};

/// Classes at most. A column with more different targets counts as a quantity.
pub(super) const MOST_CLASSES: usize = 1000;

/// One target per row, as read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Targets {
    /// Every one a finite number.
    Numbers(Vec<f64>),
    /// At least one of them not a number.
    Texts {
        /// The different texts, in the order of their first rows; at most [`MOST_CLASSES`].
        texts: Vec<String>,
        /// The index of each row's text.
        rows: Vec<u32>,
        /// The location of the first target that is not a number.
        first: Location,
        /// The text of that target.
        found: String,
        /// Why it is no number although it looks like one.
        why: Option<String>,
    },
}

/// Targets as a loss takes them, and the names of the classes if it takes classes.
type Encoded<'a> = (Cow<'a, [f64]>, Option<Vec<String>>);

impl Targets {
    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        match self {
            Targets::Numbers(numbers) => numbers.len(),
            Targets::Texts { rows, .. } => rows.len(),
        }
    }

    /// The targets as numbers: of two texts the first is 0. `None` for more texts.
    pub(super) fn numbers(&self) -> Option<Cow<'_, [f64]>> {
        match self {
            Targets::Numbers(numbers) => Some(numbers.into()),
            Targets::Texts { texts, rows, .. } => {
                (texts.len() == 2).then(|| rows.iter().map(|text| f64::from(*text)).collect())
            }
        }
    }

    /// The first row of each class; of numbers that are too many for classes none.
    pub(super) fn firsts(&self) -> Vec<usize> {
        let mut first = HashMap::new();
        for row in 0..self.len() {
            let class = match self {
                Targets::Numbers(numbers) => (numbers[row] + 0.0).to_bits(),
                Targets::Texts { rows, .. } => rows[row].into(),
            };
            first.entry(class).or_insert(row);
            if first.len() > MOST_CLASSES {
                return Vec::new();
            }
        }
        first.into_values().collect()
    }

    /// The targets as a loss takes them, and the names of the classes if it takes classes.
    pub(super) fn for_loss(&self, loss: Loss) -> Result<Encoded<'_>, DataError> {
        if loss.is_classification() {
            let (codes, names) = self.classes()?;
            check_count(&names, loss)?;
            return Ok((codes.into(), Some(names)));
        }
        match self {
            Targets::Numbers(numbers) => Ok((numbers.into(), None)),
            Targets::Texts { first, found, why, .. } => {
                let why = why.as_ref().map(|why| format!(", which {why}")).unwrap_or_default();
                Err(first.clone().invalid(
                    format!("the text {}{why}", quoted(found)),
                    "a number as the target of this loss; with `train.loss` = \"cross_entropy\" or \"bce\", text names a class",
                ))
            }
        }
    }

    /// The class index of each row, and the names of the classes. Numbers are sorted by size, texts by their bytes.
    fn classes(&self) -> Result<(Vec<f64>, Vec<String>), DataError> {
        match self {
            Targets::Numbers(numbers) => number_classes(numbers),
            Targets::Texts { texts, rows, .. } => {
                let mut names = texts.clone();
                names.sort();
                let codes: HashMap<&String, f64> = names.iter().zip(0u32..).map(|(name, i)| (name, i.into())).collect();
                Ok((rows.iter().map(|&row| codes[&texts[row as usize]]).collect(), names))
            }
        }
    }
}

fn number_classes(numbers: &[f64]) -> Result<(Vec<f64>, Vec<String>), DataError> {
    // Adding 0 makes −0 the same class as 0, by name too.
    let mut distinct: Vec<f64> = numbers.iter().map(|number| number + 0.0).collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    if distinct.len() > MOST_CLASSES {
        return Err(target_place().invalid(
            format!("{} different targets", distinct.len()),
            format!("at most {MOST_CLASSES} classes; for a quantity, a regression loss such as \"mse\""),
        ));
    }
    let code = |number: &f64| distinct.partition_point(|class| class < number) as f64;
    Ok((numbers.iter().map(code).collect(), distinct.iter().map(f64::to_string).collect()))
}

fn check_count(names: &[String], loss: Loss) -> Result<(), DataError> {
    let found = match names {
        [only] => format!("one class, {}", quoted(only)),
        _ => counted(names.len(), "class"),
    };
    match (loss, names.len()) {
        (Loss::Bce, 2) => Ok(()),
        (Loss::Bce, 0..2) => Err(target_place().invalid(found, "two classes")),
        (Loss::Bce, _) if names.iter().all(|name| is_share(name)) => {
            let allowed = "two classes for bce, which takes no probabilities; \"mse\" takes such numbers";
            Err(target_place().invalid(format!("{found}, all from 0 to 1"), allowed))
        }
        (Loss::Bce, _) => Err(target_place().invalid(found, "two classes for bce; \"cross_entropy\" takes more")),
        (_, 0..2) => Err(target_place().invalid(found, "at least two classes")),
        _ => Ok(()),
    }
}

/// Whether the name of a class is a number from 0 to 1.
fn is_share(name: &str) -> bool {
    name.parse().is_ok_and(|number: f64| (0.0..=1.0).contains(&number))
}

fn target_place() -> Location {
    Location::of("the targets")
}

/// A column of targets while it is read.
///
/// Numbers are kept as numbers until the first text; texts are kept until there are more than [`MOST_CLASSES`] different
/// ones. A column that is neither is refused.
#[derive(Default)]
pub(super) struct TargetColumn {
    decimal: Option<Decimal>,
    numbers: Vec<f64>,
    texts: Vec<String>,
    index: HashMap<String, u32>,
    rows: Vec<u32>,
    first: Option<(Location, String)>,
}

impl TargetColumn {
    pub(super) fn new(decimal: Option<Decimal>) -> TargetColumn {
        TargetColumn { decimal, ..TargetColumn::default() }
    }

    /// Adds the next cell: its number if it is one, its text, its location.
    pub(super) fn push(
        &mut self,
        number: Option<f64>,
        cell: &str,
        place: impl Fn() -> Location,
    ) -> Result<(), DataError> {
        match number {
            Some(number) if self.first.is_none() => self.numbers.push(number),
            Some(_) => {}
            None if self.first.is_none() => self.first = Some((place(), cell.to_string())),
            None => {}
        }
        self.push_text(cell);
        match &self.first {
            Some((place, text)) if self.texts.len() > MOST_CLASSES => Err(place.clone().invalid(
                format!("the text {}, in a column of more than {MOST_CLASSES} different targets", quoted(text)),
                format!("a column of numbers, or one of at most {MOST_CLASSES} classes"),
            )),
            _ => Ok(()),
        }
    }

    fn push_text(&mut self, cell: &str) {
        if self.texts.len() > MOST_CLASSES {
            return;
        }
        let next = self.texts.len() as u32;
        let row = self.index.get(cell).copied().unwrap_or(next);
        if row == next {
            self.index.insert(cell.to_string(), next);
            self.texts.push(cell.to_string());
        }
        self.rows.push(row);
    }

    /// All targets of the column.
    pub(super) fn finish(self) -> Targets {
        match self.first {
            None => Targets::Numbers(self.numbers),
            Some((first, found)) => {
                let why = number_hint(&found, self.decimal);
                Targets::Texts { texts: self.texts, rows: self.rows, first, found, why }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Result<Targets, DataError> {
        let mut column = TargetColumn::default();
        for cell in cells {
            column.push(cell.parse().ok(), cell, || Location::of(format!("cell {cell}")))?;
        }
        Ok(column.finish())
    }

    fn classes(cells: &[&str], loss: Loss) -> (Vec<f64>, Vec<String>) {
        let targets = column(cells).expect("reads");
        let (codes, names) = targets.for_loss(loss).expect("are classes");
        (codes.into_owned(), names.expect("has names"))
    }

    #[test]
    fn numbers_are_classes_in_order_of_size() {
        let (codes, names) = classes(&["10", "-1", "9", "10.0"], Loss::CrossEntropy);
        assert_eq!(codes, [2.0, 0.0, 1.0, 2.0]);
        assert_eq!(names, ["-1", "9", "10"]);
        assert_eq!(classes(&["0", "-0", "1"], Loss::Bce), (vec![0.0, 0.0, 1.0], vec!["0".into(), "1".into()]));
    }

    #[test]
    fn texts_are_classes_in_the_order_of_their_bytes() {
        let (codes, names) = classes(&["10", "b", "9", "B", "9"], Loss::CrossEntropy);
        assert_eq!(names, ["10", "9", "B", "b"]);
        assert_eq!(codes, [0.0, 3.0, 1.0, 2.0, 1.0]);
    }

    #[test]
    fn other_losses_take_numbers() {
        let targets = column(&["2", "-0.5"]).expect("reads");
        assert_eq!(targets.for_loss(Loss::Mse).expect("are numbers"), (vec![2.0, -0.5].into(), None));
        let error = column(&["2", "x", "y"]).expect("reads").for_loss(Loss::HalfSse).expect_err("is text").to_string();
        assert!(error.contains("cell x: found the text `x`") && error.contains("cross_entropy"), "{error}");
    }

    #[test]
    fn the_number_of_classes_is_checked() {
        let error = |cells: &[&str], loss| column(cells).expect("reads").for_loss(loss).expect_err("fails").to_string();
        assert!(error(&["1", "1"], Loss::CrossEntropy).contains("found one class, `1`; allowed: at least two"));
        assert!(error(&["a"], Loss::Bce).contains("found one class, `a`; allowed: two classes"));
        assert!(error(&["a", "b", "c"], Loss::Bce).contains("found 3 classes; allowed: two classes for bce"));
        let shares = column(&["0.1", "0.5", "1", "0"]).expect("reads").for_loss(Loss::Bce).expect_err("are many");
        let expected = "found 4 classes, all from 0 to 1; allowed: two classes for bce, which takes no probabilities";
        assert!(shares.to_string().contains(expected), "{shares}");
        let many = Targets::Numbers((0..1001).map(f64::from).collect());
        let error = many.for_loss(Loss::CrossEntropy).expect_err("are too many").to_string();
        assert!(error.contains("1001 different targets") && error.contains("regression"), "{error}");
        assert!(many.for_loss(Loss::Mse).is_ok());
    }

    #[test]
    fn a_text_among_very_many_numbers_is_refused_wherever_it_stands() {
        for at in [0, 500, 1000, 1500] {
            let mut cells: Vec<String> = (0..2000).map(|i| i.to_string()).collect();
            cells[at] = "1.o".into();
            let error =
                column(&cells.iter().map(String::as_str).collect::<Vec<_>>()).expect_err("is neither").to_string();
            assert!(error.starts_with("cell 1.o: found the text `1.o`"), "{at}: {error}");
        }
        let numbers: Vec<String> = (0..2000).map(|i| i.to_string()).collect();
        let targets = column(&numbers.iter().map(String::as_str).collect::<Vec<_>>()).expect("are numbers");
        assert_eq!(targets, Targets::Numbers((0..2000).map(f64::from).collect()));
    }
}
