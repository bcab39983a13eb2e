//! A finding: a kind with its numbers, a sentence, and a line to paste.

use serde::Serialize;

use super::good::GoodRange;
use crate::study::{LeastSource, Tolerance};

/// Something that a sweep found, or that is worth trying next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What it is about, with its numbers.
    #[serde(flatten)]
    pub kind: FindingKind,
    /// What it says.
    pub sentence: String,
    /// A line for the experiment file that follows from it, or several.
    pub line: Option<String>,
}

/// A run that was trained again with something changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tried {
    /// The run.
    pub run_id: u64,
    /// The rate; `None` where it is the run's own.
    pub rate: Option<f64>,
    /// The objective that it comes to.
    pub objective: f64,
}

/// What a finding is about, with its numbers; all are finite.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FindingKind {
    /// The rates about as good as the best.
    GoodRange {
        /// The rate's path.
        rate: String,
        /// The least and the greatest rate with the best objective.
        best: [f64; 2],
        /// The best objective.
        objective: f64,
        /// The least and the greatest good rate.
        range: [f64; 2],
        /// The next lower rate that was tried.
        below: Option<f64>,
        /// The next higher rate that was tried.
        above: Option<f64>,
        /// How far from the best is good: `5 %` of it, or a difference.
        within: &'static str,
        /// The word of the loss, where the sweep varies it.
        loss: Option<String>,
    },
    /// The good settings of a sweep with drawn values.
    GoodSettings {
        /// The rate's path.
        rate: String,
        /// The best objective.
        objective: f64,
        /// How many settings are about as good.
        good: usize,
        /// How many settings there are.
        settings: usize,
        /// The least and the greatest of their rates.
        range: [f64; 2],
    },
    /// The fewest steps after which the median run of a setting was near the least loss.
    WithinLeast {
        /// The least loss.
        least: f64,
        /// Where it is known from.
        source: LeastSource,
        /// How far from it is near: `5 %` of it, or a difference.
        within: &'static str,
        /// The steps; `None` where no setting came near.
        steps: Option<f64>,
        /// The first run of the setting.
        run_id: Option<u64>,
        /// How many settings came near.
        near: usize,
        /// How many settings there are.
        settings: usize,
    },
    /// Two settings compared over seeds.
    Compared {
        /// The two, the one with the better mean first.
        settings: [String; 2],
        /// The mean of the differences and the ends of its interval.
        difference: Option<[f64; 3]>,
        /// How many seeds both have.
        seeds: usize,
        /// How many seeds are left out.
        left_out: usize,
        /// Whether the seeds tell them apart.
        is_sure: bool,
        /// How many seeds would; `None` where their means are equal.
        needed: Option<f64>,
    },
    /// No run got anywhere.
    NothingLearned {
        /// The best objective.
        objective: f64,
        /// What it is compared with.
        compared_with: f64,
        /// Whether that is the objective at the start, and not that of a constant output.
        at_start: bool,
    },
    /// No run ended more than 1 % better than it started.
    HardlyMoved {
        /// The best objective.
        objective: f64,
        /// The objective at that run's start.
        start: f64,
    },
    /// Runs that differ in a parameter alone ended alike.
    NoEffect {
        /// The parameter's path.
        parameter: String,
    },
    /// No run of a program ever gave a finite objective.
    NeverFinite,
    /// All weights start at 0.
    StartsAtZero,
    /// All units of a layer of ReLUs are 0 for every row: in all runs where training starts, or in some where it ends.
    DeadRelus {
        /// Whether that is where training starts.
        at_start: bool,
        /// How many of the runs that were looked at; `None` where training starts.
        runs: Option<usize>,
        /// How many runs were looked at.
        of: Option<usize>,
    },
    /// All training rows are of one class.
    OneClass,
    /// Halving ended a run whose objective was better than that of every run that it left.
    PrunedBetter {
        /// How many such runs.
        runs: usize,
        /// The best objective of them.
        objective: f64,
    },
    /// The best value of a parameter other than the rate is at an end of those that were tried.
    ParameterAtEdge {
        /// The parameter's path.
        parameter: String,
        /// Its best value.
        best: f64,
        /// Whether it is the greatest that was tried, and not the least.
        is_highest: bool,
    },
    /// Every rate is above the limit.
    AboveLimit {
        /// 2/λmax.
        limit: f64,
        /// The least rate that was tried.
        least: f64,
        /// Whether the limit is that at the start alone.
        at_start: bool,
    },
    /// Standardised data have a higher limit.
    Standardize {
        /// 2/λmax.
        limit: f64,
        /// 2/λmax on standardised data.
        standardized: f64,
        /// What a run comes to on standardised data.
        tried: Option<Tried>,
    },
    /// Standardised features are better conditioned.
    Conditioning {
        /// λmax/λmin.
        number: f64,
        /// λmax/λmin on standardised data.
        standardized: f64,
        /// What a run comes to on standardised data.
        tried: Option<Tried>,
    },
    /// The loss of a linear classifier is sure to fall up to a rate that is higher on standardised data. The bound suffices; it
    /// is no limit.
    DescentBound {
        /// The rate.
        bound: f64,
        /// The rate on standardised data.
        standardized: f64,
        /// What a run comes to on standardised data.
        tried: Option<Tried>,
    },
    /// The features are large or differ in size.
    FeatureSizes {
        /// The feature with the least magnitude.
        least: String,
        /// The feature with the greatest magnitude.
        greatest: String,
        /// Their magnitudes.
        sizes: [f64; 2],
        /// What a run comes to on standardised data.
        tried: Option<Tried>,
    },
    /// Rounding to f32 holds up a run, which goes on in f64.
    StandsStill {
        /// The run.
        run_id: u64,
        /// A step from which on its training loss stands still.
        since: u64,
        /// That loss.
        loss: f64,
        /// The training loss at the end of the same run in f64.
        in_f64: f64,
    },
    /// Smaller rates are worth trying.
    SmallerRates {
        /// The least rate that was tried.
        least: f64,
    },
    /// Larger rates are worth trying, since none moved the objective.
    LargerRates {
        /// The greatest rate that was tried.
        greatest: f64,
        /// 2/λmax where training starts; `None` where it is not known.
        limit: Option<f64>,
    },
    /// For values of a parameter beside the best, the best rate is at an end of those that were tried.
    ValueAtEdge {
        /// The parameter's path.
        parameter: String,
        /// These values, as they are logged.
        values: Vec<String>,
        /// The rate's path.
        rate: String,
        /// The best rate for each of them.
        best: f64,
        /// Whether it is the greatest.
        is_highest: bool,
    },
    /// The best rate is at an end of those that were tried.
    BestAtEdge {
        /// The rate's path.
        rate: String,
        /// The best rate.
        best: f64,
        /// Whether it is the greatest.
        is_highest: bool,
    },
    /// The rates around the best lie far apart.
    TooCoarse {
        /// The best rate.
        best: f64,
        /// The next lower rate.
        below: f64,
        /// The next higher rate.
        above: f64,
    },
    /// The held-out loss of a setting was lower before its end.
    Overfits {
        /// The first run of the setting.
        run_id: u64,
        /// The step at which it was least.
        step: u64,
        /// The last step.
        last_step: u64,
        /// The loss at both, the median over the seeds.
        objective: [f64; 2],
        /// The best loss of all settings at their ends.
        best: f64,
        /// How many seeds the setting has.
        seeds: usize,
    },
    /// The best run still fell at its end.
    StillFalling {
        /// The run.
        run_id: u64,
        /// Its last step.
        steps: u64,
        /// The objective at half its steps and at its end.
        objective: [f64; 2],
        /// The steps after which it would be as much lower again.
        proposed: u64,
    },
}

impl FindingKind {
    /// The good range of a rate.
    pub(super) fn good_range(rate: &str, range: &GoodRange, tolerance: Tolerance, loss: Option<String>) -> FindingKind {
        FindingKind::GoodRange {
            rate: rate.to_owned(),
            best: range.best.into(),
            objective: range.objective,
            range: range.range.into(),
            below: range.below.map(|worse| worse.rate),
            above: range.above.map(|worse| worse.rate),
            within: tolerance.words(),
            loss,
        }
    }
}
