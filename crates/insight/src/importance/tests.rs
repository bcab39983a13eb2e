use super::*;
use crate::study::testing::with_table;
use crate::subject::{Choice, Scale};

const AB: [(&str, Scale); 2] = [("a", Scale::Linear), ("b", Scale::Linear)];

/// The importance in a table of two parameters and the last loss; the status is a word before it.
fn of(swept: [&str; 2], rows: &[(u32, u32, &str, &str)]) -> Result<Importance, String> {
    let head = format!("run_id,{},{},status,steps,initial_loss,final_loss,min_loss\n", swept[0], swept[1]);
    let row =
        |(id, (a, b, status, loss)): (usize, &(u32, u32, &str, &str))| format!("{id},{a},{b},{status},5,9,{loss},1\n");
    let table = head + &rows.iter().enumerate().map(row).collect::<String>();
    let mut found = None;
    with_table(&table, &swept.map(|path| (path, Scale::Linear)), Choice::default(), |study| {
        found = Importance::of(study)
    });
    found.unwrap()
}

fn grid(losses: [&str; 4]) -> Vec<(u32, u32, &'static str, &str)> {
    let places = [(0, 0), (0, 1), (1, 0), (1, 1)];
    places.into_iter().zip(losses).map(|((a, b), loss)| (a, b, "max_steps", loss)).collect()
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found}, expected {expected}");
}

#[test]
fn shares_are_those_worked_out_by_hand() {
    // Mean 3.5, variance 29/4. Means over a: 1.5, 5.5, so 4; over b: 2, 5, so 9/4; the pair has the other 1.
    let found = of(["a", "b"], &grid(["1", "2", "3", "8"])).unwrap();
    near(found.variance, 7.25);
    assert_eq!(found.parameters.iter().map(|one| one.of.join(" ")).collect::<Vec<_>>(), ["a", "b"]);
    near(found.parameters[0].share, 16.0 / 29.0);
    near(found.parameters[1].share, 9.0 / 29.0);
    near(found.pairs[0].share, 4.0 / 29.0);
    assert_eq!((found.is_log, found.seeds, found.diverged), (false, None, 0));
    near(found.rest, 0.0);
    let rows = found.table().1;
    assert_eq!(rows, [["a", "55.2 %"], ["b", "31 %"], ["a × b", "13.8 %"]]);
}

#[test]
fn losses_over_decades_count_by_their_logarithm() {
    // Logarithms 0, 1, 2, 3: variance 5/4, of which a has 1 and b 1/4.
    let found = of(["a", "b"], &grid(["1", "10", "100", "1000"])).unwrap();
    assert!(found.is_log && found.pairs.is_empty());
    near(found.parameters[0].share, 0.8);
    near(found.parameters[1].share, 0.2);
    assert!(found.words("loss").contains("the logarithm of loss"));
}

#[test]
fn what_seeds_alone_change_is_a_share_of_its_own() {
    // Means 2 and 6 around 4, and 1 to both sides of each: 4 of 5, and 1.
    let found = of(["a", "seed"], &grid(["1", "3", "5", "7"])).unwrap();
    assert_eq!(found.parameters.len(), 1);
    near(found.parameters[0].share, 0.8);
    near(found.seeds.unwrap(), 0.2);
}

#[test]
fn a_run_that_diverged_counts_as_the_worst_of_the_others() {
    let mut rows = grid(["1", "2", "3", "3"]);
    let same = of(["a", "b"], &rows).unwrap();
    rows[3] = (1, 1, "diverged", "inf");
    let found = of(["a", "b"], &rows).unwrap();
    assert_eq!(found, Importance { diverged: 1, ..same });
    assert!(found.words("loss").ends_with("1 run that diverged count as the worst value of the others."));
}

#[test]
fn where_it_would_not_be_honest_the_reason_is_said() {
    let why = |rows: &[(u32, u32, &str, &str)]| of(["a", "b"], rows).unwrap_err();
    let all = grid(["1", "2", "3", "8"]);
    assert_eq!(why(&all[..3]), "the 3 runs are not every combination of the parameters' values once; there are 4");
    let twice = [all[0], all[0], all[1], all[2]];
    assert!(why(&twice).contains("once"));
    let zipped = [all[0], all[3]];
    assert!(why(&zipped).contains("there are 4"));
    let ended = |status, loss| {
        let mut rows = all.clone();
        rows[1] = (0, 1, status, loss);
        why(&rows)
    };
    assert_eq!(ended("failed", ""), "1 run was ended by a failure or a time limit, without a result");
    assert_eq!(ended("pruned", "2"), "1 run was pruned, and not trained to their end");
    assert_eq!(ended("max_steps", ""), "1 run was without a finite loss");
    assert_eq!(why(&grid(["2", "2", "2", "2"])), "every run has the same loss");
    let gone: Vec<_> = all.iter().map(|&(a, b, _, _)| (a, b, "diverged", "inf")).collect();
    assert_eq!(why(&gone), "every run diverged");
}

#[test]
fn one_parameter_alone_is_not_compared() {
    let head =
        "run_id,a,b,status,steps,initial_loss,final_loss,min_loss\n0,1,1,max_steps,5,9,1,1\n1,2,1,max_steps,5,9,2,1\n";
    with_table(head, &AB, Choice::default(), |study| assert_eq!(Importance::of(study), None));
}
