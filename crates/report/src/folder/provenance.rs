//! Provenance: who trains, where and when. Makes the manifest at the start of a session.

use std::path::{Path, PathBuf};

use super::part::Part;
use crate::logs::{Digests, FORMAT_VERSION, Host, Manifest, RunState, SessionTimes};

/// Who trains, where and when: what the manifest says beside the results.
#[derive(Debug, Clone, Default)]
pub struct Provenance {
    /// The command line.
    pub command_line: Vec<String>,
    /// The folder that the config's paths start from.
    pub config_folder: PathBuf,
    /// Version of etascape.
    pub version: String,
    /// Commit that it was built from, where known.
    pub git_commit: Option<String>,
    /// Whether the source differed from that commit.
    pub git_dirty: Option<bool>,
    /// When training started: RFC 3339 in UTC.
    pub started: String,
    /// The machine.
    pub host: Host,
}

impl Provenance {
    /// The manifest of a new part of a sweep, or of one that earlier sessions began, and the times of this session.
    pub(crate) fn begin(
        self,
        folder: &Path,
        part: &Part,
        digests: Digests,
        before: Option<&Manifest>,
    ) -> (Manifest, SessionTimes) {
        let session = SessionTimes::begin(self.started, before.map(|before| before.times.clone()));
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            etascape_version: self.version,
            state: RunState::Running,
            config_folder: seen_from(folder, &self.config_folder),
            runs: part.count(),
            shard: part.shard().cloned(),
            merged: None,
            digests,
            saved: None,
            journal: None,
            running: None,
            objective: None,
            findings: None,
            times: session.times(None),
            host: self.host,
            git_commit: self.git_commit,
            git_dirty: self.git_dirty,
            command_line: self.command_line,
        };
        (manifest, session)
    }
}

/// The path from one folder to another; the full path where there is no relative one.
fn seen_from(from: &Path, to: &Path) -> String {
    let to = if to.as_os_str().is_empty() { Path::new(".") } else { to };
    let (Ok(from), Ok(to)) = (from.canonicalize(), to.canonicalize()) else { return to.display().to_string() };
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return to.display().to_string();
    }
    let up = from.components().skip(shared).map(|_| "..".to_string());
    let down = to.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let way: Vec<String> = up.chain(down).collect();
    if way.is_empty() { ".".into() } else { way.join("/") }
}
