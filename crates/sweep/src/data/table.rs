//! The rows of an experiment as read or generated.

use etascape_core::{Data, Loss};

use super::classes::Targets;
use super::error::{DataError, Location};
use super::prepare;
use super::source::DataConfig;

/// The rows that a source gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Content {
    /// A name for each feature.
    pub names: Vec<String>,
    /// `[row][feature]`, all finite.
    pub features: Vec<f64>,
    /// One per row.
    pub targets: Targets,
}

/// The rows of an experiment, at least one, and how the config prepares them.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    content: Content,
    seed: u64,
    standardize: bool,
    validation_fraction: f64,
}

impl Table {
    pub(super) fn new(content: Content, config: &DataConfig) -> Result<Table, DataError> {
        let fraction = config.validation_fraction;
        if !(0.0..1.0).contains(&fraction) {
            return Err(Location::of("`data.validation_fraction`").invalid(fraction.to_string(), "0 or more, below 1"));
        }
        if fraction > 0.0 && content.targets.len() < 2 {
            let allowed = "at least two, where `data.validation_fraction` is above 0: one to train, one held out";
            return Err(Location::of("`data`").invalid("one row", allowed));
        }
        Ok(Table { content, seed: config.seed, standardize: config.standardize, validation_fraction: fraction })
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

    /// The rows as a loss needs them, and the names of the classes where the loss takes classes.
    ///
    /// For `cross_entropy` and `bce` a target becomes the number of its class among the sorted distinct ones (numbers
    /// by size, text by its bytes). Held-out rows are drawn by the seed; both parts keep the order of the rows. Features
    /// are standardised by the training rows' mean and variance, if asked for; one that is constant over them, up to
    /// rounding, becomes 0.
    ///
    /// # Errors
    ///
    /// Targets that the loss cannot take (text as a quantity; one class; three for `bce`; more than 1000), and
    /// held-out features whose standardised value is beyond an f64.
    pub fn data_for(&self, loss: Loss) -> Result<(Data, Option<Vec<String>>), DataError> {
        let (targets, classes) = self.content.targets.for_loss(loss)?;
        let held_out = prepare::held_out(self.rows(), self.validation_fraction, self.seed);
        let mut data = prepare::split(self.inputs(), &self.content.features, &targets, &held_out);
        if self.standardize {
            prepare::standardize(&mut data, &self.content.names)?;
        }
        Ok((data, classes))
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
        load(&DataConfig { source, seed: 0, standardize: false, validation_fraction }, Path::new("."))
    }

    #[test]
    fn points_come_through_as_they_are() {
        let table = table(&[[3.0, 7.0], [9.0, 13.0]], 0.0).expect("is valid");
        assert_eq!((table.inputs(), table.rows(), table.feature_names()), (1, 2, ["x".to_string()].as_slice()));
        let (data, classes) = table.data_for(Loss::HalfSse).expect("are numbers");
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
