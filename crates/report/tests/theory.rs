//! What theory says of a sweep, against what its runs did.

use std::path::Path;
use std::sync::OnceLock;

use etascape_core::InstructionSet;
use etascape_insight::findings::Findings;
use etascape_insight::subject::Subject;
use etascape_insight::theory::Theory;
use etascape_report::{Error, LogWriter, Logger, draw, read_runs};
use etascape_sweep::{CancellationToken, Execution, Experiment, TrainedRuns, execute};

/// The tables of an experiment, trained.
fn train(experiment: &Experiment, folder: &Path) {
    let logger = Logger::new(experiment);
    let mut writer = LogWriter::create(folder, logger.columns()).unwrap();
    let execution = Execution { threads: 2, instructions: InstructionSet::best() };
    let prepare = |runs, records: TrainedRuns| Ok::<_, Error>(logger.rows(runs, &records)?);
    let deliver = |rows, _| writer.append(&rows);
    let runs = 0..experiment.plan.runs();
    execute(&experiment.plan, runs, execution, &CancellationToken::default(), prepare, deliver).unwrap();
    writer.finish().unwrap();
}

fn shipped() -> Experiment {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/seed.toml");
    Experiment::load(&path, &[]).unwrap()
}

/// The findings of the shipped experiment, those of a few runs made different.
fn findings(change: impl Fn(String) -> String) -> Findings {
    static TABLE: OnceLock<String> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        train(&shipped(), folder.path());
        std::fs::read_to_string(folder.path().join("runs.csv")).unwrap()
    });
    of_table(&shipped(), &change(table.clone()))
}

fn of_table(experiment: &Experiment, table: &str) -> Findings {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    std::fs::write(&path, table).unwrap();
    Findings::new(&Subject::of(experiment), &read_runs(&path).unwrap()).unwrap()
}

/// The findings of an experiment, trained.
fn trained(config: &str) -> Findings {
    let folder = tempfile::tempdir().unwrap();
    let experiment = Experiment::parse(config, &folder.path().join("e.toml"), &[]).unwrap();
    train(&experiment, folder.path());
    Findings::new(&Subject::of(&experiment), &read_runs(&folder.path().join("runs.csv")).unwrap()).unwrap()
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
    let (experiment, folder) = (shipped(), tempfile::tempdir().unwrap());
    train(&experiment, folder.path());
    draw(folder.path(), &Subject::of(&experiment)).unwrap();
    let page = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    for words in ["1/λmax = 0.0109162", "2/(λmin + λmax) = 0.0217391", "2/λmax = 0.0218324", "1200 of 1200 runs ended"]
    {
        assert!(page.contains(words), "{words}");
    }
}

/// Runs that begin above `stop.diverged_above` end there, whatever η is: they are no instance of theory, and say nothing
/// of the rates at which others converge. The loss at the start is 36 from w = 3, 1989 from w = −4.
#[test]
fn runs_that_begin_above_the_limit_say_so_and_nothing_of_the_rate() {
    let config = |limit: &str, weights: &str| {
        format!(
            "{}stop.diverged_above = {limit}\n[sweep.parameters]\n\"train.learning_rate\" = [0.01, 0.02, 0.1]\n\"init.w\" = {weights}\n",
            LINEAR.replace("steps = 100", "steps = 5000")
        )
    };
    let all = trained(&config("30.0", "[3]"));
    let above =
        "All 3 runs began above stop.diverged_above = 30: the loss at the start is 36; raise it or leave it out";
    assert_eq!(all.headline(), above);
    assert_eq!(all.tally(), "3 runs · 3 diverged (3 at the start)");
    assert!(all.agreement.is_none() && !all.is_unpredicted && all.rates.is_none() && all.best.is_empty());
    assert!(!all.to_string().contains("predicted"), "{all}");

    let some = trained(&config("1000.0", "[3, -4]"));
    assert_eq!(some.headline(), "η up to 0.02 converges; fastest at 0.02");
    assert_eq!(some.tally(), "6 runs · 2 converged · 4 diverged (3 at the start)");
    let sentence =
        "3 of 6 runs began above stop.diverged_above = 1000: the loss at the start is 1989; raise it or leave it out";
    assert!(some.to_string().contains(sentence), "{some}");
    let agreement = some.agreement.unwrap();
    assert_eq!((agreement.runs, agreement.agreeing, agreement.left_out), (3, 3, 3));
    assert!(agreement.verdict().contains("3 that diverge at their start are left out"), "{}", agreement.verdict());
    assert!(agreement.table.1.iter().all(|row| !row.contains(&"diverged at 0".to_owned())));

    let swept =
        format!("{LINEAR}[sweep.parameters]\n\"stop.diverged_above\" = [10, 20]\n\"stop.diverged_factor\" = [1, 5]\n");
    let above = "All 4 runs began above stop.diverged_above: the loss at the start is 36; raise it or leave it out";
    assert_eq!(trained(&swept).headline(), above);
}

