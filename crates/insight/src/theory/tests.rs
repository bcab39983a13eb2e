use std::path::Path;

use super::*;

/// One row, x = 1 and t = 0, and no bias: λ = 1, and the loss from w = 1 is ½ (1 − η)²ᵏ after k steps.
const ONE: &str = "\
name = \"t\"
[data]
points = [[1, 0]]
[model]
kind = \"linear\"
bias = false
[init]
w = 1.0
[train]
learning_rate = 0.5
steps = 10
[stop]
converged_below = 0.0078125
[sweep.parameters]
";

fn theory(sweep: &str) -> Theory {
    let experiment = etascape_sweep::Experiment::parse(&format!("{ONE}{sweep}"), Path::new("t.toml"), &[]).unwrap();
    Theory::of(&experiment.plan).unwrap()
}

#[test]
fn steps_follow_the_closed_form_at_any_rate() {
    let theory = theory("\"train.learning_rate\" = [0.25, 0.5]");
    assert_eq!(theory.starts.len(), 1, "both runs start alike");
    // ½ · (1 − η)²ᵏ ≤ 2⁻⁷ for |1 − η|ᵏ ≤ 2⁻³: k = 3 at ½, ln 8 / ln (4/3) = 7.2 at ¼ and at 1¾, none from 2 on.
    let steps = [0.5, 0.25, 1.75, 1.0, 2.0].map(|rate| theory.median_steps(&[0], rate));
    assert_eq!(steps, [Some(3.0), Some(8.0), Some(8.0), Some(1.0), None]);
    assert_eq!(theory.median_steps(&[0], 0.01), None, "beyond the last step: ln 8 / −ln 0.99 = 206.9");
    assert_eq!([0, 1].map(|run| theory.start_of(run)), [Some(0), Some(0)]);
    let ends: Vec<u64> = theory.forecasts.iter().map(|one| one.end.steps).collect();
    assert_eq!(ends, [8, 3]);
}

#[test]
fn starts_are_alike_if_they_take_as_many_steps() {
    let theory = theory("\"init.w\" = [1.0, -1.0, 1.0001, 1000.0]\n\"train.learning_rate\" = [0.5]");
    assert_eq!(theory.starts.len(), 4);
    assert!(theory.are_alike(&[0, 1, 2]) && !theory.are_alike(&[0, 3]));
    // 3 steps from 1; from 1000: 1000/2ᵏ ≤ 1/8 for k = 13, when runs are over.
    assert_eq!([0, 3].map(|start| theory.steps_in_time(start, 0.5)), [Some(3.0), None]);
}

#[test]
fn medians_are_over_the_starts_that_converge() {
    // `tests/browser` holds the page to the same numbers.
    let text = include_str!("../../fixtures/predicted.toml");
    let experiment = etascape_sweep::Experiment::parse(text, Path::new("predicted.toml"), &[]).unwrap();
    let theory = Theory::of(&experiment.plan).unwrap();
    assert_eq!(theory.starts.len(), 3, "one for each limit");
    assert_eq!([0.25, 0.125].map(|rate| theory.median_steps(&[0, 1, 2], rate)), [Some(2.5), Some(5.5)]);
    assert_eq!(theory.median_steps(&[0], 0.25), None, "it never comes to 0.5");
    assert!(!theory.are_alike(&[0, 1]), "one converges and the other does not");
}
