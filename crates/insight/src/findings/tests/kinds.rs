//! Sweeps over the loss: each kind of loss has a best of its own, and a sentence says which it is about.

use super::*;
use crate::study::Study;
use crate::study::settings::Settings;
use crate::study::testing::runs as parsed;

const LOSS: (&str, Scale) = ("train.loss", Scale::Categories);

/// The findings of runs of the engine, with the settings over seeds.
fn with_settings(swept: &[(&str, Scale)], runs: &[(&str, &str, f64, f64)]) -> Findings {
    let subject = Subject { parameters: parameters(swept), ..Subject::default() };
    let runs = parsed(&table(swept, runs));
    let study = Study::new(&subject, &runs).unwrap();
    Findings::from_tables(&study, Settings::of(&study, 0).best).with_curves(&study, &[], None)
}

fn at(cells: &str, loss: f64) -> (&str, &str, f64, f64) {
    (cells, if loss.is_finite() { "max_steps" } else { "diverged" }, 9.0, loss)
}

/// The luckiest run of mse is that of 0.2, whose median is worse.
#[test]
fn the_best_of_each_loss_is_the_median_of_its_best_setting_and_a_loss_without_one_is_named() {
    let inf = f64::INFINITY;
    let runs = [
        at("mse,0.1,0", 3.0),
        at("mse,0.1,1", 3.1),
        at("mse,0.1,2", 3.2),
        at("mse,0.2,0", 1.0),
        at("mse,0.2,1", 8.0),
        at("mse,0.2,2", 8.5),
        at("mae,0.1,0", 0.5),
        at("mae,0.1,1", 0.7),
        at("mae,0.1,2", 0.6),
        at("bce,0.1,0", inf),
        at("bce,0.1,1", inf),
    ];
    let found = with_settings(&[LOSS, RATE, SEED], &runs);
    assert_eq!(found.headline(), "Best median loss of each train.loss: mse 3.1, mae 0.6, bce none");
    let bests: Vec<_> = found.bests().iter().map(|best| (best.loss.unwrap().to_owned(), best.objective)).collect();
    let expected = [("mse", Some(3.1)), ("mae", Some(0.6)), ("bce", None)].map(|(loss, best)| (loss.to_owned(), best));
    assert_eq!(bests, expected);
    let one = with_settings(&[RATE, SEED], &[at("0.1,0", 3.0), at("0.1,1", 5.0), at("0.2,0", 1.0), at("0.2,1", 9.0)]);
    assert_eq!(one.bests()[0].objective, Some(4.0), "as the headline says, and not that of the luckiest run");
    assert_eq!(one.headline(), "Least median loss 4 at η = 0.1");
}

#[test]
fn where_a_value_is_a_median_the_good_range_says_so() {
    let runs = ["0.1", "0.2", "0.4"].iter().zip([3.0, 1.0, 2.0]);
    let cells: Vec<(String, f64)> =
        runs.flat_map(|(rate, loss)| (0..2).map(move |w| (format!("{rate},{w}"), loss + f64::from(w)))).collect();
    let runs: Vec<_> = cells.iter().map(|(cells, loss)| at(cells, *loss)).collect();
    let found = with_settings(&[RATE, SEED], &runs);
    let sentence = "Only η = 0.2 is within 5 % of the best median loss, 1.5; 0.1 and 0.4 are worse";
    assert_eq!(found.found[0].sentence, sentence);
}

#[test]
fn what_to_try_next_names_the_loss_it_is_about() {
    let axes = |subject: &mut Subject| subject.axes = axes(&[(RATE.0, "[0.01, 0.1, 1.0]")]);
    let runs = [
        at("mse,0.01", 4.0),
        at("mse,0.1", 1.0),
        at("mse,1", 3.0),
        at("mae,0.01", 9.0),
        at("mae,0.1", 8.0),
        at("mae,1", 2.0),
    ];
    let next = findings(&[LOSS, RATE], &runs, axes).next;
    assert_eq!(next[0].sentence, "The best η of mae is the largest that was tried, 1");
    assert_eq!(next[1].sentence, "The next η around the best of mse, 0.01 and 1, are far from 0.1: look between them");
}
