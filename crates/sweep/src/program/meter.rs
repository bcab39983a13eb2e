//! Reads the metrics of one run while it goes on, applies the stop rules, and makes its record.

use etascape_core::CurveSteps;

use super::async_halving::AsyncHalving;
use super::curve::{Point, Thinned};
use super::lines::Line;
use super::metrics::Reader;
use super::reading::names::Counter;
use super::reading::row::Row;
use super::reading::steps::{StepSaid, Steps};
use super::record::{Record, Spread};
use super::rules::{Judged, ObjectiveMonitor, Verdict};
use super::understood::{ReadLine, StepsFrom, Understood};
use crate::error::shorten;
use crate::spec::program::{MetricsSource, Rules};
use crate::status::Status;

/// The metrics of one attempt at a run so far. They depend on the lines alone, not on when they arrived. Lines after
/// the one at which a rule ended the run are ignored.
pub(super) struct Meter<'a> {
    halving: Option<&'a AsyncHalving>,
    reader: Reader<'a>,
    monitor: ObjectiveMonitor<'a>,
    row: Row,
    steps: Steps,
    /// The values at the current step. Several lines may belong to one step.
    point: Option<Point>,
    curve: Thinned,
    spreads: Vec<Spread>,
    rungs: Vec<f64>,
    lines: u64,
    unread: u64,
    first_unread: Option<String>,
    understood: Understood,
    /// The finest counter that rows have named.
    counter: Option<Counter>,
    /// The place of the objective in the example among them.
    shown: Option<usize>,
    verdict: Option<Verdict>,
}

