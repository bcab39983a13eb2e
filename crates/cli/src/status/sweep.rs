//! What is asked of one sweep.

use std::path::{Path, PathBuf};

use anyhow::Context;
use etascape_report::{Here, Standing};

use crate::slurm::Queue;

/// A sweep as its files tell, and what Slurm still knows of its jobs.
pub struct Sweep {
    /// The results folder.
    pub folder: PathBuf,
    pub standing: Standing,
    /// `None` where no job was submitted, or the sweep is complete; an error where Slurm does not answer.
    pub queue: anyhow::Result<Option<Queue>>,
}

impl Sweep {
    /// Looks at a results folder.
    ///
    /// # Errors
    /// Where it is none, or cannot be read.
    pub fn of(folder: &Path, here: &Here) -> anyhow::Result<Sweep> {
        // Slurm is asked before files are read: a shard that ends between the two is complete by its files.
        let queue = Queue::of_folder(folder);
        let missing = || format!("{} is not a results folder of etascape: it holds no manifest.json", folder.display());
        let standing = Standing::of(folder, here)?.with_context(missing)?;
        Ok(Sweep { folder: folder.to_owned(), standing, queue })
    }
}
