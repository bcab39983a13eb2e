//! The tables of a results folder as Parquet files.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use etascape_sweep::ValueKind;

use super::ParquetWriter;
use crate::Error;
use crate::export::TypedTable;
use crate::logs::temporary_in;

/// Writes `runs.parquet` and, where curves are logged, `curves.parquet` into a folder. Returns the files. Memory does not grow
/// with the tables. `version` is etascape's.
///
/// # Errors
/// Where a table cannot be read, a cell is not of its column's type, or a file cannot be written.
pub fn export_parquet(folder: &Path, out: &Path, version: &str) -> Result<Vec<PathBuf>, Error> {
    fs::create_dir_all(out).map_err(Error::io("create", out))?;
    let tables = [("runs.parquet", Some(TypedTable::runs(folder)?)), ("curves.parquet", TypedTable::curves(folder)?)];
    let mut files = Vec::new();
    for (name, table) in tables {
        let path = out.join(name);
        match table {
            Some(table) => {
                write(table, &path, out, version)?;
                files.push(path);
            }
            // Curves of an earlier sweep.
            None if path.exists() => fs::remove_file(&path).map_err(Error::io("remove", &path))?,
            None => {}
        }
    }
    Ok(files)
}

fn write(table: TypedTable, path: &Path, out: &Path, version: &str) -> Result<(), Error> {
    let failed = || Error::io("write", path);
    let file = temporary_in(out).map_err(failed())?;
    let TypedTable { mut cells, columns } = table;
    let kinds: Vec<ValueKind> = columns.iter().map(|column| column.kind).collect();
    let mut writer = ParquetWriter::begin(BufWriter::new(file.as_file()), columns).map_err(failed())?;
    while cells.advance_whole()? {
        for (column, kind) in kinds.iter().enumerate() {
            if !writer.cell(column, cells.text(column)?) {
                return Err(cells.unexpected(column, expected(*kind)));
            }
        }
        writer.end_row().map_err(failed())?;
    }
    writer.end(&format!("etascape version {version}")).map_err(failed())?;
    file.persist(path).map_err(|error| failed()(error.error))?;
    Ok(())
}

fn expected(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Bool => "true, false or nothing",
        ValueKind::Integer => "a whole number or nothing",
        ValueKind::Number => "a number or nothing",
        ValueKind::Text => "a text",
    }
}
