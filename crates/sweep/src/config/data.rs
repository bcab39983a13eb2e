//! `[data]`: where rows come from.

use crate::data::{CsvSource, DataConfig, Generator, Header, Source};
use crate::error::{ConfigError, Problem};
use crate::spec::draft::{CsvDraft, DataDraft, Draft, GeneratorDraft};
use crate::spec::keys::Key;
use crate::spec::source_map::SourceMap;
use crate::spec::word::GeneratorKind;

/// The data of a file that has some.
pub(super) fn data(draft: &Draft, source_map: &SourceMap) -> Result<DataConfig, ConfigError> {
    let key = source_key(draft, source_map)?;
    let DataDraft { points, csv, generator, .. } = &draft.data;
    let source = match key {
        Given::Points => Source::Points(points.clone()),
        Given::Csv => Source::Csv(read(csv, |key| draft.given.has(key))),
        Given::Generator => Source::Generator(made(generator)),
    };
    let DataDraft { seed, standardize, standardize_target, validation_fraction, .. } = draft.data;
    Ok(DataConfig { source, seed, standardize, standardize_target, validation_fraction })
}

/// A source of rows.
#[derive(Clone, Copy)]
enum Given {
    Points,
    Csv,
    Generator,
}

const SOURCES: [(Key, Given); 3] =
    [(Key::DataPoints, Given::Points), (Key::DataCsv, Given::Csv), (Key::DataGenerator, Given::Generator)];

/// The one source that is given.
fn source_key(draft: &Draft, source_map: &SourceMap) -> Result<Given, ConfigError> {
    let mut given: Vec<(Key, Given)> = SOURCES.into_iter().filter(|(key, _)| draft.given.has(*key)).collect();
    given.sort_by_key(|(key, _)| source_map.key_span(*key));
    let allowed = Some("exactly one of points, csv, generator".to_string());
    match given[..] {
        [(_, only)] => Ok(only),
        [] => {
            let problem =
                source_map.source.problem(source_map.span(Key::Data), Key::Data.path(), "missing data source");
            Err(Problem { allowed, ..problem }.into())
        }
        [(first, _), (second, _), ..] => {
            let found = Some(format!("{} and {}", first.name(), second.name()));
            let problem = source_map.source.problem(source_map.key_span(second), second.path(), "two data sources");
            Err(Problem { allowed, found, ..problem }.into())
        }
    }
}

/// A CSV file; `is_given` says whether the config has a key.
fn read(draft: &CsvDraft, is_given: impl Fn(Key) -> bool) -> CsvSource {
    let CsvDraft { separator, decimal, on_missing, text, .. } = *draft;
    let mut source = CsvSource::new(&draft.path, draft.target.clone());
    if let Some(marks) = &draft.missing {
        source.missing = marks.iter().map(|mark| mark.text.clone()).collect();
    }
    let decimal = is_given(Key::DataCsvDecimal).then_some(decimal);
    let header = match (draft.header, is_given(Key::DataCsvHeader)) {
        (false, _) => Header::Absent,
        (true, false) => Header::Expected,
        (true, true) => Header::Given,
    };
    CsvSource { features: draft.features.clone(), separator, decimal, header, on_missing, text, ..source }
}

fn made(draft: &GeneratorDraft) -> Generator {
    let &GeneratorDraft { noise, slope, intercept, factor, cluster_std, turns, .. } = draft;
    let (rows, inputs) = (draft.rows as usize, draft.inputs as usize);
    let (centers, degree) = (draft.centers as usize, draft.degree as usize);
    match draft.kind {
        GeneratorKind::Line => Generator::Line { rows, noise, slope, intercept },
        GeneratorKind::Gaussian => Generator::Gaussian { rows, inputs },
        GeneratorKind::Moons => Generator::Moons { rows, noise },
        GeneratorKind::Circles => Generator::Circles { rows, noise, factor },
        GeneratorKind::Blobs => Generator::Blobs { rows, inputs, centers, cluster_std },
        GeneratorKind::Spirals => Generator::Spirals { rows, noise, turns },
        GeneratorKind::Xor => Generator::Xor { rows, noise },
        GeneratorKind::Chebyshev => Generator::Chebyshev { rows, degree },
    }
}
