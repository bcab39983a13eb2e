//! The rows that a source gives.

use super::csv_source::CsvReading;
use super::targets::Targets;

/// Numbers that are hashed at once: many, since BLAKE3 takes the chunks of a long text side by side.
const HASHED_AT_ONCE: usize = 1 << 14;

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

    /// BLAKE3 of names, the bits of the numbers, and targets; 64 hexadecimal digits.
    pub(super) fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(self.names.len() as u64).to_le_bytes());
        self.names.iter().for_each(|name| hash_text(&mut hasher, name));
        hash_numbers(&mut hasher, &self.features);
        match &self.targets {
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
    let mut bytes = Vec::with_capacity(8 * HASHED_AT_ONCE);
    for numbers in numbers.chunks(HASHED_AT_ONCE) {
        bytes.clear();
        numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_bits().to_le_bytes()));
        hasher.update(&bytes);
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

    #[test]
    fn the_digest_is_blake3_of_lengths_names_and_bits() {
        let mut bytes = Vec::new();
        bytes.extend(1u64.to_le_bytes());
        bytes.extend(1u64.to_le_bytes());
        bytes.extend(b"x");
        for number in [3.0f64, 9.0, 7.0, 13.0] {
            bytes.extend(number.to_le_bytes());
        }
        let digest = |last| Content::unnamed(1, vec![3.0, 9.0], vec![7.0, last]).digest();
        assert_eq!(digest(13.0), blake3::hash(&bytes).to_hex().to_string());
        assert_ne!(digest(13.0), digest(13.5));
    }
}
