//! Recognises files that are not text in UTF-8.

use std::path::Path;

use crate::data::error::{DataError, Location};

/// A beginning of files that are no CSV, what it shows, and what helps.
struct Kind {
    begins: &'static [u8],
    found: &'static str,
    remedy: &'static str,
}

const UTF_16: &str = "CSV in UTF-8: iconv -f UTF-16 -t UTF-8 makes it";

const KINDS: [Kind; 7] = [
    Kind { begins: b"\xff\xfe", found: "what looks like UTF-16", remedy: UTF_16 },
    Kind { begins: b"\xfe\xff", found: "what looks like UTF-16", remedy: UTF_16 },
    Kind { begins: b"\x1f\x8b", found: "a gzip archive", remedy: "CSV: gunzip unpacks it" },
    Kind {
        begins: b"PK\x03\x04",
        found: "a zip archive, or a workbook (.xlsx, .ods)",
        remedy: "CSV: unpack it, or save the workbook as CSV",
    },
    Kind { begins: b"BZh", found: "a bzip2 archive", remedy: "CSV: bunzip2 unpacks it" },
    Kind { begins: b"\xfd7zXZ", found: "an xz archive", remedy: "CSV: unxz unpacks it" },
    Kind { begins: b"PAR1", found: "a Parquet file", remedy: "CSV" },
];

/// What bytes that are not UTF-8 probably are.
pub(super) const NOT_UTF_8: &str = "bytes that are not UTF-8 (the file looks like Latin-1 or Windows-1252)";

/// How text in one byte per letter becomes UTF-8.
pub(super) const TO_UTF_8: &str = "CSV in UTF-8: iconv -f WINDOWS-1252 -t UTF-8 makes it";

/// Checks that the head of a file can be the head of a text.
pub(super) fn check(head: &[u8], path: &Path) -> Result<(), DataError> {
    let place = Location::in_file(path);
    if let Some(kind) = KINDS.iter().find(|kind| head.starts_with(kind.begins)) {
        return Err(place.invalid(kind.found, kind.remedy));
    }
    if head.iter().take(64).any(|&byte| byte == 0) {
        return Err(place.invalid("what looks like UTF-16, or no text at all", UTF_16));
    }
    Ok(())
}
