//! Files that know their digest, and files that appear whole or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::Error;

/// A file that is digested while it is written. Unbuffered: it is meant for large pieces.
pub(crate) struct DigestedFile {
    file: File,
    hasher: blake3::Hasher,
}

impl DigestedFile {
    pub(crate) fn create(path: &Path) -> io::Result<DigestedFile> {
        Ok(DigestedFile { file: File::create(path)?, hasher: blake3::Hasher::new() })
    }

    /// Goes on behind the first `length` bytes of an existing file; what lies behind them goes.
    pub(crate) fn resume(path: &Path, length: u64) -> io::Result<DigestedFile> {
        let mut file = File::options().read(true).write(true).open(path)?;
        file.set_len(length)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(&mut file)?;
        Ok(DigestedFile { file, hasher })
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

/// Puts a file in place whole: written beside its place, then renamed over what was there.
///
/// # Errors
/// [`Error::Io`] where the folder does not take the file; what was there is then untouched.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let put = || -> io::Result<()> {
        let mut file = tempfile::Builder::new().permissions_like_any_file().tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    };
    put().map_err(Error::io("write", path))
}

/// Temporary files are private by default; ours take their final name, so they get what new files get.
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
