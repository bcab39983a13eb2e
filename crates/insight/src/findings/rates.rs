//! The learning rates at which runs converged.

use std::fmt;

use etascape_text::rounded;

use crate::study::settings::Setting;
use crate::study::{Parameter, Study};

/// The learning rates at which runs converged.
#[derive(Debug, Clone, PartialEq)]
pub struct RateRange {
    /// The rate's name: `η`.
    pub name: String,
    /// The least at which any run converged.
    pub low: f64,
    /// The greatest.
    pub high: f64,
    /// The ends of the longest interval of swept rates at which every run converged; `None` where it has less than half of
    /// the rates from `low` to `high`.
    pub every: Option<(f64, f64)>,
    /// The rate with the fewest steps to converge; where a seed is swept, the rate of the best setting.
    pub fastest: f64,
    /// Whether the sweep has no rate below the first of `every`, or below `low` where `every` is `None`.
    pub from_lowest: bool,
    /// Whether the sweep has no rate above the last of `every`, or above `high` where `every` is `None`.
    pub to_highest: bool,
}

impl fmt::Display for RateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (words, name) = (|rate: f64| rounded(rate, 3), &self.name);
        let Some((low, high)) = self.every else {
            let (low, high, fastest) = (words(self.low), words(self.high), words(self.fastest));
            let place = if self.low == self.high { format!("= {low}") } else { format!("from {low} to {high}") };
            return write!(f, "{name} {place} converges in some runs; fastest at {fastest}");
        };
        let (first, last, fastest) = (words(low), words(high), words(self.fastest));
        match (self.from_lowest, self.to_highest) {
            (true, true) => write!(f, "Every {name} from {first} to {last} converges")?,
            _ if low == high && self.low == self.high => return write!(f, "Only {name} = {first} converges"),
            _ if low == high => write!(f, "{name} = {first} converges")?,
            (true, false) => write!(f, "{name} up to {last} converges")?,
            (false, true) => write!(f, "{name} from {first} on converges")?,
            (false, false) => write!(f, "{name} from {first} to {last} converges")?,
        }
        let (least, most) = (words(self.low), words(self.high));
        match (self.low < low, self.high > high) {
            (true, true) => write!(f, ", in some runs from {least} to {most}")?,
            (true, false) => write!(f, ", in some runs from {least}")?,
            (false, true) => write!(f, ", in some runs up to {most}")?,
            (false, false) => {}
        }
        write!(f, "; fastest at {fastest}")
    }
}

/// The learning rates at which runs converged; `None` unless one learning rate is swept and a run converged,
/// and where the loss is swept too, since then runs converge to different things.
pub fn rates(study: &Study<'_>, settings: &[Setting]) -> Option<RateRange> {
    let rate = study.rate().filter(|_| study.losses().is_none())?;
    let trained = (0..study.runs.len()).filter(|&row| !study.ended_at_start(row));
    let rows = trained.filter_map(|row| Some((study.steps_to_converge(row)?, row)));
    let fastest = rows.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, row)| rate.value(row))?;
    let of_setting = settings.first().filter(|best| best.steps.is_some()).map(|best| best.row);
    let mut scan = RateScan::default();
    each_rate(study, rate, |rate, any, every| scan.add(rate, any, every));
    let (low, high) = (scan.any_first?, scan.any_last?);
    let every = scan.longest.filter(|longest| 2 * longest.count > high.0 - low.0);
    let every = every.map(|longest| (longest.first, longest.last));
    let ends = every.unwrap_or((low.1, high.1));
    Some(RateRange {
        name: rate.short(),
        low: low.1,
        high: high.1,
        every,
        fastest: of_setting.map_or(fastest, |row| rate.value(row)),
        from_lowest: ends.0 == scan.lowest,
        to_highest: ends.1 == scan.highest,
    })
}

/// What the runs at a rate did: whether any trained, whether any of these converged, whether all of them did. Runs that
/// ended at their start do not count.
#[derive(Clone, Copy)]
struct RateOutcome {
    trained: bool,
    any: bool,
    every: bool,
}

impl RateOutcome {
    /// The outcome of no runs.
    const NONE: RateOutcome = RateOutcome { trained: false, any: false, every: true };

    fn of(study: &Study<'_>, row: usize) -> RateOutcome {
        let converged = study.steps_to_converge(row).is_some();
        match study.ended_at_start(row) {
            true => RateOutcome::NONE,
            false => RateOutcome { trained: true, any: converged, every: converged },
        }
    }

    fn and(self, other: RateOutcome) -> RateOutcome {
        RateOutcome {
            trained: self.trained | other.trained,
            any: self.any | other.any,
            every: self.every & other.every,
        }
    }
}

/// Calls `see` for every rate at which a run trained, in rising order: the rate, whether any of its runs converged, whether
/// all did.
fn each_rate(study: &Study<'_>, rate: &Parameter<'_>, see: impl FnMut(f64, bool, bool)) {
    let Some(levels) = rate.levels() else {
        let rows = study.runs.len() as u32;
        let value = |row: u32| rate.value(row as usize);
        return each_value(rows, value, |row| RateOutcome::of(study, row as usize), see);
    };
    let mut outcomes = vec![RateOutcome::NONE; levels.len()];
    for row in 0..study.runs.len() {
        let outcome = &mut outcomes[rate.level(row)];
        *outcome = outcome.and(RateOutcome::of(study, row));
    }
    each_value(levels.len() as u32, |level| levels[level as usize], |level| outcomes[level as usize], see);
}

/// Calls `see` for every different value of `count` items, in rising order. Items of one value are combined; values without
/// a trained run are skipped.
fn each_value(
    count: u32,
    value: impl Fn(u32) -> f64,
    outcome: impl Fn(u32) -> RateOutcome,
    mut see: impl FnMut(f64, bool, bool),
) {
    let mut rising: Vec<u32> = (0..count).collect();
    rising.sort_unstable_by(|&a, &b| value(a).total_cmp(&value(b)));
    let mut left = rising.into_iter().map(|one| (value(one), outcome(one))).peekable();
    while let Some((value, mut outcome)) = left.next() {
        while let Some((_, other)) = left.next_if(|(other, _)| *other == value) {
            outcome = outcome.and(other);
        }
        if outcome.trained {
            see(value, outcome.any, outcome.every);
        }
    }
}

/// An interval of swept rates at which every run converged.
#[derive(Debug, Clone, Copy)]
struct RateInterval {
    first: f64,
    last: f64,
    count: usize,
}

/// What a scan through the rising rates has found so far.
#[derive(Default)]
struct RateScan {
    seen: usize,
    lowest: f64,
    highest: f64,
    /// The index and the rate of the first rate at which any run converged, and of the last.
    any_first: Option<(usize, f64)>,
    any_last: Option<(usize, f64)>,
    now: Option<RateInterval>,
    longest: Option<RateInterval>,
}

impl RateScan {
    fn add(&mut self, rate: f64, any: bool, every: bool) {
        if self.seen == 0 {
            self.lowest = rate;
        }
        self.highest = rate;
        if any {
            self.any_first = self.any_first.or(Some((self.seen, rate)));
            self.any_last = Some((self.seen, rate));
        }
        let before = self.now.map_or((rate, 0), |now| (now.first, now.count));
        self.now = every.then_some(RateInterval { first: before.0, last: rate, count: before.1 + 1 });
        if let Some(now) = self.now.filter(|now| self.longest.is_none_or(|longest| now.count >= longest.count)) {
            self.longest = Some(now);
        }
        self.seen += 1;
    }
}
