//! Stub: points only.
#![allow(missing_docs)]
use std::path::{Path, PathBuf};

use etascape_core::{Data, Loss, Network, Rows};

#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    Points(Vec<Vec<f64>>),
    Csv { path: PathBuf, target: String, features: Option<Vec<String>> },
    Generator(Generator),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Generator {
    Line { rows: usize, noise: f64, slope: f64, intercept: f64 },
    Gaussian { rows: usize, inputs: usize },
    Moons { rows: usize, noise: f64 },
    Circles { rows: usize, noise: f64, factor: f64 },
    Blobs { rows: usize, inputs: usize, centers: usize, cluster_std: f64 },
    Spirals { rows: usize, noise: f64, turns: f64 },
    Xor { rows: usize, noise: f64 },
    Chebyshev { rows: usize, degree: usize },
}

#[derive(Debug, Clone, PartialEq)]
pub struct DataConfig {
    pub source: Source,
    pub seed: u64,
    pub standardize: bool,
    pub validation_fraction: f64,
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DataError(String);

#[derive(Debug, Clone)]
pub struct Table {
    rows: Vec<Vec<f64>>,
}

pub fn load(config: &DataConfig, _dir: &Path) -> Result<Table, DataError> {
    match &config.source {
        Source::Points(rows) => Ok(Table { rows: rows.clone() }),
        _ => Err(DataError("not yet".into())),
    }
}

impl Table {
    pub fn inputs(&self) -> usize {
        self.rows[0].len() - 1
    }
    pub fn data_for(&self, loss: Loss) -> Result<(Data, Option<Vec<String>>), DataError> {
        let mut rows = Rows { inputs: self.inputs(), ..Rows::default() };
        let mut classes: Vec<f64> = self.rows.iter().map(|row| row[self.inputs()]).collect();
        classes.sort_by(f64::total_cmp);
        classes.dedup();
        for row in &self.rows {
            rows.features.extend(&row[..self.inputs()]);
            let target = row[self.inputs()];
            rows.targets.push(match loss {
                Loss::CrossEntropy | Loss::Bce => classes.iter().position(|&c| c == target).unwrap() as f64,
                _ => target,
            });
        }
        let names = loss.is_classification().then(|| classes.iter().map(f64::to_string).collect());
        Ok((Data { train: rows, validation: Rows::default() }, names))
    }
    pub fn digest(&self) -> String {
        String::new()
    }
}

pub fn read_weights(_path: &Path, network: &Network) -> Result<Vec<f64>, DataError> {
    Ok(vec![0.0; network.parameters()])
}
