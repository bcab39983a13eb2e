//! `etascape report`: everything drawn again from the logs alone.

use std::path::Path;

use anyhow::Context;
use etascape_report::{Error, Lock, Manifest, RunState, Subject, damage, draw, stored_experiment};

use crate::machine::holder;
use crate::output::{print, tell};

/// Draws the charts and the page of a results folder.
pub fn report(folder: &Path) -> anyhow::Result<()> {
    let manifest =
        Manifest::read(folder).with_context(|| format!("{} is not a results folder of etascape", folder.display()))?;
    let _lock = Lock::take(folder, &holder())?;
    let damages = damage(folder, &manifest)?;
    if !damages.is_empty() {
        return Err(Error::Damaged(damages).into());
    }
    let experiment = stored_experiment(folder)?;
    if manifest.state != RunState::Complete {
        tell("note: the sweep is not complete; this shows the runs that are logged");
    }
    let drawn = draw(folder, &Subject::of(&experiment))?;
    drawn.files.iter().try_for_each(|file| print(&format!("{}\n", file.display())))
}
