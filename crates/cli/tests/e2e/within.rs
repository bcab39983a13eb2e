//! Where no run converges: the steps until runs are near the least loss.

use serde_json::Value;

use crate::bench::{Bench, column};

const NOISY: &str = "name = \"noisy\"\n\
    data.points = [[0, 1], [0, 0.5], [1, 3], [2, 2], [2, 4], [3, 5]]\n\
    model = { kind = \"mlp\", hidden = [4], activation = \"tanh\" }\n\
    train = { loss = \"mse\", steps = 1000 }\n\
    log.curve_every = 7\n\
    [sweep.parameters]\n\"train.learning_rate\" = [0.001, 0.1, 0.12]\nseed = [0, 1, 2]\n";

fn numbers(table: &str, name: &str) -> Vec<f64> {
    column(table, name).iter().map(|cell| cell.parse().unwrap()).collect()
}

/// The kind of finding that tells the steps.
fn told(document: &Value) -> Option<&Value> {
    document["found"].as_array()?.iter().find(|one| one["kind"] == "within_least")
}

#[test]
fn steps_are_those_of_the_curves_in_terminal_chart_page_and_json() {
    let bench = Bench::with(NOISY);
    let run: Value = serde_json::from_str(&bench.done(&["run", "e.toml", "--json", "--format", "svg"]).stdout).unwrap();
    let [runs, curves] = ["runs", "curves"].map(|name| bench.read(&format!("results/noisy/{name}.csv")));
    let least = numbers(&runs, "min_loss").into_iter().fold(f64::INFINITY, f64::min);
    let [ids, steps, losses] = ["run_id", "step", "loss"].map(|name| numbers(&curves, name));
    let first = |run: usize| {
        let points = (0..ids.len()).filter(|&at| ids[at] == run as f64 && losses[at] <= 1.05 * least);
        points.map(|at| steps[at]).reduce(f64::min).unwrap_or(f64::INFINITY)
    };
    let median = |setting: usize| {
        let mut came: Vec<f64> =
            (0..3).map(|seed| first(3 * setting + seed)).filter(|steps| steps.is_finite()).collect();
        came.sort_by(f64::total_cmp);
        match came[..] {
            [low, high] => (low + high) / 2.0,
            [_, middle, _] => middle,
            _ => f64::INFINITY,
        }
    };
    let fewest = [0, 1, 2].map(median).into_iter().fold(f64::INFINITY, f64::min);
    let found = told(&run).unwrap();
    assert_eq!(found["steps"], fewest, "{found}");
    assert_eq!((&found["least"], &found["source"], &found["within"]), (&least.into(), &"runs".into(), &"5 %".into()));
    let of_best = &run["best"][0];
    assert_eq!(of_best["steps_within"].as_f64(), Some(first(of_best["run_id"].as_u64().unwrap() as usize)));
    let words = "within 5 % of the least loss";
    let sentence = found["sentence"].as_str().unwrap();
    assert!(sentence.starts_with(&format!("Fewest steps until {words}")), "{sentence}");
    for file in ["charts/convergence.svg", "report.html"] {
        assert!(bench.read(&format!("results/noisy/{file}")).contains(words), "{file}");
    }
    let before = bench.files("results/noisy");
    bench.done(&["report", "results/noisy", "--format", "svg"]);
    assert!(before == bench.files("results/noisy"), "report gives the bytes of run");
}

#[test]
fn without_curves_a_sentence_says_that_the_steps_are_not_known() {
    let bench = Bench::with(&NOISY.replace("log.curve_every = 7", "log.curve_points = 0"));
    let said = bench.done(&["run", "e.toml", "--json"]).stdout;
    let run: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(told(&run), None);
    let note = "no curves are logged that would show when runs came within 5 % of the least loss";
    assert!(run["notes"].to_string().contains(note), "{}", run["notes"]);
}
