//! `docs/config.md` is the page of the table of keys. `UPDATE_DOCS=1` writes it.

use std::path::Path;

use etascape_sweep::config_reference;

#[test]
fn the_page_of_keys_is_what_the_reader_of_files_knows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/config.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, config_reference()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert!(written == config_reference(), "docs/config.md is not up to date: run the tests once with UPDATE_DOCS=1");
}
