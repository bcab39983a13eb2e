//! A stream of a run's process, in the file that it goes to.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The most bytes of a source that are read at once, so that the caller can check other things in between.
pub(super) const AT_ONCE: usize = 1 << 22;
/// The most bytes that are read by one call.
pub(super) const BLOCK: usize = 1 << 16;

/// Reads what is new at the end of a file that another process writes, and that nobody replaces.
#[derive(Debug)]
pub(super) struct Stream {
    path: PathBuf,
    file: Option<File>,
}

impl Stream {
    pub fn new(path: &Path) -> Stream {
        Stream { path: path.to_path_buf(), file: None }
    }

    /// Makes the next read begin at its beginning.
    pub fn rewind(&mut self) {
        self.file = None;
    }

    /// Calls `take` with new bytes until it returns false. True where more may be ready to read.
    ///
    /// # Errors
    /// Where the file exists and cannot be read.
    pub fn read(&mut self, take: &mut dyn FnMut(&[u8]) -> bool) -> io::Result<bool> {
        let file = match &mut self.file {
            Some(file) => file,
            none => match File::open(&self.path) {
                Ok(file) => none.insert(file),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
                Err(error) => return Err(error),
            },
        };
        let mut block = [0; BLOCK];
        let mut total = 0;
        while total < AT_ONCE {
            let length = match file.read(&mut block) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            if length == 0 || !take(&block[..length]) {
                return Ok(false);
            }
            total += length;
        }
        Ok(true)
    }
}