impl<'a> Meter<'a> {
    pub fn new(
        rules: &'a Rules,
        metrics: &'a MetricsSource,
        curve: CurveSteps,
        halving: Option<&'a AsyncHalving>,
    ) -> Meter<'a> {
        Meter {
            halving,
            reader: Reader::new(metrics),
            monitor: ObjectiveMonitor::new(rules),
            row: Row::default(),
            steps: Steps::new(),
            point: None,
            curve: Thinned::new(curve),
            spreads: Vec::new(),
            rungs: Vec::new(),
            lines: 0,
            unread: 0,
            first_unread: None,
            understood: Understood::default(),
            counter: None,
            shown: None,
            verdict: None,
        }
    }

    /// Reads a line of metrics; false once a rule has ended the run.
    pub fn line(&mut self, line: Line<'_>) -> bool {
        if self.verdict.is_some() {
            return false;
        }
        self.lines += 1;
        let (bytes, read) = match line {
            Line::TooLong(start) => (start, Err("longer than 64 KiB")),
            Line::Whole(bytes) => {
                self.row.clear();
                (bytes, self.reader.read(bytes, &mut self.row))
            }
        };
        let taken = read.and_then(|is_row| if is_row { self.take_row(bytes) } else { Ok(()) });
        if let Err(why) = taken.and(self.row.fault.map_or(Ok(()), Err)) {
            self.note_unread(why, bytes);
        }
        self.verdict.is_none()
    }

    /// Takes the metrics of a model within this process; false once a rule has ended the run.
    pub fn numbers(&mut self, step: u64, numbers: &[(&str, f64)]) -> bool {
        if self.verdict.is_some() {
            return false;
        }
        self.lines += 1;
        self.row.clear();
        self.row.step = StepSaid::at(step as f64);
        numbers.iter().for_each(|(name, value)| self.row.set_metric(name, *value));
        if let Err(why) = self.take_row(b"") {
            self.note_unread(why, b"");
        }
        self.verdict.is_none()
    }

    pub fn is_ended(&self) -> bool {
        self.verdict.is_some()
    }

    fn note_unread(&mut self, why: &str, bytes: &[u8]) {
        self.unread += 1;
        self.first_unread.get_or_insert_with(|| format!("line {}: {why}: {}", self.lines, shown(bytes)));
    }

    /// Takes the row that was read from some text.
    fn take_row(&mut self, text: &[u8]) -> Result<(), &'static str> {
        let row = &self.row;
        let has = |point: &Point| point.values.iter().zip(&row.values).any(|(own, new)| own.is_some() && new.is_some());
        let step = self.steps.place(&row.step, self.point.as_ref().is_some_and(has))?;
        match &mut self.point {
            Some(point) if point.step == step => merge(point, &row.values),
            point => {
                let point = point.replace(Point { step, values: row.values.clone() });
                point.into_iter().for_each(|point| self.curve.push(point));
            }
        }
        self.spreads.resize(row.names.len(), Spread::default());
        for (spread, value) in self.spreads.iter_mut().zip(&row.values) {
            value.iter().for_each(|&value| spread.add(step, value));
        }
        let Judged { objective, verdict } = self.monitor.observe(step, &row.names, &row.values);
        self.verdict = verdict.or_else(|| self.halve(step, objective?.1));
        self.note_read(step, objective.map(|(place, _)| place), text);
        Ok(())
    }

    /// Notes how a row was read, where it is the first, or the first that has what is now the objective.
    fn note_read(&mut self, step: u64, objective: Option<usize>, text: &[u8]) {
        if let Some(counter) = self.row.step.counted_by().filter(|new| self.counter.is_none_or(|own| *new < own)) {
            self.counter = Some(counter);
        }
        let is_first = self.understood.example.is_none() || objective.is_some() && objective != self.shown;
        if is_first && !self.row.is_empty() {
            let values = self.row.names.iter().zip(&self.row.values);
            let values = values.filter_map(|(name, value)| Some((name.clone(), (*value)?))).collect();
            self.understood.example = Some(ReadLine { text: shown(text), step, values });
            self.shown = objective;
        }
    }

    /// What was understood so far.
    pub fn understood(&mut self) -> Understood {
        let steps = self.counter.map_or(StepsFrom::Counted, |counter| StepsFrom::Named(counter.word().into()));
        Understood { steps, ..std::mem::take(&mut self.understood) }
    }

    /// The verdict of successive halving at the rungs that the run has reached.
    fn halve(&mut self, step: u64, objective: f64) -> Option<Verdict> {
        let halving = self.halving?;
        while step >= halving.steps(self.rungs.len()) {
            let rung = self.rungs.len();
            self.rungs.push(objective);
            if let Some(reason) = halving.arrive(rung, objective) {
                return Some(Verdict { status: Status::Pruned, reason });
            }
        }
        None
    }

    /// The record of the run, as if its program ended without an error.
    pub fn finish(mut self, run: u64) -> Record {
        // Names that only occurred in lines that could not be read are no metrics.
        self.row.names.truncate(self.spreads.len());
        let steps = self.point.as_ref().map_or(0, |point| point.step);
        self.point.into_iter().for_each(|point| self.curve.push(point));
        let (status, reason) = match self.verdict {
            Some(verdict) => (verdict.status, Some(verdict.reason)),
            None => (Status::MaxSteps, None),
        };
        Record {
            run,
            status,
            steps,
            reason,
            timeout: None,
            exit: None,
            stderr: String::new(),
            attempts: 1,
            unread: self.unread,
            first_unread: self.first_unread,
            names: self.row.names,
            spreads: self.spreads,
            rungs: self.rungs,
            curve: self.curve.finish(),
        }
    }
}

/// A line for people, shortened.
fn shown(line: &[u8]) -> String {
    const SHOWN: usize = 400;
    shorten(&String::from_utf8_lossy(&line[..line.len().min(SHOWN)]))
}

/// Adds values to a point. Later values of a step replace earlier ones.
fn merge(point: &mut Point, values: &[Option<f64>]) {
    point.values.resize(values.len(), None);
    for (own, new) in point.values.iter_mut().zip(values) {
        *own = new.or(*own);
    }
}

#[cfg(test)]
mod tests {
    use etascape_core::StopRules;

    use super::*;
    use crate::spec::halving::Halving;

    fn rules() -> Rules {
        Rules {
            objective: Some("loss".into()),
            maximise: false,
            stop: StopRules { converged_below: 0.1, diverged_above: 100.0, ..StopRules::NONE },
            halving: None,
        }
    }

