//! The documents of `--json`: what the terminal shows, as values. docs/json.md describes each field.

use std::path::{Path, PathBuf};

use etascape_insight::findings::{BestRun, Finding, Findings, GoodRange};
use etascape_insight::study::settings::Setting;
use etascape_insight::subject::Objective;
use etascape_report::{Compared, Comparison, Manifest, Mismatch, Part, Reproduced, RunState};
use etascape_sweep::{Parameter, Shard, Status};
use etascape_text::format_number;
use serde_json::{Map, Value, json};

use crate::output::print_exactly;
use crate::plan::{Cost, Plan};

/// The version of the documents.
const FORMAT: u32 = 1;

/// An error whose document is already printed.
#[derive(Debug)]
pub struct Printed(pub anyhow::Error);

impl std::fmt::Display for Printed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl std::error::Error for Printed {}

/// Prints the document of a command: its version, its command, then its fields.
pub fn put(command: &str, fields: Value) -> anyhow::Result<()> {
    let mut document = Map::new();
    document.insert("format".into(), FORMAT.into());
    document.insert("command".into(), command.into());
    if let Value::Object(fields) = fields {
        document.extend(fields);
    }
    print_exactly(&format!("{:#}\n", Value::Object(document)))
}

/// Prints the document of a command that failed.
pub fn put_error(command: &str, error: &anyhow::Error) -> anyhow::Result<()> {
    put(command, json!({ "error": format!("{error:#}") }))
}

/// A number that reads back to the same bits; those that are not finite are texts.
pub fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or_else(|| format_number(value).into(), Value::Number)
}

/// What a sweep found, and where it is.
pub struct Shown<'a> {
    /// The results folder.
    pub folder: &'a Path,
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// What was found.
    pub findings: &'a Findings,
    /// The files written.
    pub files: &'a [PathBuf],
    /// What was noted.
    pub notes: &'a [String],
    /// Why the command fails nevertheless.
    pub error: Option<String>,
}

impl Shown<'_> {
    /// The fields of the document.
    pub fn fields(&self) -> Value {
        let Shown { folder, manifest, findings, .. } = self;
        let mut fields = json!({
            "results": shown(folder),
            "complete": manifest.state == RunState::Complete,
            "planned_runs": manifest.runs,
            "notes": self.notes,
            "files": self.files.iter().map(|path| shown(path)).collect::<Vec<_>>(),
        });
        let known = fields.as_object_mut().into_iter();
        known.for_each(|map| map.extend(of_findings(findings)));
        if let (Some(map), Some(error)) = (fields.as_object_mut(), &self.error) {
            map.insert("error".into(), error.as_str().into());
        }
        fields
    }
}

/// A path as a text.
pub fn shown(path: &Path) -> Value {
    path.to_string_lossy().into_owned().into()
}

