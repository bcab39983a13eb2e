//! The `[data]` of a config.

use std::path::PathBuf;

use super::generator::Generator;

/// Where rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Given in the config: rows of at least two numbers, the last of which is the target t.
    Points(Vec<Vec<f64>>),
    /// A CSV file with a header.
    Csv {
        /// The file, relative to the config's folder.
        path: PathBuf,
        /// The column that holds the target.
        target: String,
        /// The columns that hold features; `None`: every other one.
        features: Option<Vec<String>>,
    },
    /// Made by a formula and a random stream.
    Generator(Generator),
}

/// The `[data]` of a config.
#[derive(Debug, Clone, PartialEq)]
pub struct DataConfig {
    /// Where rows come from.
    pub source: Source,
    /// Seed of the generator's stream and of the choice of held-out rows.
    pub seed: u64,
    /// Whether features are brought to mean 0 and (population) variance 1 over the training rows.
    pub standardize: bool,
    /// Share of the rows that is held out, in [0, 1).
    pub validation_fraction: f64,
}

impl DataConfig {
    /// Whether rows are held out.
    pub fn holds_out(&self) -> bool {
        self.validation_fraction > 0.0
    }
}
