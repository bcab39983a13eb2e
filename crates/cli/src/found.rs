//! What a sweep that is trained or merged has found, in words or as JSON, and whether that is a failure.

use std::path::{Path, PathBuf};

use anyhow::bail;
use etascape_report::{Drawn, Manifest};

use crate::exit::Exit;
use crate::json::{self, Printed, Shown};
use crate::output::print;

/// What was found, and how it is judged so far.
pub struct Found<'a> {
    /// The results folder.
    pub folder: &'a Path,
    /// Its findings, and the files that were drawn.
    pub drawn: &'a Drawn,
    /// What was said before.
    pub notices: &'a [String],
    /// An error if runs are left, or if a failure was to end the sweep.
    pub judged: anyhow::Result<()>,
}

impl Found<'_> {
    /// Prints the document of `run --json`.
    pub fn put(self) -> anyhow::Result<Exit> {
        let files: Vec<PathBuf> = self.files().collect();
        let notes: Vec<String> = self.notices.iter().chain(&self.drawn.notes).cloned().collect();
        let (folder, manifest, findings) = (self.folder, &Manifest::read(self.folder)?, &self.drawn.findings);
        let (judged, _) = self.judge();
        let error = judged.as_ref().err().map(ToString::to_string);
        json::put("run", Shown { folder, manifest, findings, files: &files, notes: &notes, error }.fields())?;
        judged.map_err(|error| Printed(error).into())
    }

    /// Prints the findings, unless `quiet`.
    pub fn print(self, quiet: bool) -> anyhow::Result<Exit> {
        let files: Vec<String> = self.files().map(|path| format!("  {}", path.display())).collect();
        let findings = &self.drawn.findings;
        let (judged, is_fault) = self.judge();
        if !quiet {
            // A fault is the headline, and the error says it.
            let findings = if is_fault { findings.below_headline().to_string() } else { findings.to_string() };
            print(&format!("{findings}\nFiles\n{}\n", files.join("\n")))?;
        }
        judged
    }

    /// The tables and what was drawn.
    fn files(&self) -> impl Iterator<Item = PathBuf> {
        let tables = ["runs.csv", "curves.csv"].map(|name| self.folder.join(name));
        tables.into_iter().filter(|path| path.exists()).chain(self.drawn.files.clone())
    }

    /// How it is judged, the findings included, and whether they are the fault.
    fn judge(self) -> (anyhow::Result<Exit>, bool) {
        let fault = self.drawn.findings.fault().filter(|_| self.judged.is_ok());
        let is_fault = fault.is_some();
        let judge = || {
            self.judged?;
            match fault {
                Some(fault) => bail!(fault),
                None => Ok(Exit::Done),
            }
        };
        (judge(), is_fault)
    }
}
