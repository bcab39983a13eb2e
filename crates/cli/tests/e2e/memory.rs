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

/// How many bytes more the second of two sizes takes. Of each size the most of its goes counts, since the last moments of a go
/// may pass unseen, and threads come to their turns otherwise each time. It is tried again where it is not less than `most`.
fn growth<T: Copy>(sizes: [T; 2], most: f64, peak: impl Fn(T) -> u64) -> f64 {
    let mut peaks = [0; 2];
    let mut growth = f64::INFINITY;
    for _ in 0..5 {
        for (highest, size) in peaks.iter_mut().zip(sizes) {
            *highest = peak(size).max(*highest);
        }
        growth = peaks[1] as f64 - peaks[0] as f64;
        println!("{growth} bytes more, of {most}: {peaks:?}");
        if growth < most {
            break;
        }
    }
    growth
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
        let numbers = (150_000 * 8 * COLUMNS) as f64;
        let times =
            growth([50_000, 200_000], most * numbers, |rows| peak_of(&table(rows, csv, more), command)) / numbers;
        assert!(times < most, "{times} times its numbers: {command:?} {csv} {more}");
    }
}

/// A status, steps in two bytes, a loss in eight, and four for a row's place in a chart: 15 bytes a run. The cells of the
/// heat map are as many as its places, not as the runs.
#[test]
fn a_run_more_takes_less_than_twenty_bytes_of_a_whole_sweep() {
    for starts in [1, 100] {
        let each = growth([300_000, 1_300_000], 20e6, |runs| peak(&many(runs / starts, starts))) / 1e6;
        assert!(each < 20.0, "{each} bytes a run over {starts} starts");
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
    let most = f64::from(16 << 20);
    let growth = growth([150_000, 450_000], most, |runs| {
        let row = |run: u32| {
            let loss = f64::from(run).sqrt();
            format!("{run},0.0{run},{},max_steps,300,9,{loss},{loss},{},-{loss}\n", run % 7, loss + 0.1)
        };
        bench.write("r/runs.csv", std::iter::once(head.clone()).chain((0..runs).map(row)).collect::<String>());
        peak_of(&bench, &["export", "r", "--format", "parquet"])
    });
    assert!(growth < most, "{growth} bytes");
}
