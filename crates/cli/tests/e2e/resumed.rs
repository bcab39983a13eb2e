//! A sweep that was cut off at any byte goes on to the bytes of one that was not.

use std::fs;

use crate::bench::{Bench, Said};

/// Few short runs, so that every kind of place lies within a few hundred bytes; two inputs, so that little is drawn.
const CUT: &str = r#"
name = "cut"
data.points = [[3, 1, 7], [9, 2, 13]]
train = { steps = 9, learning_rate = 0.01 }
log = { curve_points = 4 }
sweep.parameters = { "train.learning_rate" = [0.001, 0.01, 1e300, 0.005] }
"#;

/// An undisturbed run, and a place to lay out the same folder as a cut-off run leaves it.
struct Sweep {
    bench: Bench,
    tables: [String; 2],
}

impl Sweep {
    fn new() -> Sweep {
        let bench = Bench::with(CUT);
        bench.done(&["run", "e.toml", "--quiet", "--out", "whole"]);
        let tables = bench.tables("whole");
        Sweep { bench, tables }
    }

    /// Continues from tables cut to some length (`None`: no file). The bytes must be those of an undisturbed sweep.
    #[track_caller]
    fn resume(&self, runs: Option<usize>, curves: Option<usize>) -> Said {
        let name = format!("{runs:?}-{curves:?}").replace(['(', ')'], "");
        let folder = self.bench.path(&name);
        let _ = fs::remove_dir_all(&folder);
        let running = self.bench.read("whole/manifest.json").replace("\"complete\"", "\"running\"");
        self.bench.write(&format!("{name}/manifest.json"), running);
        self.bench.write(&format!("{name}/experiment.toml"), CUT);
        for (table, (text, left)) in ["runs.csv", "curves.csv"].iter().zip(self.tables.iter().zip([runs, curves])) {
            if let Some(left) = left {
                self.bench.write(&format!("{name}/{table}"), &text[..left]);
            }
        }
        let said = self.bench.done(&["run", "e.toml", "--out", &name]);
        assert_eq!(self.bench.tables(&name), self.tables, "cut at {name}");
        let digests = |results: &str| self.bench.manifest(results)["digests"].clone();
        assert_eq!(digests(&name), digests("whole"), "cut at {name}");
        assert_eq!(self.bench.manifest(&name)["state"], "complete");
        said
    }

    /// Bytes of the head and the first rows.
    fn first_rows(&self, table: usize, rows: usize) -> usize {
        self.tables[table].split_inclusive('\n').take(1 + rows).map(str::len).sum()
    }
}

#[test]
fn runs_cut_at_any_byte_with_whole_curves() {
    let sweep = Sweep::new();
    for cut in (0..sweep.tables[0].len()).step_by(11) {
        sweep.resume(Some(cut), Some(sweep.tables[1].len()));
    }
}

#[test]
fn curves_cut_at_any_byte_with_whole_runs() {
    let sweep = Sweep::new();
    for cut in (0..sweep.tables[1].len()).step_by(17) {
        sweep.resume(Some(sweep.tables[0].len()), Some(cut));
    }
}

#[test]
fn cuts_around_every_end_of_a_line() {
    let sweep = Sweep::new();
    let ends = |table: usize| sweep.tables[table].match_indices('\n').map(|(at, _)| at).collect::<Vec<usize>>();
    let (runs, curves) = (ends(0), ends(1));
    for (nth, &end) in runs.iter().enumerate() {
        let other = curves[nth * curves.len() / runs.len()];
        for (cut, other) in [(end - 1, other + 1), (end, other), (end + 1, other - 1)] {
            sweep.resume(Some(cut), Some(other));
        }
    }
}

#[test]
fn missing_tables_are_begun_again() {
    let sweep = Sweep::new();
    let whole = sweep.tables.each_ref().map(|table| Some(table.len()));
    for (runs, curves) in [(None, None), (whole[0], None), (None, whole[1])] {
        assert_eq!(sweep.resume(runs, curves).stderr, "");
    }
}

#[test]
fn what_stands_is_not_trained_again() {
    let sweep = Sweep::new();
    let third = sweep.first_rows(0, 2) + 20;
    let said = sweep.resume(Some(third), Some(sweep.tables[1].len()));
    assert!(said.stderr.starts_with("note: continuing after the 2 runs that "), "{}", said.stderr);
    let whole = sweep.tables.each_ref().map(|table| Some(table.len()));
    let said = sweep.resume(whole[0], whole[1]);
    assert!(said.stderr.starts_with("note: continuing after the 4 runs that "), "{}", said.stderr);
}

#[test]
fn a_cut_off_sweep_of_another_experiment_stays() {
    let sweep = Sweep::new();
    let running = sweep.bench.read("whole/manifest.json").replace("\"complete\"", "\"running\"");
    sweep.bench.write("whole/manifest.json", running);
    let before = sweep.bench.files("whole");
    let said = sweep.bench.etascape(&["run", "e.toml", "--out", "whole", "--set", "train.steps=8"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("train.steps: 9 there, 8 here"), "{}", said.stderr);
    assert_eq!(sweep.bench.files("whole"), before);
}
