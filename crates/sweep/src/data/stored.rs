//! The rows of a table as a results folder keeps them.

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
}

/// Targets as read.
#[derive(Debug, Clone, PartialEq)]
pub enum StoredTargets {
    /// Every one a finite number.
    Numbers(Vec<f64>),
    /// Texts, at least one of which is no number.
    Texts(Vec<String>),
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
        }
    }

    /// The table of these rows under a config. It has the digest of the one they are from.
    ///
    /// # Errors
    ///
    /// Rows that are no table: of different lengths, or with numbers that are not finite.
    pub fn table(self, config: &DataConfig) -> Result<Table, DataError> {
        let StoredRows { names, features, target_name, targets } = self;
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
        Table::new(Content { names, features, target_name, targets, reading: None }, config)
    }
}
