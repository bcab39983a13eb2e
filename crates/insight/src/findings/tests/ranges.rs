use super::*;
use crate::findings::{GoodRange, NotGood, sensitivity};
use crate::objective::Objective;
use crate::study::Tolerance;
use crate::study::outcomes::Outcome;

/// Settings with rates 1, 2, 4 … : badness and objective at the start.
fn settings(of: &[(f64, Option<f64>)]) -> Vec<Outcome> {
    let rate = |at: usize| (1_u32 << at) as f64;
    let setting = |(at, &(badness, start)): (usize, &(f64, Option<f64>))| Outcome {
        rows: vec![at as u32],
        rate: rate(at),
        badness,
        start,
        diverged: usize::from(badness.is_infinite()),
        ..Outcome::default()
    };
    of.iter().enumerate().map(setting).collect()
}

fn range(badnesses: &[f64], objective: &Objective) -> Option<GoodRange> {
    let settings = settings(&badnesses.iter().map(|&badness| (badness, None)).collect::<Vec<_>>());
    let tolerance = Tolerance::of(objective.maximise, badnesses.iter().copied());
    GoodRange::of(&settings.iter().collect::<Vec<_>>(), objective, tolerance)
}

#[test]
fn the_range_is_around_the_best_and_ends_at_the_first_worse_rate() {
    let loss = Objective::default();
    let found = range(&[1.04, 9.0, 1.05, 1.0, 1.03, 1.051, 1.0], &loss).unwrap();
    assert_eq!((found.range, found.best, found.count, found.tried), ((4.0, 16.0), (8.0, 8.0), 3, 7));
    assert_eq!([found.below, found.above].map(|one| one.unwrap().rate), [2.0, 32.0]);
    let ties = range(&[2.0, 0.0, 0.0, 1e-3], &loss).unwrap();
    assert_eq!((ties.best, ties.range), ((2.0, 4.0), (2.0, 4.0)), "of 0, 5 % is nothing");
    assert!(range(&[3.0, 3.0, 3.0], &loss).unwrap().is_all());
    assert_eq!(range(&[f64::INFINITY; 3], &loss), None);
    assert_eq!(range(&[f64::INFINITY, 1.0, 1.0], &loss).unwrap().below.unwrap().how, NotGood::Diverged);
}

#[test]
fn five_per_cent_are_of_the_magnitude_and_shares_have_a_hundredth() {
    let loss = Objective::default();
    assert_eq!(range(&[-2.0, -1.91, -1.89], &loss).unwrap().range, (1.0, 2.0), "a negative loss");
    let accuracy = Objective { maximise: true, ..Objective::default() };
    let found = range(&[-0.96, -0.97, -0.98, -0.975], &accuracy).unwrap();
    assert_eq!((found.range, found.objective), ((2.0, 8.0), 0.98));
    let reward = range(&[-94.0, -95.0, -100.0], &accuracy).unwrap();
    assert_eq!(reward.range, (2.0, 4.0), "not a share");
}

#[test]
fn what_is_below_rounding_of_the_start_is_as_good() {
    let tiny = settings(&[(1.0, Some(4.0)), (1e-20, Some(4.0)), (1e-30, Some(4.0))]);
    let tiny: Vec<&Outcome> = tiny.iter().collect();
    let found = GoodRange::of(&tiny, &Objective::default(), Tolerance::OfBest(0.05)).unwrap();
    assert_eq!((found.range, found.best), ((2.0, 4.0), (4.0, 4.0)));
}

