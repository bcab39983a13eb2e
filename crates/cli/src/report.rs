//! `etascape report`: everything drawn again from the logs alone.

use std::path::Path;

use anyhow::Context;
use etascape_report::{Manifest, RunState, Subject, draw, stored_experiment, write_tables};
use etascape_sweep::Study;

use crate::output::{print, tell};

/// Draws the charts and the page of a results folder.
pub fn report(folder: &Path) -> anyhow::Result<()> {
    let manifest =
        Manifest::read(folder).with_context(|| format!("{} is not a results folder of etascape", folder.display()))?;
    if manifest.state != RunState::Complete {
        tell("note: the sweep is not complete; this shows the runs that are logged");
    }
    let subject = match stored_experiment(folder)? {
        Study::Engine(experiment) => Subject::of(&experiment),
        Study::Program(experiment) => {
            if manifest.state != RunState::Complete {
                write_tables(folder, &experiment)?;
            }
            Subject::of_program(&experiment)
        }
    };
    let drawn = draw(folder, &subject)?;
    drawn.files.iter().try_for_each(|file| print(&format!("{}\n", file.display())))
}
