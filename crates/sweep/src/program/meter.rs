//! Reads the metrics of one run while it goes on, applies the stop rules, and makes its record.

use etascape_core::CurveSteps;

use super::async_halving::ReachedRungs;
use super::curve::{Point, Thinned};
use super::lines::Line;
use super::metrics::Reader;
use super::objective::Rank;
use super::reading::drawing;
use super::reading::names::Counter;
use super::reading::row::Row;
use super::reading::steps::{StepSaid, Steps};
use super::record::{Record, Spread};
use super::rules::{Judged, ObjectiveMonitor, Verdict};
use super::understood::{ReadLine, Replaced, StepsFrom, Understood};
use crate::error::shorten;
use crate::spec::program::{MetricsSource, Rules};
use crate::status::Status;

/// What the meters of one attempt at a run share.
#[derive(Debug, Clone, Copy)]
pub(super) struct MeterSetup<'a> {
    pub rules: &'a Rules,
    /// Whether there is one source of metrics.
    pub is_alone: bool,
    /// Which points of a curve are logged.
    pub curve: CurveSteps,
    /// For successive halving.
    pub rungs: Option<&'a ReachedRungs<'a>>,
}

/// The best objective in other sources.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rival {
    pub rank: Option<Rank>,
    /// Whether that source counts first where both fit as well.
    pub is_before: bool,
}

impl Rival {
    /// Whether an objective is to be looked at rather than this one.
    pub fn is_beaten_by(self, rank: Option<Rank>) -> bool {
        rank > self.rank || rank == self.rank && !self.is_before
    }
}

/// The metrics of one source in an attempt at a run so far. They depend on the lines alone, not on when they arrived. Lines after
/// the one at which a rule ended the run are ignored.
pub(super) struct Meter<'a> {
    rules: &'a Rules,
    rungs: Option<&'a ReachedRungs<'a>>,
    /// The name of its source, where there are several.
    source: String,
    /// Whether the stop rules may look at it.
    pub is_judged: bool,
    /// What else the stop rules may look at.
    pub rival: Option<Rival>,
    /// Rows of this step and later ones end it.
    pub before: Option<u64>,
    /// How well its objective fits, and among how many names.
    rank: (usize, Option<Rank>),
    reader: Reader<'a>,
    monitor: ObjectiveMonitor<'a>,
    row: Row,
    /// A drawing of a line.
    drawn: Vec<u8>,
    steps: Steps,
    /// The values at the current step. Several lines may belong to one step.
    point: Option<Point>,
    curve: Thinned,
    spreads: Vec<Spread>,
    lines: u64,
    unread: u64,
    first_unread: Option<String>,
    understood: Understood,
    /// The finest counter that rows have named.
    counter: Option<Counter>,
    /// The place of the objective in the example among them.
    shown: Option<usize>,
    verdict: Option<Verdict>,
    /// Whether a row of step `before` or a later one has come.
    is_done: bool,
}

