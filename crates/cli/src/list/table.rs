//! The table of listed folders.

use std::path::Path;

use console::{Term, measure_text_width};
use etascape_report::{KeptFindings, KeptRange, Listed, ListedState};
use etascape_text::{Side, columns, rounded, spelt_out};
use indicatif::HumanCount;

const HEAD: [&str; 8] = ["folder", "state", "runs", "objective", "best", "good η", "when", "version"];
/// Columns that are left out on a narrow terminal, the first of these first.
const DISPENSABLE: [&str; 5] = ["version", "objective", "when", "state", "runs"];

/// The table, without some columns where a terminal is too narrow for all.
pub fn table(below: &Path, folders: &[Listed]) -> String {
    let width = Some(Term::stdout()).filter(Term::is_term).and_then(|terminal| terminal.size_checked());
    within(width.map(|(_, width)| usize::from(width)), &rows(below, folders))
}

fn rows(below: &Path, folders: &[Listed]) -> Vec<[String; HEAD.len()]> {
    std::iter::once(HEAD.map(str::to_owned)).chain(folders.iter().map(|folder| row(below, folder))).collect()
}

fn row(below: &Path, folder: &Listed) -> [String; HEAD.len()] {
    let found = folder.findings.as_ref();
    [
        name(below, &folder.path),
        state(folder.state).to_owned(),
        runs(folder),
        found.map_or_else(String::new, |found| spelt_out(&found.objective.name).into_owned()),
        found.map_or_else(String::new, best),
        found.map_or_else(String::new, good),
        // 2026-05-01T12:30:00Z, in UTC
        folder.when.get(..16).unwrap_or_default().replace('T', " "),
        folder.version.as_deref().map_or_else(String::new, |version| spelt_out(version).into_owned()),
    ]
}

/// Rows as lines that are at most so wide, if that can be had.
fn within(width: Option<usize>, rows: &[[String; HEAD.len()]]) -> String {
    let mut left_out: Vec<&str> = Vec::new();
    loop {
        let cells = |row: &[String; HEAD.len()]| -> Vec<String> {
            let kept = row.iter().zip(HEAD).filter(|(_, head)| !left_out.contains(head));
            kept.map(|(cell, _)| cell.clone()).collect()
        };
        let lines = columns(&rows.iter().map(cells).collect::<Vec<_>>(), Side::Left);
        let is_narrow = |width| lines.iter().any(|line| measure_text_width(line.trim_end()) > width);
        match DISPENSABLE.get(left_out.len()) {
            Some(next) if width.is_some_and(is_narrow) => left_out.push(next),
            _ => return lines.iter().map(|line| format!("{}\n", line.trim_end())).collect(),
        }
    }
}

/// The folder as seen from the one that is listed.
fn name(below: &Path, folder: &Path) -> String {
    let relative = folder.strip_prefix(below).ok().filter(|path| !path.as_os_str().is_empty());
    spelt_out(&relative.unwrap_or(folder).display().to_string()).into_owned()
}

/// The word for a state.
pub fn state(state: ListedState) -> &'static str {
    match state {
        ListedState::Running => "running",
        ListedState::Interrupted => "interrupted",
        ListedState::Unmerged => "unmerged",
        ListedState::Complete => "complete",
    }
}

fn runs(folder: &Listed) -> String {
    let runs = folder.runs;
    match folder.logged {
        Some(logged) if logged == runs => HumanCount(runs).to_string(),
        Some(logged) => format!("{} of {}", HumanCount(logged), HumanCount(runs)),
        None => format!("? of {}", HumanCount(runs)),
    }
}

/// The best objective, with seeds the median of the best setting; of each loss, where the sweep varies it.
fn best(found: &KeptFindings) -> String {
    if let Some(objective) = found.best_objective() {
        return rounded(objective, 3);
    }
    let bests = found.best.iter().filter_map(|best| {
        let value = rounded(best.objective?, 3);
        Some(best.loss.as_ref().map_or_else(|| value.clone(), |loss| format!("{loss} {value}")))
    });
    spelt_out(&bests.collect::<Vec<String>>().join(", ")).into_owned()
}

/// The good rates, likewise.
fn good(found: &KeptFindings) -> String {
    let range = |good: &KeptRange| {
        let [low, high] = good.range.map(|rate| rounded(rate, 3));
        let span = if low == high { low } else { format!("{low} – {high}") };
        good.loss.as_ref().map_or_else(|| span.clone(), |loss| format!("{loss} {span}"))
    };
    spelt_out(&found.good_ranges.iter().map(range).collect::<Vec<String>>().join(", ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_gets_fewer_columns() {
        let row = |folder: &str| {
            [folder, "complete", "1,200", "loss", "0.5", "0.1 – 0.2", "2026-05-01 12:30", "0.5.0"].map(str::to_owned)
        };
        let rows = [HEAD.map(str::to_owned), row("学習率"), row("a")];
        let lines = |width| within(width, &rows).lines().map(str::to_owned).collect::<Vec<String>>();
        let wide = [
            "folder  state     runs   objective  best  good η     when              version",
            "学習率  complete  1,200  loss       0.5   0.1 – 0.2  2026-05-01 12:30  0.5.0",
            "a       complete  1,200  loss       0.5   0.1 – 0.2  2026-05-01 12:30  0.5.0",
        ];
        assert_eq!(lines(None), wide);
        assert_eq!(lines(Some(80)), wide);
        assert_eq!(lines(Some(70))[0], "folder  state     runs   objective  best  good η     when");
        assert_eq!(lines(Some(40))[1], "学習率  complete  1,200  0.5   0.1 – 0.2");
        assert_eq!(lines(Some(3))[2], "a       0.5   0.1 – 0.2", "what one looks for stays");
    }
}
