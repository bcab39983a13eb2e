//! The words of a comparison's page.

use etascape_insight::importance::Importance;
use etascape_text::counted;

use super::side::Side;
use crate::page::{Data, ExperimentWords, ImportanceWords, Table, Words};

/// The words, with the table of the experiments.
pub(super) fn of(sides: &[Side<'_>], data: &Data, headline: &str, (head, rows): Table) -> Words {
    let names: Vec<&str> = sides.iter().map(|side| side.name.as_str()).collect();
    let unfinished = sides.iter().filter(|side| !side.is_whole());
    let unfinished = unfinished.map(|side| {
        let runs = counted(side.manifest.runs, "run");
        format!("{} is not complete, with {} of its {runs} logged.", side.name, side.findings.runs)
    });
    let left_out = sides
        .iter()
        .flat_map(|side| side.study.subject.left_out.iter().map(|words| format!("{}: {words}.", side.name)));
    Words {
        name: names.join(" · "),
        headline: headline.to_owned(),
        tally: format!("{} · {}", counted(sides.len(), "experiment"), counted(data.total(), "run")),
        description: matched(sides),
        notes: unfinished.chain(left_out).chain(data.notes()).collect(),
        found: Vec::new(),
        next: Vec::new(),
        experiments: sides.iter().map(experiment).collect(),
        tables: vec![("Experiments".to_owned(), head, rows)],
        importance: None,
        theory: None,
        failures: String::new(),
        pictures: Vec::new(),
    }
}

fn experiment(Side { name, findings, study, .. }: &Side<'_>) -> ExperimentWords {
    let importance = Importance::of(study);
    ExperimentWords {
        importance: importance.map(|found| ImportanceWords::of(&found, &findings.objective.title)),
        name: name.clone(),
        headline: findings.headline(),
        found: findings.found.clone(),
        next: findings.next.clone(),
    }
}

/// Which parameters the experiments share, in words.
fn matched(sides: &[Side<'_>]) -> String {
    let mut paths: Vec<&str> = Vec::new();
    for parameter in sides.iter().flat_map(|side| &side.study.parameters) {
        if !paths.contains(&parameter.path.as_str()) {
            paths.push(&parameter.path);
        }
    }
    let users = |path: &str| -> Vec<&str> {
        let has = |side: &&Side<'_>| side.study.parameter(path).is_some();
        sides.iter().filter(has).map(|side| side.name.as_str()).collect()
    };
    let words = paths.iter().map(|path| match users(path) {
        users if users.len() == sides.len() => format!("{path} in all"),
        users => format!("{path} in {}", users.join(", ")),
    });
    format!("Swept: {}.", words.collect::<Vec<String>>().join("; "))
}
