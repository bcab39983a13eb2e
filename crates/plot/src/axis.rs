//! Axes: the position of a value, and the labelled values.

use etascape_text::{plain, superscript};

/// A labelled position on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// In the axis' own units.
    pub at: f64,
    /// The label.
    pub label: String,
}

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
    zero: Option<f64>,
    /// Whether only whole numbers are labelled.
    is_whole: bool,
    /// Its labelled positions.
    pub ticks: Vec<Tick>,
}

/// The most labels on an axis.
const LABELS: usize = 9;
/// The most names written on an axis.
const NAMES: usize = 40;
/// The distance of 0 from the other positions, as a share of their extent: on a logarithmic axis, and where 0 means "all".
const ZERO_BELOW: f64 = 0.06;
const ZERO_ABOVE: f64 = 0.1;
/// The room on both sides of a single whole number, as a share of it; at least ½.
const ROOM_OF_ONE: f64 = 1e-6;

impl Axis {
    /// A linear axis from `low` to `high`; wider where the two are equal.
    pub fn linear(low: f64, high: f64) -> Axis {
        let (low, high) = widened(low, high, 0.5_f64.max(low.abs() * 0.1));
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
        let ticks = match layout {
            Layout::Log => log_ticks(low, high, is_whole),
            Layout::Linear | Layout::Names => linear_ticks(low, high, is_whole, |x| x),
        };
        Axis { layout, low, high, zero: None, is_whole, ticks }
    }

    /// Adds a position for 0 below the others.
    fn with_zero(mut self) -> Axis {
        let at = self.low - (self.high - self.low) * ZERO_BELOW;
        self.ticks.insert(0, Tick { at, label: "0".to_owned() });
        Axis { zero: Some(at), low: at, ..self }
    }

    /// Adds a position for 0 above the others; there 0 means "all", as in a batch size.
    fn with_all(mut self) -> Axis {
        let at = self.high + (self.high - self.low) * ZERO_ABOVE;
        self.ticks.push(Tick { at, label: "all".to_owned() });
        Axis { zero: Some(at), high: at, ..self }
    }

