use super::*;
use crate::study::testing::runs as parsed;
use crate::study::{Study, Within};

/// The findings of runs of the engine with the steps until each was near the least loss.
fn with_steps(swept: &[(&str, Scale)], runs: &[(&str, &str, f64, f64)], steps: &[Option<u64>]) -> Findings {
    let subject = Subject { parameters: parameters(swept), ..Subject::default() };
    let mut runs = parsed(&table(swept, runs));
    let within = Within::of(&Study::new(&subject, &runs).unwrap());
    runs.add_numbers(crate::study::STEPS_WITHIN, steps.iter().copied());
    let study = Study::new(&subject, &runs).unwrap();
    Findings::from_tables(&study, crate::study::settings::Settings::of(&study, 0).best).with_curves(&study, &[], within)
}

/// The sentence about steps.
fn steps_of(findings: &Findings) -> String {
    let found = findings.found.iter().find(|one| matches!(one.kind, crate::findings::FindingKind::WithinLeast { .. }));
    found.map_or_else(String::new, |one| one.sentence.clone())
}

#[test]
fn the_fewest_steps_until_near_the_least_loss_are_told() {
    let runs = [("0.01", "max_steps", 9.0, 4.0), ("0.1", "max_steps", 9.0, 2.0), ("1", "max_steps", 9.0, 2.05)];
    let found = with_steps(&[RATE], &runs, &[None, Some(80), Some(30)]);
    let sentence = "Fewest steps until within 5 % of the least loss, 2: 30 steps at η = 1; 2 of 3 settings come there";
    assert_eq!(steps_of(&found), sentence);
    let (head, rows) = found.table();
    let at = head.iter().position(|name| name == "steps to within 5 %").unwrap();
    assert_eq!(rows.iter().map(|row| row[at].as_str()).collect::<Vec<_>>(), ["80", "30", "–"]);
    assert_eq!(found.headline(), "Least loss 2 at η = 0.1", "the fastest is not the best");
    let none = with_steps(&[RATE], &runs, &[None; 3]);
    assert_eq!(steps_of(&none), "No logged point is within 5 % of the least loss, 2");
}

#[test]
fn a_setting_is_near_where_most_of_its_runs_are() {
    let runs = [("0.1,0", 2.0), ("0.1,1", 3.0), ("0.1,2", 4.0), ("1,0", 2.05), ("1,1", 2.06), ("1,2", 9.0)];
    let runs = runs.map(|(cells, loss)| (cells, "max_steps", 9.0, loss));
    let steps = [Some(5), None, None, Some(20), Some(40), None];
    let found = with_steps(&[RATE, SEED], &runs, &steps);
    let sentence =
        "Fewest steps until within 5 % of the least loss, 2: median 30 steps at η = 1; 1 of 2 settings comes there";
    assert_eq!(steps_of(&found), sentence);
    assert_eq!(found.table().1[0][4], "30 (25 – 35), 2 of 3");
    let few = with_steps(&[RATE, SEED], &runs, &[Some(5), None, None, Some(20), None, None]);
    assert_eq!(steps_of(&few), "In no setting do most runs come within 5 % of the least loss, 2; 2 of 6 do");
    assert_eq!(
        found.settings.iter().map(|one| one.within.map(|(count, of)| (count, of[1]))).collect::<Vec<_>>(),
        [Some((2, 30.0)), Some((1, 5.0))]
    );
}

/// Each loss has a least of its own, in training, whatever the runs are judged by.
#[test]
fn the_least_of_each_loss_is_named() {
    const LOSS: (&str, Scale) = ("train.loss", Scale::Categories);
    let runs = [
        ("mse,0.1", "max_steps", 9.0, 2.0),
        ("mse,1", "max_steps", 9.0, 2.05),
        ("mae,0.1", "max_steps", 9.0, 0.5),
        ("mae,1", "max_steps", 9.0, 0.7),
    ];
    let found = with_steps(&[LOSS, RATE], &runs, &[Some(80), Some(30), None, None]);
    let about = |one: &&crate::findings::Finding| matches!(one.kind, crate::findings::FindingKind::WithinLeast { .. });
    let said: Vec<&str> = found.found.iter().filter(about).map(|one| one.sentence.as_str()).collect();
    let fewest =
        "Fewest steps until within 5 % of the least loss of mse, 2: 30 steps at η = 1; 2 of 2 settings come there";
    assert_eq!(said, [fewest, "No logged point is within 5 % of the least loss of mae, 0.5"]);
}
