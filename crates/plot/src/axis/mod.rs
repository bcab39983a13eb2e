//! Axes: the position of a value, and the labelled values.

mod ticks;

use etascape_text::chosen;

pub use ticks::Tick;
use ticks::{linear_ticks, log_ticks};

/// How values are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Linear,
    /// By their decimal logarithm.
    Log,
    /// One position per name, counted from 0.
    Names,
}

/// An axis. Its unit is the value itself, its decimal logarithm, or the index of a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    layout: Layout,
    /// Its lower end, in its own units.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The extra position of 0, if it has one: below the others on a logarithmic axis, above the others where 0 means
    /// "all".
    zero: Option<Zero>,
    /// Whether only whole numbers are labelled.
    is_whole: bool,
    /// Its labelled positions.
    pub ticks: Vec<Tick>,
    /// Positions with a mark and no label.
    pub minor: Vec<f64>,
}

/// An extra position of 0, behind a break of the axis.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Zero {
    at: f64,
    /// The end of the other positions, which is the nearest to it.
    others: f64,
}

/// The most names written on an axis.
const NAMES: usize = 40;
/// The distance of 0 from the other positions, as a share of their extent: on a logarithmic axis, and where 0 means "all".
const ZERO_BELOW: f64 = 0.06;
const ZERO_ABOVE: f64 = 0.1;
/// The room on both sides of a single whole number, as a share of it; at least ½.
const ROOM_OF_ONE: f64 = 1e-6;
/// Measured values are logarithmic from this ratio of the greatest to the least on.
const DECADE: f64 = 10.0;

impl Axis {
    /// A linear axis from `low` to `high`; wider where the two are equal.
    pub fn linear(low: f64, high: f64) -> Axis {
        let room = if low == 0.0 { 0.5 } else { (low.abs() * 0.1).max(f64::MIN_POSITIVE) };
        let (low, high) = widened(low, high, room);
        Axis::over(Layout::Linear, low, high, false)
    }

    /// A logarithmic axis over positive values, with a position for 0 below them if `with_zero`.
    pub fn log(low: f64, high: f64, with_zero: bool) -> Axis {
        let (low, high) = widened(libm::log10(low), libm::log10(high), 0.5);
        let axis = Axis::over(Layout::Log, low, high, false);
        if with_zero { axis.with_zero() } else { axis }
    }

    /// An axis between two positions; if `is_whole`, only whole numbers are labelled.
    fn over(layout: Layout, low: f64, high: f64, is_whole: bool) -> Axis {
        let (ticks, minor) = match layout {
            Layout::Log => log_ticks(low, high, is_whole),
            Layout::Linear | Layout::Names => (linear_ticks(low, high, is_whole, |x| x), Vec::new()),
        };
        Axis { layout, low, high, zero: None, is_whole, ticks, minor }
    }

    /// Adds a position for 0 below the others.
    fn with_zero(mut self) -> Axis {
        let (at, others) = (self.low - (self.high - self.low) * ZERO_BELOW, self.low);
        self.ticks.insert(0, Tick { at, label: "0".to_owned() });
        Axis { zero: Some(Zero { at, others }), low: at, ..self }
    }

    /// Adds a position for 0 above the others; there 0 means "all", as in a batch size.
    fn with_all(mut self) -> Axis {
        let (at, others) = (self.high + (self.high - self.low) * ZERO_ABOVE, self.high);
        self.ticks.push(Tick { at, label: "all".to_owned() });
        Axis { zero: Some(Zero { at, others }), high: at, ..self }
    }

    /// Moves the extra position of 0 as far from the others as these are from each other, if there are `count` of them.
    pub fn with_zero_among(mut self, count: usize) -> Axis {
        let Some(Zero { at, others }) = self.zero.filter(|_| count > 1) else { return self };
        let is_below = at < others;
        let length = if is_below { self.high - others } else { others - self.low };
        let apart = length / (count - 1) as f64;
        let moved = if is_below { others - apart } else { others + apart };
        self.ticks.iter_mut().filter(|tick| tick.at == at).for_each(|tick| tick.at = moved);
        self.zero = Some(Zero { at: moved, others });
        *(if is_below { &mut self.low } else { &mut self.high }) = moved;
        self
    }

    /// Where the axis is broken, in its own units: between 0 and the other positions.
    pub fn break_at(&self) -> Option<f64> {
        self.zero.map(|Zero { at, others }| (at + others) / 2.0)
    }

