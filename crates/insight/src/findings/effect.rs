//! Parameters that changed nothing.

use super::finding::{Finding, FindingKind};
use crate::study::outcomes::MOST_RUNS;
use crate::study::settings::{grouped, order, sorted};
use crate::study::{Parameter, Study};

/// The parameters that changed nothing: runs that differ in one alone began and ended alike, bit by bit. Only seeds are looked at,
/// and any parameter of a program.
pub fn idle<'s, 'a>(study: &'s Study<'a>) -> Vec<&'s Parameter<'a>> {
    if study.runs.len() > MOST_RUNS {
        return Vec::new();
    }
    let is_looked_at = |one: &&Parameter<'_>| one.varies() && (one.is_seed() || study.subject.limits.is_program);
    study.parameters.iter().filter(is_looked_at).filter(|one| has_no_effect(study, one)).collect()
}

/// Whether runs that differ in a parameter alone have the same losses at their ends after as many steps, and at their starts,
/// there being such runs. From different starts, runs may come to the same minimum.
fn has_no_effect(study: &Study<'_>, parameter: &Parameter<'_>) -> bool {
    let others: Vec<&Parameter<'_>> = study.parameters.iter().filter(|one| one.path != parameter.path).collect();
    let order = order(&others);
    let rows = sorted(study, &order);
    let start = study.runs.numbers(&format!("initial_{}", study.subject.watched()));
    let end = |&row: &u32| {
        let row = row as usize;
        let others = [start.as_ref()?.get(row), study.watched.get(row), study.steps.get(row)];
        study.settled_loss(row).map(|loss| (loss.to_bits(), others.map(|value| value.map(f64::to_bits))))
    };
    let groups = grouped(&rows, &order);
    let mut alike = groups.into_iter().filter(|rows| rows.len() > 1).filter_map(|rows| {
        let first = end(&rows[0]);
        let is_alike = rows.iter().all(|row| end(row) == first);
        (first.is_some() || !is_alike).then_some(is_alike)
    });
    alike.next() == Some(true) && alike.all(|is_alike| is_alike)
}

/// That a parameter changed nothing.
pub fn finding(study: &Study<'_>, parameter: &Parameter<'_>) -> Finding {
    let name = parameter.short();
    let program = if study.subject.limits.is_program { ": does the program use it?" } else { "" };
    let count = match parameter.is_seed() {
        true => ", so that runs of a setting count as one",
        false => "",
    };
    Finding {
        kind: FindingKind::NoEffect { parameter: parameter.path.clone() },
        sentence: format!("{name} changed nothing: runs that differ in it alone end alike{count}{program}"),
        line: None,
    }
}
