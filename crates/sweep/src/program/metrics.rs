//! Where a program's metrics come from, and how a line of them is read.

use regex::bytes::Regex;

use etascape_text::is_unreadable;

use super::json;
use crate::spec::program::MetricsSource;

/// The most different metrics of a run.
const MOST_NAMES: usize = 256;
/// The most bytes of a metric's name.
const LONGEST_NAME: usize = 100;

/// The numbers of one line: a value for each name, in the order in which names first occurred.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub step: Option<f64>,
    pub values: Vec<Option<f64>>,
    pub names: Vec<String>,
    /// Whether some numbers were left out.
    is_cut: bool,
    /// Where the next name is searched first, since lines usually have the same fields in the same order.
    next: usize,
}

impl Row {
    pub fn clear(&mut self) {
        self.step = None;
        self.values.iter_mut().for_each(|value| *value = None);
        (self.is_cut, self.next) = (false, 0);
    }

    /// Sets a value. One without a name, as in the index column of a data frame, is left out.
    pub fn set(&mut self, name: &str, value: f64) {
        match name {
            "" => return,
            "step" => {
                self.step = Some(value);
                return;
            }
            _ => {}
        }
        match self.place(name) {
            Some(place) => {
                self.values[place] = Some(value);
                self.next = place + 1;
            }
            None => self.is_cut = true,
        }
    }

    fn place(&mut self, name: &str) -> Option<usize> {
        if self.names.get(self.next).is_some_and(|own| own == name) {
            return Some(self.next);
        }
        if let Some(place) = self.names.iter().position(|own| own == name) {
            return Some(place);
        }
        let is_plain = name.len() <= LONGEST_NAME && !name.contains(is_unreadable);
        if !is_plain || self.names.len() >= MOST_NAMES {
            return None;
        }
        self.names.push(name.to_string());
        self.values.push(None);
        Some(self.names.len() - 1)
    }

    pub fn is_empty(&self) -> bool {
        self.values.iter().all(Option::is_none)
    }
}

/// Reads lines of one source of metrics.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    metrics: &'a MetricsSource,
    /// The columns of a CSV file, once its header has been read.
    head: Option<Vec<String>>,
}

impl<'a> Reader<'a> {
    pub fn new(metrics: &'a MetricsSource) -> Reader<'a> {
        Reader { metrics, head: None }
    }

    /// Reads a line into an empty row. False for a line without values (a blank line, a header).
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn read(&mut self, line: &[u8], row: &mut Row) -> Result<bool, &'static str> {
        let line = line.trim_ascii();
        if line.is_empty() {
            return Ok(false);
        }
        match self.metrics {
            MetricsSource::Auto | MetricsSource::Stdout => read_json(line, row)?,
            MetricsSource::Regex(patterns) => read_match(patterns, line, row)?,
            MetricsSource::Events(_) => return Ok(false),
            MetricsSource::Csv { step, .. } => return self.read_cells(line, step.as_deref(), row),
        }
        complete(row)
    }

    fn read_cells(&mut self, line: &[u8], step: Option<&str>, row: &mut Row) -> Result<bool, &'static str> {
        let mut record = csv::ByteRecord::new();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line);
        reader.read_byte_record(&mut record).map_err(|_| "no row of CSV")?;
        let Some(head) = &self.head else {
            let name = |cell: &[u8]| String::from_utf8_lossy(cell.trim_ascii()).into_owned();
            self.head = Some(record.iter().map(name).collect());
            return Ok(false);
        };
        if record.len() != head.len() {
            return Err("not as many cells as the head has");
        }
        if step.is_some_and(|step| !head.iter().any(|name| name == step)) {
            return Err("no column is named as program.metrics.step says");
        }
        for (name, cell) in head.iter().zip(&record) {
            match (json::number(cell), step) {
                (None, _) => {}
                (number, Some(step)) if name == step => row.step = number,
                // Another column cannot have the step.
                (_, Some(_)) if name == "step" => {}
                (Some(number), _) => row.set(name, number),
            }
        }
        complete(row)
    }
}

fn complete(row: &Row) -> Result<bool, &'static str> {
    match row {
        _ if row.is_cut => Err("more names than can be kept, or an impossible one"),
        _ if row.is_empty() && row.step.is_none() => Err("no number in it"),
        _ => Ok(true),
    }
}

fn read_json(line: &[u8], row: &mut Row) -> Result<(), &'static str> {
    json::fields(line, |name, number| row.set(&name, number)).ok_or("no object of JSON")
}

