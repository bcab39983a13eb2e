//! The document of `list --json`.

use std::collections::BTreeMap;

use etascape_report::{KeptBest, KeptFindings, KeptRange, KeptSetting, Listed};
use serde_json::{Map, Value, json};

use super::table::state;
use crate::json::{cell_value, shown};

/// The fields of `list`.
pub fn of_folders(folders: &[Listed], errors: &[String]) -> Value {
    json!({ "folders": folders.iter().map(of_folder).collect::<Vec<Value>>(), "errors": errors })
}

fn of_folder(folder: &Listed) -> Value {
    json!({
        "results": shown(&folder.path),
        "state": state(folder.state),
        "planned_runs": folder.runs,
        "runs": folder.logged,
        "when": folder.when,
        "version": folder.version,
        "findings": folder.findings.as_ref().map(of_findings),
    })
}

fn of_findings(found: &KeptFindings) -> Value {
    let range = |good: &KeptRange| json!({ "loss": good.loss, "rate": good.rate, "range": good.range });
    json!({
        "experiment": found.experiment,
        "headline": found.headline,
        "runs": found.runs,
        "statuses": found.statuses,
        "objective": found.objective,
        "best": found.best.iter().map(of_best).collect::<Vec<Value>>(),
        "best_setting": found.best_setting.as_ref().map(of_setting),
        "good_ranges": found.good_ranges.iter().map(range).collect::<Vec<Value>>(),
    })
}

fn of_setting(setting: &KeptSetting) -> Value {
    json!({ "values": values(&setting.values), "runs": setting.runs, "objective": setting.objective })
}

fn values(cells: &BTreeMap<String, String>) -> Map<String, Value> {
    cells.iter().map(|(path, cell)| (path.clone(), cell_value(cell))).collect()
}

fn of_best(best: &KeptBest) -> Value {
    json!({
        "loss": best.loss,
        "run_id": best.run_id,
        "values": values(&best.values),
        "status": best.status,
        "steps": best.steps,
        "objective": best.objective,
    })
}
