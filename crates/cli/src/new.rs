//! `etascape new`: a commented starter experiment.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::Context;

use crate::output::print;
use crate::refusal::Refusal;

/// Writes the starter experiment to a new file.
pub fn new(path: &Path) -> anyhow::Result<()> {
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let reason = format!("{} exists already; name another file", path.display());
            return Err(Refusal(reason).into());
        }
        opened => opened.with_context(|| format!("cannot write {}", path.display()))?,
    };
    file.write_all(etascape_sweep::starter().as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    print(&format!("{} written; next: etascape run {0}\n", path.display()))
}
