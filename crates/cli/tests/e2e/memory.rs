//! Sweeps of many runs in little memory.

use std::fs;
use std::thread;
use std::time::Duration;

use crate::bench::{Bench, SMALL};

/// One update a run, all runs different.
fn many(rates: usize, starts: usize) -> Bench {
    Bench::with(&format!(
        "name = \"many\"\ndata.points = [[3, 7], [9, 13]]\n[train]\nsteps = 1\n[log]\ncurve_points = 0\n\
         [sweep.parameters]\n\"train.learning_rate\" = {{ linspace = [1e-4, 0.03, {rates}] }}\n\
         \"init.w\" = {{ linspace = [-4, 4, {starts}] }}\n"
    ))
}

/// The most memory, in bytes, that a command took, as the kernel counted it until shortly before the end.
fn peak_of(bench: &Bench, command: &[&str]) -> u64 {
    let mut process = bench.command(command).spawn().unwrap();
    let status = format!("/proc/{}/status", process.id());
    let mut peak = 0;
    while process.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak = line.map_or(peak, |number| 1024 * number.trim().parse::<u64>().unwrap());
        thread::sleep(Duration::from_millis(2));
    }
    assert!(process.wait().unwrap().success());
    peak
}

/// The most memory that a sweep with everything drawn took.
fn peak(bench: &Bench) -> u64 {
    let peak = peak_of(bench, &["run", "e.toml"]);
    assert!(bench.path("results/many/report.html").exists());
    peak
}

/// How many times its numbers a row more takes in memory: there is one copy of the features, beside the targets as read and as
/// trained on.
#[test]
fn a_row_more_takes_little_more_than_its_numbers() {
    const COLUMNS: usize = 8;
    let table = |rows: usize, csv: &str, more: &str| {
        let row = |row: usize| {
            let cells: Vec<String> = (0..COLUMNS).map(|column| ((row * 31 + column * 17) % 1009).to_string()).collect();
            let first = if row % 9 == 4 && csv.contains("mean") { "" } else { &cells[0] };
            format!("{first},{}\n", cells[1..].join(","))
        };
        let bench = Bench::with(&format!(
            "name = \"t\"\ndata.csv = {{ path = \"d.csv\", target = \"t\"{csv} }}\ntrain.steps = 1\n{more}\n"
        ));
        bench.write(
            "d.csv",
            std::iter::once("a,b,c,d,e,f,g,t\n".to_string()).chain((0..rows).map(row)).collect::<String>(),
        );
        bench
    };
    let held_out = "data.validation_fraction = 0.2\ndata.standardize = true";
    let cases: [(&str, &str, &[&str], f64); 5] = [
        ("", "", &["check", "e.toml"], 1.5),
        ("", "train.loss = \"mse\"", &["run", "e.toml"], 1.6),
        (", on_missing = \"mean\"", held_out, &["check", "e.toml"], 1.7),
        ("", held_out, &["run", "e.toml"], 1.7),
        // The rows in f32 too.
        ("", "train.precision = \"f32\"", &["run", "e.toml"], 1.95),
    ];
    for (csv, more, command, most) in cases {
        let peaks = [50_000, 200_000].map(|rows| peak_of(&table(rows, csv, more), command));
        let times = peaks[1].saturating_sub(peaks[0]) as f64 / (150_000 * 8 * COLUMNS) as f64;
        assert!(times < most, "{times} times its numbers: {peaks:?} bytes: {command:?} {csv} {more}");
    }
}

/// A status, steps in two bytes, a loss in eight, and four for a row's place in a chart: 15 bytes a run. The cells of the
/// heat map are as many as its places, not as the runs. What is in flight besides depends on how the threads come to their turns:
/// the least of three goes counts.
#[test]
fn a_run_more_takes_less_than_twenty_bytes_of_a_whole_sweep() {
    let runs = [300_000, 1_300_000];
    for starts in [1, 100] {
        let is_little = (0..3).any(|_| {
            let [few, most] = runs.map(|runs| peak(&many(runs / starts, starts)));
            let each = most.saturating_sub(few) as f64 / (runs[1] - runs[0]) as f64;
            println!("{each} bytes a run over {starts} starts: {few} bytes, {most} bytes");
            each < 20.0
        });
        assert!(is_little, "over {starts} starts");
    }
}

/// Once a group of rows is full, it is written.
#[test]
fn an_export_takes_no_more_memory_for_more_runs() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    // The tables of an unfinished sweep need not be as long as its manifest says.
    bench.write("r/manifest.json", bench.read("r/manifest.json").replace("\"complete\"", "\"interrupted\""));
    let head = bench.read("r/runs.csv").lines().next().unwrap().to_owned() + "\n";
    let peaks = [150_000, 450_000].map(|runs| {
        let row = |run: u32| {
            let loss = f64::from(run).sqrt();
            format!("{run},0.0{run},{},max_steps,300,9,{loss},{loss},{},-{loss}\n", run % 7, loss + 0.1)
        };
        bench.write("r/runs.csv", std::iter::once(head.clone()).chain((0..runs).map(row)).collect::<String>());
        peak_of(&bench, &["export", "r", "--format", "parquet"])
    });
    assert!(peaks[1].saturating_sub(peaks[0]) < 16 << 20, "{peaks:?}");
}
