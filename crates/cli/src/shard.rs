//! What `run --shard` says when a shard is complete. It draws nothing: that is left to `merge`.

use std::path::Path;

use etascape_report::{Part, read_columns};
use etascape_sweep::program::Rules;
use etascape_sweep::{Shard, Status};

use crate::json;
use crate::output::print;
use crate::slurm::quoted;

/// Prints that a shard of the sweep in `results` is complete, or the document of `--json`.
pub fn say(results: &Path, folder: &Path, shard: Shard, part: &Part, is_json: bool) -> anyhow::Result<()> {
    let table = read_columns(&folder.join("runs.csv"), |_| false)?;
    let statuses = counts(table.status());
    if is_json {
        return json::put("run", json::of_shard(results, folder, shard, part, &statuses));
    }
    let runs = match part.count() {
        0 => format!("it has no runs, for the sweep has {}", part.units_in_words()),
        1 => format!("run {}", part.runs.start),
        count => format!("{count} runs, {} to {}", part.runs.start, part.runs.end - 1),
    };
    let occurring = statuses.iter().filter(|(_, count)| *count > 0);
    let statuses: Vec<String> = occurring.map(|(status, count)| format!("{count} {status}")).collect();
    let statuses = if statuses.is_empty() { String::new() } else { format!("; {}", statuses.join(", ")) };
    let merge = format!("etascape merge {}", quoted(&results.to_string_lossy()));
    print(&format!("shard {shard} is complete: {runs}{statuses}\nonce all {} are: {merge}\n", shard.of()))
}

/// What shards of a program's sweep do otherwise than the whole.
pub fn differs(rules: &Rules) -> Option<&'static str> {
    rules.halving.is_some().then_some(PRUNED_APART)
}

/// What shards of a program do otherwise where runs compete.
pub const PRUNED_APART: &str = "stop.halving compares a run of a program with earlier ones of its own shard alone, so shards \
                                prune other runs than one machine";

/// How many runs ended in each way, of every way there is.
fn counts(all: &[Status]) -> [(Status, u64); Status::ALL.len()] {
    Status::ALL.map(|which| (which, all.iter().filter(|&&status| status == which).count() as u64))
}
