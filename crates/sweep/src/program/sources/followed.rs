//! A file that a program writes in any way: that it appends to, writes anew, cuts off, or replaces by another.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::stream::{AT_ONCE, BLOCK};

/// Bytes at the beginning, and before the present place, by which a file is recognised while it grows.
const GUARD: usize = 4096;
/// The share of time that may go into reading a file again that is replaced again and again.
const SHARE: u32 = 10;

/// What a look at a file has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Everything that is there has been read.
    AllRead,
    /// More may be ready to read.
    More,
    /// It does not begin with what was read: what was read does not count, and the next look begins at its beginning.
    Another,
}

/// Reads a file of bytes while a program writes it. What was read is always a beginning of the file as it was at some time;
/// [`Followed::settle`] makes it a beginning of the file as it is.
///
/// A look is cheap: it compares where the file is on the disk, its length, its first bytes and the last that were read, after
/// each block and before the block is given away, so that a block never comes from another file than those before. What this does
/// not see (another number in the middle of a long file, which has the same length) is seen by `settle`, from a digest.
#[derive(Debug)]
pub(super) struct Followed {
    path: PathBuf,
    opened: Option<Opened>,
    /// No look before, since the file was replaced and took long to compare.
    rests_until: Option<Instant>,
}

/// A file and what was read of it.
#[derive(Debug)]
struct Opened {
    file: File,
    /// What the file was like when everything in it had been read.
    all_read: Option<Stamp>,
    place: (u64, u64),
    /// Bytes that were read.
    length: u64,
    digest: blake3::Hasher,
    first: Vec<u8>,
    last: Vec<u8>,
}

/// What changes with a file.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stamp {
    /// Where it is on the disk.
    place: (u64, u64),
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    /// `None` where there is no such file, or something else than a file.
    fn of(path: &Path) -> io::Result<Option<Stamp>> {
        let data = match fs::metadata(path) {
            Ok(data) if data.is_file() => data,
            Ok(_) => return Ok(None),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        Ok(Some(Stamp { place: place(&data), length: data.len(), modified: data.modified().ok() }))
    }
}

#[cfg(unix)]
fn place(data: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (data.dev(), data.ino())
}

#[cfg(not(unix))]
fn place(data: &fs::Metadata) -> (u64, u64) {
    let since = data.created().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    (0, since.map_or(0, |since| since.as_nanos() as u64))
}

impl Followed {
    pub fn new(path: &Path) -> Followed {
        Followed { path: path.to_path_buf(), opened: None, rests_until: None }
    }

    /// Whether there has been such a file.
    pub fn has_come(&self) -> bool {
        self.opened.is_some()
    }

    /// Whether it has been there and is there no more.
    pub fn has_gone(&self) -> bool {
        self.opened.is_some() && matches!(Stamp::of(&self.path), Ok(None))
    }

    /// Makes the next look begin at its beginning.
    pub fn rewind(&mut self) {
        (self.opened, self.rests_until) = (None, None);
    }

    /// Calls `take` with new bytes until it returns false.
    ///
    /// # Errors
    /// Where the file exists and cannot be read.
    pub fn look(&mut self, take: &mut dyn FnMut(&[u8]) -> bool) -> io::Result<Look> {
        if self.rests_until.is_some_and(|until| Instant::now() < until) {
            return Ok(Look::AllRead);
        }
        // A file that has been removed may still be open.
        let Some(now) = Stamp::of(&self.path)?.or(self.opened.as_ref().and_then(Opened::stamp)) else {
            return Ok(Look::AllRead);
        };
        let is_other = self.opened.as_ref().is_some_and(|opened| opened.place != now.place);
        if is_other && self.compare()? == Look::Another {
            return Ok(Look::Another);
        }
        let opened = match &mut self.opened {
            Some(opened) => opened,
            none => none.insert(Opened::new(File::open(&self.path)?)?),
        };
        let look = opened.read(now, take)?;
        if look == Look::Another {
            opened.begin_anew();
        }
        Ok(look)
    }

    /// Compares the file as it is now with everything that was read; to be called where nobody writes it any more. After it,
    /// looks are not held back.
    ///
    /// # Errors
    /// Where the file exists and cannot be read.
    pub fn settle(&mut self) -> io::Result<Look> {
        self.rests_until = None;
        let has_file = Stamp::of(&self.path)?.is_some();
        let look = if has_file && self.opened.is_some() { self.compare()? } else { Look::More };
        self.rests_until = None;
        Ok(look)
    }

