//! Findings of made-up tables: where each is said, and where it must not be.

mod advice;
mod claims;
mod kinds;
mod overfits;
mod ranges;
mod rates;
mod seeds;
mod standardize;
mod within;

use std::collections::BTreeMap;
use std::path::Path;

use etascape_sweep::program::ProgramExperiment;

use crate::findings::Findings;
use crate::study::testing::{parameters, with_subject};
use crate::subject::{Scale, Subject};
use crate::tables::Curves;

const RATE: (&str, Scale) = ("train.learning_rate", Scale::Log);
const OPTIMIZER: (&str, Scale) = ("train.optimizer", Scale::Categories);
const SEED: (&str, Scale) = ("seed", Scale::Linear);

/// The findings of a table, with curves of the objective.
fn found_in(table: &str, subject: &Subject, curves: &[&Curves]) -> Findings {
    let mut found = None;
    with_subject(table, subject, |study| {
        found = Some(Findings::from_tables(study, Vec::new()).with_curves(study, curves, None));
    });
    found.unwrap()
}

/// The findings of runs of the engine: their swept cells, status, loss at the start and final loss.
fn findings(swept: &[(&str, Scale)], runs: &[(&str, &str, f64, f64)], edit: impl FnOnce(&mut Subject)) -> Findings {
    let mut subject = Subject { parameters: parameters(swept), ..Subject::default() };
    edit(&mut subject);
    found_in(&table(swept, runs), &subject, &[])
}

fn table(swept: &[(&str, Scale)], runs: &[(&str, &str, f64, f64)]) -> String {
    let paths: String = swept.iter().map(|(path, _)| format!("{path},")).collect();
    let row = |(id, (cells, status, first, last)): (usize, &(&str, &str, f64, f64))| {
        format!("{id},{cells},{status},100,{first},{last},{last}\n")
    };
    let head = format!("run_id,{paths}status,steps,initial_loss,final_loss,min_loss\n");
    std::iter::once(head).chain(runs.iter().enumerate().map(row)).collect()
}

/// Axes as they are written in a file, for parameters of any names.
fn axes(written: &[(&str, &str)]) -> BTreeMap<String, etascape_sweep::Axis> {
    let lines: String = written.iter().map(|(path, axis)| format!("\"{path}\" = {axis}\n")).collect();
    let text = format!("name = \"t\"\nprogram.command = [\"true\"]\n[sweep.parameters]\n{lines}");
    let experiment = ProgramExperiment::parse(&text, Path::new("t.toml"), &[]).unwrap();
    experiment.plan.parameters().iter().map(|one| (one.path.clone(), one.axis.clone())).collect()
}

/// The sentences and lines of what was found, then of what to try next.
fn said(findings: &Findings) -> [Vec<(String, Option<String>)>; 2] {
    [&findings.found, &findings.next]
        .map(|list| list.iter().map(|one| (one.sentence.clone(), one.line.clone())).collect())
}

fn words(sentence: &str) -> (String, Option<String>) {
    (sentence.to_owned(), None)
}

fn proposal(sentence: &str, line: &str) -> (String, Option<String>) {
    (sentence.to_owned(), Some(line.to_owned()))
}