/// From the minimum nothing moves, at whatever rate: that is no merit of the rate.
#[test]
fn runs_that_begin_at_the_minimum_say_so_and_nothing_of_the_rate() {
    let config = |below: &str, weights: &str| {
        format!(
            "name = \"e\"\ndata.points = [[1, 5], [2, 6], [3, 7]]\ninit.b = 4.0\ntrain.steps = 100\nlog.trainability = true\n\
             stop.converged_below = {below}\n[sweep.parameters]\n\"train.learning_rate\" = [0.01, 0.1, 1.0]\n\"init.w\" = {weights}\n"
        )
    };
    for below in ["0", "1e-9"] {
        let all = trained(&config(below, "[1]"));
        assert_eq!(all.headline(), "All 3 runs began at the minimum: the loss at the start is 0");
        let agreement = all.agreement.as_ref().unwrap();
        assert_eq!((agreement.runs, agreement.agreeing), (3, 3));
        assert!(agreement.table.1.iter().all(|row| row[4] == "0 steps" && row[5] == "0 steps"));
        assert!(all.rates.is_none() && !all.to_string().contains("Every"), "{all}");
    }
    let mixed = trained(&config("0.05", "[1, 1.01, 2]"));
    assert_eq!(mixed.tally(), "9 runs · 8 converged (6 at the start) · 1 diverged");
    assert_eq!(mixed.rates.as_ref().map(|rates| (rates.low, rates.high, rates.to_highest)), Some((0.01, 0.1, false)));
    assert!(
        mixed.to_string().contains(
            "6 of 9 runs began converged: the loss at the start is 0 to 0.0007, not above stop.converged_below = 0.05"
        ),
        "{mixed}"
    );
    let still = trained(&config("-1", "[1]"));
    let agreement = still.agreement.as_ref().unwrap();
    assert_eq!((agreement.runs, agreement.agreeing, agreement.otherwise), (3, 3, 0), "{still}");
}

/// House prices: a loss at the start of about 3e13, which no number of the defaults is in the way of.
#[test]
fn a_large_loss_at_the_start_is_no_divergence() {
    let rows: Vec<String> =
        (0..50).map(|i| format!("[{}, {}]", f64::from(i % 7) - 3.0, 300_000 + 20_000 * (i % 7))).collect();
    let config = format!(
        "name = \"e\"\ndata.points = [{}]\ntrain.steps = 300\n[sweep.parameters]\n\"train.learning_rate\" = {{ geomspace = [1e-5, 1.0, 11] }}\n",
        rows.join(", ")
    );
    let found = trained(&config);
    assert!(found.ended_at_start.sentences().is_empty());
    let agreement = found.agreement.as_ref().unwrap();
    assert_eq!((agreement.runs, agreement.agreeing, agreement.otherwise), (11, 11, 0), "{found}");
    let limit = found.theory_limit.unwrap();
    let diverged = found.count(etascape_sweep::Status::Diverged);
    assert!((0.005..0.05).contains(&limit) && (3..6).contains(&diverged), "{found}");
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
