//! Where a program's metrics come from, and how a line of them is read.

use regex::bytes::Regex;

use super::csv_table::{Column, CsvTable};
use super::reading::auto::AutoReader;
use super::reading::number::{Number, number};
use super::reading::object;
use super::reading::row::Row;
use super::reading::steps::StepSaid;
use crate::spec::program::MetricsSource;

/// Reads lines of one source of metrics.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    metrics: &'a MetricsSource,
    /// The table of a CSV file.
    table: CsvTable,
    auto: AutoReader,
}

impl<'a> Reader<'a> {
    pub fn new(metrics: &'a MetricsSource) -> Reader<'a> {
        Reader { metrics, table: CsvTable::default(), auto: AutoReader::default() }
    }

    /// Whether its lines are rows of a table, which are not drawn.
    pub fn is_of_cells(&self) -> bool {
        matches!(self.metrics, MetricsSource::Csv { .. })
    }

    /// Reads a line, or a drawing of one, into an empty row. False for a line without values (a blank line, a header).
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn read(&mut self, line: &[u8], row: &mut Row) -> Result<bool, &'static str> {
        let read = match self.metrics {
            MetricsSource::Csv { step, .. } => self.read_cells(line, step.as_deref(), row),
            _ => self.read_line(line.trim_ascii(), row),
        };
        if row.is_cut { Err("more names than can be kept, or an impossible one") } else { read }
    }

    fn read_line(&mut self, line: &[u8], row: &mut Row) -> Result<bool, &'static str> {
        match self.metrics {
            MetricsSource::Auto => return self.auto.read(line, row),
            _ if line.is_empty() => return Ok(false),
            MetricsSource::Stdout => read_json(line, row)?,
            MetricsSource::Regex(patterns) => read_match(patterns, line, row)?,
            MetricsSource::Csv { .. } | MetricsSource::Events(_) => return Ok(false),
        }
        complete(row)
    }

    fn read_cells(&mut self, line: &[u8], step: Option<&str>, row: &mut Row) -> Result<bool, &'static str> {
        if line.trim_ascii().is_empty() {
            return Ok(false);
        }
        let cell = |column: Column<'_>, number: Number| match column {
            Column::Step => row.step = StepSaid::at(number.value),
            Column::Named(name) => row.set(name, number),
        };
        if self.table.read(line, step, cell)? { complete(row) } else { Ok(false) }
    }
}

fn complete(row: &Row) -> Result<bool, &'static str> {
    match row {
        _ if row.is_empty() && row.fault.is_some() => Err(row.fault.unwrap_or_default()),
        _ if row.is_empty() && row.step.is_empty() => Err("no number in it"),
        _ => Ok(true),
    }
}

fn read_json(line: &[u8], row: &mut Row) -> Result<(), &'static str> {
    object::read(line, &mut String::new(), row).ok_or("no object of JSON")
}

fn read_match(patterns: &[Regex], line: &[u8], row: &mut Row) -> Result<(), &'static str> {
    let matching = patterns.iter().find_map(|regex| Some((regex, regex.captures(line)?)));
    let (regex, found) = matching.ok_or("no match")?;
    for name in regex.capture_names().flatten() {
        let Some(text) = found.name(name) else { continue };
        match number(text.as_bytes()) {
            Some(number) => row.set(name, number),
            None => row.fault = Some("a group that matched is no number"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::reading::row::MOST_NAMES;

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
                    let step = row.step.counter.map_or(-1.0, |(_, step)| step);
                    format!("{step}: {}", values.join(" "))
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
        assert_eq!(
            read(&MetricsSource::Regex(vec![regex]), &lines),
            ["10: loss=0.31", "no match", "a group that matched is no number"]
        );
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
