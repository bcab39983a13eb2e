use std::path::Path;

use etascape_sweep::Experiment;

use super::*;
use crate::study::testing::{parameters, with_subject};
use crate::subject::{Scale, Subject};

const RATE: (&str, Scale) = ("train.learning_rate", Scale::Log);

/// Runs of the engine: their first cells, status, and the loss at the start, at the end, and at its least.
fn table(swept: &str, runs: &[(&str, &str, [f64; 3])]) -> String {
    let row = |(id, (cells, status, [first, last, least])): (usize, &(&str, &str, [f64; 3]))| {
        format!("{id},{cells},{status},100,{first},{last},{least}\n")
    };
    let head = format!("run_id,{swept},status,steps,initial_loss,final_loss,min_loss\n");
    std::iter::once(head).chain(runs.iter().enumerate().map(row)).collect()
}

/// What is near in a table, in words, and whether each of some values is near for run 0.
fn near(table: &str, subject: &Subject, values: &[f64]) -> Option<(String, Vec<bool>)> {
    let mut found = None;
    with_subject(table, subject, |study| {
        found = Within::of(study).map(|within| {
            let level = within.level(study, 0).copied();
            let is_near = |value: &f64| level.is_some_and(|level| within.is_near(&level, *value));
            (within.all_words(), values.iter().map(is_near).collect())
        });
    });
    found
}

fn subject(edit: impl FnOnce(&mut Subject)) -> Subject {
    let mut subject = Subject { parameters: parameters(&[RATE]), ..Subject::default() };
    subject.limits.converged_below = Some(0.1);
    edit(&mut subject);
    subject
}

#[test]
fn near_is_within_five_per_cent_of_the_least_that_a_run_came_to() {
    let runs = [("0.1", "max_steps", [9.0, 3.0, 2.0]), ("0.2", "pruned", [9.0, 5.0, 5.0])];
    let least = |runs: &[(&str, &str, [f64; 3])], values: &[f64]| near(&table(RATE.0, runs), &subject(|_| {}), values);
    let expected = |words: &str, is_near: &[bool]| Some((words.to_owned(), is_near.to_vec()));
    assert_eq!(least(&runs, &[2.1, 2.11]), expected("within 5 % of the least loss, 2", &[true, false]));
    let lost = [runs[0], ("0.4", "diverged", [9.0, f64::INFINITY, 0.5]), ("9", "diverged", [9.0, 1e9, 9.0])];
    assert_eq!(least(&lost, &[2.1, 2.11]), least(&runs, &[2.1, 2.11]), "what diverged came to nothing");
    let negative = [("0.1", "max_steps", [9.0, 3.0, -2.0])];
    assert_eq!(least(&negative, &[-1.9, -1.89]).unwrap().1, [true, false], "5 % of its magnitude");
    let zero = [("0.1", "max_steps", [8.0, 0.0, 0.0])];
    assert_eq!(least(&zero, &[8e-12, 9e-12]), expected("within rounding noise of the least loss, 0", &[true, false]));
    assert_eq!(least(&[("9", "diverged", [9.0, 9e9, 9.0])], &[]), None, "no run is left");
}

#[test]
fn almost_none_is_fewer_than_one_in_ten_and_those_are_alike() {
    let of = |runs: usize, converged: usize| {
        let last = |run: usize| if run < converged { ("converged", 1e-9) } else { ("max_steps", 0.103) };
        let runs: Vec<(&str, &str, [f64; 3])> =
            (0..runs).map(|run| ("0.1", last(run).0, [9.0, last(run).1, last(run).1])).collect();
        near(&table(RATE.0, &runs), &subject(|_| {}), &[0.104, 0.106])
    };
    assert_eq!(of(11, 1), Some(("within 5 % of stop.converged_below, 0.1".to_owned(), vec![true, false])));
    assert_eq!(of(10, 1), None, "the steps are those to converge");
    assert_eq!(of(10, 0).unwrap().0, "within 5 % of the least loss, 0.103");
}

#[test]
fn losses_of_different_kinds_have_a_least_each_and_greatest_are_near_the_greatest() {
    let kinds = table("train.loss", &[("mse", "max_steps", [9.0, 2.0, 2.0]), ("bce", "max_steps", [9.0, 1.0, 1.0])]);
    let of_kinds = Subject { parameters: parameters(&[("train.loss", Scale::Categories)]), ..Subject::default() };
    let found = near(&kinds, &of_kinds, &[2.1, 2.2]);
    assert_eq!(found, Some(("within 5 % of the least loss of its kind".to_owned(), vec![true, false])));

    let program = |subject: &mut Subject| {
        subject.limits.is_program = true;
        subject.objective.name = "accuracy".to_owned();
        subject.objective.maximise = true;
    };
    let head = "run_id,train.learning_rate,status,steps,initial_accuracy,final_accuracy,min_accuracy,max_accuracy\n";
    let found = near(&format!("{head}0,0.1,max_steps,9,0.5,0.9,0.4,0.97\n"), &subject(program), &[0.96, 0.959]);
    assert_eq!(found, Some(("within 0.01 of the greatest accuracy, 0.97".to_owned(), vec![true, false])));
    let found = near(&format!("{head}0,0.1,max_steps,9,50,90,40,97\n"), &subject(program), &[92.2, 92.1]);
    assert_eq!(found, Some(("within 5 % of the greatest accuracy, 97".to_owned(), vec![true, false])));
}

/// The mean of 1 and 3 has the least mean square error, 1.
#[test]
fn theory_knows_the_least_loss_of_linear_models() {
    let of = |targets: &str| {
        let text = format!(
            "name = \"t\"\ndata.points = {targets}\ntrain = {{ loss = \"mse\", steps = 9 }}\n\
             sweep.parameters = {{ \"train.learning_rate\" = [0.1] }}\n"
        );
        Subject::of(&Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap())
    };
    let runs = table(RATE.0, &[("0.1", "max_steps", [9.0, 1.3, 1.2])]);
    let found = near(&runs, &of("[[0, 1], [0, 3]]"), &[1.05, 1.06]);
    assert_eq!(found, Some(("within 5 % of the least loss that theory knows, 1".to_owned(), vec![true, false])));
    let found = near(&runs, &of("[[0, 1], [1, 3]]"), &[1.26, 1.27]);
    assert_eq!(found, Some(("within 5 % of the least loss, 1.2".to_owned(), vec![true, false])), "of 0, 5 % is 0");
}
