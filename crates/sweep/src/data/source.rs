//! The `[data]` of a config.

use super::csv_source::CsvSource;
use super::generator::Generator;

/// Where rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Given in the config: rows of at least two numbers, the last of which is the target t.
    Points(Vec<Vec<f64>>),
    /// A CSV file.
    Csv(CsvSource),
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
    /// Whether targets that are quantities are brought to mean 0 and variance 1 in the same way.
    pub standardize_target: bool,
    /// Share of the rows that is held out, in [0, 1).
    pub validation_fraction: f64,
}

impl DataConfig {
    /// The data file, as the config names it.
    pub fn file(&self) -> Option<String> {
        match &self.source {
            Source::Csv(csv) => Some(csv.path.display().to_string()),
            Source::Points(_) | Source::Generator(_) => None,
        }
    }

    /// Whether rows are held out.
    pub fn holds_out(&self) -> bool {
        self.validation_fraction > 0.0
    }
}
