//! The walls between the crates, read from their manifests and sources.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What every crate of ours depends on when it is built, by name.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--locked", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata of the workspace");
    let text = |value: &Value| value.as_str().expect("a text").to_string();
    let of = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        all.filter(|one| one["kind"] != "dev").map(|one| text(&one["name"])).collect()
    };
    metadata["packages"].as_array().unwrap().iter().map(|package| (text(&package["name"]), of(package))).collect()
}

#[test]
fn the_way_of_the_data_has_no_way_back() {
    let ours: BTreeMap<String, Vec<String>> = dependencies()
        .into_iter()
        .map(|(name, all)| (name, all.into_iter().filter(|one| one.starts_with("etascape")).collect()))
        .collect();
    let expected = [
        ("etascape", vec!["etascape-core", "etascape-insight", "etascape-report", "etascape-sweep", "etascape-text"]),
        ("etascape-core", vec![]),
        ("etascape-insight", vec!["etascape-core", "etascape-sweep", "etascape-text"]),
        ("etascape-plot", vec!["etascape-text"]),
        (
            "etascape-report",
            vec!["etascape-core", "etascape-insight", "etascape-plot", "etascape-sweep", "etascape-text"],
        ),
        ("etascape-sweep", vec!["etascape-core", "etascape-text"]),
        ("etascape-text", vec![]),
    ];
    let expected = expected.map(|(name, all)| (name.to_string(), all.into_iter().map(String::from).collect()));
    assert_eq!(ours, BTreeMap::from(expected));
}

#[test]
fn a_concern_has_one_crate() {
    let homes = [
        ("clap", "etascape"),
        ("indicatif", "etascape"),
        ("anyhow", "etascape"),
        ("plotters", "etascape-plot"),
        ("tiny-skia", "etascape-plot"),
        ("toml", "etascape-sweep"),
        ("toml_edit", "etascape-sweep"),
        ("pulp", "etascape-core"),
    ];
    for (name, all) in dependencies() {
        for (dependency, home) in homes {
            assert!(name == home || !all.iter().any(|one| one == dependency), "{name} depends on {dependency}");
        }
    }
}

fn crates() -> Vec<PathBuf> {
    fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn every_crate_has_the_lints_of_the_workspace() {
    let all = crates();
    assert_eq!(all.len(), 7);
    for folder in all {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("\n[lints]\nworkspace = true\n"), "{}", folder.display());
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// core trains and nothing else; only the binary prints.
#[test]
fn sources_keep_to_their_crate() {
    let only = [
        ("text core insight plot", &["std::fs", "std::env", "std::thread", "std::time", "std::net", "std::process"][..]),
        ("text core sweep insight plot report", &["println!", "eprintln!", "print!(", "std::process::exit", "std::env::"]),
    ];
    let mut read = 0;
    for (crates, words) in only {
        for name in crates.split(' ') {
            let mut files = Vec::new();
            sources(&root().join("crates").join(name).join("src"), &mut files);
            for file in files {
                let text = fs::read_to_string(&file).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let said = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                let found: Vec<&str> = said.filter(|line| words.iter().any(|word| line.contains(word))).collect();
                assert!(found.is_empty(), "{}: {found:?}", file.display());
                read += 1;
            }
        }
    }
    assert!(read > 50, "only {read} files were read");
}
