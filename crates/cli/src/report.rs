//! `etascape report`: everything drawn again from the logs alone.

use std::path::Path;

use anyhow::Context;
use etascape_report::{Manifest, RunState, Subject, draw, stored_experiment};

use crate::output::{print, tell};

/// Draws the charts and the page of a results folder.
pub fn report(folder: &Path) -> anyhow::Result<()> {
    let manifest =
        Manifest::read(folder).with_context(|| format!("{} is not a results folder of etascape", folder.display()))?;
    let experiment = stored_experiment(folder)?;
    if manifest.state != RunState::Complete {
        tell("note: the sweep is not complete; this shows the runs that are logged");
    }
    let drawn = draw(folder, &Subject::of(&experiment))?;
    drawn.files.iter().try_for_each(|file| print(&format!("{}\n", file.display())))
}
