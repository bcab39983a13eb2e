//! Opens the manifest of a results folder that the command line names.

use std::path::Path;

use anyhow::Context;
use etascape_report::{Error, Manifest};

/// The manifest of a results folder.
pub fn manifest_of(folder: &Path) -> anyhow::Result<Manifest> {
    match Manifest::read(folder) {
        Err(error @ Error::NotMerged { .. }) => Err(error.into()),
        read => read.with_context(|| format!("{} is not a results folder of etascape", folder.display())),
    }
}