    /// The same axis with labels at some values and at an extra position of 0, and nowhere else.
    pub fn labelled_at(mut self, values: &[f64]) -> Axis {
        let extra = self.zero.map(|zero| zero.at);
        let mut ticks: Vec<Tick> = self.ticks.drain(..).filter(|tick| Some(tick.at) == extra).collect();
        let others = values.iter().filter_map(|&value| Some(Tick { at: self.place(value)?, label: chosen(value) }));
        ticks.extend(others.filter(|tick| Some(tick.at) != extra));
        ticks.sort_by(|a, b| a.at.total_cmp(&b.at));
        Axis { ticks, ..self }
    }

    /// Whether each of some values has a label.
    pub fn labels_all(&self, values: &[f64]) -> bool {
        const NEAR: f64 = 1e-9;
        let is_labelled = |at: f64| self.ticks.iter().any(|tick| (tick.at - at).abs() <= NEAR * at.abs().max(1.0));
        values.iter().filter_map(|&value| self.place(value)).all(is_labelled)
    }

    /// An axis with one position for each name. If there are too many names, only some are labelled.
    pub fn names(names: &[String]) -> Axis {
        let every = names.len().div_ceil(NAMES).max(1);
        let tick = |(index, name): (usize, &String)| Tick { at: index as f64, label: name.clone() };
        let ticks = names.iter().enumerate().step_by(every).map(tick).collect();
        let high = names.len().max(1) as f64 - 0.5;
        Axis { layout: Layout::Names, low: -0.5, high, zero: None, is_whole: true, ticks, minor: Vec::new() }
    }

    /// An axis with one position for each number of a list, counted from 0, whatever their distances. A label that has no room is
    /// left out.
    pub fn list(labels: impl Iterator<Item = String>) -> Axis {
        let ticks: Vec<Tick> = labels.enumerate().map(|(at, label)| Tick { at: at as f64, label }).collect();
        let high = ticks.len().max(1) as f64 - 0.5;
        Axis { layout: Layout::Linear, low: -0.5, high, zero: None, is_whole: true, ticks, minor: Vec::new() }
    }

    /// The axis that holds some values: logarithmic if asked for and possible, with a position for 0 if 0 occurs.
    /// Infinities and NaN have no position on an axis.
    pub fn holding(values: impl Iterator<Item = f64> + Clone, log: bool) -> Axis {
        let finite = values.filter(|x| x.is_finite());
        let positive = finite.clone().filter(|&x| x > 0.0);
        if !log || finite.clone().any(|x| x < 0.0) || positive.clone().next().is_none() {
            let (low, high) = extent(finite).unwrap_or((0.0, 1.0));
            return Axis::linear(low, high);
        }
        let (low, high) = extent(positive).unwrap_or((1.0, 1.0));
        Axis::log(low, high, finite.clone().any(|x| x == 0.0))
    }

    /// As [`Axis::holding`], for measured values: logarithmic only where they span a decade, and somewhat wider where they
    /// are nearly equal. If all are 0, they lie at the low end.
    pub fn fitting(values: impl Iterator<Item = f64> + Clone, log: bool) -> Axis {
        const EQUAL: f64 = 1e-3;
        const ROOM: f64 = 0.05;
        let (low, high) = extent(values.clone().filter(|x| x.is_finite())).unwrap_or((0.0, 1.0));
        let size = low.abs().max(high.abs());
        let ends = match high - low <= EQUAL * size {
            true if size == 0.0 => vec![1.0],
            true => vec![low - ROOM * size, high + ROOM * size],
            false => Vec::new(),
        };
        let is_log = log && spans_a_decade(values.clone());
        Axis::holding(values.chain(ends), is_log)
    }

    /// The axis of steps: only whole numbers are labelled, and it is logarithmic where they span a decade.
    pub fn of_steps(values: impl Iterator<Item = f64> + Clone) -> Axis {
        let is_log = spans_a_decade(values.clone());
        Axis::of_whole(values, is_log)
    }

