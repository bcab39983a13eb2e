//! `etascape status`: where sweeps stand, as their results folders tell, and what Slurm says of their jobs.

mod document;
mod sweep;
mod words;

use std::path::PathBuf;

use crate::json;
use crate::machine::here;
use crate::output::print;
use sweep::Sweep;

/// Prints where each sweep stands, or the document of `--json`.
pub fn status(folders: &[PathBuf], is_json: bool) -> anyhow::Result<()> {
    let here = here();
    let sweeps = folders.iter().map(|folder| Sweep::of(folder, &here)).collect::<anyhow::Result<Vec<Sweep>>>()?;
    if is_json {
        return json::put("status", document::of_sweeps(&sweeps));
    }
    print(&sweeps.iter().map(|sweep| words::text(sweep, &here)).collect::<Vec<String>>().join("\n"))
}
