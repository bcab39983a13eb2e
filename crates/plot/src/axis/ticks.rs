//! The labelled values of an axis, and the marks between them.

use etascape_text::{plain, superscript};

/// A labelled position on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// In the axis' own units.
    pub at: f64,
    /// The label.
    pub label: String,
}

/// The most labels on an axis.
pub(super) const LABELS: usize = 9;
/// The most decades between which each decade without a label has a mark.
const MARKED: usize = 60;

/// Ticks of a logarithmic axis: decades if there are enough, else 1-2-5, else round numbers; if asked for, only whole
/// numbers. Then the positions of the marks between them: the other multiples of powers of ten, or the other decades.
pub(super) fn log_ticks(low: f64, high: f64, is_whole: bool) -> (Vec<Tick>, Vec<f64>) {
    let low = if is_whole { low.max(0.0) } else { low };
    let first = (low - 1e-9).ceil() as i32;
    let last = (high + 1e-9).floor() as i32;
    let decades = (last - first + 1).max(0) as usize;
    if decades >= 3 {
        let every = decades.div_ceil(LABELS) as i32;
        let (labelled, others): (Vec<i32>, Vec<i32>) = (first..=last).partition(|n| n.rem_euclid(every) == 0);
        let tick = |n: i32| Tick { at: f64::from(n), label: format!("10{}", superscript(n)) };
        let minor = match every {
            1 => multiples(low, high, &[2, 3, 4, 5, 6, 7, 8, 9]).map(libm::log10).collect(),
            _ if decades <= MARKED => others.into_iter().map(f64::from).collect(),
            _ => Vec::new(),
        };
        return (labelled.into_iter().map(tick).collect(), minor);
    }
    let tick = |x| Tick { at: libm::log10(x), label: plain(x) };
    let ticks: Vec<Tick> = multiples(low, high, &[1, 2, 5]).map(tick).collect();
    if ticks.len() >= 3 {
        return (ticks, multiples(low, high, &[3, 4, 6, 7, 8, 9]).map(libm::log10).collect());
    }
    (linear_ticks(libm::exp10(low), libm::exp10(high), is_whole, libm::log10), Vec::new())
}

/// Some multiples of the powers of ten between two exponents.
fn multiples(low: f64, high: f64, of: &[i64]) -> impl Iterator<Item = f64> {
    let decades = low.floor() as i32..=high.ceil() as i32;
    let all = decades.flat_map(move |n| of.iter().map(move |&m| decimal(m, n)));
    all.filter(move |&x| (low - 1e-9..=high + 1e-9).contains(&libm::log10(x)))
}

/// A handful of round ticks between two numbers, only whole ones if asked for. `place` gives the position of each.
pub(super) fn linear_ticks(low: f64, high: f64, is_whole: bool, place: impl Fn(f64) -> f64) -> Vec<Tick> {
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
