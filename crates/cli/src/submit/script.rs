//! The batch scripts.

use crate::slurm::{command_line, quoted};

/// What the scripts of a sweep do.
pub struct Work<'a> {
    /// The experiment's name.
    pub name: &'a str,
    /// How many shards there are.
    pub shards: u64,
    /// This program, as a full path.
    pub etascape: String,
    /// The results folder, as a full path.
    pub results: String,
    /// The copy of the config, as a full path.
    pub config: String,
    /// The folder that the config's paths start from, as a full path.
    pub config_folder: String,
    /// Whether the config says how many runs go on at once.
    pub says_parallel: bool,
}

impl Work<'_> {
    /// The script of one shard, which an element of the job array runs.
    pub fn of_shard(&self) -> String {
        let Work { name, shards, .. } = self;
        let words = ["run", &self.config, "--paths-from", &self.config_folder, "--out", &self.results, "--quiet"];
        let run = self.command(&words);
        let threads = if self.says_parallel { "" } else { r#" --threads "${SLURM_CPUS_ON_NODE:-1}""# };
        let folder = quoted(&format!("{}/shards/", self.results));
        format!(
            r#"#!/bin/bash
# {name}: element I of the job array trains shard I of {shards}. Written by `etascape submit`.

shard={folder}"$SLURM_ARRAY_TASK_ID-of-{shards}"
size() {{ stat -c %s "$shard/runs.csv" "$shard/journal.jsonl" 2>/dev/null; }}
before="$(size)"

{run} --shard "$SLURM_ARRAY_TASK_ID/{shards}"{threads} &
worker=$!

# Before the time is over, Slurm warns this script alone, by USR1 (or by TERM, while the job is still RUNNING): etascape is told,
# and saves. When Slurm ends a job, every process of it gets TERM, etascape too, for which a second one would be too much.
told=
heard=
tell() {{ told=1; kill -TERM "$worker" 2>/dev/null; }}
trap 'heard=1; tell' USR1
trap 'heard=1; [ "$(squeue -h -j "$SLURM_JOB_ID" -o %T 2>/dev/null)" = RUNNING ] && tell' TERM

# A signal interrupts `wait`.
while heard=; wait "$worker"; code=$?; [ -n "$heard" ]; do :; done

# A shard that was told to end waits in the queue again, unless no run ends in the time that it gets.
if [ -n "$told" ] && [ "$code" -ge 128 ]; then
    if [ "$(size)" != "$before" ] || [ "${{SLURM_RESTART_COUNT:-0}}" -lt 3 ]; then
        scontrol requeue "${{SLURM_ARRAY_JOB_ID}}_$SLURM_ARRAY_TASK_ID"
    else
        echo "no run of this shard has ended in its time: submit it again with a longer --time" >&2
    fi
fi
exit "$code"
"#
        )
    }

    /// The script of the job behind the array.
    pub fn of_merge(&self) -> String {
        let (merge, report) = (self.command(&["merge", &self.results]), self.command(&["report", &self.results]));
        let name = self.name;
        format!(
            r#"#!/bin/bash
# {name}: one table of all shards, charts, a page and the findings. Written by `etascape submit`.

{merge}
code=$?
# Where shards are missing, what there is is drawn.
[ "$code" -eq 0 ] || {report}
exit "$code"
"#
        )
    }

    fn command(&self, words: &[&str]) -> String {
        let words = std::iter::once(self.etascape.as_str()).chain(words.iter().copied());
        command_line(&words.map(str::to_owned).collect::<Vec<String>>())
    }
}
