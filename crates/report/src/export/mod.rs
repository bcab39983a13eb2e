//! The tables of a results folder in the formats of other tools.

mod parquet;
mod tensorboard;
mod varint;

use std::path::{Path, PathBuf};

use etascape_sweep::{ConfigValues, ValueKind};

use crate::Error;
use crate::folder::{CONFIG, EXPORT};
use crate::logs::Cells;

pub use parquet::export_parquet;
pub use tensorboard::{MOST_RUNS, export_tensorboard};

/// The folder of a results folder into which exports go by default.
pub fn export_folder(results: &Path) -> PathBuf {
    results.join(EXPORT)
}

/// A column of a table, and what its cells are.
#[derive(Debug, Clone, PartialEq)]
struct TypedColumn {
    name: String,
    kind: ValueKind,
    /// Whether it is a parameter that the sweep varies.
    is_swept: bool,
}

/// An open table of a results folder with types for its columns.
struct TypedTable {
    cells: Cells,
    columns: Vec<TypedColumn>,
}

/// The columns of both tables that hold whole numbers, of those that etascape names.
const INTEGERS: [&str; 7] = ["run_id", "step", "steps", "best_step", "exit_code", "attempts", "unread_lines"];
/// Likewise texts. Every other column holds numbers.
const TEXTS: [&str; 4] = ["status", "first_unread", "reason", "stderr"];

impl TypedTable {
    /// Opens `runs.csv`. The types of the swept parameters are those of the config.
    fn runs(folder: &Path) -> Result<TypedTable, Error> {
        let swept = ConfigValues::load(&folder.join(CONFIG))?.kinds();
        let typed = |name: &String| {
            let swept = swept.iter().find(|(path, _)| path == name).map(|(_, kind)| *kind);
            let kind = swept.unwrap_or(match &name[..] {
                name if INTEGERS.contains(&name) => ValueKind::Integer,
                name if TEXTS.contains(&name) => ValueKind::Text,
                _ => ValueKind::Number,
            });
            TypedColumn { name: name.clone(), kind, is_swept: swept.is_some() }
        };
        let cells = Cells::open(&folder.join("runs.csv"))?;
        Ok(TypedTable { columns: cells.names.iter().map(typed).collect(), cells })
    }

    /// Opens `curves.csv`; `None` where no curves are logged.
    fn curves(folder: &Path) -> Result<Option<TypedTable>, Error> {
        let path = folder.join("curves.csv");
        if !path.exists() {
            return Ok(None);
        }
        let cells = Cells::open(&path)?;
        let typed = |name: &String| {
            let is_whole = ["run_id", "step"].contains(&&name[..]);
            let kind = if is_whole { ValueKind::Integer } else { ValueKind::Number };
            TypedColumn { name: name.clone(), kind, is_swept: false }
        };
        Ok(Some(TypedTable { columns: cells.names.iter().map(typed).collect(), cells }))
    }
}
