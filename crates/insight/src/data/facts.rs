//! How data were read, in the lines of a plan.

use etascape_core::Loss;
use etascape_sweep::data::{CsvReading, Decimal, OnMissing, Source, Table, Titles};
use etascape_sweep::{Experiment, Job};
use etascape_text::{counted, listed, noun, rounded, spelt_out};

use crate::statistics::extent;

/// Names that a line lists at most.
const MOST_NAMED: usize = 10;

/// What a plan says of its data: the name of each line and its text. The classes are those of a job.
pub fn facts(experiment: &Experiment, job: &Job) -> Vec<(&'static str, String)> {
    let table = experiment.plan.table();
    let mut lines = Vec::new();
    if let (Source::Csv(csv), Some(reading)) = (&experiment.data.source, table.reading()) {
        lines.push(("file", format!("{}, {}", csv.path.display(), shape(reading))));
        lines.extend(comments(reading).map(|text| ("comments", text)));
        lines.extend(titles(reading).map(|text| ("above", text)));
        lines.extend(blank(reading).map(|text| ("blank", text)));
        lines.extend(grouped(reading).map(|text| ("thousands", text)));
        lines.extend(percent(reading).map(|text| ("per cent", text)));
        lines.extend(missing(reading).map(|text| ("missing", text)));
        lines.extend(one_hot(reading).map(|text| ("one-hot", text)));
        lines.extend(nameless(reading).map(|text| ("left out", text)));
    }
    lines.push(("features", features(table, experiment.data.standardize)));
    lines.push(match &job.classes {
        Some(classes) => ("classes", in_classes(classes, job)),
        None => ("target", target(table, job)),
    });
    lines
}

/// What stands between cells, and whether the first line is a header.
fn shape(reading: &CsvReading) -> String {
    let found = if reading.is_found { " (found)" } else { "" };
    let decimal = if reading.decimal == Decimal::Comma { ", decimal commas" } else { "" };
    let header = if reading.has_header { "a header" } else { "no header" };
    format!(
        "cells between {}{found}{decimal}, {header}, {}",
        reading.separator.in_words(),
        counted(reading.rows, "row")
    )
}

fn comments(reading: &CsvReading) -> Option<String> {
    let lines = counted(reading.comments, "line");
    (reading.comments > 0).then(|| format!("{lines} above the table, beginning with #: skipped"))
}

fn titles(reading: &CsvReading) -> Option<String> {
    let Titles { table, first } = reading.titles.as_ref()?;
    let begins = if reading.has_header { "the header" } else { "the first row" };
    Some(format!("`{}` and all else above line {table}, {begins}: skipped", spelt_out(first)))
}

fn blank(reading: &CsvReading) -> Option<String> {
    let lines = counted(reading.blank, "line");
    (reading.blank > 0).then(|| format!("{lines} without any cell: skipped"))
}

fn grouped(reading: &CsvReading) -> Option<String> {
    let whole = |number: &str| number.replace(['.', ','], "");
    let columns = reading.grouped.iter().map(|(name, number)| format!("{name} ({number} is {})", whole(number)));
    (!reading.grouped.is_empty()).then(|| listed(columns, MOST_NAMED))
}

fn percent(reading: &CsvReading) -> Option<String> {
    let names = listed(reading.percent.iter().cloned(), MOST_NAMED);
    (!reading.percent.is_empty()).then(|| format!("{names}: 50% is the number 50"))
}

fn missing(reading: &CsvReading) -> Option<String> {
    if reading.missing.is_empty() {
        return None;
    }
    let counts = listed(reading.missing.iter().map(|(name, count)| format!("{name} ({count})")), MOST_NAMED);
    let dropped = format!("{} of {} {} dropped", reading.dropped, reading.rows, noun(&reading.rows, "row"));
    Some(match reading.on_missing {
        OnMissing::Mean if reading.dropped == 0 => format!("{counts}: filled with the column's mean"),
        OnMissing::Mean => format!("{counts}: filled with the column's mean; {dropped}, without a target"),
        OnMissing::Error | OnMissing::Drop => format!("{counts}: {dropped}"),
    })
}

fn one_hot(reading: &CsvReading) -> Option<String> {
    let columns =
        reading.one_hot.iter().map(|column| format!("{} ({})", column.name, counted(column.words.len(), "column")));
    (!reading.one_hot.is_empty()).then(|| listed(columns, MOST_NAMED))
}

fn nameless(reading: &CsvReading) -> Option<String> {
    let numbers = listed(reading.nameless.iter().map(usize::to_string), MOST_NAMED);
    let count = reading.nameless.len();
    (count > 0).then(|| format!("{} {numbers}, without a name", noun(&count, "column")))
}

fn features(table: &Table, standardize: bool) -> String {
    let names = listed(table.feature_names().iter().cloned(), MOST_NAMED);
    let standardised = if standardize { "; standardised" } else { "" };
    let constant = table.columns().iter().zip(table.feature_names()).filter(|(column, _)| column.is_constant());
    let constant: Vec<String> = constant.map(|(_, name)| name.clone()).collect();
    let constants = if constant.is_empty() {
        String::new()
    } else {
        format!("; constant: {}", listed(constant.into_iter(), MOST_NAMED))
    };
    format!("{names}{standardised}{constants}")
}

fn target(table: &Table, job: &Job) -> String {
    let name = table.target_name();
    let targets = job.data.train.targets.iter().chain(&job.data.validation.targets);
    let (least, greatest) = extent(targets.copied()).expect("a table has a row");
    match job.target_scale {
        None => format!("{name}, from {} to {}", rounded(least, 4), rounded(greatest, 4)),
        Some(scale) => {
            let [least, greatest] = [least, greatest].map(|t| rounded(scale.undo(t), 4));
            let deviation = scale.undo(1.0) - scale.undo(0.0);
            let [variance, deviation] = [deviation * deviation, deviation].map(|unit| rounded(unit, 4));
            let unit = match job.shape.loss {
                Loss::HalfSse | Loss::Mse => format!("losses are in units of its variance, {variance}"),
                Loss::Mae => format!("losses are in units of its standard deviation, {deviation}"),
                Loss::Huber | Loss::Bce | Loss::CrossEntropy => format!("its standard deviation was {deviation}"),
            };
            format!("{name}, from {least} to {greatest}; standardised: {unit}")
        }
    }
}

/// The classes with the number of their rows, held-out ones included.
fn in_classes(classes: &[String], job: &Job) -> String {
    let counts = class_counts(classes.len(), job);
    let each = listed(classes.iter().zip(counts).map(|(name, count)| format!("{name} ({count})")), MOST_NAMED);
    format!("{}: {each}", classes.len())
}

/// The number of rows in each class, held-out ones included.
pub(super) fn class_counts(classes: usize, job: &Job) -> Vec<usize> {
    let mut counts = vec![0; classes];
    job.data.train.targets.iter().chain(&job.data.validation.targets).for_each(|class| counts[*class as usize] += 1);
    counts
}
