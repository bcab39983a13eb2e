//! `[data]`: where rows come from.

use crate::config::check::Config;
use crate::config::tree::{Node, Place};
use crate::data::{DataConfig, Generator, Source};
use crate::error::{ConfigError, Problem};

/// Reads `[data]`.
pub(crate) fn data_config(config: &Config) -> Result<DataConfig, ConfigError> {
    Ok(DataConfig {
        source: source(config)?,
        seed: config.integer("data.seed"),
        standardize: config.flag("data.standardize"),
        validation_fraction: config.number("data.validation_fraction"),
    })
}

const SOURCES: [&str; 3] = ["points", "csv", "generator"];

fn source(config: &Config) -> Result<Source, ConfigError> {
    let entries = config.table("data").map_or(&[][..], |table| &table.entries);
    let mut given = entries.iter().filter(|entry| SOURCES.contains(&entry.name.as_str()));
    let allowed = Some("exactly one of points, csv, generator".to_string());
    let Some(first) = given.next() else {
        let place = config.node("data").map_or(Place::Nowhere, |node| node.place);
        return Err(Problem { allowed, ..config.source.problem(place, "data", "no data source") }.into());
    };
    if let Some(second) = given.next() {
        let found = Some(format!("{} and {}", first.name, second.name));
        let problem = config.source.problem(second.place, &format!("data.{}", second.name), "two data sources");
        return Err(Problem { allowed, found, ..problem }.into());
    }
    Ok(match first.name.as_str() {
        "points" => Source::Points(points(&first.node)),
        "csv" => Source::Csv {
            path: config.text("data.csv.path").unwrap_or("").into(),
            target: config.text("data.csv.target").unwrap_or("").to_string(),
            features: config.texts("data.csv.features"),
        },
        _ => Source::Generator(generator(config)),
    })
}

fn points(node: &Node) -> Vec<Vec<f64>> {
    let row = |row: &Node| row.as_list().unwrap_or(&[]).iter().filter_map(Node::as_number).collect();
    node.as_list().unwrap_or(&[]).iter().map(row).collect()
}

fn generator(config: &Config) -> Generator {
    let number = |name: &str| config.number(&format!("data.generator.{name}"));
    let whole = |name: &str| config.integer(&format!("data.generator.{name}")) as usize;
    let (rows, noise) = (whole("rows"), number("noise"));
    match config.word("data.generator.kind") {
        "line" => Generator::Line { rows, noise, slope: number("slope"), intercept: number("intercept") },
        "gaussian" => Generator::Gaussian { rows, inputs: whole("inputs") },
        "circles" => Generator::Circles { rows, noise, factor: number("factor") },
        "blobs" => Generator::Blobs {
            rows,
            inputs: whole("inputs"),
            centers: whole("centers"),
            cluster_std: number("cluster_std"),
        },
        "spirals" => Generator::Spirals { rows, noise, turns: number("turns") },
        "xor" => Generator::Xor { rows, noise },
        "chebyshev" => Generator::Chebyshev { rows, degree: whole("degree") },
        _ => Generator::Moons { rows, noise },
    }
}
