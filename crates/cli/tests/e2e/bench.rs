//! A folder to run the binary in, and what is left there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// Twelve runs on the two points, of which some converge, some diverge and some do neither.
pub const SMALL: &str = r#"# A comment that stays.
name = "small"
description = "Twelve runs"
data.points = [[3, 7], [9, 13]]
[model]
kind = "linear"
[init]
w = 3.0
b = -8.0
[train]
learning_rate = 0.02
steps = 300
[stop]
converged_below = 0.5
[log]
curve_points = 12
[sweep.parameters]
"train.learning_rate" = [0.001, 0.0217, 0.021739, 0.03]
"init.w" = { linspace = [-4, 4, 3] }
"#;

/// A temporary folder, the current one of the commands run in it.
pub struct Bench {
    folder: TempDir,
}

/// What a command did.
#[derive(Debug, PartialEq)]
pub struct Said {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Bench {
    /// A folder with an experiment `e.toml`.
    pub fn with(config: &str) -> Bench {
        let bench = Bench { folder: TempDir::new().unwrap() };
        bench.write("e.toml", config);
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The binary in this folder, to be started by hand.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_etascape"));
        command.current_dir(self.folder.path()).args(words);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs the binary in this folder.
    pub fn etascape(&self, words: &[&str]) -> Said {
        let mut command = self.command(words);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(child.wait_with_output()));
        let output = receiver.recv_timeout(Duration::from_secs(120)).expect("ends within two minutes").unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs the binary, which must succeed.
    #[track_caller]
    pub fn done(&self, words: &[&str]) -> Said {
        let said = self.etascape(words);
        assert_eq!(said.code, Some(0), "{words:?}: {}", said.stderr);
        said
    }

    /// Every file below a folder, with its bytes.
    pub fn files(&self, below: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        gather(&self.path(below), &mut files);
        let relative = |path: PathBuf| path.strip_prefix(self.path(below)).unwrap().to_path_buf();
        files.into_iter().map(|(path, bytes)| (relative(path), bytes)).collect()
    }

    /// The tables of a results folder.
    pub fn tables(&self, results: &str) -> [String; 2] {
        ["runs.csv", "curves.csv"].map(|table| self.read(&format!("{results}/{table}")))
    }

    /// The manifest of a results folder.
    pub fn manifest(&self, results: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(&format!("{results}/manifest.json"))).unwrap()
    }
}

fn gather(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            gather(&entry.path(), files);
        } else {
            files.insert(entry.path(), fs::read(entry.path()).unwrap());
        }
    }
}

/// The rows of a CSV table below its head, and the head first.
pub fn rows(table: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(String::from).collect()).collect()
}

/// The column of a table.
#[track_caller]
pub fn column(table: &str, name: &str) -> Vec<String> {
    let rows = rows(table);
    let place = rows[0].iter().position(|head| head == name).unwrap_or_else(|| panic!("{name} in {:?}", rows[0]));
    rows[1..].iter().map(|row| row[place].clone()).collect()
}
