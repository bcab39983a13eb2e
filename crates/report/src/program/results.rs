//! The results folder of a program's sweep while it is being written.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use etascape_sweep::program::{ProgramExperiment, Record, run_folder};

use super::files::file_digests;
use super::index::SweepKey;
use super::journal::Journal;
use super::tables;
use crate::Error;
use crate::error::Damage;
use crate::folder::{CONFIG, JOURNAL, Part, Provenance, RUNS};
use crate::logs::{
    DigestedFile, Digests, Manifest, RunState, SavedJournal, SessionTimes, StoredObjective, digest_bytes,
    write_atomically,
};

/// A results folder of a program's sweep that is being written.
pub struct ProgramResults<'a> {
    folder: PathBuf,
    experiment: &'a ProgramExperiment,
    sweep: SweepKey,
    times: SessionTimes,
    manifest: Manifest,
    /// The objective of the tables; `None`: chosen among the metrics of the runs, where the experiment leaves it out.
    pub objective: Option<String>,
    /// The finished runs.
    pub journal: Journal,
    /// The repaired journal, if it was damaged.
    pub mended: Option<MendedJournal>,
    /// Runs that are going on.
    pub running: u64,
    file: DigestedFile,
}

/// A damaged journal that was repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MendedJournal {
    /// The damaged lines: the first few, and how many more.
    pub damages: Vec<Damage>,
    /// The copy of the damaged journal; `None` for a journal that was missing.
    pub kept: Option<PathBuf>,
}

impl<'a> ProgramResults<'a> {
    /// Begins the results of a part of an experiment, or continues them. A damaged journal is copied, and its intact lines are used.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn begin(
        folder: &Path,
        experiment: &'a ProgramExperiment,
        part: &Part,
        provenance: Provenance,
    ) -> Result<ProgramResults<'a>, Error> {
        let runs = folder.join(RUNS);
        fs::create_dir_all(&runs).map_err(Error::io("create", &runs))?;
        let before = Manifest::read(folder).ok();
        let config = Some(digest_bytes(experiment.toml.as_bytes()));
        let digests = Digests { config, files: file_digests(experiment)?, ..Digests::default() };
        let (manifest, times) = provenance.begin(folder, part, digests, before.as_ref());
        let mut manifest = Manifest { journal: before.and_then(|before| before.journal), ..manifest };
        // This comes first: after an interruption it shows that the folder belongs to etascape.
        manifest.write(folder)?;
        write_atomically(&folder.join(CONFIG), experiment.toml.as_bytes())?;
        let sweep = SweepKey::of(experiment, &manifest);
        let (journal, mended) = open(folder, &sweep, &mut manifest)?;
        let path = folder.join(JOURNAL);
        let file = DigestedFile::resume(&path, journal.end().0).map_err(Error::io("write", &path))?;
        let (folder, objective) = (folder.to_owned(), None);
        let mut results =
            ProgramResults { folder, experiment, sweep, times, manifest, objective, journal, mended, running: 0, file };
        results.save()?;
        Ok(results)
    }

    /// Appends records. They are safely on the disk when this returns. Folders of runs that are not to be kept are removed.
    ///
    /// # Errors
    /// Where the journal cannot be written.
    pub fn append(&mut self, records: &[&Record]) -> Result<(), Error> {
        if records.is_empty() {
            return Ok(());
        }
        let path = self.folder.join(JOURNAL);
        let lines = self.journal.lines(&self.sweep, records);
        if let Err(error) = self.file.write_all(&lines.concat()).and_then(|()| self.file.save()) {
            // Remove the half-written line.
            self.file = DigestedFile::resume(&path, self.journal.end().0).map_err(Error::io("write", &path))?;
            return Err(Error::io("write", &path)(error));
        }
        records.iter().zip(&lines).for_each(|(record, line)| self.journal.note(record, line.len()));
        let folders = records.iter().filter(|record| !self.experiment.program.keeps_folder(record));
        // What cannot be removed stays: it changes no result.
        folders.for_each(|record| drop(fs::remove_dir_all(run_folder(&self.folder, record.run))));
        Ok(())
    }

    /// Brings a manifest to the disk, with the length of the journal and the time spent so far.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn save(&mut self) -> Result<(), Error> {
        self.manifest.times = self.times.times(None);
        self.manifest.running = Some(self.running);
        self.write_manifest()
    }

    fn write_manifest(&mut self) -> Result<(), Error> {
        let part = self.file.save().map_err(Error::io("write", &self.folder.join(JOURNAL)))?;
        self.manifest.journal = Some(SavedJournal { sweep: self.sweep.key.clone(), lines: self.journal.end().1, part });
        self.manifest.write(&self.folder)
    }

    /// Writes the tables. Returns whether the sweep is complete.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn finish(&mut self, finished: String) -> Result<RunState, Error> {
        let written = tables::write(&self.folder, self.experiment, &self.journal, self.objective.as_deref())?;
        self.manifest.digests.runs = Some(written.runs);
        self.manifest.digests.curves = written.curves;
        let chosen = self.experiment.program.rules.objective.is_none();
        self.manifest.objective = written.objective.map(|name| StoredObjective { name, chosen });
        let is_complete = self.journal.finished() == self.manifest.runs;
        self.manifest.state = if is_complete { RunState::Complete } else { RunState::Interrupted };
        self.manifest.times = self.times.times(Some(finished));
        self.manifest.running = None;
        self.write_manifest()?;
        Ok(self.manifest.state)
    }
}

/// The journal of a folder, repaired if it is damaged.
fn open(folder: &Path, sweep: &SweepKey, manifest: &mut Manifest) -> Result<(Journal, Option<MendedJournal>), Error> {
    let path = folder.join(JOURNAL);
    let is_missing = match File::create_new(&path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
        created => created.map(|_| true).map_err(Error::io("create", &path))?,
    };
    let mut journal = Journal::read(folder, sweep, manifest.journal.as_ref())?;
    let damages = journal.damages().to_vec();
    if damages.is_empty() {
        return Ok((journal, None));
    }
    if is_missing {
        let missing = Damage::at(&path, None, "the file is missing".into());
        return Ok((journal, Some(MendedJournal { damages: vec![missing], kept: None })));
    }
    // Until the intact lines are written, no part of it counts as saved.
    manifest.journal = None;
    manifest.write(folder)?;
    let kept = Some(journal.mend(sweep)?);
    Ok((journal, Some(MendedJournal { damages, kept })))
}