fn read_match(patterns: &[Regex], line: &[u8], row: &mut Row) -> Result<(), &'static str> {
    let matching = patterns.iter().find_map(|regex| Some((regex, regex.captures(line)?)));
    let (regex, found) = matching.ok_or("no match")?;
    for name in regex.capture_names().flatten() {
        if let Some(number) = found.name(name).and_then(|text| json::number(text.as_bytes())) {
            row.set(name, number);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each line is read as: `step: name=value …`, or what is wrong with it.
    fn read(metrics: &MetricsSource, lines: &[&str]) -> Vec<String> {
        let mut reader = Reader::new(metrics);
        let mut row = Row::default();
        let mut words = Vec::new();
        for line in lines {
            row.clear();
            words.push(match reader.read(line.as_bytes(), &mut row) {
                Ok(false) => "nothing".to_string(),
                Err(why) => why.to_string(),
                Ok(true) => {
                    let values = row.names.iter().zip(&row.values).filter_map(|(name, value)| Some((name, (*value)?)));
                    let values: Vec<String> = values.map(|(name, value)| format!("{name}={value}")).collect();
                    format!("{}: {}", row.step.unwrap_or(-1.0), values.join(" "))
                }
            });
        }
        words
    }

    #[test]
    fn json_lines_may_have_fields_in_any_order() {
        let lines = [r#"{"step":1,"loss":2}"#, r#"{"acc":0.5,"loss":1,"step":2}"#, "Epoch 3", "", r#"{"a":"b"}"#];
        let expected = ["1: loss=2", "2: loss=1 acc=0.5", "no object of JSON", "nothing", "no number in it"];
        assert_eq!(read(&MetricsSource::Stdout, &lines), expected);
    }

    #[test]
    fn csv_has_a_head_and_missing_cells() {
        let lines = ["step, loss ,\"a,b\"", "1,0.5,", "2,nan,7", "3,1", ""];
        let expected = ["nothing", "1: loss=0.5", "2: loss=NaN a,b=7", "not as many cells as the head has", "nothing"];
        assert_eq!(read(&MetricsSource::Csv { path: "m.csv".into(), step: None }, &lines), expected);
    }

    #[test]
    fn a_column_of_a_csv_file_can_be_named_as_its_step() {
        let csv = |step: &str| MetricsSource::Csv { path: "m.csv".into(), step: Some(step.into()) };
        let lines = ["step,epoch,loss", "1000,1,0.5", "2000,2,0.4"];
        assert_eq!(read(&csv("epoch"), &lines), ["nothing", "1: loss=0.5", "2: loss=0.4"]);
        assert_eq!(read(&csv("iter"), &lines)[1..], ["no column is named as program.metrics.step says"; 2]);
    }

    #[test]
    fn what_has_no_name_is_left_out() {
        let lines = [",step,loss", "0,5,1", "1,6,"];
        let expected = ["nothing", "5: loss=1", "6: "];
        assert_eq!(read(&MetricsSource::Csv { path: "m.csv".into(), step: None }, &lines), expected);
        let lines = [r#"{"":3,"loss":1}"#, r#"{"":3}"#];
        assert_eq!(read(&MetricsSource::Stdout, &lines), ["-1: loss=1", "no number in it"]);
    }

    #[test]
    fn groups_of_a_regex_are_metrics() {
        let regex = Regex::new(r"step (?P<step>\d+).*loss (?P<loss>\S+)").unwrap();
        let lines = ["step 10, lr 1, loss 0.31", "loss 3", "step 11 loss abc"];
        assert_eq!(read(&MetricsSource::Regex(vec![regex]), &lines), ["10: loss=0.31", "no match", "11: "]);
    }

    #[test]
    fn the_first_pattern_that_matches_reads_a_line() {
        let patterns = [r"^\[(?P<step>\d+)\] loss (?P<loss>\S+)$", r"^\[(?P<step>\d+)\] (?P<acc>\S+)"];
        let source = MetricsSource::Regex(patterns.iter().map(|pattern| Regex::new(pattern).unwrap()).collect());
        let expected = ["1: loss=2", "1: acc=0.5", "no match"];
        assert_eq!(read(&source, &["[1] loss 2", "[1] 0.5", "loss 3"]), expected);
    }

    #[test]
    fn names_are_bounded() {
        let lines: Vec<String> = (0..300).map(|i| format!("{{\"m{i}\":1}}")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let words = read(&MetricsSource::Stdout, &lines);
        assert_eq!(words.iter().filter(|words| words.starts_with("more names")).count(), 300 - MOST_NAMES);
    }
}
