//! The rows of a table as a results folder keeps them.

use std::collections::BTreeMap;

use etascape_core::{Purpose, Stream};

use super::content::Content;
use super::targets::Targets;

/// Rows of a sample of large data at most.
pub const SAMPLE: usize = 2000;

/// Numbers of rows that are stored at most: about five megabytes. Of larger data a sample of the rows is stored.
const MOST_NUMBERS: usize = 1 << 18;

/// The rows of a table, as read and filled, before they are split and standardised.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRows {
    /// A name for each feature.
    pub names: Vec<String>,
    /// `[row][feature]`, all finite.
    pub features: Vec<f64>,
    /// The name of the target.
    pub target_name: String,
    /// One per row.
    pub targets: StoredTargets,
    /// Whether they are a sample of more rows.
    pub is_sample: bool,
}

/// Targets as read.
#[derive(Debug, Clone, PartialEq)]
pub enum StoredTargets {
    /// Every one a finite number.
    Numbers(Vec<f64>),
    /// Texts, at least one of which is no number.
    Texts(Vec<String>),
}

/// The bytes of files, by the names that a config has for them.
pub type StoredFiles = BTreeMap<String, Vec<u8>>;

/// At most so many of some rows, chosen by a seed, in rising order.
pub fn sample(rows: usize, most: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    Stream::new(seed, Purpose::Sample, 0).shuffle(&mut order);
    order.truncate(most);
    order.sort_unstable();
    order
}

impl StoredRows {
    /// The rows of a source, filled; of large data a sample.
    pub(super) fn of(content: &Content, seed: u64) -> StoredRows {
        let (rows, width) = (content.targets.len(), content.names.len());
        if rows * (width + 1) > MOST_NUMBERS {
            return StoredRows::sample(content, seed, SAMPLE.min(MOST_NUMBERS / (width + 1)));
        }
        StoredRows::some(content, 0..rows)
    }

    /// So many rows as `seed` chooses, and of each class at least one. All rows keep their order.
    fn sample(content: &Content, seed: u64, most: usize) -> StoredRows {
        let mut rows = sample(content.targets.len(), most, seed);
        rows.extend(content.targets.firsts());
        rows.sort_unstable();
        rows.dedup();
        StoredRows { is_sample: true, ..StoredRows::some(content, rows.into_iter()) }
    }

    /// Some rows of a source.
    fn some(content: &Content, rows: impl Iterator<Item = usize> + Clone) -> StoredRows {
        let width = content.names.len();
        let targets = match &content.targets {
            Targets::Numbers(numbers) => StoredTargets::Numbers(rows.clone().map(|row| numbers[row]).collect()),
            Targets::Texts { texts, rows: of, .. } => {
                StoredTargets::Texts(rows.clone().map(|row| texts[of[row] as usize].clone()).collect())
            }
        };
        StoredRows {
            names: content.names.clone(),
            features: rows.flat_map(|row| &content.features[row * width..(row + 1) * width]).copied().collect(),
            target_name: content.target_name.clone(),
            targets,
            is_sample: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_rows_of_every_class_in_their_order() {
        let features = (0..1000).map(f64::from).collect();
        let targets = (0..1000).map(|row| f64::from(u8::from(row == 700))).collect();
        let content = Content::unnamed(1, features, targets);
        let rows = StoredRows::sample(&content, 5, 10);
        assert!((10..=12).contains(&rows.features.len()) && rows.features.contains(&700.0), "{:?}", rows.features);
        assert!(rows.features.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(StoredRows::sample(&content, 5, 10), rows);
        assert_ne!(sample(1000, 10, 5), sample(1000, 10, 6));
        assert_eq!(sample(3, 10, 0), [0, 1, 2]);
    }

    #[test]
    fn all_rows_are_stored_unless_they_are_many() {
        let content = |rows: u32| Content::unnamed(1, (0..rows).map(f64::from).collect(), vec![0.0; rows as usize]);
        let [few, many] = [100, 200_000].map(|rows| StoredRows::of(&content(rows), 0));
        assert_eq!((few.features.len(), few.is_sample), (100, false));
        assert!((SAMPLE..=SAMPLE + 1).contains(&many.features.len()) && many.is_sample);
    }
}
