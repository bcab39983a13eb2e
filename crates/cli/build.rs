//! Tells the binary which commit it is built from, and whether the source differs from it, where that is known.

use std::process::Command;

fn main() {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_string())
    };
    if let (Some(commit), Some(head)) = (git(&["rev-parse", "HEAD"]), git(&["rev-parse", "--git-path", "logs/HEAD"])) {
        println!("cargo::rustc-env=ETASCAPE_GIT_COMMIT={commit}");
        println!("cargo::rerun-if-changed={head}");
    }
    let source = ["../../crates", "../../Cargo.toml", "../../Cargo.lock"];
    // Without locks, since other work in the repository goes on meanwhile.
    let changed = git(&[&["--no-optional-locks", "status", "--porcelain", "--"][..], &source].concat());
    if let Some(changed) = changed {
        println!("cargo::rustc-env=ETASCAPE_GIT_DIRTY={}", !changed.is_empty());
        source.iter().for_each(|path| println!("cargo::rerun-if-changed={path}"));
    }
    println!("cargo::rerun-if-changed=build.rs");
}
