//! `data.csv`: a file of rows, how it is to be read, and how it was read.

use std::path::PathBuf;

/// `data.csv`: a file of rows, and how it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvSource {
    /// The file, relative to the config's folder.
    pub path: PathBuf,
    /// The column that holds the target.
    pub target: ColumnName,
    /// The columns that hold features; `None`: every other one that has a name.
    pub features: Option<Vec<ColumnName>>,
    /// What stands between two cells; `None`: found from the head of the file.
    pub separator: Option<Separator>,
    /// What stands before the fraction of a number; `None`: a point, and `1,234`, which can be two numbers, is none.
    pub decimal: Option<Decimal>,
    /// What the first line is.
    pub header: Header,
    /// The cells that count as missing; white space around them does not matter.
    pub missing: Vec<String>,
    /// What becomes of missing cells.
    pub on_missing: OnMissing,
    /// What becomes of features that are words.
    pub text: OnText,
}

impl CsvSource {
    /// The cells that count as missing unless a config says otherwise.
    pub const MISSING: [&str; 6] = ["", "?", "NA", "N/A", "NaN", "null"];

    /// A file that is read as a config reads it that names no more than these.
    pub fn new(path: impl Into<PathBuf>, target: ColumnName) -> CsvSource {
        CsvSource {
            path: path.into(),
            target,
            features: None,
            separator: None,
            decimal: None,
            header: Header::default(),
            missing: CsvSource::MISSING.map(str::to_string).to_vec(),
            on_missing: OnMissing::default(),
            text: OnText::default(),
        }
    }
}

/// How a config names a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnName {
    /// By its name in the header.
    Name(String),
    /// By its index from 0; a negative index counts from the end, the last being −1.
    Index(i64),
}

/// What stands between two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Bar,
    /// One or more blanks or tabs. Those at the ends of a line separate nothing.
    Blanks,
}

/// What stands before the fraction of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Decimal {
    /// `1.5`
    #[default]
    Point,
    /// `1,5`
    Comma,
}

/// What the first line of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Header {
    /// The names of the columns, unless all of them are numbers: that is an error.
    #[default]
    Expected,
    /// The names of the columns, whatever they are.
    Given,
    /// A row. The columns are called `c0`, `c1` …
    Absent,
}

/// What becomes of missing cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnMissing {
    /// They are errors.
    #[default]
    Error,
    /// Their rows are dropped.
    Drop,
    /// A feature gets its mean over the training rows. Rows without a target are dropped.
    Mean,
}

/// What becomes of features that are words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnText {
    /// They are errors.
    #[default]
    Error,
    /// A column of words becomes a column of 0 and 1 for each word.
    OneHot,
}

/// How a CSV file was read: what was found, dropped and made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvReading {
    /// What separates cells.
    pub separator: Separator,
    /// Whether the separator was found, not given.
    pub is_found: bool,
    /// What stands before the fraction of a number.
    pub decimal: Decimal,
    /// Whether the first line names the columns.
    pub has_header: bool,
    /// Rows in the file.
    pub rows: u64,
    /// Rows that are dropped, because they lack a cell.
    pub dropped: u64,
    /// What becomes of missing cells.
    pub on_missing: OnMissing,
    /// Columns with missing cells and how many each has: features, then the target.
    pub missing: Vec<(String, u64)>,
    /// Columns of words, of which each word became a column of 0 and 1.
    pub one_hot: Vec<WordColumn>,
    /// Columns that are left out because they have no name, by their numbers from 1.
    pub nameless: Vec<usize>,
    /// Lines above the header, or above the first row, that begin with `#` and are skipped.
    pub comments: u64,
    /// What else stands above the table and is skipped.
    pub titles: Option<Titles>,
    /// Lines of separators only, which are skipped.
    pub blank: u64,
    /// Columns of percentages: their numbers are per cent.
    pub percent: Vec<String>,
    /// Columns in which one mark groups thousands, as it could also stand before a fraction: the name, and a number as it
    /// stands in the file.
    pub grouped: Vec<(String, String)>,
    /// Columns whose numbers have no fraction but of three digits, so that the point can also group thousands: as for
    /// `grouped`.
    pub doubtful: Vec<(String, String)>,
}

/// A column of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordColumn {
    /// Its name.
    pub name: String,
    /// The different words, in the order of their first rows.
    pub words: Vec<String>,
}

/// Lines above a table that are no part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titles {
    /// The line of the header, or of the first row.
    pub table: u64,
    /// The first of them that is not empty.
    pub first: String,
}

impl Separator {
    /// All of them; of two that fit a file equally well, only the first before [`Separator::Blanks`] is preferred.
    pub(super) const ALL: [Separator; 5] =
        [Separator::Comma, Separator::Semicolon, Separator::Tab, Separator::Bar, Separator::Blanks];

    /// The byte that separates cells after `Lines`.
    pub(super) fn byte(self) -> u8 {
        match self {
            Separator::Comma => b',',
            Separator::Semicolon => b';',
            Separator::Tab | Separator::Blanks => b'\t',
            Separator::Bar => b'|',
        }
    }

    /// In words: `commas`.
    pub fn in_words(self) -> &'static str {
        match self {
            Separator::Comma => "commas",
            Separator::Semicolon => "semicolons",
            Separator::Tab => "tabs",
            Separator::Bar => "bars",
            Separator::Blanks => "blanks",
        }
    }
}
