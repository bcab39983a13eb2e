//! Tables: a head of names and rows of numbers, and blocks with a name and a number on each line.

use super::names;
use super::number;
use super::row::Row;

/// The head of a table.
#[derive(Debug)]
pub(super) struct Head {
    separator: Separator,
    names: Vec<String>,
    /// For columns parted by blanks: the names where one blank parts them. [`Head::names`] then has those that wider gaps part.
    narrow: Vec<String>,
    /// The first label of a column of words (`all`). Rows with another label are about a part.
    label: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Separator {
    Bar,
    Comma,
    Semicolon,
    Tab,
    Blanks,
}

/// A line's cells.
#[derive(Debug, Default)]
pub(super) struct Cells<'a>(Vec<&'a [u8]>);

impl<'a> Cells<'a> {
    fn of(line: &'a [u8], separator: Separator) -> Cells<'a> {
        let trimmed = |cells: Vec<&'a [u8]>| cells.into_iter().map(<[u8]>::trim_ascii).collect();
        Cells(match separator {
            Separator::Bar => {
                let mut cells: Vec<&[u8]> = trimmed(split_at_bars(line));
                // Bars at both ends have no cell outside.
                if cells.len() > 2 && cells[0].is_empty() {
                    cells.remove(0);
                    if cells.last().is_some_and(|cell| cell.is_empty()) {
                        cells.pop();
                    }
                }
                cells
            }
            Separator::Comma => trimmed(line.split(|&byte| byte == b',').collect()),
            Separator::Semicolon => trimmed(line.split(|&byte| byte == b';').collect()),
            Separator::Tab => trimmed(line.split(|&byte| byte == b'\t').collect()),
            Separator::Blanks => line.split(u8::is_ascii_whitespace).filter(|cell| !cell.is_empty()).collect(),
        })
    }
}

/// Splits at `|` and at the bars of drawn boxes (`│`, `┃`, `║`), which have three bytes.
fn split_at_bars(line: &[u8]) -> Vec<&[u8]> {
    let mut cells = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < line.len() {
        let length = match &line[at..] {
            [b'|', ..] => 1,
            [0xe2, 0x94, 0x82 | 0x83, ..] | [0xe2, 0x95, 0x91, ..] => 3,
            _ => {
                at += 1;
                continue;
            }
        };
        cells.push(&line[start..at]);
        at += length;
        start = at;
    }
    cells.push(&line[start..]);
    cells
}

/// Whether a line begins with a bar, as rows of a drawn table do.
pub(super) fn begins_with_bar(line: &[u8]) -> bool {
    matches!(line, [b'|', ..] | [0xe2, 0x94, 0x82 | 0x83, ..] | [0xe2, 0x95, 0x91, ..])
}

/// Whether a line is a rule of a table: dashes, pluses, bars and the like.
pub(super) fn is_rule(line: &[u8]) -> bool {
    let mut has_dash = false;
    let mut rest = line;
    while let [byte, after @ ..] = rest {
        rest = match byte {
            b'-' | b'=' | b'~' | b'_' => {
                has_dash = true;
                after
            }
            b'+' | b'|' | b':' | b' ' | b'\t' => after,
            // Box-drawing characters.
            0xe2 if matches!(after, [0x94 | 0x95, _, ..]) => {
                has_dash = true;
                &after[2..]
            }
            _ => return false,
        };
    }
    has_dash
}

/// Cuts a bar that follows a table's row: `640: 100%|███| 4/4`.
fn without_bar(line: &[u8]) -> &[u8] {
    let is_bar = |rest: &[u8]| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && rest.get(digits) == Some(&b'%')
    };
    match memchr::memmem::find(line, b": ") {
        Some(at) if is_bar(line[at + 2..].trim_ascii_start()) => &line[..at],
        _ => line,
    }
}

impl Head {
    /// A line as the head of a table; `None` where it is none. A head has two columns or more, no number, and the name of a
    /// result or counter in it; where single blanks part its columns, which may be a sentence, two such names.
    pub fn read(line: &[u8]) -> Option<Head> {
        let line = without_bar(line);
        if !may_be_head(line) {
            return None;
        }
        let separator = if begins_with_bar(line) || memchr::memmem::find(line, b" | ").is_some() {
            Separator::Bar
        } else if line.contains(&b'\t') {
            Separator::Tab
        } else if line.contains(&b';') {
            Separator::Semicolon
        } else if line.contains(&b',') {
            Separator::Comma
        } else {
            Separator::Blanks
        };
        let text = |cell: &&[u8]| without_half_bracket(&String::from_utf8_lossy(cell)).to_string();
        let narrow: Vec<String> = Cells::of(line, separator).0.iter().map(text).collect();
        let names = if separator == Separator::Blanks { wide(line) } else { narrow.clone() };
        let is_number = |name: &String| number::number(name.as_bytes()).is_some();
        let known = |names: &[String]| names.iter().filter(|name| is_known(name)).count();
        let is_head = !narrow.iter().any(is_number)
            && (names.len() >= 2 && known(&names) >= 1 || narrow.len() >= 2 && known(&narrow) >= 2);
        is_head.then_some(Head { separator, names, narrow, label: None })
    }