    /// An axis with one position for each name. If there are too many names, only some are labelled.
    pub fn names(names: &[String]) -> Axis {
        let every = names.len().div_ceil(NAMES).max(1);
        let tick = |(index, name): (usize, &String)| Tick { at: index as f64, label: name.clone() };
        let ticks = names.iter().enumerate().step_by(every).map(tick).collect();
        let high = names.len().max(1) as f64 - 0.5;
        Axis { layout: Layout::Names, low: -0.5, high, zero: None, is_whole: true, ticks }
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

    /// As [`Axis::holding`], for measured values: somewhat wider where they are nearly equal. If all are 0, they lie at
    /// the low end.
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
        Axis::holding(values.chain(ends), log && size > 0.0)
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
            Layout::Linear | Layout::Log if value == 0.0 && self.zero.is_some() => return self.zero,
            Layout::Linear | Layout::Names => value,
            Layout::Log if value > 0.0 => libm::log10(value),
            Layout::Log if value == 0.0 => self.low,
            Layout::Log => return None,
        };
        (!at.is_nan()).then_some(at)
    }

    /// The share of the axis below a position, from 0 to 1 within the axis.
    pub fn share(&self, at: f64) -> f64 {
        (at - self.low) / (self.high - self.low)
    }

    /// `count` values at even distances along the axis, from its lower end to its upper.
    pub fn evenly(&self, count: usize) -> impl Iterator<Item = f64> {
        let at = move |index: usize| self.low + (self.high - self.low) * index as f64 / (count - 1) as f64;
        (0..count).map(at).map(|at| if self.is_log() { libm::exp10(at) } else { at })
    }

    /// The same axis with more room: a share of its length below and above.
    pub fn padded(mut self, below: f64, above: f64) -> Axis {
        let length = self.high - self.low;
        self.low -= below * length;
        self.high += above * length;
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

/// Two ends, with some room on both sides where they are equal.
fn widened(low: f64, high: f64, room: f64) -> (f64, f64) {
    let (low, high) = if low.is_finite() && high.is_finite() { (low, high) } else { (0.0, 1.0) };
    let is_one = high - low <= (low.abs() + high.abs()) * 1e-9;
    if is_one { (low - room, low + room) } else { (low, high) }
}

/// Ticks of a logarithmic axis: decades if there are enough, else 1-2-5, else round numbers; if asked for, only whole
/// numbers.
fn log_ticks(low: f64, high: f64, is_whole: bool) -> Vec<Tick> {
    let low = if is_whole { low.max(0.0) } else { low };
    let first = (low - 1e-9).ceil() as i32;
    let last = (high + 1e-9).floor() as i32;
    let decades = (last - first + 1).max(0) as usize;
    if decades >= 3 {
        let every = decades.div_ceil(LABELS);
        return (first..=last)
            .filter(|n| n.rem_euclid(every as i32) == 0)
            .map(|n| Tick { at: f64::from(n), label: format!("10{}", superscript(n)) })
            .collect();
    }
    let ticks = steps_of_decade(low, high);
    if ticks.len() >= 3 { ticks } else { linear_ticks(libm::exp10(low), libm::exp10(high), is_whole, libm::log10) }
}

fn steps_of_decade(low: f64, high: f64) -> Vec<Tick> {
    let decades = low.floor() as i32..=high.ceil() as i32;
    let candidates = decades.flat_map(|n| [1, 2, 5].map(|m| decimal(m, n)));
    candidates
        .map(|x| Tick { at: libm::log10(x), label: plain(x) })
        .filter(|tick| (low - 1e-9..=high + 1e-9).contains(&tick.at))
        .collect()
}

/// A handful of round ticks between two numbers, only whole ones if asked for. `place` gives the position of each.
fn linear_ticks(low: f64, high: f64, is_whole: bool, place: impl Fn(f64) -> f64) -> Vec<Tick> {
    // Between ends so far apart the difference would be infinite.
    let (low, high) = (low.max(f64::MIN / 4.0), high.min(f64::MAX / 4.0));
    let rough = (high - low) / 6.0;
    let rough = if is_whole { rough.max(1.0) } else { rough };
    let exponent = libm::log10(rough).floor() as i32;
    let mantissa = [1, 2, 5].into_iter().find(|&m| decimal(m, exponent) >= rough * 0.99);
    let (mantissa, exponent) = mantissa.map_or((1, exponent + 1), |m| (m, exponent));
    let step = decimal(mantissa, exponent);
    let (first, last) = ((low / step - 1e-6).ceil() as i64, (high / step + 1e-6).floor() as i64);
    (first..=last.min(first.saturating_add(20)))
        .map(|k| decimal(k * mantissa, exponent))
        .map(|x| Tick { at: place(x), label: plain(x) })
        .collect()
}

/// The float nearest to `m · 10ⁿ`.
fn decimal(mantissa: i64, exponent: i32) -> f64 {
    format!("{mantissa}e{exponent}").parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn decades_are_written_as_powers() {
        assert_eq!(labels(&Axis::log(1e-3, 10.0, false)), ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"]);
        assert_eq!(labels(&Axis::log(1.0, 1e4, true)), ["0", "10⁰", "10¹", "10²", "10³", "10⁴"]);
        assert!(labels(&Axis::log(1e-300, 1e300, false)).len() <= LABELS);
    }

    #[test]
    fn narrow_logarithms_have_plain_labels() {
        assert_eq!(labels(&Axis::log(0.004, 0.03, false)), ["0.005", "0.01", "0.02"]);
        assert_eq!(
            labels(&Axis::log(0.018, 0.024, false)),
            ["0.018", "0.019", "0.02", "0.021", "0.022", "0.023", "0.024"]
        );
    }

    #[test]
    fn linear_labels_are_round() {
        assert_eq!(labels(&Axis::linear(-4.0, 4.0)), ["−4", "−2", "0", "2", "4"]);
        assert_eq!(labels(&Axis::linear(0.0, 0.3)), ["0", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3"]);
    }

    #[test]
    fn what_is_as_good_as_one_value_has_labels_that_differ() {
        for (low, high) in [(0.71024, 0.71025), (0.5, 0.5), (-3.0, -3.0), (2.6e13, 2.6e13), (1e-300, 1e-300)] {
            let axis = Axis::fitting([low, high].into_iter(), true);
            let labels = labels(&axis);
            assert!(labels.len() > 2 && labels.windows(2).all(|pair| pair[0] != pair[1]), "{labels:?}");
            assert!(labels.iter().all(|label| label.chars().count() < 12), "{labels:?}");
        }
        assert_eq!(labels(&Axis::fitting([0.0, 0.0].into_iter(), true)), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!(labels(&Axis::fitting([0.995, 1.005].into_iter(), true)).len(), 5, "1 % is seen");
    }

    #[test]
    fn whole_numbers_have_whole_labels() {
        let labels = |values: &[f64], log| labels(&Axis::of_whole(values.iter().copied(), log)).join(" ");
        assert_eq!(labels(&[0.0, 1.0, 2.0], true), "0 1 2");
        assert_eq!([labels(&[0.0, 1.0], true), labels(&[0.0, 4.0], true)], ["0 1", "0 1 2 3 4"]);
        assert_eq!([labels(&[0.0], true), labels(&[0.0], false)], ["0", "0"], "and no step of −0.4");
        let axis = Axis::of_whole([1e300].into_iter(), true);
        assert!(axis.high > axis.low, "{axis:?}");
        assert_eq!(labels(&[3.0, 4.0, 5.0], false), "3 4 5");
        assert_eq!(labels(&[420.0, 423.0], true), "420 421 422 423");
        assert_eq!(labels(&[0.0, 1.0, 500.0], true), "0 10⁰ 10¹ 10²");
        assert_eq!(labels(&[-4.0, 4.0], true), "−4 −2 0 2 4");
        let part = Axis::of_whole([0.0, 10.0].into_iter(), false).part(2.2, 4.1);
        assert_eq!(self::labels(&part), ["3", "4"]);
    }

    #[test]
    fn none_that_means_all_lies_above_the_others() {
        let axis = |log| Axis::of_whole_or_all([1.0, 8.0, 32.0, 0.0].into_iter(), log);
        for axis in [axis(false), axis(true)] {
            let places = [1.0, 8.0, 32.0, 0.0].map(|value| axis.place(value).unwrap());
            assert!(places.is_sorted() && places[3] == axis.high, "{places:?}");
            assert_eq!(axis.ticks.last().map(|tick| tick.label.as_str()), Some("all"));
        }
        assert_eq!(Axis::of_whole_or_all([1.0, 8.0].into_iter(), false).place(0.0), Some(0.0));
    }

    #[test]
    fn every_axis_has_length_and_labels() {
        for (low, high) in
            [(0.0, 0.0), (36.0, 36.0), (-1e300, 1e300), (-1.7e308, 1.7e308), (1e-300, 2e-300), (f64::NAN, 1.0)]
        {
            let axis = Axis::linear(low, high);
            assert!(axis.high > axis.low, "{low} {high}");
        }
        for (low, high) in [(1.0, 1.0), (5e-324, 5e-324), (1e308, 1e308), (1e308, 1.7e308)] {
            let axis = Axis::log(low, high, false);
            assert!(axis.high > axis.low && !axis.ticks.is_empty(), "{low} {high} {axis:?}");
        }
        let axis = Axis::log(2.6e13, 2.6e13, false);
        assert!((axis.high - axis.low - 1.0).abs() < 1e-9, "a decade around one value: {axis:?}");
    }

    #[test]
    fn what_has_no_place_is_not_placed() {
        let axis = Axis::holding([0.0, 1.0, 100.0, f64::NAN, f64::INFINITY].into_iter(), true);
        assert_eq!(axis.place(100.0), Some(2.0));
        assert_eq!(axis.place(-1.0), None);
        assert_eq!(axis.place(f64::NAN), None);
        assert!(axis.place(0.0).unwrap() < 0.0);
        assert!(!Axis::holding([-1.0, 1.0].into_iter(), true).is_log());
    }
}
