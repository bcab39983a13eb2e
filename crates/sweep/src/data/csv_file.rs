//! Rows from a CSV file with a header.
//!
//! The file is read once, record by record: memory is proportional to the numbers kept.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Take};
use std::path::Path;

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::classes::TargetColumn;
use super::error::{DataError, Location, quoted};
use super::header::Columns;
use super::lines::Lines;
use super::table::Content;

/// Bytes of a file of data or weights at most.
pub(super) const LARGEST_FILE: u64 = 4 << 30;

/// Columns of a file at most.
const MOST_COLUMNS: usize = 10_000;

/// The rows of a CSV file: the column `target`, and the listed features, or all other columns.
pub(super) fn read(path: &Path, target: &str, features: Option<&[String]>) -> Result<Content, DataError> {
    let mut records = Records::open(path)?;
    let place = |line| Location::in_file(path).line(line);
    let Some((line, header)) = records.next()? else {
        return Err(Location::in_file(path).invalid("an empty file", "a header line, and a line for each row"));
    };
    if header.len() > MOST_COLUMNS {
        return Err(place(line).invalid(format!("{} columns", header.len()), format!("at most {MOST_COLUMNS}")));
    }
    let columns = Columns::choose(&header, target, features, &place(line))?;
    let mut rows =
        RowReader { columns: &columns, width: header.len(), features: Vec::new(), targets: TargetColumn::default() };
    while let Some((line, record)) = records.next()? {
        rows.push(&record, &|| place(line))?;
    }
    let (features, targets) = (rows.features, rows.targets.finish());
    match targets.len() {
        0 => Err(Location::in_file(path).invalid("a header and no rows", "at least one row")),
        _ => Ok(Content { names: columns.feature_names(), features, targets }),
    }
}

/// Reads rows and keeps the chosen columns.
struct RowReader<'a> {
    columns: &'a Columns,
    width: usize,
    features: Vec<f64>,
    targets: TargetColumn,
}

impl RowReader<'_> {
    fn push(&mut self, record: &StringRecord, place: &dyn Fn() -> Location) -> Result<(), DataError> {
        if record.len() != self.width {
            let found = format!("a row of length {}", record.len());
            return Err(place().invalid(found, format!("{}, as many as the header has", self.width)));
        }
        for (name, index) in &self.columns.features {
            self.features.push(feature(&record[*index], || column_of(place, name))?);
        }
        let (name, index) = &self.columns.target;
        let cell = record[*index].trim();
        let number = number(cell, "a finite number, or the name of a class", || column_of(place, name))?;
        self.targets.push(number, cell, || column_of(place, name))
    }
}

fn column_of(place: &dyn Fn() -> Location, name: &str) -> Location {
    place().part(format!("column {}", quoted(name)))
}

fn feature(cell: &str, place: impl Fn() -> Location) -> Result<f64, DataError> {
    const ALLOWED: &str = "a finite number";
    number(cell.trim(), ALLOWED, &place)?.ok_or_else(|| place().invalid(quoted(cell), ALLOWED))
}

/// The number in a cell; `None` for a text, an error for an empty cell or a number that is not finite.
fn number(cell: &str, allowed: &str, place: impl Fn() -> Location) -> Result<Option<f64>, DataError> {
    match cell.parse::<f64>() {
        _ if cell.is_empty() => Err(place().invalid("an empty cell", allowed)),
        Ok(number) if !number.is_finite() => Err(place().invalid(quoted(cell), allowed)),
        Ok(number) => Ok(Some(number)),
        Err(_) => Ok(None),
    }
}

/// The records of a file, each with the line on which it begins.
struct Records<'a> {
    path: &'a Path,
    reader: csv::Reader<Lines<Take<BufReader<File>>>>,
}

impl<'a> Records<'a> {
    fn open(path: &'a Path) -> Result<Records<'a>, DataError> {
        let mut file = BufReader::new(open(path)?);
        let failed = |source| DataError::File { file: path.to_path_buf(), source };
        let start = file.fill_buf().map_err(failed)?;
        if start.starts_with(&[0xff, 0xfe])
            || start.starts_with(&[0xfe, 0xff])
            || start.iter().take(64).any(|&b| b == 0)
        {
            return Err(Location::in_file(path).invalid("what looks like UTF-16, or no text at all", "CSV in UTF-8"));
        }
        if start.starts_with(b"\xef\xbb\xbf") {
            file.consume(3);
        }
        let lines = Lines::new(file.take(LARGEST_FILE));
        Ok(Records { path, reader: ReaderBuilder::new().has_headers(false).flexible(true).from_reader(lines) })
    }

    /// The next record. Empty lines are skipped.
    fn next(&mut self) -> Result<Option<(u64, StringRecord)>, DataError> {
        let mut record = StringRecord::new();
        let more = self.reader.read_record(&mut record).map_err(|error| self.explain(error))?;
        self.reader.get_mut().record_ends();
        // Every record ends with a line end, and further ones may stand inside quotes.
        let lines = 1 + record.as_slice().bytes().filter(|&byte| byte == b'\n').count() as u64;
        Ok(more.then(|| (self.reader.position().line().saturating_sub(lines), record)))
    }

    fn explain(&self, error: csv::Error) -> DataError {
        let place = Location::in_file(self.path);
        match error.into_kind() {
            ErrorKind::Io(source) if source.kind() == std::io::ErrorKind::FileTooLarge => {
                self.endless(format!("records of at most {} bytes", Lines::<BufReader<File>>::LONGEST_RECORD))
            }
            ErrorKind::Io(source) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
                self.endless("a quote at the end of each cell that begins with one")
            }
            ErrorKind::Io(source) => DataError::File { file: self.path.to_path_buf(), source },
            ErrorKind::Utf8 { err, .. } => place
                .line(self.reader.position().line().saturating_sub(1))
                .part(format!("cell {}", err.field() + 1))
                .invalid("bytes that are not UTF-8 (the file looks like Latin-1 or Windows-1252)", "CSV in UTF-8"),
            kind => place.invalid(format!("{kind:?}"), "CSV"),
        }
    }