    /// Takes a line as the second of the head, where the first gives columns the same name: its words come behind. False where it is
    /// none.
    pub fn take_second(&mut self, line: &[u8]) -> bool {
        let names = &self.names;
        let has_same = || names.iter().enumerate().any(|(at, name)| !name.is_empty() && names[..at].contains(name));
        if self.separator != Separator::Bar || !has_same() {
            return false;
        }
        let Cells(cells) = Cells::of(line, self.separator);
        if cells.len() != self.names.len() || cells.iter().any(|cell| number::number(cell).is_some()) {
            return false;
        }
        for (name, cell) in self.names.iter_mut().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            name.push(' ');
            name.push_str(&String::from_utf8_lossy(cell));
        }
        true
    }

    /// Whether the rows may begin with a word.
    pub fn has_labels(&self) -> bool {
        self.names.first().is_some_and(|name| !is_known(name))
    }

    /// Reads a line as a row of the table. False where it is none.
    pub fn row(&mut self, line: &[u8], row: &mut Row) -> bool {
        let line = without_bar(line);
        let Cells(mut cells) = Cells::of(line, self.separator);
        let is_blanks = self.separator == Separator::Blanks;
        let names = match cells.len() {
            count if count == self.names.len() => &self.names,
            count if is_blanks && count == self.narrow.len() => &self.narrow,
            // The index of a data frame has no name.
            count if is_blanks && count == self.names.len() + 1 => {
                cells.remove(0);
                &self.names
            }
            _ => return false,
        };
        let is_label =
            |cell: &[u8]| cell.first().is_some_and(u8::is_ascii_alphabetic) && number::number(cell).is_none();
        let (labels, numbers) = cells.iter().fold((0, 0), |(labels, numbers), cell| {
            (labels + usize::from(is_label(cell)), numbers + usize::from(number::number(cell).is_some()))
        });
        if numbers == 0 || labels > 1 || labels == 1 && !is_label(cells[0]) && numbers < 2 {
            return false;
        }
        if is_label(cells[0]) {
            let label = self.label.get_or_insert_with(|| cells[0].to_vec());
            if *label != cells[0] {
                return true;
            }
        }
        for (name, cell) in names.iter().zip(&cells) {
            set(name, cell, row);
        }
        true
    }
}

/// Whether a line has names alone: no number of its own, and no sign that makes pairs or sentences.
fn may_be_head(line: &[u8]) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_@-./'".contains(&byte);
    let mut before = b' ';
    for &byte in line {
        if b":={}?!".contains(&byte) || byte.is_ascii_digit() && !is_inner(before) {
            return false;
        }
        before = byte;
    }
    line.contains(&b'#') || names::has_known(line)
}

/// Sets a cell. The columns `E` and `#` are spaCy's epoch and step, `counter` is Vowpal Wabbit's.
fn set(name: &str, cell: &[u8], row: &mut Row) {
    let counter = match name {
        "E" => Some(names::Counter::Epoch),
        "#" | "counter" => Some(names::Counter::Step),
        _ => names::counter(name.as_bytes()),
    };
    let (done, length) = match (counter, memchr::memchr(b'/', cell)) {
        (Some(_), Some(at)) => (&cell[..at], number::number(&cell[at + 1..])),
        _ => (cell, None),
    };
    let Some(number) = number::number(done) else { return };
    match counter {
        Some(counter) => row.step.set(counter, number.value, number.is_whole, length.map(|length| length.value)),
        None => row.set_metric(name, number.value),
    }
}

fn is_known(name: &str) -> bool {
    name == "#" || names::counter(name.as_bytes()).is_some() || names::is_result(name.as_bytes())
}

/// The cells that gaps of two blanks or more part.
fn wide(line: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(line);
    text.split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .map(|cell| without_half_bracket(cell).to_string())
        .collect()
}

/// A name without a bracket at its end that closes one of another column: `Box(P  R  mAP50)`.
fn without_half_bracket(name: &str) -> &str {
    name.strip_suffix(')').filter(|rest| !rest.contains('(')).unwrap_or(name)
}

/// A block whose lines have a name and a number: `|    ep_rew_mean | 22.3 |`. Its numbers are one row, which is there when
/// the block is closed.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The heading of the lines: `rollout/`.
    section: String,
    pending: Row,
}

impl Block {
    /// Reads a line of a block. False where it is none.
    pub fn line(&mut self, line: &[u8]) -> bool {
        let Cells(cells) = Cells::of(line, Separator::Bar);
        let [name, value] = cells[..] else { return false };
        let Ok(name) = std::str::from_utf8(name) else { return false };
        if name.is_empty() || number::number(name.as_bytes()).is_some() {
            return false;
        }
        if value.is_empty() && name.ends_with('/') {
            name.clone_into(&mut self.section);
            return true;
        }
        let Some(number) = number::number(value) else { return false };
        self.pending.set(&format!("{}{name}", self.section), number);
        true
    }

    /// Takes the numbers of a block that is closed, if there are any.
    pub fn close(&mut self, row: &mut Row) {
        self.section.clear();
        row.step = self.pending.step;
        for (name, value) in self.pending.names.iter().zip(&self.pending.values) {
            value.iter().for_each(|&value| row.set_metric(name, value));
        }
        self.pending.clear();
    }
}
