//! `[data]` and `init.file`: rows to learn from, and weights to start from.
//!
//! [`load`] reads or generates a [`Table`] once; [`Table::data_for`] makes of it what a loss needs: targets as numbers
//! or classes, rows held out, features and targets standardised. No order of reading, thread or machine changes a bit of it.

mod cell;
mod csv;
mod csv_source;
mod error;
mod file;
mod generate;
mod generate_limits;
mod generator;
mod points;
mod prepare;
mod source;
mod stored;
mod table;
mod targets;
mod weights;

use std::path::Path;

pub use csv_source::{ColumnName, CsvReading, CsvSource, Decimal, Header, OnMissing, OnText, Separator};
use etascape_core::Data;

pub use error::{DataError, Location};
pub use generator::Generator;
pub use prepare::Standardizer;
pub use source::{DataConfig, Source};
pub use stored::{StoredRows, StoredTargets, sample};
pub use table::{Prepared, Table};
pub use weights::read_weights;

/// Reads or generates the rows of a config that lies in the folder `dir`.
///
/// # Errors
///
/// [`DataError`], where a file cannot be read, or a value in it or in the config is not allowed.
pub fn load(config: &DataConfig, dir: &Path) -> Result<Table, DataError> {
    let content = match &config.source {
        Source::Points(points) => points::read(points)?,
        Source::Csv(source) => csv::read(source, dir)?,
        Source::Generator(generator) => generate::generate(generator, config.seed)?,
    };
    Table::new(content, config)
}

/// A copy of some data, standardised as `data.standardize` does it; `None` where a held-out value would be beyond an `f64`.
pub fn standardized(data: &Data) -> Option<Data> {
    let mut copy = Data::new(data.train.clone(), data.validation.clone());
    prepare::standardize(&mut copy, &table::input_names(data.train.inputs)).ok()?;
    Some(copy)
}
