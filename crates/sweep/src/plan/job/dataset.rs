//! The data of a plan, encoded for the losses of its runs.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use etascape_core::{Data, Loss};

use crate::data::{DataError, Prepared, Standardizer, Table};

/// The data, and the folder that paths start from.
pub(crate) struct Dataset {
    pub table: Table,
    pub folder: PathBuf,
    encoded: Mutex<Vec<(Loss, Arc<Encoded>)>>,
}

/// The data with targets as a loss needs them.
pub(crate) struct Encoded {
    pub data: Arc<Data>,
    /// Names of the classes, where targets are classes.
    pub classes: Option<Vec<String>>,
    /// How targets were standardised; `None` where they are as read.
    pub target_scale: Option<Standardizer>,
    /// The largest magnitude of a feature or target.
    pub largest: f64,
}

impl Dataset {
    pub fn new(table: Table, folder: PathBuf) -> Dataset {
        Dataset { table, folder, encoded: Mutex::default() }
    }

    /// The data for a loss. It is encoded once.
    pub fn encoded(&self, loss: Loss) -> Result<Arc<Encoded>, DataError> {
        // All losses on numbers share one encoding.
        let encoding = if loss.is_classification() { loss } else { Loss::HalfSse };
        let mut known = self.encoded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, encoded)) = known.iter().find(|(of, _)| *of == encoding) {
            return Ok(encoded.clone());
        }
        let Prepared { data, classes, target_scale } = self.table.data_for(loss)?;
        let numbers =
            [&data.train, &data.validation].into_iter().flat_map(|rows| rows.features.iter().chain(&rows.targets));
        let largest = numbers.fold(0.0, |largest: f64, number| largest.max(number.abs()));
        let encoded = Arc::new(Encoded { data: Arc::new(data), classes, target_scale, largest });
        known.push((encoding, encoded.clone()));
        Ok(encoded)
    }
}
