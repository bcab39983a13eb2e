//! The rows of an experiment as read or generated.

use std::borrow::Cow;

use etascape_core::{Data, Loss};

use super::csv_source::CsvReading;
use super::error::{DataError, Location};
use super::prepare::{self, Standardizer};
use super::source::DataConfig;
use super::targets::Targets;

/// The rows that a source gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Content {
    /// A name for each feature.
    pub names: Vec<String>,
    /// `[row][feature]`; NaN stands for a missing number.
    pub features: Vec<f64>,
    pub target_name: String,
    /// One per row.
    pub targets: Targets,
    /// How a file was read; `None` where there is none.
    pub reading: Option<CsvReading>,
}

impl Content {
    /// Rows whose columns have no names of their own and lack nothing.
    pub(super) fn unnamed(inputs: usize, features: Vec<f64>, targets: Vec<f64>) -> Content {
        Content {
            names: input_names(inputs),
            features,
            target_name: "t".to_string(),
            targets: Targets::Numbers(targets),
            reading: None,
        }
    }
}

/// The rows of an experiment, at least one, and how the config prepares them.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    content: Content,
    /// Whether each row is held out.
    held_out: Vec<bool>,
    standardize: bool,
    standardize_target: bool,
    is_sample: bool,
}

/// The rows as a loss needs them.
pub struct Prepared {
    /// The rows.
    pub data: Data,
    /// The names of the classes, where the loss takes classes.
    pub classes: Option<Vec<String>>,
    /// How targets were standardised; `None` where they are as read.
    pub target_scale: Option<Standardizer>,
}

impl Table {
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
        let (standardize, standardize_target) = (config.standardize, config.standardize_target);
        Ok(Table { content, held_out, standardize, standardize_target, is_sample: false })
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
        self.content.names.len()
    }

    /// Number of rows, held-out ones included.
    pub fn rows(&self) -> usize {
        self.content.targets.len()
    }

    /// The names of the features: from the CSV header, else `x`, or `x0`, `x1` … where there are several.
    pub fn feature_names(&self) -> &[String] {
        &self.content.names
    }

    /// The name of the target: from the CSV header, else `t`.
    pub fn target_name(&self) -> &str {
        &self.content.target_name
    }

    /// The features as read, `[row][feature]`, held-out rows included.
    pub fn features(&self) -> &[f64] {
        &self.content.features
    }

    pub(super) fn targets(&self) -> &Targets {
        &self.content.targets
    }

    /// The targets as numbers, held-out rows included: of two texts the first is 0. `None` for more texts.
    pub fn target_numbers(&self) -> Option<Cow<'_, [f64]>> {
        match &self.content.targets {
            Targets::Numbers(numbers) => Some(numbers.into()),
            Targets::Texts { texts, rows, .. } => {
                (texts.len() == 2).then(|| rows.iter().map(|text| f64::from(*text)).collect())
            }
        }
    }

    /// How the file was read; `None` where the rows come from no file.
    pub fn reading(&self) -> Option<&CsvReading> {
        self.content.reading.as_ref()
    }

    /// The rows as a loss needs them.
    ///
    /// For `cross_entropy` and `bce` a target becomes the number of its class among the sorted distinct ones (numbers
    /// by size, text by its bytes). Held-out rows are drawn by the seed; both parts keep the order of the rows. Features
    /// and targets are standardised by the training rows' mean and variance, if asked for; a feature that is constant over
    /// them, up to rounding, becomes 0.
    ///
    /// # Errors
    ///
    /// Targets that the loss cannot take (text as a quantity; one class; three for `bce`; more than 1000), targets that
    /// cannot be standardised (classes, a constant), and held-out values whose standardised value is beyond an f64.
    pub fn data_for(&self, loss: Loss) -> Result<Prepared, DataError> {
        let (targets, classes) = self.content.targets.for_loss(loss)?;
        let mut data = prepare::split(self.inputs(), &self.content.features, &targets, &self.held_out);
        if self.standardize {
            prepare::standardize(&mut data, &self.content.names)?;
        }
        let target_scale = match (self.standardize_target, &classes) {
            (false, _) => None,
            (true, None) => Some(prepare::standardize_target(&mut data)?),
            (true, Some(_)) => {
                let allowed = "false where targets are classes; a loss for quantities, such as \"mse\", takes numbers";
                return Err(Location::of("`data.standardize_target`").invalid("true", allowed));
            }
        };
        Ok(Prepared { data, classes, target_scale })
    }

    /// BLAKE3 of the rows as read: names, the bits of the numbers, the targets; 64 hexadecimal digits.
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(self.inputs() as u64).to_le_bytes());
        self.content.names.iter().for_each(|name| hash_text(&mut hasher, name));
        hash_numbers(&mut hasher, &self.content.features);
        match &self.content.targets {
            Targets::Numbers(numbers) => hash_numbers(&mut hasher, numbers),
            Targets::Texts { texts, rows, .. } => {
                rows.iter().for_each(|&row| hash_text(&mut hasher, &texts[row as usize]))
            }
        }
        hasher.finalize().to_hex().to_string()
    }
}

fn hash_text(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

fn hash_numbers(hasher: &mut blake3::Hasher, numbers: &[f64]) {
    for number in numbers {
        hasher.update(&number.to_bits().to_le_bytes());
    }
}

/// Names of features that have none of their own.
pub(super) fn input_names(inputs: usize) -> Vec<String> {
    match inputs {
        1 => vec!["x".to_string()],
        _ => (0..inputs).map(|i| format!("x{i}")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{DataConfig, Source, load};
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
        let Prepared { data, classes, .. } = table.data_for(Loss::HalfSse).expect("are numbers");
        assert_eq!((data.train.features, data.train.targets), (vec![3.0, 9.0], vec![7.0, 13.0]));
        assert!(data.validation.is_empty() && classes.is_none());
    }

    #[test]
    fn fractions_that_leave_nothing_are_refused() {
        for fraction in [-0.1, 1.0, f64::NAN, f64::INFINITY] {
            assert!(table(&[[1.0, 2.0], [3.0, 4.0]], fraction).is_err(), "{fraction}");
        }
        assert!(table(&[[1.0, 2.0]], 0.5).is_err());
        assert!(table(&[[1.0, 2.0]], 0.0).is_ok());
    }

    #[test]
    fn the_digest_is_blake3_of_lengths_names_and_bits() {
        let mut bytes = Vec::new();
        bytes.extend(1u64.to_le_bytes());
        bytes.extend(1u64.to_le_bytes());
        bytes.extend(b"x");
        for number in [3.0f64, 9.0, 7.0, 13.0] {
            bytes.extend(number.to_le_bytes());
        }
        let digest = table(&[[3.0, 7.0], [9.0, 13.0]], 0.0).expect("is valid").digest();
        assert_eq!(digest, blake3::hash(&bytes).to_hex().to_string());
        assert_ne!(digest, table(&[[3.0, 7.0], [9.0, 13.5]], 0.0).expect("is valid").digest());
    }
}
