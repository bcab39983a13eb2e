use super::*;

/// Runs of two optimisers over seeds, with these losses.
fn of_seeds(sgd: &[f64], adam: &[f64]) -> Findings {
    let row = |optimizer: &str, (seed, &loss): (usize, &f64)| {
        let status = if loss.is_finite() { "max_steps" } else { "diverged" };
        (format!("{optimizer},{seed}"), status, loss)
    };
    let sgd = sgd.iter().enumerate().map(|one| row("sgd", one));
    let rows: Vec<(String, &str, f64)> = sgd.chain(adam.iter().enumerate().map(|one| row("adam", one))).collect();
    let runs: Vec<(&str, &str, f64, f64)> =
        rows.iter().map(|(cells, status, loss)| (cells.as_str(), *status, 9.0, *loss)).collect();
    findings(&[OPTIMIZER, SEED], &runs, |subject| subject.axes = axes(&[("seed", "{ range = [0, 5] }")]))
}

#[test]
fn seeds_that_tell_two_settings_apart() {
    let found = of_seeds(&[1.0, 2.0, 3.0, 4.0, 5.0], &[1.5, 2.6, 3.4, 4.5, 5.5]);
    let comparison = found.comparison.as_ref().unwrap();
    assert_eq!(comparison.names, ["sgd", "adam"]);
    assert!(comparison.is_sure() && (comparison.interval.unwrap().mean - 0.5).abs() < 1e-12);
    let [found, next] = said(&found);
    assert!(found[0].0.starts_with("sgd beats adam: loss lower by 0.5 [0.4"), "{}", found[0].0);
    assert!(found[0].0.ends_with("], 5 seeds") && found[0].1.is_none() && next.is_empty());
}

#[test]
fn seeds_that_cannot() {
    let found = of_seeds(&[1.0, 2.0, 3.0, 4.0, 5.0], &[1.5, 1.6, 3.4, 3.5, 5.5]);
    let (sentence, line) = said(&found)[0][0].clone();
    // Differences 0.5, −0.4, 0.4, −0.5, 0.5: mean 0.1, variance 0.255. 7.849 · 0.255/0.01 = 200.1.
    assert!(sentence.starts_with("5 seeds cannot tell sgd and adam apart: loss lower by 0.1 [−0."), "{sentence}");
    assert!(sentence.ends_with("; about 201 would"), "{sentence}");
    assert_eq!(line.as_deref(), Some("seed = { range = [0, 201] }"));
    let few = of_seeds(&[1.0, 2.0], &[1.5, 2.5]);
    assert_eq!(said(&few)[0][0].0, "2 seeds are too few to tell sgd and adam apart; about 5 would");
}

/// Five seeds tell them apart, and yet it is nothing.
#[test]
fn what_is_the_same_but_for_a_thousandth_is_not_ranked() {
    let found = of_seeds(&[1.0, 2.0, 3.0, 4.0, 5.0], &[1.0005, 2.001, 3.001, 4.001, 5.001]);
    assert!(!found.comparison.as_ref().unwrap().is_sure());
    assert_eq!(said(&found)[0], [words("sgd and adam come to the same loss within 0.1 %, 5 seeds")]);
    let few = of_seeds(&[1.0, 2.0], &[1.0005, 1.999]);
    assert_eq!(said(&few)[0], [words("adam and sgd come to the same loss within 0.1 %, 2 seeds")], "no more seeds");
}

#[test]
fn seeds_without_a_loss_are_counted_and_left_out() {
    let found = of_seeds(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[1.5, 2.6, 3.4, 4.5, 5.5, f64::INFINITY]);
    assert!(said(&found)[0][0].0.ends_with("], 5 seeds; 1 seed in which a run has no loss left out"));
}

#[test]
fn where_there_is_nothing_to_compare_nothing_is_said() {
    assert_eq!(of_seeds(&[1.0, 2.0], &[1.0, 2.0]).comparison, None, "no difference");
    assert_eq!(of_seeds(&[1.0], &[2.0]).comparison, None, "one seed");
    let runs = [("sgd,0", "max_steps", 9.0, 1.0), ("adam,1", "max_steps", 9.0, 2.0), ("sgd,2", "max_steps", 9.0, 1.5)];
    assert_eq!(findings(&[OPTIMIZER, SEED], &runs, |_| {}).comparison, None, "no seed that both have");
}

