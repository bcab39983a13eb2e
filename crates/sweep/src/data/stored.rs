//! The rows of a table as a results folder keeps them.

use etascape_core::{Purpose, Stream};

use super::error::{DataError, Location};
use super::source::DataConfig;
use super::table::{Content, Table};
use super::targets::{TargetColumn, Targets};

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

/// At most so many of some rows, chosen by a seed, in rising order.
pub fn sample(rows: usize, most: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    Stream::new(seed, Purpose::Sample, 0).shuffle(&mut order);
    order.truncate(most);
    order.sort_unstable();
    order
}

impl StoredRows {
    /// The rows of a table.
    pub fn of(table: &Table) -> StoredRows {
        let targets = match table.targets() {
            Targets::Numbers(numbers) => StoredTargets::Numbers(numbers.clone()),
            Targets::Texts { texts, rows, .. } => {
                StoredTargets::Texts(rows.iter().map(|row| texts[*row as usize].clone()).collect())
            }
        };
        StoredRows {
            names: table.feature_names().to_vec(),
            features: table.features().to_vec(),
            target_name: table.target_name().to_string(),
            targets,
            is_sample: false,
        }
    }

    /// A sample of the rows of a table: so many of them as `seed` chooses, and of each class at least one. All rows keep their
    /// order.
    pub fn sample(table: &Table, seed: u64, most: usize) -> StoredRows {
        let mut rows = sample(table.rows(), most, seed);
        rows.extend(table.targets().firsts());
        rows.sort_unstable();
        rows.dedup();
        let targets = match table.targets() {
            Targets::Numbers(numbers) => StoredTargets::Numbers(rows.iter().map(|row| numbers[*row]).collect()),
            Targets::Texts { texts, rows: of, .. } => {
                StoredTargets::Texts(rows.iter().map(|row| texts[of[*row] as usize].clone()).collect())
            }
        };
        let width = table.inputs();
        let features = rows.iter().flat_map(|row| &table.features()[row * width..(row + 1) * width]);
        StoredRows {
            names: table.feature_names().to_vec(),
            features: features.copied().collect(),
            target_name: table.target_name().to_string(),
            targets,
            is_sample: true,
        }
    }

    /// The table of these rows under a config. It has the digest of the one they are from.
    ///
    /// # Errors
    ///
    /// Rows that are no table: of different lengths, or with numbers that are not finite.
    pub fn table(self, config: &DataConfig) -> Result<Table, DataError> {
        let StoredRows { names, features, target_name, targets, is_sample } = self;
        let targets = match targets {
            StoredTargets::Numbers(numbers) => Targets::Numbers(numbers),
            StoredTargets::Texts(texts) => {
                let mut column = TargetColumn::default();
                texts.iter().try_for_each(|text| column.push(None, text, Location::default))?;
                column.finish()
            }
        };
        let of_targets = match &targets {
            Targets::Numbers(numbers) => &numbers[..],
            Targets::Texts { .. } => &[],
        };
        let is_finite = features.iter().chain(of_targets).all(|number| number.is_finite());
        if !is_finite || targets.len() == 0 || names.is_empty() || features.len() != names.len() * targets.len() {
            return Err(
                Location::of("the stored rows").invalid("what is no table", "finite numbers, equally many in each row")
            );
        }
        let table = Table::new(Content { names, features, target_name, targets, reading: None }, config)?;
        Ok(if is_sample { table.into_sample() } else { table })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Source, load};
    use std::path::Path;

    #[test]
    fn a_sample_has_rows_of_every_class_in_their_order() {
        let points = (0..1000).map(|row| vec![f64::from(row), f64::from(u8::from(row == 700))]).collect();
        let (standardize, standardize_target) = (false, false);
        let source = Source::Points(points);
        let config = DataConfig { source, seed: 5, standardize, standardize_target, validation_fraction: 0.0 };
        let table = load(&config, Path::new(".")).expect("is valid");
        let rows = StoredRows::sample(&table, 5, 10);
        assert!((10..=12).contains(&rows.features.len()) && rows.features.contains(&700.0), "{:?}", rows.features);
        assert!(rows.features.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(StoredRows::sample(&table, 5, 10), rows);
        assert_ne!(sample(1000, 10, 5), sample(1000, 10, 6));
        assert_eq!(sample(3, 10, 0), [0, 1, 2]);
    }
}
