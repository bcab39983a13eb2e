//! The tables of an engine's shards, one behind another under one head.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::shards::WholeShard;
use crate::Error;
use crate::error::Damage;
use crate::logs::{Cells, DigestedFile, Digests, FilePrefix, Saved};

/// Bytes that are copied at once.
const PIECE: usize = 1 << 18;

/// The tables of the whole sweep while they are put together.
pub(super) struct JoinedTables {
    runs: JoinedTable,
    curves: Option<JoinedTable>,
}

/// One of them.
struct JoinedTable {
    name: &'static str,
    path: PathBuf,
    file: DigestedFile,
    /// The head of the first shard's table.
    head: Option<Vec<String>>,
}

impl JoinedTables {
    /// Begins the tables in a folder.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn begin(folder: &Path, has_curves: bool) -> Result<JoinedTables, Error> {
        let begin = |name: &'static str| -> Result<JoinedTable, Error> {
            let path = folder.join(name);
            let file = DigestedFile::create(&path).map_err(Error::io("write", &path))?;
            Ok(JoinedTable { name, path, file, head: None })
        };
        Ok(JoinedTables { runs: begin("runs.csv")?, curves: has_curves.then(|| begin("curves.csv")).transpose()? })
    }

    /// Appends the tables of a shard. Returns whether they and its config are as they were written; if not, what is joined is
    /// of no use.
    ///
    /// # Errors
    /// Where a table cannot be written, or one that is there cannot be read.
    pub fn append(&mut self, shard: &WholeShard) -> Result<bool, Error> {
        if !shard.has_own_config()? || self.misfit(shard).is_some() {
            return Ok(false);
        }
        self.append_all(&shard.folder, &shard.manifest.digests)
    }

    /// Appends whole tables. Returns whether they are as they were written.
    ///
    /// # Errors
    /// As [`JoinedTables::append`].
    pub fn append_all(&mut self, shard: &Path, digests: &Digests) -> Result<bool, Error> {
        self.append_parts(shard, [(u64::MAX, digests.runs.as_deref()), (u64::MAX, digests.curves.as_deref())])
    }

    /// Appends the saved parts of tables. Returns whether they are as they were written.
    ///
    /// # Errors
    /// As [`JoinedTables::append`].
    pub fn append_saved(&mut self, shard: &Path, saved: &Saved) -> Result<bool, Error> {
        let part = |part: &FilePrefix| (part.bytes, Some(part.digest.clone()));
        let (runs, curves) = (part(&saved.runs_part), saved.curves_part.as_ref().map_or((0, None), part));
        self.append_parts(shard, [(runs.0, runs.1.as_deref()), (curves.0, curves.1.as_deref())])
    }

    /// Appends the first bytes of both tables, which have these digests.
    fn append_parts(&mut self, shard: &Path, [runs, curves]: [(u64, Option<&str>); 2]) -> Result<bool, Error> {
        let mut tables =
            std::iter::once((&mut self.runs, runs)).chain(self.curves.iter_mut().map(|table| (table, curves)));
        tables.try_fold(true, |is_whole, (table, (bytes, digest))| {
            Ok(is_whole && table.append(shard, bytes)?.is_some_and(|found| Some(&*found) == digest))
        })
    }

    /// Why the tables of a shard do not fit to those of the others, whatever is in them.
    pub fn misfit(&self, shard: &WholeShard) -> Option<Damage> {
        let digests = &shard.manifest.digests;
        let is_odd = digests.runs.is_none() || digests.curves.is_some() != self.curves.is_some();
        let path = shard.folder.join("manifest.json");
        is_odd.then(|| Damage::at(&path, None, "its digests of tables are not those of a complete shard".into()))
    }

    /// Brings the tables to the disk, and returns their digests.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn finish(self) -> Result<(Option<String>, Option<String>), Error> {
        let digest =
            |table: JoinedTable| table.file.save().map(|part| part.digest).map_err(Error::io("write", &table.path));
        Ok((Some(digest(self.runs)?), self.curves.map(digest).transpose()?))
    }
}

impl JoinedTable {
    /// Appends the rows in the first `bytes` of a shard's table. Returns the digest of these; `None` where the table is not there,
    /// or has another head.
    fn append(&mut self, shard: &Path, bytes: u64) -> Result<Option<String>, Error> {
        let path = shard.join(self.name);
        if !path.exists() {
            return Ok(None);
        }
        let cells = Cells::open(&path)?;
        let (head, names) = (cells.offset(), cells.names);
        let is_first = self.head.is_none();
        if *self.head.get_or_insert_with(|| names.clone()) != names {
            return Ok(None);
        }
        let mut file = File::open(&path).map_err(Error::io("read", &path))?.take(bytes);
        let mut hasher = blake3::Hasher::new();
        let mut piece = vec![0; PIECE];
        let mut skip = if is_first { 0 } else { head };
        loop {
            let read = match file.read(&mut piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read.map_err(Error::io("read", &path))?,
            };
            if read == 0 {
                return Ok(Some(hasher.finalize().to_hex().to_string()));
            }
            hasher.update(&piece[..read]);
            let skipped = skip.min(read as u64);
            skip -= skipped;
            let rows = &piece[skipped as usize..read];
            self.file.write_all(rows).map_err(Error::io("write", &self.path))?;
        }
    }
}
