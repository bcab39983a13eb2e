//! Files that are digested while written, and files that are written atomically.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Error;

/// The first bytes of a file: their number and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePrefix {
    /// Its length.
    pub bytes: u64,
    /// Its BLAKE3, in hexadecimal.
    pub digest: String,
}

/// A file that is digested while it is written. It is not buffered: write large pieces.
pub(crate) struct DigestedFile {
    file: File,
    hasher: blake3::Hasher,
    length: u64,
}

impl DigestedFile {
    pub(crate) fn create(path: &Path) -> io::Result<DigestedFile> {
        Ok(DigestedFile { file: File::create(path)?, hasher: blake3::Hasher::new(), length: 0 })
    }

    /// Truncates an existing file to `length` bytes and continues there.
    pub(crate) fn resume(path: &Path, length: u64) -> io::Result<DigestedFile> {
        let mut file = File::options().read(true).write(true).open(path)?;
        file.set_len(length)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(&mut file)?;
        Ok(DigestedFile { file, hasher, length })
    }

    /// Bytes written so far.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Brings everything written to the disk, and returns its length and digest.
    pub(crate) fn save(&self) -> io::Result<FilePrefix> {
        self.file.sync_data()?;
        Ok(FilePrefix { bytes: self.length, digest: self.digest() })
    }

    /// The digest of everything written so far, in hexadecimal.
    pub(crate) fn digest(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }
}

impl Write for DigestedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The digest that manifests record: BLAKE3, in hexadecimal.
pub fn digest_bytes(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// The digest of a file's content.
///
/// # Errors
/// [`Error::Io`] where it cannot be read.
pub(crate) fn digest_file(path: &Path) -> Result<String, Error> {
    let file = File::open(path).map_err(Error::io("read", path))?;
    digest_reader(file).map_err(Error::io("read", path))
}

/// The digest of everything that a reader gives.
pub(crate) fn digest_reader(bytes: impl Read) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(bytes)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Writes a file atomically: writes a temporary file, brings it to the disk, then renames it to `path`. After this returns,
/// the new file survives a power cut.
///
/// # Errors
/// [`Error::Io`] where the file cannot be written. The old file is then unchanged.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let put = || -> io::Result<()> {
        let mut file = temporary_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        sync_folder(folder)
    };
    put().map_err(Error::io("write", path))
}

/// A temporary file in a folder. Dropping it removes the file.
pub(crate) fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let (front, end) = TEMPORARY;
    tempfile::Builder::new().prefix(front).suffix(end).permissions_like_any_file().tempfile_in(folder)
}

/// A temporary folder in a folder. Dropping it removes it.
pub(crate) fn temporary_folder_in(folder: &Path) -> io::Result<tempfile::TempDir> {
    let (front, end) = TEMPORARY;
    tempfile::Builder::new().prefix(front).suffix(end).tempdir_in(folder)
}

/// Brings the entries of a folder to the disk, on systems that allow it.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Prefix and suffix of temporary files and folders.
const TEMPORARY: (&str, &str) = (".etascape-", ".tmp");

/// Removes temporary files and folders that a killed process left in a results folder. Errors are ignored.
pub(crate) fn remove_leftovers(folder: &Path) {
    let is_leftover = |name: &str| name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1);
    for folder in [folder.to_owned(), folder.join("charts")] {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_some_and(is_leftover) {
                let path = entry.path();
                let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            }
        }
    }
}

/// Temporary files are private by default. These become final files, so they get the permissions of new files.
trait LikeAnyFile {
    fn permissions_like_any_file(&mut self) -> &mut Self;
}

impl LikeAnyFile for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_like_any_file(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        self.permissions(std::fs::Permissions::from_mode(0o666))
    }

    #[cfg(not(unix))]
    fn permissions_like_any_file(&mut self) -> &mut Self {
        self
    }
}
