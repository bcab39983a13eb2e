//! Tables as training programs write them: lines of cells under a head.

use super::reading::names;
use super::reading::number::{Number, number};

/// A table whose lines are read one by one. The separator is found from the head. A program may write another head later, with
/// more columns: from there on that one counts.
#[derive(Debug, Default)]
pub(super) struct CsvTable {
    head: Vec<String>,
    separator: u8,
    /// Whether a row of numbers has been read under the head.
    has_rows: bool,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Column<'a> {
    /// The one that has the step.
    Step,
    /// Another, by its name.
    Named(&'a str),
}

/// The separators that a head may have. Where two occur equally often, the earlier counts.
const SEPARATORS: [u8; 4] = *b"\t;,|";

impl CsvTable {
    /// Reads a line that is not empty, and calls `cell` with each number. `step` names the column of the step; other columns that
    /// count steps then give nothing. False for a head.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn read(
        &mut self,
        line: &[u8],
        step: Option<&str>,
        mut cell: impl FnMut(Column<'_>, Number),
    ) -> Result<bool, &'static str> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        if self.head.is_empty() {
            self.begin(line)?;
            return Ok(false);
        }
        let cells = cells(line, self.separator)?;
        if self.is_head(&cells) || !self.has_rows && self.is_first_head(line)? {
            self.begin(line)?;
            return Ok(false);
        }
        if cells.len() != self.head.len() {
            return Err("not as many cells as the head has");
        }
        if step.is_some_and(|step| !self.head.iter().any(|name| name == step)) {
            return Err("no column is named as program.metrics.step says");
        }
        self.has_rows = true;
        for (name, text) in self.head.iter().zip(&cells) {
            let column = match step {
                Some(step) if name == step => Column::Step,
                Some(_) if names::counter(name.as_bytes()).is_some() => continue,
                _ => Column::Named(name),
            };
            if let Some(number) = self.number(text) {
                cell(column, number);
            }
        }
        Ok(true)
    }

    /// Takes a head. One that is a comment (`# epoch loss`) loses its mark.
    fn begin(&mut self, line: &[u8]) -> Result<(), &'static str> {
        let line = line.strip_prefix(b"#").map_or(line, <[u8]>::trim_ascii_start);
        self.separator = separator(line);
        let cells = cells(line, self.separator)?;
        if cells.iter().all(|cell| self.number(cell).is_some()) {
            return Err("no head: the first line has only numbers");
        }
        self.head = cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        self.has_rows = false;
        Ok(())
    }

    /// Whether cells are those of another head: names that the head has, and no numbers.
    fn is_head(&self, cells: &[Vec<u8>]) -> bool {
        let is_known =
            |cell: &Vec<u8>| self.head.iter().any(|name| !name.is_empty() && name.as_bytes() == cell.as_slice());
        !self.has_number(cells) && cells.iter().any(is_known)
    }

    /// Whether a line before the first row is the head, and what was taken for it was some other text.
    fn is_first_head(&self, line: &[u8]) -> Result<bool, &'static str> {
        let cells = cells(line, separator(line))?;
        let names = cells.iter().filter(|cell| !cell.is_empty()).count();
        let had = self.head.iter().filter(|name| !name.is_empty()).count();
        Ok(names > 1 && (names >= had || self.separator == b' ') && !self.has_number(&cells))
    }

    fn has_number(&self, cells: &[Vec<u8>]) -> bool {
        cells.iter().any(|cell| self.number(cell).is_some())
    }

    /// The number of a cell. Where `;` separates cells, a comma is a decimal comma.
    fn number(&self, cell: &[u8]) -> Option<Number> {
        if self.separator != b';' || !cell.contains(&b',') {
            return number(cell);
        }
        let has_one = cell.iter().filter(|byte| b",.".contains(byte)).count() == 1;
        let cell: Vec<u8> = cell.iter().map(|&byte| if byte == b',' { b'.' } else { byte }).collect();
        number(&cell).filter(|_| has_one)
    }
}

