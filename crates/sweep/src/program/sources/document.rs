//! A file of JSON that a program writes as a whole: its history, or its results.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::source::Source;
use crate::program::lines::Line;
use crate::program::meter::{Meter, MeterSetup, Rival};
use crate::program::objective::Rank;
use crate::program::record::Record;
use crate::program::understood::Understood;
use crate::spec::program::MetricsSource;

/// The most bytes of such a file.
const LARGEST: u64 = 64 << 20;

static JSON_LINES: MetricsSource = MetricsSource::Stdout;

/// A document, read once the process has ended. Its rows are the objects of a list (of the whole, or of a member, as `log_history`), the
/// places of lists of numbers (`{"loss": [4, 2], "val_loss": [5, 3]}`), or the one object.
pub(super) struct DocumentSource<'a> {
    name: String,
    path: PathBuf,
    setup: MeterSetup<'a>,
    meter: Meter<'a>,
    problem: Option<String>,
}

impl<'a> DocumentSource<'a> {
    pub fn new(setup: MeterSetup<'a>, name: &str, path: &Path) -> DocumentSource<'a> {
        let meter = Meter::new(setup, &JSON_LINES).of(name);
        DocumentSource { name: name.to_string(), path: path.to_path_buf(), setup, meter, problem: None }
    }

    fn read_all(&mut self) {
        self.problem = match fs::metadata(&self.path) {
            Ok(data) if data.len() > LARGEST => Some(format!("{} is larger than 64 MiB", self.name)),
            _ => None,
        };
        if self.problem.is_some() {
            return;
        }
        let Ok(bytes) = fs::read(&self.path) else { return };
        let Ok(document) = serde_json::from_slice(&with_quoted_numbers(&bytes)) else { return };
        for row in rows(document) {
            if !self.meter.line(Line::Whole(row.to_string().as_bytes())) {
                break;
            }
        }
    }
}

impl Source for DocumentSource<'_> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn read(&mut self, _: Option<Rival>) -> io::Result<bool> {
        Ok(false)
    }

    fn finish(&mut self, _: Option<Rival>, _: bool) -> io::Result<()> {
        // The run is over: no rule can end it.
        self.meter.is_judged = false;
        self.read_all();
        Ok(())
    }

    fn read_before(&mut self, step: u64) -> io::Result<()> {
        self.meter = Meter::new(self.setup, &JSON_LINES).of(&self.name);
        (self.meter.is_judged, self.meter.before) = (false, Some(step));
        self.read_all();
        Ok(())
    }

    fn ended_at(&self) -> Option<u64> {
        self.meter.ended_at()
    }

    fn names(&self) -> Vec<String> {
        self.meter.names().to_vec()
    }

    fn rank(&self) -> Option<Rank> {
        self.meter.rank()
    }

    fn problem(&self) -> Option<String> {
        self.problem.clone()
    }

    fn understood(&mut self) -> Understood {
        self.meter.understood()
    }

    fn records(self: Box<Self>, run: u64) -> Vec<Record> {
        vec![self.meter.finish(run)]
    }
}

/// The rows of a document.
fn rows(document: Value) -> Vec<Value> {
    match document {
        Value::Array(items) => items.into_iter().filter(Value::is_object).collect(),
        Value::Object(mut members) => {
            let has_rows = |value: &Value| value.as_array().is_some_and(|items| items.iter().any(Value::is_object));
            let history = ["log_history"].into_iter().find(|name| members.get(*name).is_some_and(has_rows));
            let any = || members.iter().find(|(_, value)| has_rows(value)).map(|(name, _)| name.clone());
            match history.map(str::to_string).or_else(any) {
                Some(name) => members.remove(&name).map(rows).unwrap_or_default(),
                None if members.values().any(is_list_of_numbers) => by_place(&members),
                None => vec![Value::Object(members)],
            }
        }
        _ => Vec::new(),
    }
}

fn is_list_of_numbers(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|items| !items.is_empty() && items.iter().all(|item| item.is_number() || item.is_string()))
}

/// A row for each place of the lists.
fn by_place(members: &Map<String, Value>) -> Vec<Value> {
    let lists = || {
        members.iter().filter_map(|(name, value)| Some((name, value.as_array().filter(|_| is_list_of_numbers(value))?)))
    };
    let length = lists().map(|(_, items)| items.len()).max().unwrap_or(0);
    let row =
        |place: usize| lists().filter_map(|(name, items)| Some((name.clone(), items.get(place)?.clone()))).collect();
    (0..length).map(|place| Value::Object(row(place))).collect()
}

/// JSON in which `NaN`, `Infinity` and `-Infinity`, which Python writes, are texts.
fn with_quoted_numbers(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut at, mut is_text) = (Vec::with_capacity(bytes.len()), 0, false);
    while let Some(&byte) = bytes.get(at) {
        let word = ["NaN", "Infinity", "-Infinity"]
            .into_iter()
            .find(|word| !is_text && bytes[at..].starts_with(word.as_bytes()));
        if let Some(word) = word {
            out.extend(format!("\"{word}\"").bytes());
            at += word.len();
            continue;
        }
        if byte == b'\\' && is_text {
            out.push(byte);
            at += 1;
        } else if byte == b'"' {
            is_text = !is_text;
        }
        out.extend(bytes.get(at));
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let document = serde_json::from_slice(&with_quoted_numbers(text.as_bytes())).unwrap();
        rows(document).iter().map(Value::to_string).collect()
    }

    #[test]
    fn rows_are_found_in_lists_histories_and_objects() {
        let row = [r#"{"loss":4,"step":1}"#, r#"{"loss":2,"step":2}"#];
        assert_eq!(read(&format!("[{}, {}]", row[0], row[1])), row);
        assert_eq!(read(&format!("{{\"best\": 1, \"a\": [], \"log_history\": [{}, {}]}}", row[0], row[1])), row);
        assert_eq!(
            read(r#"{"loss": [4, NaN], "val": [5], "name": "x"}"#),
            [r#"{"loss":4,"val":5}"#, r#"{"loss":"NaN"}"#]
        );
        assert_eq!(read(r#"{"loss": 4, "of": {"acc": -Infinity}}"#), [r#"{"loss":4,"of":{"acc":"-Infinity"}}"#]);
        assert_eq!(read(r#"{"say \"NaN": "NaN \\"}"#), [r#"{"say \"NaN":"NaN \\"}"#]);
        assert!(read("3").is_empty());
    }
}
