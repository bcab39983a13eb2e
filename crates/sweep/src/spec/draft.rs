//! The values of a file, key by key, before they are checked against each other.

use super::halving::Halving;
use super::key_set::KeySet;
use super::report::ReportConfig;
use super::run::RunSpec;
use super::types::{Group, Text};
use super::word::{GeneratorKind, KeptRuns, MethodKind, MetricsKind};
use crate::data::{ColumnName, Decimal, OnMissing, OnText, Separator};

/// The values of a file. The default has the default value of every key.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Draft {
    pub name: String,
    pub description: Option<String>,
    pub program: ProgramDraft,
    pub data: DataDraft,
    /// The part that a sweep can vary.
    pub run: RunSpec,
    pub halving: Halving,
    pub log: LogDraft,
    pub sweep: SweepDraft,
    pub report: ReportConfig,
    /// The keys that the file gives, except those of `run`.
    pub given: KeySet,
}

/// `[program]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ProgramDraft {
    pub command: Vec<Text>,
    pub folder: String,
    pub env: Vec<(String, Text)>,
    pub templates: Vec<Text>,
    pub metrics: MetricsDraft,
    pub objective: Option<String>,
    pub maximise: bool,
    pub parallel: Option<u64>,
    pub timeout: Option<String>,
    pub retries: u64,
    pub keep_runs: KeptRuns,
    pub files: Vec<Text>,
}

/// `program.metrics`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MetricsDraft {
    /// `None` for a table.
    pub word: Option<MetricsKind>,
    pub csv: Option<String>,
    pub step: Option<String>,
    pub regex: Option<Vec<Text>>,
    pub events: Option<String>,
}

impl Default for MetricsDraft {
    fn default() -> MetricsDraft {
        MetricsDraft { word: Some(MetricsKind::default()), csv: None, step: None, regex: None, events: None }
    }
}

impl Default for ProgramDraft {
    fn default() -> ProgramDraft {
        ProgramDraft {
            command: Vec::new(),
            folder: "run".to_string(),
            env: Vec::new(),
            templates: Vec::new(),
            metrics: MetricsDraft::default(),
            objective: None,
            maximise: false,
            parallel: None,
            timeout: None,
            retries: 0,
            keep_runs: KeptRuns::default(),
            files: Vec::new(),
        }
    }
}

/// `[data]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DataDraft {
    pub points: Vec<Vec<f64>>,
    pub csv: CsvDraft,
    pub generator: GeneratorDraft,
    pub seed: u64,
    pub standardize: bool,
    pub standardize_target: bool,
    pub validation_fraction: f64,
}

/// `data.csv`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CsvDraft {
    pub path: String,
    pub target: ColumnName,
    pub features: Option<Vec<ColumnName>>,
    pub separator: Option<Separator>,
    pub decimal: Decimal,
    pub header: bool,
    pub missing: Option<Vec<Text>>,
    pub on_missing: OnMissing,
    pub text: OnText,
}

impl Default for CsvDraft {
    fn default() -> CsvDraft {
        CsvDraft {
            path: String::new(),
            target: ColumnName::Name(String::new()),
            features: None,
            separator: None,
            decimal: Decimal::default(),
            header: true,
            missing: None,
            on_missing: OnMissing::default(),
            text: OnText::default(),
        }
    }
}

/// `data.generator`, with the numbers of all formulas.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GeneratorDraft {
    pub kind: GeneratorKind,
    pub rows: u64,
    pub noise: f64,
    pub slope: f64,
    pub intercept: f64,
    pub inputs: u64,
    pub factor: f64,
    pub centers: u64,
    pub cluster_std: f64,
    pub turns: f64,
    pub degree: u64,
}

impl Default for GeneratorDraft {
    fn default() -> GeneratorDraft {
        GeneratorDraft {
            kind: GeneratorKind::Line,
            rows: 200,
            noise: 0.0,
            slope: 2.0,
            intercept: 1.0,
            inputs: 2,
            factor: 0.5,
            centers: 3,
            cluster_std: 1.0,
            turns: 1.0,
            degree: 4,
        }
    }
}

/// `[log]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LogDraft {
    pub curve_points: u64,
    pub curve_every: Option<u64>,
    pub parameters: bool,
    pub trainability: bool,
    pub batch_loss: bool,
    /// 0: never.
    pub sharpness_every: u64,
}

impl Default for LogDraft {
    fn default() -> LogDraft {
        LogDraft {
            curve_points: 200,
            curve_every: None,
            parameters: true,
            trainability: false,
            batch_loss: false,
            sharpness_every: 0,
        }
    }
}

/// `[sweep]` without its parameters.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SweepDraft {
    pub method: MethodKind,
    pub samples: Option<u64>,
    pub zip: Vec<Group>,
}