/// The separator of a head: the one that occurs most, outside of quotes; a blank where none occurs.
fn separator(head: &[u8]) -> u8 {
    let mut counts = [0; SEPARATORS.len()];
    let mut is_quoted = false;
    for byte in head {
        is_quoted ^= *byte == b'"';
        let which = SEPARATORS.iter().position(|separator| separator == byte).filter(|_| !is_quoted);
        which.into_iter().for_each(|which| counts[which] += 1);
    }
    let most = counts.into_iter().max().unwrap_or(0);
    let which = counts.iter().position(|&count| count == most && most > 0);
    which.map_or(b' ', |which| SEPARATORS[which])
}

/// The cells of a line without the blanks around them.
fn cells(line: &[u8], separator: u8) -> Result<Vec<Vec<u8>>, &'static str> {
    if separator == b' ' {
        let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        return Ok(words.map(<[u8]>::to_vec).collect());
    }
    let mut record = csv::ByteRecord::new();
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).delimiter(separator).from_reader(line);
    reader.read_byte_record(&mut record).map_err(|_| "no row of CSV")?;
    Ok(record.iter().map(|cell| cell.trim_ascii().to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each line is read as: `name=value …`, `head`, or what is wrong with it.
    fn read(lines: &[&str]) -> Vec<String> {
        let mut table = CsvTable::default();
        let mut words = |line: &&str| {
            let mut values = Vec::new();
            let read = table.read(line.as_bytes(), None, |column, number| {
                if let Column::Named(name) = column {
                    values.push(format!("{name}={}", number.value));
                }
            });
            match read {
                Ok(false) => "head".to_string(),
                Err(why) => why.to_string(),
                Ok(true) => values.join(" "),
            }
        };
        lines.iter().map(&mut words).collect()
    }

    #[test]
    fn the_head_says_how_cells_are_separated() {
        for separator in [",", ";", "\t", "|", " ", " ; "] {
            let lines = ["step,loss,val loss", "1,0.5,2"].map(|line| line.replace(',', separator));
            let lines =
                [lines[0].replace("val loss", if separator == " " { "val" } else { "val loss" }), lines[1].clone()];
            let name = if separator == " " { "val" } else { "val loss" };
            let expected = ["head".to_string(), format!("step=1 loss=0.5 {name}=2")];
            assert_eq!(read(&[&lines[0], &lines[1]]), expected, "{separator:?}");
        }
    }

    #[test]
    fn a_mark_of_utf_8_and_quotes_and_line_ends_are_no_part_of_names() {
        let lines = ["\u{feff}\"step\",\"loss, all\"\r", "\"1\",\"0.5\"\r"];
        assert_eq!(read(&lines), ["head", "step=1 loss, all=0.5"]);
        assert_eq!(
            read(&["# step loss", "1 2", "# step loss", "2 1"]),
            ["head", "step=1 loss=2", "head", "step=2 loss=1"]
        );
    }

    #[test]
    fn a_later_head_counts_from_there_on() {
        let lines = ["step,loss", "1,4", "step,loss,val_loss", "2,3,5", "loss,step", "2,3"];
        assert_eq!(
            read(&lines),
            ["head", "step=1 loss=4", "head", "step=2 loss=3 val_loss=5", "head", "loss=2 step=3"]
        );
        // What has no names of the head is no head once there are rows.
        let lines = ["a run of today", "step,loss", "1,4", "x,y"];
        assert_eq!(read(&lines), ["head", "head", "step=1 loss=4", ""]);
    }

    #[test]
    fn a_semicolon_goes_with_a_decimal_comma() {
        let lines = ["step;loss", "1;0,5", "2;1,234", "3;1.5", "4;1.234,5"];
        assert_eq!(read(&lines), ["head", "step=1 loss=0.5", "step=2 loss=1.234", "step=3 loss=1.5", "step=4"]);
    }

    #[test]
    fn cells_at_the_ends_may_be_empty() {
        let lines = ["\tstep\tloss\tacc", "0\t1\t2\t", "\t2\t\t\r", "\t\t\t"];
        assert_eq!(read(&lines), ["head", "=0 step=1 loss=2", "step=2", ""]);
    }

    #[test]
    fn numbers_are_no_head() {
        assert_eq!(read(&["1,2", "2,3"]), ["no head: the first line has only numbers"; 2]);
    }

    #[test]
    fn rows_are_as_long_as_the_head() {
        let few = "not as many cells as the head has";
        assert_eq!(read(&["step,loss,acc", "1,2", "2,3,", ",,", "3,4,5,6"]), ["head", few, "step=2 loss=3", "", few]);
    }
}
