//! `etascape compare`: several results folders in one table and on one page.

use std::path::{Path, PathBuf};

use etascape_insight::subject::Subject;
use etascape_report::{Stored, compare as compare_folders, write_atomically};

use crate::json;
use crate::manifest::manifest_of;
use crate::output::{print, tell};

/// Writes the page, and prints the table, or the document of `--json`.
pub fn compare(folders: &[PathBuf], out: &Path, is_json: bool) -> anyhow::Result<()> {
    let experiments = folders.iter().map(|folder| read(folder)).collect::<anyhow::Result<Vec<_>>>()?;
    for (folder, subject) in &experiments {
        subject.left_out.iter().for_each(|words| tell(&format!("note: {}: {words}", folder.display())));
    }
    let comparison = compare_folders(&experiments)?;
    write_atomically(out, comparison.page.as_bytes())?;
    if is_json {
        return json::put("compare", json::of_comparison(&comparison, out));
    }
    print(&format!("{comparison}\n{}\n", out.display()))
}

fn read(folder: &Path) -> anyhow::Result<(PathBuf, Subject)> {
    manifest_of(folder)?;
    Ok((folder.to_owned(), Stored::read(folder)?.subject))
}