/// By the formula of Wortsman et al.: mean of min(ℓ, ℓ₀) − ℓ*.
#[test]
fn sensitivities_worked_by_hand() {
    let of = |settings: &[Outcome]| sensitivity(&settings.iter().collect::<Vec<_>>());
    let inf = f64::INFINITY;
    // (1 + 0 + 3 + 3)/4: 7 and the diverged one count as 4.
    let start = Some(4.0);
    assert_eq!(of(&settings(&[(2.0, start), (1.0, start), (7.0, start), (inf, start)])), Some(7.0 / 4.0));
    assert_eq!(of(&settings(&[(2.0, None), (1.0, None)])), Some(0.5), "none needs the start");
    assert_eq!(of(&settings(&[(2.0, None), (1.0, None), (inf, None)])), None, "it is not known");
    assert_eq!(of(&settings(&[(2.0, start)])), None);
    assert_eq!(of(&settings(&[(5.0, start), (6.0, start)])), Some(0.0), "none comes below the start");
    assert_eq!(of(&settings(&[(inf, start), (inf, start)])), None);
    let mut failed = settings(&[(2.0, start), (1.0, start), (inf, start)]);
    (failed[2].failed, failed[2].diverged) = (1, 0);
    assert_eq!(of(&failed), Some(0.5), "a failed run tells nothing");
    failed[2].pruned = 1;
    assert_eq!(of(&failed), None);
}

#[test]
fn the_range_is_said_with_what_lies_outside() {
    let runs = [
        ("0.001", "max_steps", 9.0, 4.0),
        ("0.01", "max_steps", 9.0, 1.04),
        ("0.1", "max_steps", 9.0, 1.0),
        ("1", "diverged", 9.0, f64::INFINITY),
    ];
    let found = findings(&[RATE], &runs, |_| {});
    assert_eq!(
        said(&found)[0],
        [words("η from 0.01 to 0.1 is within 5 % of the best loss, 1 at η = 0.1; 0.001 is worse, 1 diverges")]
    );
    assert_eq!(found.headline(), "Least loss 1 at η = 0.1");
    assert_eq!(said(&findings(&[RATE], &runs[..2], |_| {}))[0], [], "two rates tell no range");
}

#[test]
fn rates_with_the_same_objective_are_a_range_in_the_headline_too() {
    let runs = [
        ("0.001", "max_steps", 9.0, 4.0),
        ("0.01", "max_steps", 9.0, 1.0),
        ("0.1", "max_steps", 9.0, 1.0),
        ("1", "max_steps", 9.0, 2.0),
    ];
    let found = findings(&[RATE], &runs, |_| {});
    assert_eq!(found.headline(), "Least loss 1 at η from 0.01 to 0.1");
    let sentence = "η from 0.01 to 0.1 is within 5 % of the best loss, 1; 0.001 and 1 are worse";
    assert_eq!(said(&found)[0], [words(sentence)]);
}

/// Where the values that tie are not a range of the rate, their number is said.
#[test]
fn settings_with_the_same_objective_are_counted_in_the_headline() {
    let of = |last: f64| {
        let runs = [("a", "max_steps", 9.0, 1.0), ("b", "max_steps", 9.0, last), ("c", "max_steps", 9.0, 2.0)];
        findings(&[("v", Scale::Categories)], &runs, |_| {}).headline()
    };
    assert_eq!(of(1.0), "Least loss 1 at v = a and 1 more");
    assert_eq!(of(1.5), "Least loss 1 at v = a");
    let runs = [("0.1", "max_steps", 9.0, 1.0), ("0.2", "max_steps", 9.0, 1.0)];
    assert!(findings(&[RATE], &runs, |_| {}).headline().ends_with("at η = 0.1 and 1 more"));
}

#[test]
fn runs_that_were_pruned_are_not_the_best_and_it_is_said_where_they_were_better() {
    let of = |pruned: f64| {
        let runs = [
            ("0.01", "pruned", 9.0, pruned),
            ("0.1", "pruned", 9.0, 8.0),
            ("0.2", "max_steps", 9.0, 2.0),
            ("0.4", "max_steps", 9.0, 1.0),
        ];
        findings(&[RATE], &runs, |subject| subject.axes = axes(&[(RATE.0, "[0.01, 0.1, 0.2, 0.4]")]))
    };
    let sentence = "1 run had a better loss, 0.5, when halving ended it: halving ranks by its value at each rung";
    assert_eq!(of(0.5).headline(), "Least loss 1 at η = 0.4");
    let pruned = [("0.1", "pruned", 9.0, 1.1), ("0.2", "max_steps", 9.0, 1.0), ("0.4", "pruned", 9.0, 3.0)];
    let pruned = said(&findings(&[RATE], &pruned, |_| {}));
    assert_eq!(pruned[0], [words("Only η = 0.2 is within 5 % of the best loss, 1; 0.1 and 0.4 were pruned")]);
    assert_eq!(said(&of(0.5))[1], [words(sentence)], "the edge is no advice then");
    let best = &said(&of(1.5))[1];
    assert!(best[0].0.starts_with("The best η is the largest that was tried"), "{best:?}");
}

