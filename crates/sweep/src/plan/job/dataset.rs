//! The data of a plan, encoded for the losses of its runs, and its files of weights.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use etascape_core::{Data, Loss, Network, Rows};

use crate::data::{self, DataError, Features, PreparedTargets, Standardizer, StoredFiles, Table};

/// The data, the folder that paths start from, and the files that need not be opened.
pub(crate) struct Dataset {
    pub table: Table,
    folder: PathBuf,
    stored: StoredFiles,
    known: Mutex<Known>,
}

/// What the data are for the losses that have been asked for.
struct Known {
    /// The features, until the first loss takes them.
    features: Features,
    encoded: Vec<(Loss, Arc<Encoded>)>,
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
    pub fn new(mut table: Table, folder: PathBuf, stored: StoredFiles) -> Dataset {
        let known = Known { features: table.take_features(), encoded: Vec::new() };
        Dataset { table, folder, stored, known: Mutex::new(known) }
    }

    /// The parameters of a network from a file of weights.
    pub fn weights(&self, file: &str, network: &Network) -> Result<Vec<f64>, DataError> {
        let path = self.folder.join(file);
        match self.stored.get(file) {
            Some(bytes) => data::weights_of(bytes, &path, network),
            None => data::read_weights(&path, network),
        }
    }

    /// The data for a loss. They are encoded once.
    pub fn encoded(&self, loss: Loss) -> Result<Arc<Encoded>, DataError> {
        // All losses on numbers share one encoding.
        let encoding = if loss.is_classification() { loss } else { Loss::HalfSse };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, encoded)) = known.encoded.iter().find(|(of, _)| *of == encoding) {
            return Ok(encoded.clone());
        }
        let PreparedTargets { train, validation, classes, scale } = self.table.targets_for(loss)?;
        let features = match known.encoded.first() {
            None => std::mem::take(&mut known.features),
            Some((_, first)) => Features {
                train: first.data.train.features.clone(),
                validation: first.data.validation.features.clone(),
            },
        };
        let inputs = self.table.inputs();
        let data = Data::new(
            Rows { inputs, features: features.train, targets: train },
            Rows { inputs, features: features.validation, targets: validation },
        );
        let numbers =
            [&data.train, &data.validation].into_iter().flat_map(|rows| rows.features.iter().chain(&rows.targets));
        let largest = numbers.fold(0.0, |largest: f64, number| largest.max(number.abs()));
        let encoded = Arc::new(Encoded { data: Arc::new(data), classes, target_scale: scale, largest });
        known.encoded.push((encoding, encoded.clone()));
        Ok(encoded)
    }
}
