//! A line of the journal: a checksum, then JSON with the line's number, its sweep and a record.
//!
//! The numbers of a record are texts, so that they keep every bit, also NaN and infinity. The checksum covers the whole
//! line: every change is detected, even if the line is still JSON.

use std::time::Duration;

use etascape_sweep::Status;
use etascape_sweep::program::{Point, ProcessExit, Record, Spread};
use etascape_text::format_number;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// Characters of a line's checksum.
const CHECKSUM: usize = 16;

/// An intact line.
pub(super) struct JournalLine {
    /// Its number among the lines of its journal, from 0; `None` in journals of etascape 0.3.
    pub number: Option<u64>,
    /// The key of its sweep; `None` in journals of etascape 0.3.
    pub sweep: Option<String>,
    /// Its record.
    pub record: Record,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(default)]
    line: Option<u64>,
    #[serde(default)]
    sweep: Option<String>,
    run: u64,
    status: String,
    steps: u64,
    reason: Option<String>,
    #[serde(default)]
    timeout: Option<Duration>,
    exit_code: Option<i32>,
    signal: Option<i32>,
    stderr: String,
    attempts: u32,
    unread: u64,
    first_unread: Option<String>,
    names: Vec<String>,
    /// First, last, least and greatest of each.
    spreads: Vec<[String; 4]>,
    /// The steps of the least and of the greatest of each; left out in journals of etascape 0.4.
    #[serde(default)]
    at: Vec<[Option<u64>; 2]>,
    rungs: Vec<String>,
    curve: Vec<(u64, Vec<String>)>,
}

fn word(number: Option<f64>) -> String {
    number.map_or_else(String::new, format_number)
}

fn number(word: &str) -> Option<f64> {
    word.parse().ok()
}

fn checksum(json: &[u8]) -> String {
    blake3::hash(json).to_hex()[..CHECKSUM].to_string()
}

/// The line of a record, with its end.
pub(super) fn text(number: u64, sweep: &str, record: &Record) -> Vec<u8> {
    let json = json(number, sweep, record);
    format!("{} {json}\n", checksum(json.as_bytes())).into_bytes()
}

/// A line without its end.
pub(super) fn without_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}

/// Reads a line without its end.
///
/// # Errors
/// The problem, in words.
pub(super) fn read(line: &[u8]) -> Result<JournalLine, &'static str> {
    let json = checked(line).ok_or("it is not what was written: its checksum is another")?;
    line_of(json).ok_or("no line of a journal that this etascape reads")
}

/// The JSON of a line whose checksum is right.
fn checked(line: &[u8]) -> Option<&[u8]> {
    let (sum, json) = line.split_at_checked(CHECKSUM)?;
    let json = json.strip_prefix(b" ")?;
    (checksum(json).as_bytes() == sum).then_some(json)
}

/// Whether some bytes are the beginning of a line, as a process leaves it that is killed while writing.
pub(super) fn is_beginning(bytes: &[u8]) -> bool {
    let is_hexadecimal = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    let (sum, rest) = bytes.split_at(bytes.len().min(CHECKSUM));
    sum.iter().all(is_hexadecimal)
        && match rest.split_first() {
            None => true,
            Some((b' ', json)) => match serde_json::from_slice::<IgnoredAny>(json) {
                Ok(_) => checked(bytes).is_some(),
                Err(error) => error.is_eof(),
            },
            Some(_) => false,
        }
}

/// Where another line begins within a damaged one, whose end is lost.
pub(super) fn later_start(line: &[u8]) -> Option<usize> {
    // It occurs nowhere else: within a text, quotes have backslashes before them.
    const BEGINNING: &[u8] = b" {\"line\":";
    let at = memchr::memmem::rfind(line, BEGINNING)?.checked_sub(CHECKSUM)?;
    (at > 0).then_some(at)
}

/// The JSON of a record.
fn json(number: u64, sweep: &str, record: &Record) -> String {
    let spread = |spread: &Spread| [spread.first, spread.last, spread.min, spread.max].map(word);
    let point = |point: &Point| (point.step, point.values.iter().copied().map(word).collect());
    let entry = Entry {
        line: Some(number),
        sweep: Some(sweep.into()),
        run: record.run,
        status: record.status.name().into(),
        steps: record.steps,
        reason: record.reason.clone(),
        timeout: record.timeout,
        exit_code: record.exit.and_then(|exit| if let ProcessExit::Code(code) = exit { Some(code) } else { None }),
        signal: record.exit.and_then(|exit| if let ProcessExit::Signal(signal) = exit { Some(signal) } else { None }),
        stderr: record.stderr.clone(),
        attempts: record.attempts,
        unread: record.unread,
        first_unread: record.first_unread.clone(),
        names: record.names.clone(),
        spreads: record.spreads.iter().map(spread).collect(),
        at: record.spreads.iter().map(|spread| spread.at).collect(),
        rungs: record.rungs.iter().map(|&rung| format_number(rung)).collect(),
        curve: record.curve.iter().map(point).collect(),
    };
    // Texts and whole numbers are always valid JSON.
    serde_json::to_string(&entry).unwrap_or_default()
}

/// The line of some JSON; `None` where it is not a journal line.
fn line_of(json: &[u8]) -> Option<JournalLine> {
    let entry: Entry = serde_json::from_slice(json).ok()?;
    let spread = |(which, words): (usize, &[String; 4])| {
        let [first, last, min, max] = words.each_ref().map(|word| number(word));
        Spread { first, last, min, max, at: entry.at.get(which).copied().unwrap_or_default() }
    };
    let point = |(step, words): (u64, Vec<String>)| Point { step, values: words.iter().map(|w| number(w)).collect() };
    let is_whole = entry.names.len() == entry.spreads.len();
    is_whole.then_some(())?;
    let record = Record {
        run: entry.run,
        status: Status::from_name(&entry.status)?,
        steps: entry.steps,
        reason: entry.reason,
        timeout: entry.timeout,
        exit: entry.exit_code.map(ProcessExit::Code).or(entry.signal.map(ProcessExit::Signal)),
        stderr: entry.stderr,
        attempts: entry.attempts,
        unread: entry.unread,
        first_unread: entry.first_unread,
        spreads: entry.spreads.iter().enumerate().map(spread).collect(),
        names: entry.names,
        rungs: entry.rungs.iter().filter_map(|rung| number(rung)).collect(),
        curve: entry.curve.into_iter().map(point).collect(),
    };
    Some(JournalLine { number: entry.line, sweep: entry.sweep, record })
}