fn of_findings(findings: &Findings) -> Map<String, Value> {
    let statuses: Map<String, Value> =
        findings.counts.iter().map(|(status, count)| (status.to_string(), (*count).into())).collect();
    let best = |best: &BestRun| of_best(&findings.parameters, best);
    let good = findings.good.iter().flat_map(|good| good.of_losses.iter().map(|range| of_range(&good.path, range)));
    let of = |list: &[Finding]| list.iter().map(|one| json!(one)).collect::<Vec<Value>>();
    let fields = [
        ("headline", findings.headline().into()),
        ("runs", findings.runs.into()),
        ("statuses", statuses.into()),
        ("objective", of_objective(&findings.objective)),
        ("best", findings.best.iter().map(best).collect::<Vec<Value>>().into()),
        ("settings", findings.settings.iter().map(|one| of_setting(findings, one)).collect::<Vec<Value>>().into()),
        ("good_ranges", good.collect::<Vec<Value>>().into()),
        ("found", of(&findings.found).into()),
        ("next", of(&findings.next).into()),
        ("nothing_learned", json!(findings.nothing_learned)),
        ("theory_limit", findings.theory_limit.map_or(Value::Null, number)),
        ("failed", findings.failures.count.into()),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

fn of_objective(objective: &Objective) -> Value {
    json!({
        "name": objective.name,
        "maximise": objective.maximise,
        "losses": objective.losses,
        "standardized_target": objective.is_standardized,
    })
}

fn of_setting(findings: &Findings, setting: &Setting) -> Value {
    let finite = |value: f64| if value.is_finite() { number(value) } else { Value::Null };
    let spread = |quartiles: [f64; 3]| quartiles.map(finite);
    json!({
        "values": values_of(findings.telling(), &setting.values),
        "runs": setting.runs,
        "converged": setting.converged,
        "diverged": setting.diverged,
        "with_objective": setting.whole,
        "steps": setting.steps.map(spread),
        "objective": setting.loss.map(spread),
        "no_median": setting.no_median(),
    })
}

fn values_of<'p>(paths: impl Iterator<Item = &'p String>, cells: &[String]) -> Map<String, Value> {
    paths.cloned().zip(cells.iter().map(|cell| cell_value(cell))).collect()
}

fn of_best(parameters: &[String], best: &BestRun) -> Value {
    json!({
        "run_id": best.run_id,
        "values": values_of(parameters.iter(), &best.values),
        "status": best.status.to_string(),
        "steps": best.steps,
        "objective": number(best.final_loss),
        "steps_within": best.steps_within,
    })
}

/// A cell of a table: a number where it reads as one, else its text.
pub fn cell_value(cell: &str) -> Value {
    match cell.parse::<u64>() {
        Ok(whole) => whole.into(),
        Err(_) => cell.parse::<f64>().map_or_else(|_| cell.into(), number),
    }
}

fn of_range(rate: &str, range: &GoodRange) -> Value {
    let span = |(low, high): (f64, f64)| [number(low), number(high)];
    json!({
        "rate": rate,
        "objective": number(range.objective),
        "best": span(range.best),
        "range": span(range.range),
        "below": range.below.map(|worse| number(worse.rate)),
        "above": range.above.map(|worse| number(worse.rate)),
    })
}

/// The fields of a `run` of a shard.
pub fn of_shard(results: &Path, folder: &Path, shard: Shard, part: &Part, statuses: &[(Status, u64)]) -> Value {
    let statuses: Map<String, Value> =
        statuses.iter().map(|(status, count)| (status.to_string(), (*count).into())).collect();
    json!({
        "results": shown(results),
        "complete": true,
        "shard": { "number": shard.number(), "of": shard.of(), "folder": shown(folder), "first_run": part.runs.start },
        "planned_runs": part.count(),
        "runs": part.count(),
        "statuses": statuses,
    })
}

/// The fields of a `run` that was stopped.
pub fn stopped(folder: &Path) -> Value {
    json!({ "results": shown(folder), "complete": false, "stopped": true })
}

/// The fields of `check`.
pub fn of_plan(plan: &Plan, notes: &[String]) -> Value {
    let parameters = plan.parameters.iter().map(of_parameter).collect::<Vec<Value>>();
    json!({
        "experiment": plan.name,
        "runs": plan.runs,
        "parameters": parameters,
        "plan": plan.joined(),
        "cost": plan.cost.as_ref().map(of_cost),
        "notes": notes,
    })
}

fn of_cost(cost: &Cost) -> Value {
    // Beyond 2⁶⁴ the nearest number is near enough.
    let steps = u64::try_from(cost.steps).map_or_else(|_| number(cost.steps as f64), Value::from);
    json!({ "steps": steps, "seconds": number(cost.seconds), "bytes": cost.bytes })
}

fn of_parameter(parameter: &Parameter) -> Value {
    json!({ "path": parameter.path, "values": parameter.description() })
}

/// The fields of `reproduce`. `changed` lists what has changed since; `files` says whether a program's files have.
pub fn of_reproduced(
    folder: &Path,
    runs: u64,
    unit: &str,
    reproduced: &Reproduced,
    changed: &[String],
    files: &[String],
) -> Value {
    let difference = |mismatch: &Mismatch| {
        json!({
            "file": shown(&mismatch.path),
            "run_id": mismatch.run,
            "column": mismatch.column,
            "stored": mismatch.stored,
            "trained": mismatch.trained,
        })
    };
    json!({
        "results": shown(folder),
        "identical": reproduced.mismatch.is_none(),
        "runs": runs,
        "sample": reproduced.sample,
        "compared": reproduced.compared,
        "unit": unit,
        "difference": reproduced.mismatch.as_ref().map(difference),
        "changed": changed,
        "program_files": files,
    })
}

/// The fields of `compare`.
pub fn of_comparison(comparison: &Comparison, page: &Path) -> Value {
    let one = |one: &Compared| {
        let mut fields = of_findings(&one.findings);
        fields.insert("experiment".into(), one.name.clone().into());
        fields.insert("planned_runs".into(), one.planned.into());
        fields.insert("seconds".into(), one.seconds.map_or(Value::Null, number));
        Value::Object(fields)
    };
    json!({
        "headline": comparison.headline,
        "page": shown(page),
        "experiments": comparison.experiments.iter().map(one).collect::<Vec<Value>>(),
    })
}
