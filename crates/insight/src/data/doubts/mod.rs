//! What in the data will probably not work, or is not meant.

mod bounds;
mod classes;
mod features;
mod file;

use etascape_sweep::data::Source;
use etascape_sweep::{Experiment, Job};
use etascape_text::{counted, rounded};

use self::bounds::FAR_APART;
use crate::statistics::extent;

/// Doubts about the data of an experiment, each a sentence. The classes are those of a job.
pub fn doubts(experiment: &Experiment, job: &Job) -> Vec<String> {
    let table = experiment.plan.table();
    let mut doubts = table.reading().map(file::doubts).unwrap_or_default();
    match &job.classes {
        Some(classes) => doubts.extend(classes::doubts(classes, job)),
        None => doubts.extend(of_quantity(experiment, job)),
    }
    if let Source::Csv(_) = experiment.data.source {
        doubts.extend(features::given_away(table));
        doubts.extend(features::id(table));
        doubts.extend(features::sentinel(table));
    }
    if !experiment.data.standardize {
        doubts.extend(features::far_apart(table));
    }
    let (features, rows) = (table.inputs(), job.data.train.len());
    if features > rows {
        let [features, rows] = [counted(features, "feature"), counted(rows, "training row")];
        doubts.push(format!("{features} and {rows}: a linear model already fits them exactly"));
    }
    doubts
}

/// Doubts about targets that are quantities.
fn of_quantity(experiment: &Experiment, job: &Job) -> Option<String> {
    let (least, greatest) = extent(job.data.train.targets.iter().copied())?;
    if least == greatest {
        return Some(format!("the target is {} in every training row: there is nothing to learn", rounded(least, 4)));
    }
    let size = least.abs().max(greatest.abs());
    let is_large = job.target_scale.is_none() && size >= FAR_APART;
    let name = experiment.plan.table().target_name();
    let size = rounded(size, 4);
    is_large.then(|| {
        format!(
            "the target `{name}` goes up to {size}: losses are as large as its square, and the limits of [stop] \
                 compare with them; data.standardize_target = true brings it to variance 1"
        )
    })
}
