//! The document of `status --json`.

use etascape_report::{Best, PartStatus, Submitted};
use etascape_sweep::Shard;
use serde_json::{Map, Value, json};

use super::sweep::Sweep;
use crate::json::{cell_value, number, shown};
use crate::machine::time;
use crate::slurm::{Job, Queue};

/// The fields of `status`.
pub fn of_sweeps(sweeps: &[Sweep]) -> Value {
    json!({ "sweeps": sweeps.iter().map(of_sweep).collect::<Vec<Value>>() })
}

fn of_sweep(sweep: &Sweep) -> Value {
    let Sweep { folder, standing, queue } = sweep;
    let known = queue.as_ref().ok().and_then(Option::as_ref);
    let mut fields = json!({
        "results": shown(folder),
        "experiment": standing.experiment,
        "seconds_left": standing.seconds_left().map_or(Value::Null, number),
        "best": standing.best.iter().map(of_best).collect::<Vec<Value>>(),
        "shards": standing.shards.iter().map(|(shard, part)| of_shard(*shard, part, known)).collect::<Vec<Value>>(),
        "jobs": standing.submitted.as_ref().map_or_else(Vec::new, Submitted::jobs),
        "merge_job": known.and_then(|queue| queue.merge.as_ref()).map(of_job),
        "slurm_error": queue.as_ref().err().map(|error| format!("{error:#}")),
        "notes": standing.notes,
    });
    if let Some(map) = fields.as_object_mut() {
        map.extend(of_part(&standing.whole));
    }
    fields
}

fn of_shard(shard: Shard, part: &PartStatus, queue: Option<&Queue>) -> Value {
    let mut fields = of_part(part);
    fields.insert("shard".into(), shard.to_string().into());
    fields.insert("job".into(), queue.and_then(|queue| queue.shards.get(&shard.number())).map(of_job).into());
    fields.into()
}

fn of_part(part: &PartStatus) -> Map<String, Value> {
    let fields = [
        ("state", part.state.name().into()),
        ("planned_runs", part.runs.into()),
        ("runs", part.done.into()),
        ("failed", part.failed.into()),
        ("running", part.running.into()),
        ("rate", part.rate.map_or(Value::Null, number)),
        ("seconds", number(part.seconds)),
        ("last_written", part.written.map(time).into()),
        ("host", part.worker.host.clone().into()),
        ("pid", part.worker.pid.into()),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

fn of_job(job: &Job) -> Value {
    json!({ "id": job.id, "state": job.state.name(), "slurm_state": job.word, "reason": job.reason })
}

fn of_best(best: &Best) -> Value {
    let values: Map<String, Value> = best.setting.iter().map(|(path, cell)| (path.clone(), cell_value(cell))).collect();
    json!({ "run_id": best.run, "values": values, "metric": best.objective, "objective": number(best.value) })
}
