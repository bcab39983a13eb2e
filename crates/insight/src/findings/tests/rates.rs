use super::advice::{INF, at_rates, axis, next};
use super::*;
use crate::facts::StartLimit;

#[test]
fn the_best_at_an_end_leads_on_and_in_between_does_not() {
    let geomspace = |subject: &mut Subject| axis(subject, "{ geomspace = [1e-3, 1, 4] }");
    assert_eq!(
        next(&at_rates(&[4.0, 3.0, 2.0, 1.0], geomspace)),
        [proposal(
            "The best η is the largest that was tried, 1",
            "\"train.learning_rate\" = { geomspace = [0.001, 10, 5] }"
        )]
    );
    assert_eq!(
        next(&at_rates(&[1.0, 2.0, 3.0, INF], geomspace)),
        [proposal(
            "The best η is the least that was tried, 0.001",
            "\"train.learning_rate\" = { geomspace = [0.0001, 1, 5] }"
        )]
    );
    assert_eq!(next(&at_rates(&[4.0, 1.01, 1.0, 2.0], geomspace)), []);
    assert_eq!(next(&at_rates(&[2.0, 2.0, 2.0, 2.0], geomspace)), [], "all are alike");
    assert_eq!(next(&at_rates(&[1.0, 1.0001, 1.0, 2.0], geomspace)), [], "the next is the same but for 0.01 %");
    assert_eq!(next(&at_rates(&[4.0, 3.0, 2.0, 1.0], |_| {}))[0].1, None, "it advances with another");
}

#[test]
fn no_rate_beyond_the_limit_is_proposed() {
    let with = |limit: f64| {
        let of = move |subject: &mut Subject| {
            subject.theory_limit = Some(limit);
            axis(subject, "{ geomspace = [1e-3, 1, 4] }");
        };
        next(&at_rates(&[4.0, 3.0, 2.0, 1.0], of))
    };
    let sentence = "The best η is the largest that was tried, 1; the limit 2/λmax is 1.5";
    assert_eq!(with(1.5), [proposal(sentence, "\"train.learning_rate\" = { geomspace = [1, 1.47, 8] }")]);
    assert_eq!(with(1.01), []);
}

