//! Parquet files: columns with types, in groups of rows.
//!
//! Written by the [standard](https://parquet.apache.org/docs/file-format/), uncompressed: dictionaries and runs take what
//! compression would take of tables such as ours. The same rows give the same bytes.

mod column;
mod runs;
mod table;
mod thrift;

use std::io::{self, Write};

use etascape_sweep::ValueKind;

use super::TypedColumn;
use column::{Chunk, ColumnPart};
use thrift::Message;

pub use table::export_parquet;

const MAGIC: &[u8] = b"PAR1";
/// Cells of a group of rows at most, and rows: what is held in memory.
const CELLS: usize = 1 << 21;
const ROWS: usize = 1 << 17;
/// Bytes of texts that end a group of rows.
const BYTES: usize = 1 << 25;

/// A Parquet file that is being written.
struct ParquetWriter<W> {
    file: W,
    columns: Vec<TypedColumn>,
    parts: Vec<ColumnPart>,
    /// Bytes written.
    at: usize,
    /// Rows and bytes of cells in the present group.
    held: (usize, usize),
    rows: usize,
    groups: Vec<Message>,
}

impl<W: Write> ParquetWriter<W> {
    pub fn begin(mut file: W, columns: Vec<TypedColumn>) -> io::Result<ParquetWriter<W>> {
        file.write_all(MAGIC)?;
        let parts = columns.iter().map(|column| ColumnPart::new(column.kind)).collect();
        Ok(ParquetWriter { file, columns, parts, at: MAGIC.len(), held: (0, 0), rows: 0, groups: Vec::new() })
    }

    /// Adds the cell of a column to the present row; false where it is none of the column's kind. Every column gets one.
    pub fn cell(&mut self, column: usize, cell: &str) -> bool {
        self.held.1 += cell.len();
        self.parts[column].push(cell)
    }

    /// Ends the present row.
    pub fn end_row(&mut self) -> io::Result<()> {
        self.held.0 += 1;
        let most = (CELLS / self.columns.len().max(1)).clamp(1, ROWS);
        if self.held.0 >= most || self.held.1 >= BYTES { self.end_group() } else { Ok(()) }
    }

    fn end_group(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.held).0;
        if rows == 0 {
            return Ok(());
        }
        let (begin, mut chunks) = (self.at, Vec::new());
        for (column, part) in self.columns.iter().zip(&mut self.parts) {
            let chunk = part.take_chunk();
            self.file.write_all(&chunk.bytes)?;
            chunks.push(foot_of_chunk(column, &chunk, self.at));
            self.at += chunk.bytes.len();
        }
        self.rows += rows;
        let group = Message::default().messages(1, chunks).int64(2, (self.at - begin) as i64);
        self.groups.push(group.int64(3, rows as i64));
        Ok(())
    }

    /// Writes the rest and the foot of the file. Returns the file.
    pub fn end(mut self, created_by: &str) -> io::Result<W> {
        self.end_group()?;
        let root = Message::default().text(4, "schema").int32(5, self.columns.len() as i32);
        let schema = std::iter::once(root).chain(self.columns.iter().map(schema_of)).collect();
        let foot = Message::default().int32(1, 1).messages(2, schema).int64(3, self.rows as i64);
        let foot = foot.messages(4, self.groups).text(6, created_by).end();
        self.file.write_all(&foot)?;
        self.file.write_all(&(foot.len() as u32).to_le_bytes())?;
        self.file.write_all(MAGIC)?;
        self.file.flush()?;
        Ok(self.file)
    }
}

/// The number of a kind among the standard's types.
fn type_of(kind: ValueKind) -> i32 {
    match kind {
        ValueKind::Bool => 0,
        ValueKind::Integer => 2,
        ValueKind::Number => 5,
        ValueKind::Text => 6,
    }
}

/// A column in the schema; every column may lack values.
fn schema_of(column: &TypedColumn) -> Message {
    const OPTIONAL: i32 = 1;
    const UTF8: i32 = 0;
    let element = Message::default().int32(1, type_of(column.kind)).int32(3, OPTIONAL).text(4, &column.name);
    match column.kind {
        // Both the old mark of texts and the new one.
        ValueKind::Text => element.int32(6, UTF8).message(10, Message::default().message(1, Message::default())),
        ValueKind::Bool | ValueKind::Integer | ValueKind::Number => element,
    }
}

/// What the foot says of a chunk that begins at a byte of the file.
fn foot_of_chunk(column: &TypedColumn, chunk: &Chunk, at: usize) -> Message {
    const UNCOMPRESSED: i32 = 0;
    let length = chunk.bytes.len() as i64;
    let data = Message::default()
        .int32(1, type_of(column.kind))
        .int32s(2, chunk.encodings())
        .texts(3, &[&column.name])
        .int32(4, UNCOMPRESSED)
        .int64(5, chunk.rows as i64)
        .int64(6, length)
        .int64(7, length)
        .int64(9, (at + chunk.data_at) as i64);
    let data = if chunk.has_dictionary { data.int64(11, at as i64) } else { data };
    let data = data.message(12, Message::default().int64(3, chunk.missing as i64));
    Message::default().int64(2, at as i64).message(3, data)
}