    fn measured(lines: &[&str]) -> Record {
        let rules = rules();
        let mut meter = Meter::new(&rules, &MetricsSource::Stdout, CurveSteps::Points(100), None);
        lines.iter().all(|line| meter.line(Line::Whole(line.as_bytes())));
        meter.finish(7)
    }

    #[test]
    fn a_run_is_its_lines() {
        let lines = [r#"{"step":0,"loss":4,"acc":0.1}"#, r#"{"step":5,"loss":2}"#, r#"{"step":5,"acc":0.7}"#];
        let record = measured(&lines);
        assert_eq!((record.run, record.status, record.steps, record.unread), (7, Status::MaxSteps, 5, 0));
        let loss = Spread { first: Some(4.0), last: Some(2.0), min: Some(2.0), max: Some(4.0), at: [Some(5), Some(0)] };
        assert_eq!(record.spread("loss"), Some(&loss));
        let points: Vec<_> = record.curve.iter().map(|point| (point.step, &point.values[..])).collect();
        assert_eq!(points, [(0, &[Some(4.0), Some(0.1)][..]), (5, &[Some(2.0), Some(0.7)])]);
    }

    #[test]
    fn the_line_that_ends_a_run_is_the_last_of_it() {
        let record = measured(&[r#"{"loss":4}"#, r#"{"loss":NaN}"#, r#"{"loss":1}"#]);
        assert_eq!((record.status, record.steps), (Status::Diverged, 1));
        assert_eq!(record.reason.as_deref(), Some("loss NaN at step 1"));
        let loss = record.spread("loss").unwrap();
        assert!(loss.last.unwrap().is_nan() && loss.min == Some(4.0));
        assert_eq!(measured(&[r#"{"loss":0.1}"#]).status, Status::Converged);
    }

    #[test]
    fn what_cannot_be_read_is_counted_and_the_first_is_shown() {
        let lines = [r#"{"step":3,"loss":4}"#, "noise\u{1b}[2J", r#"{"step":2,"loss":1}"#, r#"{"step":4.5,"loss":1}"#];
        let record = measured(&lines);
        assert_eq!((record.unread, record.steps, record.curve.len()), (3, 3, 1));
        assert_eq!(record.first_unread.as_deref(), Some("line 2: no object of JSON: noise\\u{1b}[2J"));
    }

    #[test]
    fn a_name_in_lines_that_cannot_be_read_alone_is_no_metric() {
        let record = measured(&[r#"{"loss":4}"#, r#"{"acc":1,"\u0007":2}"#]);
        assert_eq!((record.unread, record.names.len(), record.spreads.len()), (1, 1, 1));
        assert_eq!(record.spread("acc"), None);
        let record = measured(&[r#"{"loss":4,"\u0007":2}"#]);
        assert_eq!((record.unread, record.spread("loss")), (1, None));
    }

    #[test]
    fn null_is_a_value_that_does_not_exist() {
        let record = measured(&[r#"{"step":1,"loss":null,"acc":1}"#, r#"{"step":2,"loss":3}"#]);
        assert_eq!(record.spread("loss").unwrap().first, Some(3.0));
        assert_eq!((record.status, record.curve.len(), record.unread), (Status::MaxSteps, 2, 0));
    }

    #[test]
    fn a_run_ends_at_the_first_rung_where_it_is_poor() {
        let rules = rules();
        let halving = AsyncHalving::new(Halving { min_steps: 10, factor: 2 }, false);
        let ends = |losses: &[f64]| {
            let mut meter = Meter::new(&rules, &MetricsSource::Stdout, CurveSteps::None, Some(&halving));
            losses.iter().zip((0..).step_by(10)).all(|(&loss, step)| meter.numbers(step, &[("loss", loss)]));
            let record = meter.finish(0);
            (record.status, record.steps, record.rungs)
        };
        assert_eq!(ends(&[9.0, 3.0, 2.0]), (Status::MaxSteps, 20, vec![3.0, 2.0]));
        assert_eq!(ends(&[9.0, 4.0, 1.0]), (Status::Pruned, 10, vec![4.0]));
        assert_eq!(ends(&[9.0, 2.0, 2.5]), (Status::Pruned, 20, vec![2.0, 2.5]));
    }
}
