//! The walls between the crates and their rooms, read from their manifests and sources.

mod circles;
mod made_up;
mod tree;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use circles::circles;
use tree::{Files, Tree};

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

/// The crates from the ground up, each with those below that it may know.
const FLOORS: [(&str, &[&str]); 7] = [
    ("text", &[]),
    ("core", &[]),
    ("sweep", &["core", "text"]),
    ("insight", &["core", "sweep", "text"]),
    ("plot", &["text"]),
    ("report", &["core", "insight", "plot", "sweep", "text"]),
    ("cli", &["core", "insight", "report", "sweep", "text"]),
];

#[test]
fn manifests_name_only_crates_below() {
    let ours = |name: &String| name.starts_with("etascape");
    let found: BTreeMap<String, Vec<String>> =
        dependencies().into_iter().map(|(name, all)| (name, all.into_iter().filter(ours).collect())).collect();
    let full = |folder: &str| if folder == "cli" { "etascape".to_owned() } else { format!("etascape-{folder}") };
    let expected = FLOORS.map(|(name, below)| (full(name), below.iter().map(|name| full(name)).collect()));
    assert_eq!(found, BTreeMap::from(expected));
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
    assert_eq!(all.len(), FLOORS.len());
    for folder in all {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("\n[lints]\nworkspace = true\n"), "{}", folder.display());
    }
}

/// What some crates must not know, as paths begin.
const FORBIDDEN: [(&str, &[&str]); 4] = [
    (
        "text core insight",
        &["std::fs", "std::path", "std::env", "std::time", "std::thread", "std::net", "std::process"],
    ),
    ("plot", &["std::fs", "std::path", "std::env", "std::time", "std::thread", "std::net", "std::process"]),
    ("sweep report", &["std::env", "std::process::exit"]),
    ("text core sweep insight plot report", &["clap", "indicatif", "anyhow"]),
];

/// The only folder of sweep that reads and writes TOML.
const TOML: &str = "sweep/src/config/";

/// The sources of every crate.
fn files() -> Files {
    fn gather(folder: &Path, name: &str, files: &mut Files) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = format!("{name}/{}", entry.file_name().display());
            match entry.path() {
                path if path.is_dir() => gather(&path, &name, files),
                path if name.ends_with(".rs") => drop(files.insert(name, fs::read_to_string(path).unwrap())),
                _ => {}
            }
        }
    }
    let mut files = Files::new();
    FLOORS.iter().for_each(|(name, _)| {
        gather(&root().join("crates").join(name).join("src"), &format!("{name}/src"), &mut files);
    });
    files
}

fn crate_of(file: &str) -> &str {
    file.split('/').next().unwrap_or_default()
}

/// What is wrong with a house: arrows upwards, circles, and what must not be known.
fn wrongs(tree: &Tree) -> Vec<String> {
    let arrows = tree.arrows();
    let may = |from: &str, to: &str| FLOORS.iter().any(|(name, below)| *name == from && below.contains(&to));
    let up = arrows.iter().filter(|(from, to)| crate_of(from) != crate_of(to) && !may(crate_of(from), crate_of(to)));
    let up = up.map(|(from, to)| format!("{from} must not use {to}"));
    let circles = circles(&arrows);
    let circles = circles.iter().map(|circle| format!("a circle in {circle}"));
    let is_of =
        |path: &str, start: &str| path == start || path.strip_prefix(start).is_some_and(|p| p.starts_with("::"));
    let is_forbidden = |file: &str, path: &str| {
        let of_crate = FORBIDDEN.iter().filter(|(crates, _)| crates.split(' ').any(|name| name == crate_of(file)));
        of_crate.flat_map(|(_, starts)| *starts).any(|start| is_of(path, start))
            || is_of(path, "toml_edit") && !file.starts_with(TOML)
    };
    let foreign = tree.foreign();
    let forbidden = foreign.iter().filter(|(file, path)| is_forbidden(file, path));
    let forbidden = forbidden.map(|(file, path)| format!("{file} must not know {path}"));
    let globs = tree.globs().into_iter().map(|file| format!("{file} takes everything from somewhere (use …::*)"));
    up.chain(circles).chain(forbidden).chain(globs).collect()
}

#[test]
fn every_arrow_points_down_and_none_in_a_circle() {
    let tree = Tree::of(&files());
    assert!(tree.len() > 150, "only {} modules were read", tree.len());
    let wrongs = wrongs(&tree);
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

/// Only the binary prints.
#[test]
fn libraries_print_nothing() {
    let printing = ["println!", "eprintln!", "print!(", "eprint!("];
    for (file, text) in files().into_iter().filter(|(file, _)| crate_of(file) != "cli") {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let said = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        let found: Vec<&str> = said.filter(|line| printing.iter().any(|word| line.contains(word))).collect();
        assert!(found.is_empty(), "{file}: {found:?}");
    }
}
