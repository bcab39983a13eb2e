//! A shard: one of several parts of a sweep, each of which is trained by itself.
//!
//! A shard has consecutive runs, so that the tables of all shards, one behind another, are those of the whole. Runs that
//! compete in a bracket of successive halving stay together. The numbers of runs are those of the whole sweep.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::bracket::Brackets;
use crate::error::ConfigError;
use crate::plan::Plan;

/// How many runs of a plan stay together in a shard: those of a bracket of successive halving, else each for itself.
///
/// # Errors
/// As [`Plan::job`].
pub fn runs_together(plan: &Plan) -> Result<u64, ConfigError> {
    Ok(Brackets::of(plan)?.map_or(1, |brackets| brackets.length))
}

/// A shard of a sweep: `number` of `of`, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    number: u64,
    of: u64,
}

impl Shard {
    /// The most shards of a sweep.
    pub const MOST: u64 = 1_000_000;

    /// Shard `number` of `of`; `None` where there is no such shard.
    pub fn new(number: u64, of: u64) -> Option<Shard> {
        (1 <= number && number <= of && of <= Shard::MOST).then_some(Shard { number, of })
    }

    /// All shards of a sweep that is cut into so many. None where there cannot be so many.
    pub fn all(of: u64) -> impl Iterator<Item = Shard> {
        (1..=of).map_while(move |number| Shard::new(number, of))
    }

    /// Its number, from 1.
    pub fn number(self) -> u64 {
        self.number
    }

    /// How many shards there are.
    pub fn of(self) -> u64 {
        self.of
    }

    /// Its runs among so many, of which each `unit` stay together. There are none where the sweep has fewer units than
    /// shards. The units of two shards differ by at most one.
    pub fn runs(self, runs: u64, unit: u64) -> Range<u64> {
        let unit = unit.max(1);
        let units = runs.div_ceil(unit);
        let start = |before: u64| {
            let units = u128::from(units) * u128::from(before) / u128::from(self.of);
            // Not above the number of units, which are 64-bit. The last unit may be shorter.
            (units as u64).saturating_mul(unit).min(runs)
        };
        start(self.number - 1)..start(self.number)
    }
}

impl fmt::Display for Shard {
    /// `3/64`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// The error of a text that is no shard: what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoShard(String);

impl FromStr for Shard {
    type Err = NoShard;

    /// Reads `3/64`.
    fn from_str(text: &str) -> Result<Shard, NoShard> {
        let whole = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
        let read = text.split_once('/').and_then(|(number, of)| Some((whole(number)?, whole(of)?)));
        let Some((number, of)) = read else {
            return Err(NoShard("expected I/N: shard I of N, as 3/64".into()));
        };
        if of > Shard::MOST || of == 0 {
            return Err(NoShard(format!("there can be 1 to {} shards", Shard::MOST)));
        }
        Shard::new(number, of).ok_or_else(|| NoShard(format!("shards are numbered from 1 to {of}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_one_behind_another_and_of_about_the_same_size() {
        for (runs, unit) in [(1, 1), (2, 1), (10, 1), (1200, 1), (1000, 64), (1024, 64), (63, 64), (1_000_000_007, 1)] {
            for of in [1, 2, 3, 5, 7, 64, 1000] {
                let all: Vec<Range<u64>> = Shard::all(of).map(|shard| shard.runs(runs, unit)).collect();
                assert_eq!(all.len() as u64, of);
                assert_eq!((all[0].start, all[all.len() - 1].end), (0, runs));
                assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
                assert!(all.iter().all(|runs| runs.start % unit == 0));
                let units: Vec<u64> = all.iter().map(|runs| (runs.end - runs.start).div_ceil(unit)).collect();
                let (least, most) = (units.iter().min().unwrap(), units.iter().max().unwrap());
                assert!(most - least <= 1, "{runs} runs in {of}: {least} to {most}");
            }
        }
    }

    #[test]
    fn a_shard_is_read_as_it_is_written() {
        assert_eq!("3/64".parse(), Ok(Shard { number: 3, of: 64 }));
        assert_eq!(Shard { number: 3, of: 64 }.to_string(), "3/64");
        let error = |text: &str| text.parse::<Shard>().unwrap_err().to_string();
        for text in
            ["3", "a/b", "", "/", "3/", "/4", "-1/4", "+1/4", "1/4/5", " 1/4", "1.0/4", "99999999999999999999/1"]
        {
            assert_eq!(error(text), "expected I/N: shard I of N, as 3/64", "{text}");
        }
        assert_eq!(error("0/4"), "shards are numbered from 1 to 4");
        assert_eq!(error("5/4"), "shards are numbered from 1 to 4");
        assert_eq!(error("1/0"), "there can be 1 to 1000000 shards");
        assert_eq!(error("1/1000001"), "there can be 1 to 1000000 shards");
    }
}
