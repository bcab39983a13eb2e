//! Tables that are written in random ways while they are read: the record is always that of the final table.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use etascape_core::{CurveSteps, StopRules};
use proptest::prelude::*;

use super::lines::{Input, LineSource};
use super::source::Source;
use crate::program::meter::MeterSetup;
use crate::program::record::Record;
use crate::spec::program::{MetricsSource, Rules};

/// What a program does to its table, and how it then writes it.
#[derive(Debug, Clone)]
struct Change {
    rows: Vec<(u64, i32)>,
    adds_column: bool,
    /// The row whose value becomes another.
    changed: Option<usize>,
    /// Whether the table begins anew.
    begins_anew: bool,
    way: Way,
    /// Where the bytes are cut; between the pieces they are read or not.
    cuts: Vec<(usize, bool)>,
}

#[derive(Debug, Clone, Copy)]
enum Way {
    /// Only what is new is written, where the table begins as before; else as `Anew`.
    Appended,
    Anew,
    /// Another file is put in its place.
    Replaced,
    /// Written over the old bytes.
    InPlace,
    /// Made empty first, and read so.
    Emptied,
}

#[derive(Default)]
struct Table {
    columns: usize,
    rows: Vec<(u64, Vec<Option<i32>>)>,
}

impl Table {
    fn text(&self) -> String {
        let names: String = (0..self.columns).map(|column| format!(",m{column}")).collect();
        let cell =
            |value: Option<&Option<i32>>| value.copied().flatten().map_or(String::new(), |value| value.to_string());
        let row = |(step, values): &(u64, Vec<Option<i32>>)| {
            let cells: String = (0..self.columns).map(|column| format!(",{}", cell(values.get(column)))).collect();
            format!("{step}{cells}\n")
        };
        format!("step{names}\n{}", self.rows.iter().map(row).collect::<String>())
    }

    fn change(&mut self, change: &Change) {
        self.columns += usize::from(change.adds_column && self.columns < 5);
        if change.begins_anew {
            self.rows.clear();
        }
        if let Some((_, values)) = change.changed.and_then(|row| self.rows.get_mut(row)) {
            values[0] = Some(-7);
        }
        for (more, value) in &change.rows {
            let step = self.rows.last().map_or(0, |(step, _)| step + more);
            self.rows.push((
                step,
                (0..self.columns).map(|column| (column == 0 || value % 2 == 0).then_some(*value)).collect(),
            ));
        }
    }
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let way =
        prop_oneof![Just(Way::Appended), Just(Way::Anew), Just(Way::Replaced), Just(Way::InPlace), Just(Way::Emptied)];
    let rows = proptest::collection::vec((0..3_u64, 0..1000), 0..5);
    let cuts = proptest::collection::vec((0..400_usize, any::<bool>()), 0..6);
    let change = (
        rows,
        proptest::bool::weighted(0.2),
        proptest::option::of(0..20_usize),
        proptest::bool::weighted(0.1),
        way,
        cuts,
    );
    let change = change.prop_map(|(rows, adds_column, changed, begins_anew, way, cuts)| Change {
        rows,
        adds_column,
        changed: changed.filter(|row| row % 4 == 0),
        begins_anew,
        way,
        cuts,
    });
    proptest::collection::vec(change, 1..8)
}

/// Writes text, cut in pieces, and calls `read` between some of them.
fn write(mut file: File, text: &str, cuts: &[(usize, bool)], read: &mut dyn FnMut()) {
    let mut cuts: Vec<(usize, bool)> = cuts.iter().map(|(at, reads)| (at % (text.len() + 1), *reads)).collect();
    cuts.push((text.len(), true));
    cuts.sort_unstable();
    let mut from = 0;
    for (to, reads) in cuts {
        file.write_all(&text.as_bytes()[from..to]).unwrap();
        from = to;
        if reads {
            read();
        }
    }
    let end = file.stream_position().unwrap();
    file.set_len(end).unwrap();
}

fn save(path: &Path, old: &str, new: &str, change: &Change, read: &mut dyn FnMut()) {
    let open = |options: &mut OpenOptions, path: &Path| options.write(true).create(true).open(path).unwrap();
    match change.way {
        Way::Appended if new.starts_with(old) && !old.is_empty() => {
            let mut file = open(&mut OpenOptions::new(), path);
            file.seek(std::io::SeekFrom::End(0)).unwrap();
            write(file, &new[old.len()..], &change.cuts, read);
        }
        Way::Appended | Way::Anew => write(File::create(path).unwrap(), new, &change.cuts, read),
        Way::Replaced => {
            let other = path.with_extension("tmp");
            write(File::create(&other).unwrap(), new, &change.cuts, read);
            fs::rename(other, path).unwrap();
            read();
        }
        Way::InPlace => write(open(OpenOptions::new().truncate(false), path), new, &change.cuts, read),
        Way::Emptied => {
            let file = File::create(path).unwrap();
            read();
            write(file, new, &change.cuts, read);
        }
    }
}

fn source<'a>(setup: MeterSetup<'a>, metrics: &'a MetricsSource, path: &Path) -> Box<LineSource<'a>> {
    Box::new(LineSource::new(setup, metrics, "m.csv", Input::file(path)))
}

fn finished(mut source: Box<LineSource<'_>>) -> Record {
    source.finish(None, true).unwrap();
    source.records(0).remove(0)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_table_is_read_as_it_is_in_the_end(changes in changes(), separator in ",|;|\t", end in "\n|\r\n") {
        let folder = tempfile::tempdir().unwrap();
        let path: PathBuf = folder.path().join("m.csv");
        let rules = Rules { objective: Some("m0".into()), maximise: false, stop: StopRules::NONE, halving: None };
        let setup = MeterSetup { rules: &rules, curve: CurveSteps::Every(1), rungs: None };
        let metrics = MetricsSource::Csv { path: "m.csv".into(), step: None };
        let mut while_written = source(setup, &metrics, &path);
        let (mut table, mut old) = (Table { columns: 1, ..Table::default() }, String::new());
        for change in &changes {
            table.change(change);
            let new = table.text().replace(',', &separator).replace('\n', &end);
            save(&path, &old, &new, change, &mut || while_written.read(None).map(drop).unwrap());
            old = new;
        }
        prop_assert_eq!(&fs::read_to_string(&path).unwrap(), &old);
        let in_the_end = finished(source(setup, &metrics, &path));
        prop_assert_eq!(in_the_end.unread, 0);
        let mut steps: Vec<u64> = table.rows.iter().map(|(step, _)| *step).collect();
        steps.dedup();
        prop_assert_eq!(in_the_end.curve.iter().map(|point| point.step).collect::<Vec<_>>(), steps);
        prop_assert_eq!(finished(while_written), in_the_end);
    }
}
