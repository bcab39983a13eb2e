//! The order of listed folders.

use std::cmp::Ordering;

use etascape_report::{KeptFindings, Listed, RunState};

use crate::arguments::SortKey;

/// Sorts folders; those that are alike by time and name.
pub fn sort(folders: &mut [Listed], key: SortKey) {
    folders.sort_by(|a, b| {
        let newest = || when(b).cmp(when(a));
        let by_key = match key {
            SortKey::When => newest(),
            SortKey::Folder => Ordering::Equal,
            SortKey::State => place(a).cmp(&place(b)).then_with(newest),
            SortKey::Runs => b.manifest.runs.cmp(&a.manifest.runs).then_with(newest),
            SortKey::Best => by_best(a.manifest.findings.as_ref(), b.manifest.findings.as_ref()).then_with(newest),
        };
        by_key.then_with(|| a.path.cmp(&b.path))
    });
}

/// When a sweep ended, or, where it has not, when it began.
pub fn when(folder: &Listed) -> &str {
    let times = &folder.manifest.times;
    times.finished.as_ref().unwrap_or(&times.started)
}

fn place(folder: &Listed) -> u8 {
    match folder.manifest.state {
        RunState::Running => 0,
        RunState::Interrupted => 1,
        RunState::Complete => 2,
    }
}

/// Objectives are compared where they are of one kind; folders without one come last.
fn by_best(a: Option<&KeptFindings>, b: Option<&KeptFindings>) -> Ordering {
    let best = |found: Option<&KeptFindings>| match found.map(|found| (found, &found.best[..])) {
        Some((found, [best])) => best.objective.map(|value| (found.objective.clone(), value)),
        _ => None,
    };
    match (best(a), best(b)) {
        (Some((a, first)), Some((b, second))) => {
            let kinds = (&a.name, &a.losses, a.standardized_target).cmp(&(&b.name, &b.losses, b.standardized_target));
            let values = first.total_cmp(&second);
            kinds.then(a.maximise.cmp(&b.maximise)).then(if a.maximise { values.reverse() } else { values })
        }
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}