#[test]
fn no_proposed_axis_has_a_rate_above_the_limit() {
    let of = |losses: [f64; 3]| {
        let rates = ["0.1", "0.3", "1.0"].into_iter().zip(losses);
        let status = |loss: f64| if loss.is_finite() { "max_steps" } else { "diverged" };
        let runs: Vec<(&str, &str, f64, f64)> = rates.map(|(rate, loss)| (rate, status(loss), 9.0, loss)).collect();
        let limited = |subject: &mut Subject| {
            subject.theory_limit = Some(0.86);
            axis(subject, "[0.1, 0.3, 1.0]");
        };
        next(&findings(&[RATE], &runs, limited)).into_iter().map(|(_, line)| line.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(of([1.0, 2.0, INF]), ["\"train.learning_rate\" = [0.0111111, 0.0333333, 0.1, 0.3]"]);
    assert_eq!(of([2.0, 1.0, INF]), ["\"train.learning_rate\" = { geomspace = [0.1, 0.843, 9] }"]);
}

#[test]
fn the_fastest_at_an_end_leads_on_where_runs_converged() {
    let runs = [("0.01", "max_steps", 9.0, 1.0), ("0.1", "converged", 9.0, 1e-10), ("0.2", "converged", 9.0, 1e-10)];
    let table = table(&[RATE], &runs).replace("2,0.2,converged,100", "2,0.2,converged,50");
    let mut subject = Subject { parameters: parameters(&[RATE]), ..Subject::default() };
    subject.limits.converged_below = Some(1e-9);
    axis(&mut subject, "[0.01, 0.1, 0.2]");
    let found = found_in(&table, &subject, &[]);
    assert_eq!(found.headline(), "η from 0.1 on converges; fastest at 0.2");
    assert_eq!(
        next(&found),
        [proposal(
            "The fastest η is the largest that was tried, 0.2",
            "\"train.learning_rate\" = [0.01, 0.1, 0.2, 0.4, 0.8]"
        )]
    );
    assert_eq!(said(&found)[0], [], "the headline tells where runs converged");
}

#[test]
fn far_neighbours_are_looked_between() {
    let found = at_rates(&[4.0, 1.0, 3.0], |subject| axis(subject, "{ geomspace = [1e-3, 0.1, 3] }"));
    let line = "\"train.learning_rate\" = { geomspace = [0.001, 0.1, 9] }";
    assert_eq!(
        next(&found),
        [proposal("The next η around the best, 0.001 and 0.1, are far from 0.01: look between them", line)]
    );
    assert_eq!(next(&at_rates(&[4.0, 1.0, 1.01, 3.0], |_| {})), [], "a neighbour is as good");
}

/// The best rates of two optimisers, the neighbours of the better one's being far.
#[test]
fn a_finer_axis_keeps_the_best_rate_of_each_value() {
    let of = |sgd: [f64; 5], adam: [f64; 5]| {
        let rates = ["0.001", "0.01", "0.1", "1", "10"];
        let cells: Vec<(String, f64)> = [("sgd", sgd), ("adam", adam)]
            .into_iter()
            .flat_map(|(word, losses)| {
                rates.into_iter().zip(losses).map(move |(rate, loss)| (format!("{word},{rate}"), loss))
            })
            .collect();
        let runs: Vec<(&str, &str, f64, f64)> =
            cells.iter().map(|(cells, loss)| (cells.as_str(), "max_steps", 9.0, *loss)).collect();
        next(&findings(&[OPTIMIZER, RATE], &runs, |subject| axis(subject, "{ geomspace = [1e-3, 10, 5] }")))
    };
    let told = "The next η around the best, 0.001 and 0.1, are far from 0.01: look between them";
    let adam = [5.0, 1.0, 5.0, 6.0, 7.0];
    let beside = proposal(
        &format!("{told}; the best η is 1 for sgd"),
        "\"train.learning_rate\" = { geomspace = [0.001, 1, 9] }",
    );
    assert_eq!(of([8.0, 7.0, 6.0, 2.0, 3.0], adam), [beside]);
    let between = proposal(told, "\"train.learning_rate\" = { geomspace = [0.001, 0.1, 9] }");
    assert_eq!(of([8.0, 7.0, 2.0, 4.0, 5.0], adam), [between], "0.1 is on it");
}

#[test]
fn near_the_limit_no_narrow_axis_is_proposed() {
    let with = |limit: f64, losses: &[f64]| {
        let limited = |subject: &mut Subject| {
            subject.theory_limit = Some(limit);
            axis(subject, "{ geomspace = [1e-3, 1, 4] }");
        };
        next(&at_rates(losses, limited))
    };
    let line = |limit: f64| with(limit, &[4.0, 3.0, 2.0, 1.0]).pop().and_then(|one| one.1);
    assert_eq!(line(1.27).as_deref(), Some("\"train.learning_rate\" = { geomspace = [1, 1.24, 5] }"));
    assert_eq!(line(1.24), None, "a quarter more is little");
    // Above 0.1 there is nothing below the limit, and the rate below is a decade away.
    let coarse = with(0.101, &[4.0, 3.0, 1.0, INF]).pop().and_then(|one| one.1);
    assert_eq!(coarse.as_deref(), Some("\"train.learning_rate\" = { geomspace = [0.01, 0.1, 9] }"));
    let near = |subject: &mut Subject| {
        subject.theory_limit = Some(0.11);
        axis(subject, "[0.08, 0.1, 10.0]");
    };
    let runs = [("0.08", "max_steps", 9.0, 2.0), ("0.1", "max_steps", 9.0, 1.0), ("10.0", "diverged", 9.0, INF)];
    assert_eq!(next(&findings(&[RATE], &runs, near)), [], "what is far lies above the limit");
}

#[test]
fn rates_that_hardly_move_the_loss_are_told_with_the_limit() {
    let of = |limit: Option<f64>, last: f64| {
        let runs = [("1e-8", "max_steps", 2.0, 1.9999), ("1e-7", "max_steps", 2.0, last)];
        findings(&[RATE], &runs, |subject| {
            subject.axes = axes(&[("train.learning_rate", "{ geomspace = [1e-8, 1e-7, 2] }")]);
            let at = limit.map(|limit| StartLimit { limit, standardized: None, is_everywhere: false });
            subject.facts.start_limit = Some(Box::new(move || at));
        })
    };
    let found = of(Some(0.5), 1.9995);
    assert_eq!(found.headline(), "No run ended more than 1 % below its start: least loss 2, from 2");
    let told = "Even the largest η, 10⁻⁷, hardly moves the loss: try larger ones";
    let with_limit = format!("{told}; 2/λmax where training starts is 0.5");
    assert_eq!(next(&found), [proposal(&with_limit, "\"train.learning_rate\" = { geomspace = [0.0045, 0.45, 9] }")]);
    assert_eq!(next(&of(None, 1.9995))[0].0, told);
    assert_eq!(next(&of(Some(0.5), 2.5)), [], "the largest made it worse");
    assert_eq!(next(&of(Some(2e-7), 1.9995)), [], "there is no room below the limit");
    assert_ne!(of(Some(0.5), 1.97).headline(), found.headline(), "it moved");
}

/// A value whose best rate is the last one is not at its best yet.
#[test]
fn a_value_whose_best_rate_is_at_an_edge_is_told_beside_the_best() {
    let of = |last: f64| {
        let runs = [
            ("sgd,0.1", "max_steps", 9.0, 5.0),
            ("sgd,0.2", "max_steps", 9.0, 4.0),
            ("sgd,0.4", "max_steps", 9.0, last),
            ("adam,0.1", "max_steps", 9.0, 3.0),
            ("adam,0.2", "max_steps", 9.0, 1.0),
            ("adam,0.4", "max_steps", 9.0, 3.0),
        ];
        let found = findings(&[OPTIMIZER, RATE], &runs, |subject| {
            subject.axes = axes(&[("train.learning_rate", "{ geomspace = [0.1, 0.4, 3] }")]);
        });
        next(&found)
    };
    let told = "The best η of sgd is the largest that was tried, 0.4: beyond it, the comparison may turn";
    let told = proposal(told, "\"train.learning_rate\" = { geomspace = [0.1, 3.2, 6] }");
    let coarse = words("The next η around the best, 0.1 and 0.4, are far from 0.2: look between them");
    assert_eq!(of(2.0), [told, coarse], "no other axis is proposed beside it");
    assert!(!of(6.0).iter().any(|(sentence, _)| sentence.contains("of sgd")));
    assert!(!of(3.9).iter().any(|(sentence, _)| sentence.contains("of sgd")), "the next is about as good");
}
