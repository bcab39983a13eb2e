//! Any bytes as a data file: rows, or an error that renders.
#![no_main]

use std::path::{Path, PathBuf};

use etascape_core::Loss;
use etascape_sweep::data::{ColumnName, CsvSource, DataConfig, Decimal, Header, OnMissing, OnText, Prepared, Source, load};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let folder = std::env::temp_dir();
    let path = PathBuf::from(format!("fuzz-data-{}.csv", std::process::id()));
    std::fs::write(folder.join(&path), bytes).expect("the temporary folder takes a file");
    let lenient = bytes.first().is_some_and(|byte| byte % 2 == 0);
    let source = if lenient {
        CsvSource {
            decimal: Decimal::Comma,
            header: Header::Absent,
            on_missing: OnMissing::Mean,
            text: OnText::OneHot,
            ..CsvSource::new(path, ColumnName::Index(-1))
        }
    } else {
        CsvSource::new(path, ColumnName::Name("t".into()))
    };
    let config = DataConfig {
        source: Source::Csv(source),
        seed: 0,
        standardize: true,
        standardize_target: false,
        validation_fraction: 0.2,
    };
    match load(&config, Path::new(&folder)) {
        Ok(table) => {
            for loss in [Loss::HalfSse, Loss::CrossEntropy, Loss::Bce] {
                if let Ok(Prepared { data, .. }) = table.data_for(loss) {
                    assert_eq!(data.train.len() + data.validation.len(), table.rows());
                }
            }
        }
        Err(error) => assert!(!error.to_string().contains('\u{1b}')),
    }
});
