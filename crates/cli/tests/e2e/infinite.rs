//! NaN and infinity, from the engine to the tables to the findings.

use crate::bench::{Bench, rows};

/// Rates from a fair one to ones whose first step overflows. Nothing counts as diverged but what is not finite.
const OVERFLOWING: &str = r#"
name = "overflow"
data.points = [[3, 7], [9, 13]]
init = { w = 3.0, b = -8.0 }
train.steps = 200
stop.diverged_factor = inf
log.curve_points = 200
sweep.parameters = { "train.learning_rate" = [1e300, 1e200, 1.0, 0.01] }
"#;

#[test]
fn what_overflows_is_written_as_it_is_and_is_never_the_best() {
    let bench = Bench::with(OVERFLOWING);
    let said = bench.done(&["run", "e.toml"]).stdout;
    let [runs, curves] = bench.tables("results/overflow");
    let runs = rows(&runs);
    let is_number = |cell: &String| !cell.is_empty() && cell.parse::<f64>().is_ok();
    assert!(runs[1..].iter().all(|run| [4, 5, 6].iter().all(|&column| is_number(&run[column]))), "{runs:?}");
    for run in &runs[1..4] {
        assert_eq!(run[2], "diverged", "{run:?}");
        assert!(["inf", "NaN"].contains(&run[5].as_str()), "{run:?}");
        let last = rows(&curves).into_iter().rfind(|point| point[0] == run[0]).unwrap();
        assert_eq!((&last[1], &last[2]), (&run[3], &run[5]), "the curve ends as the row says");
    }
    assert!(!curves.contains("e308") && !curves.contains(",,"), "{curves}");
    let (found, theory) = said.split_once("Theory: 4 of 4 runs ended as predicted").unwrap();
    let best: Vec<&str> = found.lines().filter(|line| line.contains("diverged")).collect();
    assert!(found.contains("0.01"), "{said}");
    assert!(theory.contains("diverged at 1"), "{said}");
    assert!(best.iter().all(|line| !line.contains("1e300") && !line.contains("1e+300")), "{said}");
    let page = bench.read("results/overflow/report.html");
    assert!(!page.contains("1.797"), "{page}");
}
