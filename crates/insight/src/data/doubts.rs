//! What in the data will probably not work, or is not meant.

use etascape_core::Loss;
use etascape_sweep::data::{Source, Table};
use etascape_sweep::{Experiment, Job};
use etascape_text::{counted, percent, rounded};

use super::facts::class_counts;
use super::summary::{Column, columns, correlations};

/// Rows from which a pattern in them is no chance.
const ENOUGH_ROWS: usize = 10;

/// Ratio of the sizes of two features from which they need different learning rates.
const FAR_APART: f64 = 1e3;

/// Share of the rows from which a class is most of them.
const MOSTLY: f64 = 0.8;

/// A correlation that differs from 1 by rounding only.
const SAME: f64 = 1.0 - 1e-9;

/// Doubts about the data of an experiment, each a sentence. The classes are those of a job.
pub fn doubts(experiment: &Experiment, job: &Job) -> Vec<String> {
    let table = experiment.plan.table();
    let of_features = columns(table);
    let mut doubts: Vec<String> = nameless(table).into_iter().collect();
    match &job.classes {
        Some(classes) => doubts.extend(of_classes(classes, job)),
        None => doubts.extend(of_quantity(experiment, job)),
    }
    if let Source::Csv(_) = experiment.data.source {
        doubts.extend(given_away(table, &of_features));
        doubts.extend(counting(table, &of_features));
    }
    if !experiment.data.standardize {
        doubts.extend(far_apart(table, &of_features));
    }
    let (features, rows) = (table.inputs(), job.data.train.len());
    if features > rows {
        let [features, rows] = [counted(features, "feature"), counted(rows, "training row")];
        doubts.push(format!("{features} and {rows}: a linear model already fits them exactly"));
    }
    doubts
}

fn nameless(table: &Table) -> Option<String> {
    let columns = &table.reading()?.nameless;
    let first = columns.first()?;
    let others = if columns.len() > 1 { format!(" (and {} more)", columns.len() - 1) } else { String::new() };
    Some(format!("column {first}{others} has no name and is left out: with a name in the header it is a feature"))
}

/// Doubts about targets that are classes.
fn of_classes(classes: &[String], job: &Job) -> Vec<String> {
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
    doubts
}

/// Whether the name of a class is a number with a fraction.
fn is_fraction(name: &str) -> bool {
    name.parse::<f64>().is_ok_and(|number| number.fract() != 0.0)
}

/// Doubts about targets that are quantities.
fn of_quantity(experiment: &Experiment, job: &Job) -> Option<String> {
    let target = Column::of(&job.data.train.targets);
    if target.is_constant() {
        return Some(format!(
            "the target is {} in every training row: there is nothing to learn",
            rounded(target.least, 4)
        ));
    }
    let is_large = job.target_scale.is_none() && target.size() >= FAR_APART;
    let name = experiment.plan.table().target_name();
    let size = rounded(target.size(), 4);
    is_large.then(|| {
        format!(
            "the target `{name}` goes up to {size}: losses are as large as its square, and the limits of [stop] \
                 compare with them; data.standardize_target = true brings it to variance 1"
        )
    })
}

/// Features that are the target but for their unit.
fn given_away(table: &Table, of_features: &[Column]) -> Option<String> {
    let targets = table.target_numbers()?;
    if targets.len() < ENOUGH_ROWS || table.inputs() < 2 {
        return None;
    }
    let correlations = correlations(table, of_features, &targets);
    let same = correlations.iter().position(|correlation| correlation.abs() >= SAME)?;
    let name = &table.feature_names()[same];
    let target = table.target_name();
    Some(format!(
        "the feature `{name}` has correlation {:.0} with the target `{target}`: is it the answer itself?",
        correlations[same]
    ))
}

/// Features that number the rows.
fn counting(table: &Table, of_features: &[Column]) -> Option<String> {
    if table.rows() < ENOUGH_ROWS {
        return None;
    }
    let at = of_features.iter().position(|column| column.counts_rows)?;
    let name = &table.feature_names()[at];
    Some(format!("the feature `{name}` numbers the rows: is it an id? data.csv.features can leave it out"))
}

fn far_apart(table: &Table, of_features: &[Column]) -> Option<String> {
    let varying = || of_features.iter().enumerate().filter(|(_, column)| !column.is_constant());
    let by_size = |a: &(usize, &Column), b: &(usize, &Column)| a.1.size().total_cmp(&b.1.size());
    let ((small, least), (large, most)) = (varying().min_by(by_size)?, varying().max_by(by_size)?);
    let ratio = most.size() / least.size();
    let [small, large] = [small, large].map(|at| &table.feature_names()[at]);
    let [least, most] = [least, most].map(|column| rounded(column.size(), 3));
    (ratio >= FAR_APART).then(|| {
        format!(
            "the feature `{large}` goes up to {most}, `{small}` to {least}: the large one limits η, and the small one \
                 then hardly learns; data.standardize = true makes them alike"
        )
    })
}
