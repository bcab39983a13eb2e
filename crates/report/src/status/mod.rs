//! Where a sweep stands, from its results folder and its shards: who works on it, how many runs have ended, the best so far.
//! Nothing is written, and each table is read once at most.

mod best;
mod part;
mod shards;
mod standing;
mod state;

use std::path::Path;

use etascape_text::counted;

pub use best::Best;
pub use part::PartStatus;
pub use standing::Standing;
pub use state::{Here, SILENCE, State, Worker};

use crate::Error;
use crate::folder::{Submitted, shards_in};
use crate::logs::Manifest;
use part::{Reader, Seen};

impl Standing {
    /// Reads a results folder; `None` where it has no manifest, no shards, and none were submitted.
    ///
    /// # Errors
    /// Where a manifest or a record of what was submitted cannot be read.
    pub fn of(folder: &Path, here: &Here) -> Result<Option<Standing>, Error> {
        let submitted = Submitted::read(folder)?;
        let is_there = folder.join(Manifest::FILE).exists();
        let manifest = is_there.then(|| Manifest::read(folder)).transpose()?;
        match manifest.filter(Manifest::has_own_tables) {
            Some(manifest) => Standing::of_whole(folder, &manifest, submitted, here).map(Some),
            None => shards::standing(folder, submitted.as_ref(), here),
        }
    }

    fn of_whole(
        folder: &Path,
        manifest: &Manifest,
        submitted: Option<Submitted>,
        here: &Here,
    ) -> Result<Standing, Error> {
        let reader = Reader::of(folder);
        let seen = Seen::at(folder, manifest, reader.as_ref().ok().and_then(Option::as_ref), here)?;
        let mut notes = seen.notes;
        notes.extend(reader.as_ref().err().map(Error::in_full));
        let shards = if manifest.merged.is_none() { shards_in(folder)?.len() } else { 0 };
        notes.extend((shards > 0).then(|| format!("it also holds {}, not counted here", counted(shards, "shard"))));
        let is_done = seen.status.state == State::Done;
        Ok(Standing {
            experiment: reader.ok().flatten().map(|reader| reader.name().to_owned()),
            whole: seen.status,
            shards: Vec::new(),
            best: seen.best.into_list(),
            submitted: submitted.filter(|_| !is_done),
            notes,
        })
    }
}
