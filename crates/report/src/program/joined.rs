//! The journals of a program's shards as one journal, and the tables of the whole sweep from it.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use etascape_sweep::program::ProgramExperiment;

use super::entry;
use super::index::SweepKey;
use super::journal::Journal;
use super::stored::journal_damage;
use super::tables;
use crate::Error;
use crate::error::Damage;
use crate::folder::JOURNAL;
use crate::logs::{DigestedFile, Manifest, SavedJournal, StoredObjective};

/// The journal of a whole sweep while it is put together. It has one line for each run: a shard's last attempt.
pub struct JoinedJournals<'a> {
    experiment: &'a ProgramExperiment,
    sweep: SweepKey,
    path: PathBuf,
    file: BufWriter<DigestedFile>,
    lines: u64,
}

impl<'a> JoinedJournals<'a> {
    /// Begins a journal in a folder; `manifest` is that of the whole sweep.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn begin(folder: &Path, experiment: &'a ProgramExperiment, manifest: &Manifest) -> Result<Self, Error> {
        let path = folder.join(JOURNAL);
        let file = DigestedFile::create(&path).map_err(Error::io("write", &path))?;
        let (file, sweep) = (BufWriter::with_capacity(1 << 16, file), SweepKey::of(experiment, manifest));
        Ok(JoinedJournals { experiment, sweep, path, file, lines: 0 })
    }

    /// Appends the journal of a shard. Returns what is damaged in it, or missing.
    ///
    /// # Errors
    /// Where it cannot be read, or the whole cannot be written.
    pub fn append(&mut self, shard: &Path, manifest: &Manifest) -> Result<Vec<Damage>, Error> {
        let damages = journal_damage(shard, self.experiment, manifest)?;
        if !damages.is_empty() {
            return Ok(damages);
        }
        let sweep = SweepKey::of(self.experiment, manifest);
        let journal = Journal::read(shard, &sweep, manifest.journal.as_ref())?;
        let missing = (sweep.runs.end - sweep.runs.start) - journal.finished();
        if missing > 0 {
            let problem = format!("{missing} of the runs of a complete shard have no line");
            return Ok(vec![Damage::at(&shard.join(JOURNAL), None, problem)]);
        }
        self.copy(&journal)?;
        Ok(Vec::new())
    }

    /// Appends the runs of a shard that have ended so far, as far as their lines are intact.
    ///
    /// # Errors
    /// Where its journal cannot be read, or the whole cannot be written.
    pub fn append_ended(&mut self, shard: &Path, manifest: &Manifest) -> Result<(), Error> {
        let sweep = SweepKey::of(self.experiment, manifest);
        self.copy(&Journal::read(shard, &sweep, manifest.journal.as_ref())?)
    }

    fn copy(&mut self, journal: &Journal) -> Result<(), Error> {
        journal.records(|record| {
            let line = entry::text(self.lines, &self.sweep.key, &record);
            self.lines += 1;
            self.file.write_all(&line).map_err(Error::io("write", &self.path))
        })
    }

    /// How many runs it has.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Brings the journal to the disk, writes the tables beside it, and notes both in the manifest of the whole sweep.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn finish(self, folder: &Path, manifest: &mut Manifest) -> Result<(), Error> {
        let JoinedJournals { experiment, sweep, path, file, lines } = self;
        let saved = file.into_inner().map_err(|error| error.into_error()).and_then(|file| file.save());
        let part = saved.map_err(Error::io("write", &path))?;
        let saved = SavedJournal { sweep: sweep.key.clone(), lines, part };
        let journal = Journal::read(folder, &sweep, Some(&saved))?;
        let written = tables::write(folder, experiment, &journal, None)?;
        manifest.digests.runs = Some(written.runs);
        manifest.digests.curves = written.curves;
        let chosen = experiment.program.rules.objective.is_none();
        manifest.objective = written.objective.map(|name| StoredObjective { name, chosen });
        manifest.journal = Some(saved);
        Ok(())
    }
}