    /// Whether the file at the path begins with everything that was read; goes on in it then.
    fn compare(&mut self) -> io::Result<Look> {
        let began = Instant::now();
        let mut file = File::open(&self.path)?;
        let goes_on = match &self.opened {
            Some(opened) => digest(&mut file, opened.length)?.finalize() == opened.digest.finalize(),
            None => false,
        };
        let took = began.elapsed();
        self.rests_until =
            Some(Instant::now() + took.saturating_mul(SHARE)).filter(|_| took > Duration::from_millis(1));
        match &mut self.opened {
            Some(opened) if goes_on => {
                opened.place = place(&file.metadata()?);
                (opened.file, opened.all_read) = (file, None);
                Ok(Look::More)
            }
            _ => {
                self.opened = Some(Opened::new(file)?);
                Ok(Look::Another)
            }
        }
    }
}

impl Opened {
    fn new(file: File) -> io::Result<Opened> {
        let place = place(&file.metadata()?);
        let digest = blake3::Hasher::new();
        Ok(Opened { file, all_read: None, place, length: 0, digest, first: Vec::new(), last: Vec::new() })
    }

    /// Forgets what was read. The file stays open, since it may be moved away.
    fn begin_anew(&mut self) {
        (self.length, self.digest, self.all_read) = (0, blake3::Hasher::new(), None);
        self.first.clear();
        self.last.clear();
    }

    fn stamp(&self) -> Option<Stamp> {
        let data = self.file.metadata().ok()?;
        Some(Stamp { place: self.place, length: data.len(), modified: data.modified().ok() })
    }

    /// Reads on. `now` is what the file is like.
    fn read(&mut self, now: Stamp, take: &mut dyn FnMut(&[u8]) -> bool) -> io::Result<Look> {
        if self.all_read == Some(now) {
            return Ok(Look::AllRead);
        }
        let mut block = [0; BLOCK];
        let mut total = 0;
        while total < AT_ONCE {
            let length = read_at(&mut self.file, self.length, &mut block)?;
            if now.length < self.length || !self.is_same()? {
                return Ok(Look::Another);
            }
            if length == 0 {
                self.all_read = Some(now);
                return Ok(Look::AllRead);
            }
            self.keep(&block[..length]);
            total += length;
            if !take(&block[..length]) {
                return Ok(Look::AllRead);
            }
        }
        Ok(Look::More)
    }

    /// Whether the file still has its first bytes, and the last that were read.
    fn is_same(&mut self) -> io::Result<bool> {
        let mut bytes = [0; GUARD];
        for (at, kept) in [(0, &self.first), (self.length - self.last.len() as u64, &self.last)] {
            let bytes = &mut bytes[..kept.len()];
            if read_at(&mut self.file, at, bytes)? < kept.len() || bytes != kept.as_slice() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn keep(&mut self, block: &[u8]) {
        self.digest.update(block);
        self.length += block.len() as u64;
        let missing = (GUARD - self.first.len()).min(block.len());
        self.first.extend_from_slice(&block[..missing]);
        self.last.extend_from_slice(&block[block.len().saturating_sub(GUARD)..]);
        self.last.drain(..self.last.len().saturating_sub(GUARD));
    }
}

/// Reads at a place until `bytes` is full or the file ends.
fn read_at(file: &mut File, at: u64, bytes: &mut [u8]) -> io::Result<usize> {
    file.seek(SeekFrom::Start(at))?;
    let mut held = 0;
    while held < bytes.len() {
        match file.read(&mut bytes[held..]) {
            Ok(0) => break,
            Ok(length) => held += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(held)
}

/// The digest of the first bytes of a file.
fn digest(file: &mut File, length: u64) -> io::Result<blake3::Hasher> {
    let mut digest = blake3::Hasher::new();
    let (mut block, mut at) = ([0; BLOCK], 0);
    while at < length {
        let wanted = (BLOCK as u64).min(length - at) as usize;
        let read = read_at(file, at, &mut block[..wanted])?;
        if read == 0 {
            break;
        }
        digest.update(&block[..read]);
        at += read as u64;
    }
    Ok(digest)
}

#[cfg(test)]
mod tests;
