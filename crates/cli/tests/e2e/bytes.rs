//! The same experiment, the same bytes.

use crate::bench::{Bench, SMALL};

/// Runs of several shapes that end at very different steps, in mini-batches.
const MIXED: &str = r#"
name = "mixed"
data.generator = { kind = "xor", rows = 60, noise = 0.2 }
data.validation_fraction = 0.2
model = { kind = "mlp", hidden = [3] }
train = { loss = "cross_entropy", steps = 60, batch_size = 7, learning_rate = 0.1 }
stop = { converged_below = 0.3, diverged_above = 3.0 }
[sweep.parameters]
"train.optimizer" = ["sgd", "adam", { kind = "sgd", momentum = 0.9, nesterov = true }]
"model.activation" = ["tanh", "relu"]
"train.learning_rate" = { geomspace = [0.001, 10.0, 9] }
"seed" = { range = [0, 5] }
"#;

/// Runs the experiment in the folders 1, 2 and 7, on so many threads.
fn threads_make_no_difference(bench: &Bench) {
    let tables = |threads: &str| {
        bench.done(&["run", "e.toml", "--quiet", "--threads", threads, "--out", threads]);
        bench.tables(threads)
    };
    let one = tables("1");
    assert_eq!(tables("2"), one);
    assert_eq!(tables("7"), one);
}

#[test]
fn threads_change_nothing() {
    for config in [SMALL, MIXED] {
        threads_make_no_difference(&Bench::with(config));
    }
}

/// Every kind of axis, in sweeps longer than a chunk of runs.
const SWEEPS: [&str; 4] = [
    "[sweep.parameters]\nseed = { linspace = [0, 3000, 1501] }\n",
    "[sweep]\nzip = [[\"train.steps\", \"init.offset\"]]\n[sweep.parameters]\n\
     \"train.steps\" = { geomspace = [1, 64, 7] }\n\"init.offset\" = { linspace = [-1, 1, 7] }\n\
     seed = { range = [9007199254740993, 9007199254741093] }\n",
    "[sweep]\nmethod = \"random\"\nsamples = 700\n[sweep.parameters]\nseed = { uniform = [0, 9] }\n\
     \"train.learning_rate\" = { loguniform = [1e-4, 1e-2] }\n\"train.batch_size\" = { uniform = [1, 3] }\n\
     \"train.steps\" = { loguniform = [1, 40] }\n\"init.offset\" = { normal = [0, 1] }\n",
    "[sweep]\nmethod = \"sobol\"\nsamples = 700\n[sweep.parameters]\nseed = { uniform = [0, 9] }\n\
     \"train.optimizer\" = [\"sgd\", { kind = \"adam\", eps = 1e-3 }]\n\"train.steps\" = { uniform = [1, 30] }\n",
];

#[test]
fn every_axis_gives_every_run_its_values_whatever_the_threads() {
    for sweep in SWEEPS {
        let bench = Bench::with(&format!(
            "name = \"v\"\ndata.points = [[3, 7], [9, 13], [1, 2]]\ntrain = {{ steps = 20, learning_rate = 0.001 }}\n{sweep}"
        ));
        threads_make_no_difference(&bench);
        bench.done(&["reproduce", "7", "--threads", "2"]);
        bench.done(&["reproduce", "7", "--sample", "7"]);
    }
}

#[test]
fn charts_are_the_same_from_the_logs_alone() {
    for (config, results) in [(SMALL, "results/small"), (MIXED, "results/mixed")] {
        let bench = Bench::with(config);
        bench.done(&["run", "e.toml", "--quiet"]);
        let before = bench.files(results);
        std::fs::remove_dir_all(bench.path(&format!("{results}/charts"))).unwrap();
        std::fs::remove_file(bench.path(&format!("{results}/report.html"))).unwrap();
        let said = bench.done(&["report", results]);
        assert_eq!(bench.files(results), before);
        let drawn: Vec<&str> = said.stdout.lines().collect();
        assert!(drawn.iter().all(|file| bench.path(file).exists()), "{drawn:?}");
        assert_eq!(drawn.len(), before.len() - 4, "{drawn:?}");
    }
}

#[test]
fn a_report_needs_neither_the_config_nor_the_place_it_was_run_in() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet"]);
    let before = bench.files("results/small");
    std::fs::remove_file(bench.path("e.toml")).unwrap();
    std::fs::rename(bench.path("results/small"), bench.path("moved")).unwrap();
    bench.done(&["report", "moved"]);
    assert_eq!(bench.files("moved"), before);
}
