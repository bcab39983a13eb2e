//! `etascape export`: a sweep's tables in the formats of other tools.

use std::path::PathBuf;

use anyhow::bail;
use etascape_report::{Error, MOST_RUNS, RunState, damage, export_folder, export_parquet, export_tensorboard};
use indicatif::HumanCount;

use crate::arguments::{Export, ExportFormat};
use crate::manifest::manifest_of;
use crate::output::{print, tell};
use crate::refusal::Refusal;

/// Writes the tables of a results folder in another format, and prints the files.
pub fn export(arguments: &Export) -> anyhow::Result<()> {
    let folder = &arguments.results;
    let manifest = manifest_of(folder)?;
    if arguments.format == ExportFormat::Tensorboard && manifest.runs > MOST_RUNS {
        let (runs, most) = (HumanCount(manifest.runs), HumanCount(MOST_RUNS));
        let why = format!(
            "{runs} runs would be as many event files, and TensorBoard opens all of them; \
             etascape writes {most} at most: --format parquet has no limit"
        );
        return Err(Refusal(why).into());
    }
    if !folder.join("runs.csv").exists() {
        bail!("{} has no runs.csv yet; `etascape report` writes it from what is logged", folder.display());
    }
    // The tables of an unfinished sweep have no digests yet.
    match manifest.state {
        RunState::Complete => {
            let damages = damage(folder, &manifest)?;
            if !damages.is_empty() {
                return Err(Error::Damaged(damages).into());
            }
        }
        RunState::Running | RunState::Interrupted => {
            tell("note: the sweep is not complete; this has the runs that stand in its tables");
        }
    }
    let out = arguments.out.clone().unwrap_or_else(|| export_folder(folder));
    let files: Vec<PathBuf> = match arguments.format {
        ExportFormat::Parquet => export_parquet(folder, &out, env!("CARGO_PKG_VERSION"))?,
        ExportFormat::Tensorboard => vec![export_tensorboard(folder, &out)?],
    };
    files.iter().try_for_each(|file| print(&format!("{}\n", file.display())))
}