    /// As [`Axis::holding`], for whole numbers: only these are labelled. A single number has room of at least ½ on each
    /// side.
    pub fn of_whole(values: impl Iterator<Item = f64> + Clone, log: bool) -> Axis {
        let finite = values.filter(|x| x.is_finite());
        let has_zero = finite.clone().any(|x| x == 0.0);
        let positive = extent(finite.clone().filter(|&x| x > 0.0)).filter(|_| finite.clone().all(|x| x >= 0.0));
        // A single number beside 0 needs no logarithm.
        let is_log = log && positive.is_some_and(|(low, high)| low < high || !has_zero);
        let (low, high) = extent(finite.clone().filter(|&x| !is_log || x > 0.0)).unwrap_or((0.0, 0.0));
        let room = 0.5_f64.max(low.abs() * ROOM_OF_ONE);
        let (low, high) = if low == high { (low - room, high + room) } else { (low, high) };
        if !is_log {
            return Axis::over(Layout::Linear, low, high, true);
        }
        let axis = Axis::over(Layout::Log, libm::log10(low), libm::log10(high), true);
        if has_zero { axis.with_zero() } else { axis }
    }

    /// As [`Axis::of_whole`], for whole numbers where 0 means "all".
    pub fn of_whole_or_all(values: impl Iterator<Item = f64> + Clone, log: bool) -> Axis {
        let axis = Axis::of_whole(values.clone().filter(|&x| x != 0.0), log);
        if values.clone().any(|x| x == 0.0) { axis.with_all() } else { axis }
    }

    /// The position of a value, in the axis' units; `None` if it has none (NaN, or below 0 on a logarithmic axis).
    pub fn place(&self, value: f64) -> Option<f64> {
        let at = match self.layout {
            Layout::Linear | Layout::Log if value == 0.0 && self.zero.is_some() => {
                return self.zero.map(|zero| zero.at);
            }
            Layout::Linear | Layout::Names => value,
            Layout::Log if value > 0.0 => libm::log10(value),
            Layout::Log if value == 0.0 => self.low,
            Layout::Log => return None,
        };
        (!at.is_nan()).then_some(at)
    }

    /// The share of the axis below a position, from 0 to 1 within the axis.
    pub fn share(&self, at: f64) -> f64 {
        match self.high - self.low {
            length if length.is_finite() => (at - self.low) / length,
            _ => (at / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0),
        }
    }

    /// `count` values at even distances along the axis, from its lower end to its upper.
    pub fn evenly(&self, count: usize) -> impl Iterator<Item = f64> {
        let at = move |index: usize| self.low + (self.high - self.low) * index as f64 / (count - 1) as f64;
        (0..count).map(at).map(|at| if self.is_log() { libm::exp10(at) } else { at })
    }

    /// The same axis with more room: a share of its length below and above.
    pub fn padded(mut self, below: f64, above: f64) -> Axis {
        let length = self.high - self.low;
        self.low = (self.low - below * length).max(f64::MIN);
        self.high = (self.high + above * length).min(f64::MAX);
        self
    }

    /// A part of the axis, with new labels. An axis of names, or with a position for 0, stays whole.
    pub fn part(&self, low: f64, high: f64) -> Axis {
        match self.layout {
            Layout::Linear | Layout::Log if self.zero.is_none() => Axis::over(self.layout, low, high, self.is_whole),
            _ => self.clone(),
        }
    }

    /// Whether the axis is logarithmic.
    pub fn is_log(&self) -> bool {
        self.layout == Layout::Log
    }

    /// Whether positions are names.
    pub fn is_names(&self) -> bool {
        self.layout == Layout::Names
    }
}

/// The least and the greatest of some numbers.
pub fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, x| match range {
        None => Some((x, x)),
        Some((low, high)) => Some((low.min(x), high.max(x))),
    })
}

/// Whether the greatest of some numbers is ten times the least positive one, or more; and none is negative.
fn spans_a_decade(values: impl Iterator<Item = f64> + Clone) -> bool {
    let finite = values.filter(|x| x.is_finite());
    let positive = extent(finite.clone().filter(|&x| x > 0.0));
    positive.is_some_and(|(low, high)| high / DECADE >= low) && finite.clone().all(|x| x >= 0.0)
}

/// Two ends, with some room on both sides where they are equal.
fn widened(low: f64, high: f64, room: f64) -> (f64, f64) {
    let (low, high) = if low.is_finite() && high.is_finite() { (low, high) } else { (0.0, 1.0) };
    let is_one = high - low <= (low.abs() + high.abs()) * 1e-9;
    if is_one { (low - room, low + room) } else { (low, high) }
}

#[cfg(test)]
mod tests;