impl<'a> Meter<'a> {
    pub fn new(setup: MeterSetup<'a>, metrics: &'a MetricsSource) -> Meter<'a> {
        let MeterSetup { rules, is_alone, curve, rungs } = setup;
        Meter {
            rules,
            rungs,
            source: String::new(),
            is_judged: true,
            rival: None,
            before: None,
            rank: (0, None),
            reader: Reader::new(metrics),
            monitor: ObjectiveMonitor::new(rules, is_alone),
            row: Row::default(),
            drawn: Vec::new(),
            steps: Steps::new(),
            point: None,
            curve: Thinned::new(curve),
            spreads: Vec::new(),
            lines: 0,
            unread: 0,
            first_unread: None,
            understood: Understood::default(),
            counter: None,
            shown: None,
            verdict: None,
            is_done: false,
        }
    }

    /// Says which source it reads.
    pub fn of(mut self, source: &str) -> Meter<'a> {
        self.source = source.to_string();
        self
    }

    /// How well the objective among its metrics fits; `None` where there is none.
    pub fn rank(&self) -> Option<Rank> {
        self.rank.1
    }

    /// Reads a line of metrics; false once a rule has ended the run.
    pub fn line(&mut self, line: Line<'_>) -> bool {
        if self.is_over() {
            return false;
        }
        self.lines += 1;
        match line {
            Line::TooLong(start) => self.note_unread("longer than 64 KiB", start),
            // The ends of a row may be empty cells.
            Line::Whole(bytes) if self.reader.is_of_cells() => self.drawing(bytes),
            Line::Whole(bytes) => {
                let mut drawn = std::mem::take(&mut self.drawn);
                drawing::each(bytes, &mut drawn, &mut |drawing| self.drawing(drawing));
                self.drawn = drawn;
            }
        }
        !self.is_over()
    }

    /// Reads a drawing of a line.
    fn drawing(&mut self, bytes: &[u8]) {
        if self.is_over() {
            return;
        }
        self.row.clear();
        let read = self.reader.read(bytes, &mut self.row);
        let taken = read.and_then(|is_row| if is_row { self.take_row(bytes) } else { Ok(()) });
        if let Err(why) = taken.and(self.row.fault.map_or(Ok(()), Err)) {
            self.note_unread(why, bytes);
        }
    }

    /// Takes the metrics of a model within this process; false once a rule has ended the run.
    pub fn numbers(&mut self, step: u64, numbers: &[(&str, f64)]) -> bool {
        if self.is_over() {
            return false;
        }
        self.lines += 1;
        self.row.clear();
        self.row.step = StepSaid::at(step as f64);
        numbers.iter().for_each(|(name, value)| self.row.set_metric(name, *value));
        let is_cut = self.row.is_cut.then_some("more names than can be kept, or an impossible one");
        if let Err(why) = is_cut.map_or_else(|| self.take_row(b""), Err) {
            self.note_unread(why, b"");
        }
        !self.is_over()
    }

    /// The step at which a rule has ended the run.
    pub fn ended_at(&self) -> Option<u64> {
        self.verdict.as_ref().and(self.point.as_ref()).map(|point| point.step)
    }

    /// The names of the metrics. Names that only occurred in lines that could not be read are none.
    pub fn names(&self) -> &[String] {
        &self.row.names[..self.spreads.len()]
    }

    /// Whether the stop rules look at it: nothing else has an objective that fits better.
    fn is_judged(&mut self) -> bool {
        if self.rank.0 != self.row.names.len() {
            self.rank = (self.row.names.len(), self.rules.rank_among(&self.row.names));
        }
        let own = self.rank.1;
        self.is_judged && self.rival.is_none_or(|rival| rival.is_beaten_by(own))
    }

    /// Whether no later line counts.
    fn is_over(&self) -> bool {
        self.verdict.is_some() || self.is_done
    }

    /// Notes something that could not be read, without any text of it.
    pub fn unread(&mut self, why: &str) -> bool {
        self.lines += 1;
        self.note_unread(why, b"");
        true
    }

    fn note_unread(&mut self, why: &str, bytes: &[u8]) {
        self.unread += 1;
        let of = if self.source.is_empty() { String::new() } else { format!(" of {}", self.source) };
        self.first_unread.get_or_insert_with(|| format!("line {}{of}: {why}: {}", self.lines, shown(bytes)));
    }

    /// Takes the row that was read from some text.
    fn take_row(&mut self, text: &[u8]) -> Result<(), &'static str> {
        let row = &self.row;
        let has = |point: &Point| point.values.iter().zip(&row.values).any(|(own, new)| own.is_some() && new.is_some());
        let step = self.steps.place(&row.step, self.point.as_ref().is_some_and(has))?;
        if self.before.is_some_and(|before| step >= before) {
            self.is_done = true;
            return Ok(());
        }
        self.spreads.resize(self.row.names.len(), Spread::default());
        let is_judged = self.is_judged();
        let row = &self.row;
        let Judged { objective, verdict } = match is_judged {
            true => self.monitor.observe(step, &row.names, &row.values),
            false => Judged::default(),
        };
        let place = objective.map(|(place, _)| place);
        match &mut self.point {
            Some(point) if point.step == step => {
                let replaced = || replaced(point, row, place?);
                self.understood.replaced = self.understood.replaced.take().or_else(replaced);
                merge(point, &row.values);
            }
            point => {
                let complete = point.replace(Point { step, values: row.values.clone() });
                complete.into_iter().for_each(|point| self.keep(point));
            }
        }
        self.verdict = verdict.or_else(|| self.halve(step, objective?.1));
        self.note_read(step, place, text);
        Ok(())
    }

    /// Keeps a step that is complete: what its last rows say counts.
    fn keep(&mut self, point: Point) {
        for (spread, value) in self.spreads.iter_mut().zip(&point.values) {
            value.iter().for_each(|&value| spread.add(point.step, value));
        }
        self.curve.push(point);
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
            let text = shown(text);
            self.understood.example = Some(ReadLine { text, step, values });
            self.shown = objective;
        }
    }

    /// What was understood so far.
    pub fn understood(&mut self) -> Understood {
        let steps = self.counter.map_or(StepsFrom::Counted, |counter| StepsFrom::Named(counter.word().into()));
        Understood { steps, ..std::mem::take(&mut self.understood) }
    }

    /// The verdict of successive halving at the rungs that the run has reached.
    fn halve(&self, step: u64, objective: f64) -> Option<Verdict> {
        let reason = self.rungs?.observe(step, objective)?;
        Some(Verdict { status: Status::Pruned, reason })
    }

    /// The record of the run, as if its program ended without an error.
    pub fn finish(mut self, run: u64) -> Record {
        self.row.names.truncate(self.spreads.len());
        let steps = self.point.as_ref().map_or(0, |point| point.step);
        self.point.take().into_iter().for_each(|point| self.keep(point));
        let (status, reason) = match self.verdict {
            Some(verdict) => (verdict.status, Some(verdict.reason)),
            None => (Status::MaxSteps, None),
        };
        Record {
            status,
            steps,
            reason,
            unread: self.unread,
            first_unread: self.first_unread,
            names: self.row.names,
            spreads: self.spreads,
            rungs: self.rungs.map(ReachedRungs::objectives).unwrap_or_default(),
            curve: self.curve.finish(),
            ..Record::empty(run)
        }
    }
}

/// A line for people, shortened.
pub(super) fn shown(line: &[u8]) -> String {
    const SHOWN: usize = 400;
    shorten(&String::from_utf8_lossy(&line[..line.len().min(SHOWN)]))
}

/// The objective of a point for which a row of its step has another value. `place` is where it stands.
fn replaced(point: &Point, row: &Row, place: usize) -> Option<Replaced> {
    let values = [point.values.get(place).copied()??, row.values[place]?];
    let is_another = values[0].total_cmp(&values[1]).is_ne();
    is_another.then(|| Replaced { name: row.names[place].clone(), step: point.step, values })
}

/// Adds values to a point. Later values of a step replace earlier ones.
fn merge(point: &mut Point, values: &[Option<f64>]) {
    point.values.resize(values.len(), None);
    for (own, new) in point.values.iter_mut().zip(values) {
        *own = new.or(*own);
    }
}

#[cfg(test)]
mod tests;
