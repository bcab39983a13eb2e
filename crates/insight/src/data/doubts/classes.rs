//! Doubts about targets that are classes.

use std::collections::HashMap;

use etascape_core::Loss;
use etascape_sweep::Job;
use etascape_sweep::data::is_missing_mark;
use etascape_text::percent;

use super::bounds::ENOUGH_ROWS;
use crate::data::facts::class_counts;

/// Share of the rows from which a class is most of them.
const MOSTLY: f64 = 0.8;

/// Doubts about targets that are classes.
pub(super) fn doubts(classes: &[String], job: &Job) -> Vec<String> {
    let counts = class_counts(classes.len(), job);
    let rows: usize = counts.iter().sum();
    let mut doubts = Vec::new();
    let fractions: Vec<&String> = classes.iter().filter(|name| is_fraction(name)).collect();
    if let (Loss::Bce, [first, second]) = (job.shape.loss, classes)
        && !fractions.is_empty()
    {
        doubts.push(format!(
            "bce takes the targets {first} and {second} as the names of two classes, not as probabilities: \
             the first is class 0, the second class 1"
        ));
    } else if let [first, ..] = fractions[..] {
        doubts.push(format!(
            "targets such as {first} are taken as names of classes; for a quantity, train.loss = \"mse\" takes numbers"
        ));
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    if most as f64 >= MOSTLY * rows as f64 && rows >= ENOUGH_ROWS {
        let name = counts.iter().position(|count| *count == most).map_or("", |class| &classes[class]);
        let share = percent(most, rows);
        doubts.push(format!("{share} of the rows are of class `{name}`: to answer so always has that accuracy"));
    }
    let single: Vec<&String> =
        classes.iter().zip(&counts).filter(|(_, count)| **count == 1).map(|(name, _)| name).collect();
    if let ([name, ..], true) = (&single[..], rows >= ENOUGH_ROWS) {
        let others = if single.len() > 1 { format!(", as have {} more", single.len() - 1) } else { String::new() };
        doubts.push(format!("class `{name}` has one row{others}: is it a slip, or a mark for a missing cell?"));
    }
    doubts.extend(alike(classes));
    doubts.extend(mark(classes));
    doubts
}

/// Classes whose names differ in capitals or a point at the end only: the test part of a known set has `<=50K.` for `<=50K`.
fn alike(classes: &[String]) -> Option<String> {
    let mut known = HashMap::new();
    let pair = classes.iter().find_map(|name| {
        known.insert(name.to_lowercase().trim_end_matches('.').to_owned(), name).map(|first| (first, name))
    });
    let (first, second) = pair?;
    Some(format!("the classes `{first}` and `{second}` differ in capitals or a point at the end only: are they one?"))
}

/// A class that can be a mark for missing cells: by its name, or because all others are numbers.
fn mark(classes: &[String]) -> Option<String> {
    let words = || classes.iter().filter(|name| name.parse::<f64>().is_err());
    let only = words().next().filter(|_| classes.len() > 2 && words().count() == 1);
    let name = classes.iter().find(|name| is_missing_mark(name)).or(only)?;
    Some(format!("the class `{name}` can be a mark for missing cells: data.csv.missing counts a cell as missing"))
}

/// Whether the name of a class is a number with a fraction.
fn is_fraction(name: &str) -> bool {
    name.parse::<f64>().is_ok_and(|number| number.fract() != 0.0)
}
