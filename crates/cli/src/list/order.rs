//! The order of listed folders.

use std::cmp::Ordering;

use etascape_report::{KeptFindings, Listed};

use crate::arguments::SortKey;

/// Sorts folders; those that are alike by time and name.
pub fn sort(folders: &mut [Listed], key: SortKey) {
    folders.sort_by(|a, b| {
        let newest = || b.when.cmp(&a.when);
        let by_key = match key {
            SortKey::When => newest(),
            SortKey::Folder => Ordering::Equal,
            SortKey::State => a.state.cmp(&b.state).then_with(newest),
            SortKey::Runs => b.runs.cmp(&a.runs).then_with(newest),
            SortKey::Best => by_best(a.findings.as_ref(), b.findings.as_ref()).then_with(newest),
        };
        by_key.then_with(|| a.path.cmp(&b.path))
    });
}

/// Objectives are compared where they are of one kind; folders without one come last.
fn by_best(a: Option<&KeptFindings>, b: Option<&KeptFindings>) -> Ordering {
    let best =
        |found: Option<&KeptFindings>| found.and_then(|found| Some((found.objective.clone(), found.best_objective()?)));
    match (best(a), best(b)) {
        (Some((a, first)), Some((b, second))) => {
            let kinds = (&a.name, &a.losses, a.standardized_target).cmp(&(&b.name, &b.losses, b.standardized_target));
            let values = first.total_cmp(&second);
            kinds.then(a.maximise.cmp(&b.maximise)).then(if a.maximise { values.reverse() } else { values })
        }
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}
