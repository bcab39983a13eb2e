//! Formats records as lines of `runs.csv` and `curves.csv`.

use std::borrow::Cow;

use etascape_core::{Extras, Metrics, RunRecord};
use etascape_sweep::TrainedRun;
use etascape_text::Formatter;

use super::Columns;

/// The lines of consecutive runs in both tables. Any thread formats them; [`LogWriter`](super::LogWriter) appends them
/// in run order.
pub struct Rows {
    columns: Columns,
    pub(crate) runs: Lines,
    pub(crate) curves: Lines,
    count: u64,
}

impl Rows {
    /// No lines yet.
    pub fn new(columns: &Columns) -> Rows {
        Rows { columns: columns.clone(), runs: Lines::default(), curves: Lines::default(), count: 0 }
    }

    /// Adds a run. `swept` is its [cell](Rows::cell) of each swept parameter; `sources` says for each of
    /// [`Columns::parameters`] which of the record's parameters it shows (runs of different shapes share the columns).
    pub fn push(&mut self, run_id: u64, swept: &[String], trained: TrainedRun<'_>, sources: &[Option<usize>]) {
        let TrainedRun { record, pruned } = trained;
        let line = &mut self.runs;
        line.integer(run_id);
        swept.iter().for_each(|cell| line.text(cell));
        line.text(trained.status().name());
        line.integer(record.steps);
        for loss in [record.initial_loss, record.final_loss, record.min_loss] {
            line.number(Some(loss));
        }
        let Extras { trainability, metrics } = record.extras();
        if self.columns.trainability {
            line.number(*trainability);
        }
        line.metrics(&self.columns, metrics);
        line.parameters(&record.parameters, sources);
        if self.columns.reason {
            line.text(&Rows::cell(pruned.unwrap_or_default()));
        }
        line.end();
        if self.columns.curves {
            self.push_curve(run_id, record, sources);
        }
        self.count += 1;
    }

    /// How many runs.
    pub fn count(&self) -> u64 {
        self.count
    }

    fn push_curve(&mut self, run_id: u64, record: &RunRecord, sources: &[Option<usize>]) {
        let line = &mut self.curves;
        for point in &record.curve {
            line.integer(run_id);
            line.integer(point.step);
            line.number(Some(point.loss));
            line.metrics(&self.columns, &point.metrics);
            if self.columns.batch_loss {
                line.number(point.batch_loss);
            }
            if self.columns.sharpness {
                line.number(point.sharpness);
            }
            line.parameters(&point.parameters, sources);
            line.end();
        }
    }

    /// A number as the cell of a line.
    pub fn number(&mut self, number: f64) -> &str {
        self.runs.formatter.format(number)
    }

    /// A text as the cell of a line, quoted where necessary.
    pub fn cell(text: &str) -> Cow<'_, str> {
        match text.contains(['"', ',', '\n', '\r']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")).into(),
            false => text.into(),
        }
    }
}

/// Lines of a table, cell by cell.
#[derive(Default)]
pub(crate) struct Lines {
    pub bytes: Vec<u8>,
    formatter: Formatter,
    integers: itoa::Buffer,
}

impl Lines {
    /// The header of a table.
    pub(crate) fn head(names: &[&str]) -> Vec<u8> {
        let mut head = Lines::default();
        names.iter().for_each(|name| head.text(&Rows::cell(name)));
        head.end();
        head.bytes
    }

    /// The cells of the metrics beside the loss.
    fn metrics(&mut self, columns: &Columns, metrics: &Metrics) {
        let metrics = [
            (columns.val_loss, metrics.val_loss),
            (columns.accuracy, metrics.accuracy),
            (columns.val_accuracy, metrics.val_accuracy),
        ];
        metrics.into_iter().filter(|(exists, _)| *exists).for_each(|(_, value)| self.number(value));
    }

    /// The cells that both tables end with.
    fn parameters(&mut self, parameters: &[f64], sources: &[Option<usize>]) {
        for source in sources {
            self.number(source.and_then(|which| parameters.get(which).copied()));
        }
    }

    fn number(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.bytes.extend_from_slice(self.formatter.format(value).as_bytes());
        }
        self.bytes.push(b',');
    }

    fn integer(&mut self, value: u64) {
        self.bytes.extend_from_slice(self.integers.format(value).as_bytes());
        self.bytes.push(b',');
    }

    pub fn text(&mut self, cell: &str) {
        self.bytes.extend_from_slice(cell.as_bytes());
        self.bytes.push(b',');
    }

    /// Ends the line: replaces the comma after the last cell.
    pub fn end(&mut self) {
        if let Some(last) = self.bytes.last_mut() {
            *last = b'\n';
        }
    }
}
