//! Which metric the tables of a folder have as the objective.

use std::path::Path;

use etascape_sweep::program::ProgramExperiment;

/// The objective of a folder's tables: `runs.csv` has its columns behind those of the parameters, `status` and `steps`. As
/// long as there is no table, the one that the experiment would choose among no metrics.
pub(crate) fn objective_of(folder: &Path, experiment: &ProgramExperiment) -> String {
    let head = csv::Reader::from_path(folder.join("runs.csv")).ok().and_then(|mut table| table.headers().cloned().ok());
    let place = 1 + experiment.plan.parameters().len() + 2;
    let column = head.as_ref().and_then(|head| head.get(place)?.strip_prefix("initial_"));
    column.unwrap_or_else(|| experiment.program.rules.objective_name(&[])).to_owned()
}
