//! What theory says of a sweep, against what its runs did.

use std::path::Path;

use etascape_report::{Findings, Runs, Stored, Theory, draw};
use etascape_sweep::Experiment;

fn shipped() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results/seed")
}

/// The findings of the shipped results, those of a few runs made different.
fn findings(change: impl Fn(String) -> String) -> Findings {
    let subject = Stored::read(&shipped()).unwrap().subject;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    std::fs::write(&path, change(std::fs::read_to_string(shipped().join("runs.csv")).unwrap())).unwrap();
    Findings::new(&subject, &Runs::read(&path).unwrap()).unwrap()
}

fn theory(config: &str) -> Option<Theory> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("e.toml");
    std::fs::write(&path, config).unwrap();
    Theory::of(&Experiment::load(&path, &[]).unwrap().plan)
}

#[test]
fn every_run_of_the_shipped_sweep_ends_as_predicted() {
    let agreement = findings(|table| table).agreement.expect("a quadratic");
    assert_eq!((agreement.runs, agreement.logged, agreement.otherwise), (1200, 1200, 0));
    assert_eq!((agreement.agreeing, agreement.early), (1200, 300), "{}", agreement.verdict());
    let (_, predicted, measured) = agreement.farthest.expect("all ended by the predicted rule");
    assert!(predicted.abs_diff(measured) <= 1, "{}", agreement.verdict());
    assert_eq!(agreement.table.0.len(), agreement.table.1[0].len());
    assert!(agreement.table.1.len() <= 15);
}

/// The table with run 1100, which converged after 1489 steps, ending otherwise.
fn with_end(table: &str, end: &str) -> String {
    let line = table.lines().find(|line| line.starts_with("1100,")).expect("the run");
    table.replace(line, &line.replace("converged,1489", end))
}

#[test]
fn a_run_that_disobeys_theory_is_said() {
    let agreement = findings(|table| with_end(&table, "converged,1530")).agreement.unwrap();
    assert_eq!((agreement.agreeing, agreement.otherwise), (1199, 0));
    assert_eq!(agreement.farthest, Some((1100, 1489, 1530)), "41 steps, more than 1 %");
    assert!(agreement.verdict().contains("greatest difference 41 steps (run 1100: 1489 predicted, 1530 measured)"));
    let agreement = findings(|table| with_end(&table, "diverged,1489")).agreement.unwrap();
    assert_eq!((agreement.agreeing, agreement.otherwise), (1199, 1));
    assert!(agreement.verdict().contains("1 ended by another rule"), "{}", agreement.verdict());
}

#[test]
fn the_page_of_the_shipped_sweep_says_why() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["runs.csv", "curves.csv", "manifest.json", "experiment.toml"] {
        std::fs::copy(shipped().join(file), folder.path().join(file)).unwrap();
    }
    draw(folder.path(), &Stored::read(folder.path()).unwrap().subject).unwrap();
    let page = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    for words in ["1/λmax = 0.0109162", "2/(λmin + λmax) = 0.0217391", "2/λmax = 0.0218324", "1200 of 1200 runs ended"]
    {
        assert!(page.contains(words), "{words}");
    }
}

const LINEAR: &str = r#"
name = "e"
data.points = [[3, 7], [9, 13]]
init = { w = 3.0, b = -8.0 }
train = { learning_rate = 0.01, steps = 100 }
"#;

#[test]
fn other_updates_have_a_landscape_but_no_prediction() {
    let plain = theory(LINEAR).unwrap();
    assert_eq!((plain.is_plain, plain.forecasts.len()), (true, 1));
    for keys in
        ["train.optimizer = { kind = \"sgd\", momentum = 0.9 }", "train.optimizer = \"adam\"", "train.batch_size = 1"]
    {
        let config = LINEAR.replace("train = { learning_rate = 0.01, steps = 100 }", keys);
        let other = theory(&config).unwrap_or_else(|| panic!("{keys}"));
        assert!(!other.is_plain && other.forecasts.is_empty() && other.limit().is_none(), "{keys}");
    }
    assert_eq!(theory(&LINEAR.replace("steps = 100", "steps = 100, loss = \"mae\"")), None);
}

#[test]
fn a_long_sweep_is_forecast_in_part_and_where_momentum_is_swept_the_plain_runs_are() {
    let sweep = "[sweep.parameters]\n\"train.learning_rate\" = { geomspace = [1e-4, 3e-2, 20000] }\n";
    let long = theory(&format!("{LINEAR}{sweep}")).unwrap();
    assert_eq!(long.forecasts.len(), 10_000);
    assert!(long.forecasts.is_sorted_by(|a, b| a.run_id < b.run_id));
    let sweep = "[sweep.parameters]\n\"train.optimizer.momentum\" = [0.0, 0.5]\n";
    let mixed =
        theory(&format!("{}{sweep}", LINEAR.replace("steps = 100", "steps = 100, optimizer.kind = \"sgd\""))).unwrap();
    assert_eq!((mixed.is_plain, mixed.forecasts.len(), mixed.forecasts[0].run_id), (false, 1, 0));
}

#[test]
fn steps_over_the_rate_are_what_descent_takes_between_the_rates_of_the_sweep_and_beyond_its_steps() {
    let sweep = "[stop]\nconverged_below = 1e-6\n[sweep.parameters]\n\
                 \"train.learning_rate\" = { geomspace = [2e-3, 4e-2, 3] }\n\"init.w\" = [-4, 3]\n";
    let theory = theory(&format!("{LINEAR}{sweep}")).unwrap();
    assert_eq!(theory.starts.iter().map(|start| start.run_id).collect::<Vec<u64>>(), [0, 1], "the first run of each");
    for (index, w) in [-4.0, 3.0].into_iter().enumerate() {
        for rate in [0.002, 0.0077, 0.015, 0.02, 0.0216, 0.02182, 0.0219, 0.04] {
            let predicted = theory.steps_from(index, rate);
            let measured = first_below([w, -8.0], rate, 1e-6, 20_000).map(|steps| steps as f64);
            let off = predicted.zip(measured).map(|(predicted, measured)| (predicted - measured).abs());
            assert_eq!(predicted.is_some(), measured.is_some(), "w = {w}, η = {rate}");
            assert!(off.is_none_or(|off| off <= 1.0), "w = {w}, η = {rate}: {predicted:?}, {measured:?}");
        }
    }
}

/// The step at which descent on ½ Σ (t − wx − b)² over (3, 7) and (9, 13) first comes to a loss, if it does in time.
fn first_below([mut w, mut b]: [f64; 2], rate: f64, limit: f64, steps: u64) -> Option<u64> {
    for step in 0..=steps {
        let errors = [(3.0, 7.0), (9.0, 13.0)].map(|(x, t): (f64, f64)| (x, w * x + b - t));
        if errors.iter().map(|(_, error)| error * error / 2.0).sum::<f64>() <= limit {
            return Some(step);
        }
        w -= rate * errors.iter().map(|(x, error)| error * x).sum::<f64>();
        b -= rate * errors.iter().map(|(_, error)| error).sum::<f64>();
    }
    None
}
