//! What a config's `[data]` and `init.file` mean: rows to learn from, and weights to start from.
//!
//! [`load`] reads or generates a [`Table`] once; [`Table::data_for`] makes of it what a loss needs: targets as numbers
//! or classes, rows held out, features standardised. No order of reading, thread or machine changes a bit of it.

mod classes;
mod csv_file;
mod error;
mod generate;
mod generate_limits;
mod header;
mod lines;
mod points;
mod prepare;
mod table;
mod weights;

use std::path::{Path, PathBuf};

pub use error::{DataError, Place};
pub use generate::Generator;
pub use table::Table;
pub use weights::read_weights;

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

/// Reads or generates the rows of a config that lies in the folder `dir`.
///
/// # Errors
///
/// Where a file cannot be read, or anything in it or in the config is not what it must be: see [`DataError`].
pub fn load(config: &DataConfig, dir: &Path) -> Result<Table, DataError> {
    let content = match &config.source {
        Source::Points(points) => points::read(points)?,
        Source::Csv { path, target, features } => csv_file::read(&dir.join(path), target, features.as_deref())?,
        Source::Generator(generator) => generate::generate(generator, config.seed)?,
    };
    Table::new(content, config)
}
