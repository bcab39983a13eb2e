//! Paths in words.

use std::path::Path;

use etascape_text::spelt_out;

/// A path as it may be shown.
pub(crate) fn shown(path: &Path) -> String {
    spelt_out(&path.display().to_string()).into_owned()
}
