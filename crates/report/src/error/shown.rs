//! Paths in messages.

use std::path::Path;

use etascape_text::spelt_out;

/// A path for messages, unreadable characters spelt out.
pub(crate) fn shown(path: &Path) -> String {
    spelt_out(&path.display().to_string()).into_owned()
}
