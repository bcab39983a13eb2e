//! `[data]` and `init.file`: rows to learn from, and weights to start from.
//!
//! [`load`] reads or generates a [`Table`] once: rows held out, features standardised. `Table::targets_for` makes of its
//! targets what a loss needs: numbers or classes. No order of reading, thread or machine changes a bit of it.

mod cell;
mod columns;
mod content;
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

pub use cell::{is_date, is_missing_mark};
pub use columns::ColumnSummary;
pub use csv_source::{
    ColumnName, CsvReading, CsvSource, Decimal, Header, OnMissing, OnText, Separator, Titles, WordColumn,
};
use etascape_core::{Data, Rows};

pub use error::{DataError, Location};
pub use generator::Generator;
pub(crate) use prepare::Features;
pub use prepare::Standardizer;
pub use source::{DataConfig, Source};
pub use stored::{SAMPLE, StoredFiles, StoredRows, StoredTargets, sample};
pub(crate) use table::PreparedTargets;
pub use table::Table;
pub use weights::read_weights;
pub(crate) use weights::weights_of;

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
    let (names, rows) = (content::input_names(data.train.inputs), [data.train.clone(), data.validation.clone()]);
    let [mut train, mut validation] = rows;
    let mut features =
        Features { train: std::mem::take(&mut train.features), validation: std::mem::take(&mut validation.features) };
    prepare::standardize(&mut features, &names).ok()?;
    (train.features, validation.features) = (features.train, features.validation);
    Some(Data::new(train, validation))
}

/// What `data.standardize` makes of a feature of some rows, by its index; constants become 0.
pub fn standardizer(rows: &Rows) -> impl Fn(usize, f64) -> f64 {
    let scales = Standardizer::of_columns(&rows.features, rows.inputs);
    move |input, x| scales[input].as_ref().map_or(0.0, |scale| scale.apply(x))
}
