//! A part of a table taken whole, so that parts can be read side by side.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use memchr::{memchr2, memchr2_iter, memrchr};

/// The rows of a part of a table, as plain as we write them: no quotes, and every row has all columns. A last row without
/// a line end was cut off, and is no row.
pub(crate) struct Sheet {
    text: String,
    /// Where each cell ends, row by row.
    ends: Vec<u32>,
    columns: usize,
}

impl Sheet {
    /// Reads the bytes between two line ends of a table of two columns or more, less than 4 GiB; `None` where they are not
    /// plain.
    pub(crate) fn read(path: &Path, bytes: Range<u64>, columns: usize) -> io::Result<Option<Sheet>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(bytes.start))?;
        let mut text = Vec::with_capacity((bytes.end - bytes.start) as usize);
        file.take(bytes.end - bytes.start).read_to_end(&mut text)?;
        Ok(Sheet::of(text, columns))
    }

    fn of(mut text: Vec<u8>, columns: usize) -> Option<Sheet> {
        if columns < 2 || memchr2(b'"', b'\r', &text).is_some() {
            return None;
        }
        text.truncate(memrchr(b'\n', &text).map_or(0, |last| last + 1));
        let text = String::from_utf8(text).ok()?;
        let ends: Vec<u32> = memchr2_iter(b',', b'\n', text.as_bytes()).map(|end| end as u32).collect();
        let ends_line = |&end: &u32| text.as_bytes()[end as usize] == b'\n';
        let is_row = |ends: &[u32]| ends.iter().position(ends_line) == Some(columns - 1);
        ends.chunks(columns).all(is_row).then_some(Sheet { text, ends, columns })
    }

    pub(crate) fn rows(&self) -> usize {
        self.ends.len() / self.columns
    }

    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.columns + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] + 1 };
        &self.text[start as usize..self.ends[at] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Sheet;

    fn sheet(text: &str) -> Option<Vec<Vec<String>>> {
        let sheet = Sheet::of(text.into(), 3)?;
        let row = |row| (0..3).map(|column| sheet.cell(row, column).to_owned()).collect();
        Some((0..sheet.rows()).map(row).collect())
    }

    #[test]
    fn plain_rows_have_their_cells() {
        assert_eq!(sheet("").unwrap().len(), 0);
        assert_eq!(sheet("1,η,\n,,\n").unwrap(), [["1", "η", ""], ["", "", ""]]);
        assert_eq!(sheet("1,2,3\n4,").unwrap(), [["1", "2", "3"]], "cut off");
    }

    #[test]
    fn what_is_not_plain_is_left_to_others() {
        for text in ["1,2\n3\n", "1,2,3,4\n5,6\n", "1,2\n", "1,2,3\n\n", "1,\"2\",3\n", "1,2,3\n\"", "1,2,3\r\n"] {
            assert!(sheet(text).is_none(), "{text:?}");
        }
        assert!(Sheet::of(b"1,\xff,3\n".to_vec(), 3).is_none());
    }
}
