//! Opens files of data and weights.

use std::fs::File;
use std::path::Path;

use super::error::{DataError, Location};

/// Bytes of a file of data or weights at most.
pub(super) const LARGEST_FILE: u64 = 4 << 30;

/// Opens a regular file of bounded size.
pub(super) fn open(path: &Path) -> Result<File, DataError> {
    let failed = |source| DataError::File { file: path.to_path_buf(), source };
    let meta = std::fs::metadata(path).map_err(failed)?;
    if meta.is_dir() {
        return Err(Location::in_file(path).invalid("a folder", "a file"));
    }
    if !meta.is_file() {
        return Err(Location::in_file(path).invalid("no regular file", "a file"));
    }
    if meta.len() > LARGEST_FILE {
        return Err(Location::in_file(path).invalid(format!("{} bytes", meta.len()), format!("at most {LARGEST_FILE}")));
    }
    File::open(path).map_err(failed)
}
