//! What a program printed, read without a run.

use super::metrics::Reader;
use super::reading::drawing;
use super::reading::row::Row;
use super::reading::steps::Steps;
use crate::spec::program::MetricsSource;

/// Reads the text that a program printed on one stream: calls `take` with the step, the name and the value of each metric in
/// turn. Returns how many lines could not be read.
pub fn read_output(metrics: &MetricsSource, text: &[u8], mut take: impl FnMut(u64, &str, f64)) -> u64 {
    let (mut reader, mut steps, mut row) = (Reader::new(metrics), Steps::new(), Row::default());
    let mut present = Present::default();
    let mut unread = 0;
    let mut drawn = Vec::new();
    for line in text.strip_suffix(b"\n").unwrap_or(text).split(|&byte| byte == b'\n') {
        drawing::each(line, &mut drawn, &mut |line| {
            row.clear();
            let read = reader.read(line, &mut row).and_then(|is_row| match is_row {
                true => steps.place(&row.step, present.has_any(&row)).map(Some),
                false => Ok(None),
            });
            if let Ok(Some(step)) = read {
                present.add(step, &row);
                for (name, value) in row.names.iter().zip(&row.values) {
                    value.iter().for_each(|&value| take(step, name, value));
                }
            }
            unread += u64::from(read.is_err() || row.fault.is_some());
        });
    }
    unread
}

/// The metrics that the present step has.
#[derive(Default)]
struct Present {
    step: u64,
    has: Vec<bool>,
}

impl Present {
    fn has_any(&self, row: &Row) -> bool {
        self.has.iter().zip(&row.values).any(|(has, value)| *has && value.is_some())
    }

    fn add(&mut self, step: u64, row: &Row) {
        if step != self.step {
            self.has.clear();
            self.step = step;
        }
        self.has.resize(row.values.len(), false);
        self.has.iter_mut().zip(&row.values).for_each(|(has, value)| *has |= value.is_some());
    }
}