#[test]
fn without_words_the_two_best_settings_are_compared() {
    let losses = [("0.1", [3.0, 4.0]), ("0.2", [1.0, 2.0]), ("0.4", [1.5, 2.5])];
    let rows: Vec<(String, f64)> = losses
        .iter()
        .flat_map(|(rate, losses)| losses.iter().enumerate().map(move |(seed, &loss)| (format!("{rate},{seed}"), loss)))
        .collect();
    let runs: Vec<(&str, &str, f64, f64)> =
        rows.iter().map(|(cells, loss)| (cells.as_str(), "max_steps", 9.0, *loss)).collect();
    let found = findings(&[RATE, SEED], &runs, |_| {});
    assert_eq!(found.comparison.unwrap().names, ["η = 0.2", "η = 0.4"]);
}

#[test]
fn the_headline_is_of_the_best_setting_and_not_of_the_luckiest_seed() {
    let runs = [
        ("0.1,0", "max_steps", 9.0, 3.0),
        ("0.1,1", "max_steps", 9.0, 3.2),
        ("0.1,2", "max_steps", 9.0, 3.4),
        ("1,0", "max_steps", 9.0, 1.0),
        ("1,1", "max_steps", 9.0, 6.0),
        ("1,2", "max_steps", 9.0, 7.0),
    ];
    let subject = Subject { parameters: parameters(&[RATE, SEED]), ..Subject::default() };
    with_subject(&table(&[RATE, SEED], &runs), &subject, |study| {
        assert_eq!(Findings::of(study).headline(), "Least median loss 3.2 at η = 0.1");
    });
}

/// A setting of rate 0.1 and one of rate 1, as status and loss of each seed: the headline, and the medians of the table.
fn told_of(low: &[(&str, f64)], high: &[(&str, f64)], maximise: bool) -> (String, Vec<String>) {
    let of = |rate: &str| (0..low.len().max(high.len())).map(|seed| format!("{rate},{seed}")).collect::<Vec<String>>();
    let (lows, highs) = (of("0.1"), of("1"));
    let cells = lows.iter().zip(low).chain(highs.iter().zip(high));
    let runs: Vec<(&str, &str, f64, f64)> =
        cells.map(|(cells, &(status, loss))| (cells.as_str(), status, 9.0, loss)).collect();
    let mut subject = Subject { parameters: parameters(&[RATE, SEED]), ..Subject::default() };
    subject.objective.maximise = maximise;
    let mut told = (String::new(), Vec::new());
    with_subject(&table(&[RATE, SEED], &runs), &subject, |study| {
        let found = Findings::of(study);
        told = (found.headline(), found.table().1.into_iter().filter_map(|mut row| row.pop()).collect());
    });
    told
}

const ENDED: &str = "max_steps";

/// What diverged, failed or was pruned is infinitely bad in a median: by hand, and as the good range has it.
#[test]
fn seeds_without_a_loss_count_in_the_median() {
    let (inf, best) = (f64::INFINITY, "Least median loss 3 at η = 0.1");
    let low = [(ENDED, 1.0), (ENDED, 2.0), (ENDED, 3.0), ("diverged", inf), ("failed", 0.5)];
    let high = [(ENDED, 4.0), (ENDED, 4.0), (ENDED, 4.0)];
    let cells = |low: &str| vec![low.to_owned(), "4 (4 – 4)".to_owned()];
    assert_eq!(told_of(&low, &high, false), (best.to_owned(), cells("3 (2 – none)")), "1, 2, 3, ∞, ∞");
    let even = [(ENDED, 1.0), (ENDED, 5.0), ("pruned", 0.1), (ENDED, 1.0)];
    assert_eq!(told_of(&even, &high, false).0, "Least median loss 3 at η = 0.1", "between 1 and 5");
    let greatest = [(ENDED, 7.0), (ENDED, 8.0), ("diverged", inf)];
    assert_eq!(told_of(&greatest, &high, true).1, cells("7 (none – 7.5)"), "−∞, 7, 8");
}