#[test]
fn each_value_of_a_parameter_has_its_range_and_losses_are_not_ranked() {
    let runs = [
        ("0.01,sgd", "max_steps", 9.0, 3.0),
        ("0.1,sgd", "max_steps", 9.0, 2.0),
        ("1,sgd", "diverged", 9.0, f64::INFINITY),
        ("0.01,adam", "max_steps", 9.0, 1.0),
        ("0.1,adam", "max_steps", 9.0, 1.02),
        ("1,adam", "max_steps", 9.0, 5.0),
    ];
    let found = findings(&[RATE, OPTIMIZER], &runs, |_| {});
    let tables = found.good_tables();
    assert_eq!(tables[0].0, ["train.optimizer", "best η", "final_loss", "within 5 %", "LR sensitivity"]);
    // sgd: (1 + 0 + 7)/3; adam: (0 + 0.02 + 4)/3.
    assert_eq!(tables[0].1, [["sgd", "0.1", "2", "0.1", "2.67"], ["adam", "0.01", "1", "0.01 – 0.1", "1.34"]]);
    assert!(found.found[0].sentence.contains("1 at η = 0.01 (optimizer = adam); 0.01 is the least tried, 1 is worse"));

    let losses = findings(&[RATE, ("train.loss", Scale::Categories)], &runs, |_| {});
    assert_eq!(losses.headline(), "Best loss of each train.loss: sgd 2, adam 1");
    assert_eq!(losses.best.iter().map(|best| best.run_id).collect::<Vec<_>>(), [1, 3], "in the order of the plan");
    assert_eq!(losses.found.len(), 2);
    assert!(losses.found[0].sentence.starts_with("Only η = 0.1 is within 5 % of the best loss, 2 (train.loss = sgd);"));
    assert_eq!(losses.comparison, None);
}

#[test]
fn drawn_settings_are_counted() {
    let runs = [
        ("0.013,0.1", "max_steps", 9.0, 1.0),
        ("0.21,0.3", "max_steps", 9.0, 1.01),
        ("0.017,0.9", "max_steps", 9.0, 3.0),
        ("0.8,0.7", "diverged", 9.0, f64::INFINITY),
    ];
    let found = findings(&[RATE, ("init.scale", Scale::Linear)], &runs, |_| {});
    assert_eq!(said(&found)[0], [words("2 of 4 settings within 5 % of the best loss, 1: η from 0.013 to 0.21")]);
}

#[test]
fn a_rate_at_which_runs_fail_is_not_called_worse() {
    let runs = [("0.1", "max_steps", 9.0, 5.0), ("0.2", "max_steps", 9.0, 1.0), ("0.4", "failed", 9.0, 2.0)];
    let found = findings(&[RATE], &runs, |_| {});
    assert_eq!(said(&found)[0], [words("Only η = 0.2 is within 5 % of the best loss, 1; 0.1 is worse, 0.4 fails")]);
}

/// The rates of one optimiser come to the same as one of the other.
#[test]
fn settings_that_tie_with_a_range_of_rates_are_counted() {
    let runs = [
        ("sgd,0.1", "max_steps", 9.0, 2.0),
        ("sgd,0.2", "max_steps", 9.0, 1.0),
        ("sgd,0.4", "max_steps", 9.0, 1.0),
        ("adam,0.1", "max_steps", 9.0, 1.0),
        ("adam,0.2", "max_steps", 9.0, 3.0),
        ("adam,0.4", "max_steps", 9.0, 4.0),
    ];
    let found = findings(&[OPTIMIZER, RATE], &runs, |_| {});
    assert_eq!(found.headline(), "Least loss 1 at η from 0.2 to 0.4, optimizer = sgd and 1 more");
}
