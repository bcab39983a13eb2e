//! Runs that a stop rule ends before their first update, where η has no part in it: said before training and after.

use crate::bench::{Bench, rows};

/// The loss at the start is 36 from w = 3, and 1989 from w = −4.
const POINTS: &str = r#"
name = "points"
data.points = [[3, 7], [9, 13]]
init = { w = 3.0, b = -8.0 }
train.steps = 40
log.trainability = true
"#;
const RATES: &str = "[sweep.parameters]\n\"train.learning_rate\" = [0.001, 0.01, 0.1]\n";

#[test]
fn check_says_which_runs_begin_above_the_limit() {
    let noted = |stop: &str, sweep: &str| {
        let bench = Bench::with(&format!("{POINTS}{stop}\n{sweep}"));
        bench.done(&["check", "e.toml"]).stderr
    };
    assert_eq!(noted("", RATES), "");
    assert_eq!(noted("stop.diverged_above = 36.0", RATES), "", "at the limit is not above it");
    let above = "above stop.diverged_above = 35: the loss at the start is 36; raise it or leave it out\n";
    assert_eq!(noted("stop.diverged_above = 35.0", RATES), format!("note: All 3 runs begin {above}"));
    assert_eq!(noted("stop.diverged_above = 35.0", ""), format!("note: The run begins {above}"));
    let starts = format!("{RATES}\"init.w\" = [3, -4, -3]\n");
    let some = "note: 6 of 9 runs begin above stop.diverged_above = 1000: the loss at the start is 1440 to 1989; raise it or leave it out\n";
    assert_eq!(noted("stop.diverged_above = 1000.0", &starts), some);
    let many = RATES.replace("[0.001, 0.01, 0.1]", "{ geomspace = [1e-4, 1, 1000] }");
    assert_eq!(noted("stop.diverged_above = 35.0", &many), format!("note: All 32 runs looked at begin {above}"));
    let overflows = "note: The run begins at a loss that is not finite, which no η changes: start smaller (init.scale), or \
                     standardize the data\n";
    assert_eq!(noted("", "[sweep.parameters]\n\"init.w\" = [1e200]\n"), overflows);
    let there = "note: The run begins converged: the loss at the start is 36, not above stop.converged_below = 40\n";
    assert_eq!(noted("stop.converged_below = 40.0", ""), there);
}

#[test]
fn explain_says_it_of_its_run() {
    let bench = Bench::with(&format!("{POINTS}stop.diverged_above = 35.0\n{RATES}"));
    let said = bench.done(&["explain", "e.toml"]).stdout;
    let sentence =
        "The run begins above stop.diverged_above = 35: the loss at the start is 36; raise it or leave it out.";
    assert!(said.contains(sentence), "{said}");
    let said = bench.done(&["explain", "e.toml", "--set", "stop.diverged_above=36.0"]).stdout;
    assert!(!said.contains("diverged_above"), "{said}");
}

#[test]
fn the_findings_and_the_page_say_it_and_do_not_blame_the_rate() {
    let bench = Bench::with(&format!("{POINTS}stop.diverged_above = 35.0\n{RATES}"));
    let said = bench.done(&["run", "e.toml"]).stdout;
    let sentence =
        "All 3 runs began above stop.diverged_above = 35: the loss at the start is 36; raise it or leave it out";
    assert!(said.starts_with(sentence), "{said}");
    assert!(!said.contains("as predicted") && !said.contains("diverged at 0"), "{said}");
    let page = bench.read("results/points/report.html");
    assert!(page.contains(&format!("<h1>{sentence}</h1>")));
    assert!(!page.contains("as predicted") && !page.contains("diverged at 0"));
}

/// From the minimum, whose loss is 0, no loss can be measured in the first: the measure is an empty cell.
#[test]
fn a_start_at_the_minimum_has_no_trainability() {
    let bench = Bench::with(&format!("{POINTS}{RATES}\"init.w\" = [1, 3]\n\"init.b\" = [4, -8]\n"));
    let said = bench.done(&["run", "e.toml"]).stdout;
    assert!(said.contains("3 of 12 runs began at the minimum: the loss at the start is 0"), "{said}");
    let table = rows(&bench.read("results/points/runs.csv"));
    let column = |name: &str| table[0].iter().position(|head| head == name).unwrap();
    for run in &table[1..] {
        let is_empty = run[column("trainability")].is_empty();
        assert_eq!(is_empty, run[column("initial_loss")] == "0", "{run:?}");
    }
}

/// What a program prints first is above a limit of the user's own.
#[test]
fn a_program_that_begins_above_its_limit_says_so() {
    let bench = Bench::with(
        "name = \"p\"\nprogram = { command = [\"sh\", \"-c\", \"echo '{\\\"loss\\\": {loss}}'\"] }\n\
         stop.diverged_above = 10.0\n[sweep.parameters]\nloss = [20, 25, 5]\n",
    );
    let said = bench.done(&["run", "e.toml"]).stdout;
    let sentence =
        "2 of 3 runs began above stop.diverged_above = 10: the first loss is 20 to 25; raise it or leave it out";
    assert!(said.contains(sentence), "{said}");
}