#[test]
fn a_setting_of_which_half_came_to_no_loss_has_no_median() {
    let inf = f64::INFINITY;
    let half = [(ENDED, 1.0), (ENDED, 1.0), ("diverged", inf), ("failed", 1.0)];
    let high = [(ENDED, 4.0), (ENDED, 4.0), (ENDED, 4.0)];
    let cells = |first: &str, last: &str| vec![first.to_owned(), last.to_owned()];
    let expected = ("Least median loss 4 at η = 1".to_owned(), cells("4 (4 – 4)", "none: 2 of 4 came to one"));
    assert_eq!(told_of(&half, &high, false), expected);
    let lone = [("diverged", inf), (ENDED, 4.0), ("diverged", inf)];
    let words = "Least loss 1 at η = 0.1, of a single run: in every setting half of the runs or more diverged, failed or were pruned";
    let expected = (words.to_owned(), cells("none: 2 of 4 came to one", "none: 1 of 3 came to one"));
    assert_eq!(told_of(&half, &lone, false), expected);
}

/// Each setting lost half of its runs to halving, so none has a median.
#[test]
fn better_runs_that_were_pruned_are_told_where_no_setting_has_a_median() {
    let runs = [
        ("0.1,0", "max_steps", 9.0, 3.0),
        ("0.1,1", "pruned", 9.0, 2.0),
        ("1,0", "max_steps", 9.0, 4.0),
        ("1,1", "pruned", 9.0, 5.0),
    ];
    let next = said(&findings(&[RATE, SEED], &runs, |_| {}))[1].clone();
    let told = "1 run had a better loss, 2, when halving ended it: halving ranks by its value at each rung";
    assert_eq!(next, [words(told)]);
}

#[test]
fn the_median_of_a_single_setting_is_the_least_of_none() {
    let runs = [("0", "max_steps", 9.0, 3.0), ("1", "max_steps", 9.0, 3.2), ("2", "max_steps", 9.0, 3.4)];
    let subject = Subject { parameters: parameters(&[SEED]), ..Subject::default() };
    with_subject(&table(&[SEED], &runs), &subject, |study| {
        assert_eq!(Findings::of(study).headline(), "Median loss 3.2 of 3 runs");
    });
}

/// Runs converge by their training loss, and are judged by another metric.
#[test]
fn steps_to_converge_are_no_headline_where_runs_are_judged_by_another_metric() {
    let runs = [
        ("0.1,0", "converged", 9.0, 3.0),
        ("0.1,1", "converged", 9.0, 3.2),
        ("1,0", "converged", 9.0, 1.0),
        ("1,1", "converged", 9.0, 6.0),
    ];
    let mut subject = Subject { parameters: parameters(&[RATE, SEED]), ..Subject::default() };
    (subject.objective.is_watched, subject.objective.name) = (false, "final_loss".to_owned());
    with_subject(&table(&[RATE, SEED], &runs), &subject, |study| {
        assert_eq!(Findings::of(study).headline(), "Least median final_loss 3.1 at η = 0.1");
    });
}

#[test]
fn seeds_that_change_nothing_are_told_and_compare_nothing() {
    let told =
        words("seed changed nothing: runs that differ in it alone end alike, so that runs of a setting count as one");
    let found = of_seeds(&[1.0, 1.0, 1.0, 1.0, 1.0], &[1.5, 1.5, 1.5, 1.5, 1.5]);
    assert_eq!((said(&found)[0].clone(), found.comparison), (vec![told], None));
    let found = of_seeds(&[1.0, 1.0, 1.0, 1.0, 1.0], &[1.5, 1.5, 1.5, 1.5, 1.6]);
    assert!(said(&found)[0][0].0.starts_with("sgd beats adam"), "one seed changed something");
}

#[test]
fn parameters_that_a_program_does_not_use_are_told() {
    let of = |is_program: bool| {
        let runs = [("0.1", "max_steps", 9.0, 3.0), ("0.2", "max_steps", 9.0, 3.0), ("0.4", "max_steps", 9.0, 3.0)];
        let found = findings(&[("lr", Scale::Log)], &runs, |subject| subject.limits.is_program = is_program);
        said(&found)[0].iter().filter(|(sentence, _)| sentence.contains("changed nothing")).cloned().collect::<Vec<_>>()
    };
    let told = "lr changed nothing: runs that differ in it alone end alike: does the program use it?";
    assert_eq!(of(true), [words(told)]);
    assert_eq!(of(false), []);
}