    /// The error that a record does not end, at the line of the open quote if there is one.
    fn endless(&self, allowed: impl Into<String>) -> DataError {
        let (line, found) = match self.reader.get_ref().open_quote() {
            Some(line) => (line, "a quote that is not closed"),
            None => (self.reader.position().line(), "a record that does not end"),
        };
        Location::in_file(self.path).line(line).invalid(found, allowed)
    }
}

/// Opens a regular file of bounded size.
pub(super) fn open(path: &Path) -> Result<File, DataError> {
    let failed = |source| DataError::File { file: path.to_path_buf(), source };
    let meta = std::fs::metadata(path).map_err(failed)?;
    if !meta.is_file() {
        return Err(Location::in_file(path).invalid("no regular file", "a file"));
    }
    if meta.len() > LARGEST_FILE {
        return Err(Location::in_file(path).invalid(format!("{} bytes", meta.len()), format!("at most {LARGEST_FILE}")));
    }
    File::open(path).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes::Targets;

    /// Reads a file of these bytes, with target column `t`.
    fn read_bytes(bytes: &[u8]) -> Result<Content, DataError> {
        let folder = tempfile::tempdir().expect("makes a folder");
        let path = folder.path().join("rows.csv");
        std::fs::write(&path, bytes).expect("writes");
        read(&path, "t", None)
    }

    fn message(bytes: &[u8]) -> String {
        let error = read_bytes(bytes).expect_err("is invalid").to_string();
        let (_, message) = error.split_once("rows.csv").expect("names the file");
        message.to_string()
    }

    #[test]
    fn one_meaning_whatever_the_line_ends_spaces_and_marks() {
        let expected = read_bytes(b"a,t,b\n1,2,3\n-4.5,5e-1,6\n").expect("is valid");
        assert_eq!(expected.names, ["a", "b"]);
        assert_eq!(expected.features, [1.0, 3.0, -4.5, 6.0]);
        assert_eq!(expected.targets, Targets::Numbers(vec![2.0, 0.5]));
        for same in [
            "a,t,b\r\n1,2,3\r\n-4.5,5e-1,6\r\n",
            "a,t,b\r1,2,3\r-4.5,5e-1,6",
            "\u{feff}a,t,b\n1,2,3\n\n-4.5,5e-1,6",
            " a ,\tt, b\n 1 , 2 , 3 \n-4.5 ,0.5,6\n\n",
            "\"a\",\"t\",\"b\"\n\"1\",2,3\n-4.5,0.5,\"6\"\n",
        ] {
            assert_eq!(read_bytes(same.as_bytes()).expect("is valid"), expected, "{same:?}");
        }
    }

    #[test]
    fn a_column_with_a_text_is_one_of_texts() {
        let content = read_bytes("a,t\n1,ja\n2, nein\n3,ja\n".as_bytes()).expect("is valid");
        let Targets::Texts { texts, rows, first, found } = content.targets else { panic!("are texts") };
        assert_eq!((texts, rows, found), (vec!["ja".into(), "nein".into()], vec![0, 1, 0], "ja".into()));
        assert_eq!((first.line, first.part), (Some(2), Some("column `t`".into())));
    }

    #[test]
    fn bad_files_are_errors_that_say_where() {
        let cases: [(&[u8], &str); 18] = [
            (b"", ": found an empty file"),
            (b"\n\n", ": found an empty file"),
            (b"a,t\n", ": found a header and no rows"),
            (b"a,b\n1,2\n", ":1: found no column `t`; allowed: one of the columns `a`, `b`"),
            (b"a,t\n1,2\n1,2,3\n", ":3: found a row of length 3; allowed: 2"),
            (b"a,t\n1,2\n\n7\n", ":4: found a row of length 1; allowed: 2"),
            (b"a,t\r\n1,2\r\n,3\r\n", ":3, column `a`: found an empty cell; allowed: a finite number"),
            (b"a,t\n1,2\n1, \n", ":3, column `t`: found an empty cell"),
            (b"a,t\nx,2\n", ":2, column `a`: found `x`; allowed: a finite number"),
            (b"a,t\n\"1,5\",2\n", ":2, column `a`: found `1,5`"),
            (b"a,t\nNaN,2\n", ":2, column `a`: found `NaN`"),
            (b"a,t\n1,-inf\n", ":2, column `t`: found `-inf`"),
            (b"a,t\n1,1\n1e999,2\n", ":3, column `a`: found `1e999`"),
            (b"a,t\n1,\"two\nlines\"\nx,2\n", ":4, column `a`: found `x`"),
            (b"a,t\n1,gr\xfcn\n", ":2, cell 2: found bytes that are not UTF-8 (the file looks like Latin-1"),
            (b"\xff\xfea\0,\0t\0\n\0", ": found what looks like UTF-16"),
            (b"a\0,\0t\0\n\0", ": found what looks like UTF-16"),
            (b"a,t,a\n1,2,3\n", ":1: found the name `a` for columns 1 and 3"),
        ];
        for (bytes, expected) in cases {
            let message = message(bytes);
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn what_does_not_end_does_not_fill_the_memory() {
        for (start, expected) in [
            ("a,t\n1,2\n\"", ":3: found a quote that is not closed; allowed: records of at most 4194304 bytes"),
            ("a,t\n1,2\n", ":3: found a record that does not end; allowed: records of at most 4194304 bytes"),
        ] {
            let mut bytes = start.as_bytes().to_vec();
            bytes.resize(6 << 20, b'1');
            assert_eq!(message(&bytes), expected);
        }
    }

    #[test]
    fn an_unclosed_quote_is_named_where_it_opens() {
        let cases = [
            ("x,t\n1,0\n2,0\n3,1\n\"4,1\n5,1\n6,1\n", 5),
            ("x,t\r\n1,0\r\n\"2,0\r\n3,1\r\n4,1", 3),
            ("x,t\r1,0\r2,\"0\r3,1\r", 3),
            ("\"x,t\n1,0\n", 1),
            ("\u{feff}\"x\"\"\"\",t\n1,0\n", 1),
            ("x,\"t\n\n1,0", 1),
            ("x,t\n1,0\n\"", 3),
            ("x,t\n1,0\n2,\"", 3),
            ("x,t\n1,\"two\nlines\"\n\n2,\"a \"\"b\"\"\r\n\"\n3,\"c\n", 7),
        ];
        for (text, line) in cases {
            let expected =
                format!(":{line}: found a quote that is not closed; allowed: a quote at the end of each cell");
            assert!(message(text.as_bytes()).starts_with(&expected), "{text:?}: {}", message(text.as_bytes()));
        }
        let fine = "x,\"t\"\n1,\"two\nlines\"\n2,6\"\n3,a \"b\n4,\"\"\"\"";
        let content = read_bytes(fine.as_bytes()).expect("every quote that opens is closed");
        let Targets::Texts { texts, .. } = content.targets else { panic!("are texts") };
        assert_eq!(texts, ["two\nlines", "6\"", "a \"b", "\""]);
        assert!(
            message(b"x,t\n1\n\"2,0\n").starts_with(":2: found a row of length 1"),
            "what comes first is said first"
        );
    }

    #[test]
    fn too_many_columns_are_refused() {
        let header = "x,".repeat(10_000) + "t\n";
        assert!(message(header.as_bytes()).starts_with(":1: found 10001 columns; allowed: at most 10000"));
    }

    #[test]
    fn what_is_no_file_is_an_error() {
        let folder = tempfile::tempdir().expect("makes a folder");
        assert!(matches!(read(&folder.path().join("no.csv"), "t", None), Err(DataError::File { .. })));
        assert!(matches!(read(folder.path(), "t", None), Err(DataError::Invalid { .. })));
    }

    #[test]
    fn no_bytes_panic() {
        let mut stream = etascape_core::Stream::new(0, etascape_core::Purpose::Generator, 0);
        let alphabet = b"a,t\n1\r\"-e.\xff\0\xef\xbb\xbf ";
        for _ in 0..300 {
            let mut bytes = if stream.below(2) == 0 { b"a,t\n".to_vec() } else { Vec::new() };
            bytes.extend((0..stream.below(40)).map(|_| alphabet[stream.below(alphabet.len() as u64) as usize]));
            let _ = read_bytes(&bytes);
        }
    }

    #[test]
    fn the_shipped_iris_is_as_published() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/data/iris.csv");
        let content = read(&path, "species", None).expect("is valid");
        assert_eq!(content.names, ["sepal_length", "sepal_width", "petal_length", "petal_width"]);
        let mean = |i: usize| content.features.iter().skip(i).step_by(4).sum::<f64>() / 150.0;
        // Means that R and SciPy's documentation give for Fisher's table; UCI's copy has 3.054 and 3.758667, 1.198667.
        for (i, expected) in [5.843333, 3.057333, 3.758, 1.199333].into_iter().enumerate() {
            assert!((mean(i) - expected).abs() < 5e-7, "{i}: {}", mean(i));
        }
        let Targets::Texts { texts, rows, .. } = content.targets else { panic!("are texts") };
        assert_eq!(texts, ["setosa", "versicolor", "virginica"]);
        assert!((0..3).all(|class| rows.iter().filter(|&&row| row == class).count() == 50));
    }
}
