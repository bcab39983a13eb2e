//! The rows of an experiment, read or generated, and prepared.

use etascape_core::Loss;

use super::columns::ColumnSummary;
use super::content::Content;
use super::csv_source::CsvReading;
use super::error::{DataError, Location};
use super::prepare::{self, Features, Standardizer};
use super::source::{DataConfig, Source};
use super::stored::{StoredRows, StoredTargets};
use super::targets::{TargetColumn, Targets};

/// The rows of an experiment, at least one: what they were as read, and how they are trained on.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    names: Vec<String>,
    target_name: String,
    targets: Targets,
    reading: Option<CsvReading>,
    digest: String,
    columns: Vec<ColumnSummary>,
    stored: Option<StoredRows>,
    /// Whether each row is held out.
    held_out: Vec<bool>,
    features: Features,
    standardize_target: bool,
    is_sample: bool,
}

/// The targets as a loss needs them.
pub(crate) struct PreparedTargets {
    /// Of the rows that train.
    pub train: Vec<f64>,
    /// Of the rows that are held out.
    pub validation: Vec<f64>,
    /// The names of the classes, where the loss takes classes.
    pub classes: Option<Vec<String>>,
    /// How they were standardised; `None` where they are as read.
    pub scale: Option<Standardizer>,
}

impl Table {
    /// Prepares rows. There is one copy of the features, the one that is trained on; of the numbers as read what is needed later
    /// is taken before.
    pub(super) fn new(mut content: Content, config: &DataConfig) -> Result<Table, DataError> {
        let fraction = config.validation_fraction;
        if !(0.0..1.0).contains(&fraction) {
            return Err(Location::of("`data.validation_fraction`").invalid(fraction.to_string(), "0 or more, below 1"));
        }
        if fraction > 0.0 && content.targets.len() < 2 {
            let allowed = "at least two, where `data.validation_fraction` is above 0: one to train, one held out";
            return Err(Location::of("`data`").invalid("one row", allowed));
        }
        let held_out = prepare::held_out(content.targets.len(), fraction, config.seed);
        prepare::fill(&mut content.features, &content.names, &held_out)?;
        let digest = content.digest();
        let columns =
            ColumnSummary::of_columns(&content.features, content.names.len(), content.targets.numbers().as_deref());
        let is_in_file = matches!(config.source, Source::Csv(_));
        let stored = is_in_file.then(|| StoredRows::of(&content, config.seed));
        let Content { names, features, target_name, targets, reading } = content;
        let mut features = Features::split(features, names.len(), &held_out);
        if config.standardize {
            prepare::standardize(&mut features, &names)?;
        }
        Ok(Table {
            names,
            target_name,
            targets,
            reading,
            digest,
            columns,
            stored,
            held_out,
            features,
            standardize_target: config.standardize_target,
            is_sample: false,
        })
    }

    /// Rows that a results folder keeps, under a config. All rows of a table have its digest.
    ///
    /// # Errors
    ///
    /// Rows that are no table: of different lengths, or with numbers that are not finite.
    pub fn of_stored(rows: StoredRows, config: &DataConfig) -> Result<Table, DataError> {
        let StoredRows { names, features, target_name, targets, is_sample } = rows;
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

    /// The same rows, as a sample of more.
    pub(super) fn into_sample(self) -> Table {
        Table { is_sample: true, ..self }
    }

    /// Whether the rows are a sample of those that an experiment is about. No run is trained on a sample.
    pub(crate) fn is_sample(&self) -> bool {
        self.is_sample
    }

    /// Number of features.
    pub fn inputs(&self) -> usize {
        self.names.len()
    }

    /// Number of rows, held-out ones included.
    pub fn rows(&self) -> usize {
        self.targets.len()
    }

    /// The names of the features: from the CSV header, else `x`, or `x0`, `x1` … where there are several.
    pub fn feature_names(&self) -> &[String] {
        &self.names
    }

    /// The name of the target: from the CSV header, else `t`.
    pub fn target_name(&self) -> &str {
        &self.target_name
    }

    /// What each feature is like, as read.
    pub fn columns(&self) -> &[ColumnSummary] {
        &self.columns
    }

    /// The rows of a file as read, or of large data a sample; `None` where they come from no file.
    pub fn stored(&self) -> Option<&StoredRows> {
        self.stored.as_ref()
    }

    /// The features that are trained on, which are no longer here then.
    pub(crate) fn take_features(&mut self) -> Features {
        std::mem::take(&mut self.features)
    }

    /// How the file was read; `None` where the rows come from no file.
    pub fn reading(&self) -> Option<&CsvReading> {
        self.reading.as_ref()
    }

    /// The targets as a loss needs them.
    ///
    /// For `cross_entropy` and `bce` a target becomes the number of its class among the sorted distinct ones (numbers
    /// by size, text by its bytes). Held-out rows are drawn by the seed; both parts keep the order of the rows. Targets are
    /// standardised by the training rows' mean and variance, if asked for.
    ///
    /// # Errors
    ///
    /// Targets that the loss cannot take (text as a quantity; one class; three for `bce`; more than 1000), targets that
    /// cannot be standardised (classes, a constant), and held-out values whose standardised value is beyond an f64.
    pub(crate) fn targets_for(&self, loss: Loss) -> Result<PreparedTargets, DataError> {
        let (targets, classes) = self.targets.for_loss(loss)?;
        let of = |held: bool| -> Vec<f64> {
            targets.iter().zip(&self.held_out).filter(|(_, is_held)| **is_held == held).map(|(t, _)| *t).collect()
        };
        let (mut train, mut validation) = (of(false), of(true));
        let scale = match (self.standardize_target, &classes) {
            (false, _) => None,
            (true, None) => Some(prepare::standardize_target([&mut train, &mut validation])?),
            (true, Some(_)) => {
                let allowed = "false where targets are classes; a loss for quantities, such as \"mse\", takes numbers";
                return Err(Location::of("`data.standardize_target`").invalid("true", allowed));
            }
        };
        Ok(PreparedTargets { train, validation, classes, scale })
    }

    /// BLAKE3 of the rows as read: names, the bits of the numbers, the targets; 64 hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::load;
    use std::path::Path;

    fn table(points: &[[f64; 2]], validation_fraction: f64) -> Result<Table, DataError> {
        let source = Source::Points(points.iter().map(|row| row.to_vec()).collect());
        let (standardize, standardize_target) = (false, false);
        load(&DataConfig { source, seed: 0, standardize, standardize_target, validation_fraction }, Path::new("."))
    }

    #[test]
    fn points_come_through_as_they_are() {
        let table = table(&[[3.0, 7.0], [9.0, 13.0]], 0.0).expect("is valid");
        assert_eq!((table.inputs(), table.rows(), table.feature_names()), (1, 2, ["x".to_string()].as_slice()));
        let PreparedTargets { train, validation, classes, .. } = table.targets_for(Loss::HalfSse).expect("are numbers");
        assert_eq!((train, classes), (vec![7.0, 13.0], None));
        let Features { train: features, validation: held_out } = table.features;
        assert_eq!(features, [3.0, 9.0]);
        assert!(validation.is_empty() && held_out.is_empty());
    }

    #[test]
    fn fractions_that_leave_nothing_are_refused() {
        for fraction in [-0.1, 1.0, f64::NAN, f64::INFINITY] {
            assert!(table(&[[1.0, 2.0], [3.0, 4.0]], fraction).is_err(), "{fraction}");
        }
        assert!(table(&[[1.0, 2.0]], 0.5).is_err());
        assert!(table(&[[1.0, 2.0]], 0.0).is_ok());
    }
}
