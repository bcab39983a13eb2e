//! What a path and the file there say of it.

use std::path::{Component, Path, PathBuf};

/// Endings of files that hold programs.
const CODE: [&str; 23] = [
    "bash", "c", "cjs", "cpp", "exe", "ipynb", "jar", "jl", "js", "lua", "m", "mjs", "php", "pl", "ps1", "py", "pyc",
    "r", "rb", "rs", "sh", "ts", "zsh",
];

/// Whether a file's name says that it holds a program.
pub(super) fn is_code(file: &Path) -> bool {
    let extension = file.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    extension.is_some_and(|extension| CODE.contains(&extension.as_str()))
}

/// A path without `.` in it.
pub(super) fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

/// Whether a file has a run bit. Where there are none, every file counts.
#[cfg(unix)]
pub(super) fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
pub(super) fn is_executable(_: &Path) -> bool {
    true
}
