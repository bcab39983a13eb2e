//! A record as a line of JSON. Numbers are texts, so that they keep every bit, and NaN and infinity are themselves.

use etascape_core::Status;
use etascape_sweep::format_number;
use etascape_sweep::program::{Exit, Point, Record, Spread};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Entry {
    run: u64,
    status: String,
    steps: u64,
    reason: Option<String>,
    exit_code: Option<i32>,
    signal: Option<i32>,
    stderr: String,
    attempts: u32,
    unread: u64,
    first_unread: Option<String>,
    names: Vec<String>,
    /// First, last, least and greatest of each.
    spreads: Vec<[String; 4]>,
    rungs: Vec<String>,
    curve: Vec<(u64, Vec<String>)>,
}

fn word(number: Option<f64>) -> String {
    number.map_or_else(String::new, format_number)
}

fn number(word: &str) -> Option<f64> {
    word.parse().ok()
}

/// The JSON of a record.
pub(super) fn text(record: &Record) -> String {
    let spread = |spread: &Spread| [spread.first, spread.last, spread.min, spread.max].map(word);
    let point = |point: &Point| (point.step, point.values.iter().copied().map(word).collect());
    let entry = Entry {
        run: record.run,
        status: record.status.name().into(),
        steps: record.steps,
        reason: record.reason.clone(),
        exit_code: record.exit.and_then(|exit| if let Exit::Code(code) = exit { Some(code) } else { None }),
        signal: record.exit.and_then(|exit| if let Exit::Signal(signal) = exit { Some(signal) } else { None }),
        stderr: record.stderr.clone(),
        attempts: record.attempts,
        unread: record.unread,
        first_unread: record.first_unread.clone(),
        names: record.names.clone(),
        spreads: record.spreads.iter().map(spread).collect(),
        rungs: record.rungs.iter().map(|&rung| format_number(rung)).collect(),
        curve: record.curve.iter().map(point).collect(),
    };
    // Texts and whole numbers always are JSON.
    serde_json::to_string(&entry).unwrap_or_default()
}

/// The record of some JSON; `None` where it is none of ours.
pub(super) fn read(json: &[u8]) -> Option<Record> {
    let entry: Entry = serde_json::from_slice(json).ok()?;
    let spread = |words: &[String; 4]| {
        let [first, last, min, max] = words.each_ref().map(|word| number(word));
        Spread { first, last, min, max }
    };
    let point = |(step, words): (u64, Vec<String>)| Point { step, values: words.iter().map(|w| number(w)).collect() };
    let is_whole = entry.names.len() == entry.spreads.len();
    is_whole.then_some(())?;
    Some(Record {
        run: entry.run,
        status: Status::from_name(&entry.status)?,
        steps: entry.steps,
        reason: entry.reason,
        exit: entry.exit_code.map(Exit::Code).or(entry.signal.map(Exit::Signal)),
        stderr: entry.stderr,
        attempts: entry.attempts,
        unread: entry.unread,
        first_unread: entry.first_unread,
        spreads: entry.spreads.iter().map(spread).collect(),
        names: entry.names,
        rungs: entry.rungs.iter().filter_map(|rung| number(rung)).collect(),
        curve: entry.curve.into_iter().map(point).collect(),
    })
}
