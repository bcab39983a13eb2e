//! An experiment file without the files that it names.

use std::path::Path;

use super::{LogConfig, ReportConfig, build, checked, name, not_for_engine, read, sweep};
use crate::error::ConfigError;
use crate::plan::{Combinations, check_runs};

/// What the file of an experiment for our engine says by itself: of the files that it names none is opened.
pub struct Outline {
    /// As in `Experiment`.
    pub name: String,
    /// What it asks, in the author's words.
    pub description: Option<String>,
    /// What is logged.
    pub log: LogConfig,
    /// What charts are asked to show.
    pub report: ReportConfig,
    /// The values of its runs.
    pub plan: Combinations,
}

impl Outline {
    /// Reads an experiment file for our engine, and no other file.
    ///
    /// # Errors
    /// Whatever is wrong with it by itself.
    pub fn load(path: &Path) -> Result<Outline, ConfigError> {
        let (config, _) = checked(&read(path)?, path, &[])?;
        if config.is_program() {
            return Err(not_for_engine(path));
        }
        let sweep = sweep::read(&config)?;
        let runs = check_runs(&config, &sweep)?;
        let text = |path| config.text(path).map(str::to_string);
        Ok(Outline {
            name: name(&config)?,
            description: text("description"),
            log: build::log(&config)?,
            report: ReportConfig {
                x: text("report.x"),
                y: text("report.y"),
                color: text("report.color"),
                facet: text("report.facet"),
            },
            plan: Combinations::new(sweep, runs),
        })
    }
}
