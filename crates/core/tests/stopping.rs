//! When runs end, and what their records say, on problems whose every loss is known exactly.
//!
//! One weight, one row with x = 1 and t = 0: E = ½w², and an update makes w into (1 − η) w. With η = ½ the weight
//! halves, from 1: E at step k is ½ · 4⁻ᵏ; with η = 3 it doubles and changes sign: ½ · 4ᵏ. No rounding anywhere.

mod common;

use common::{data, hyper, losses, rows, shape, train_one};
use etascape_core::{CurveSteps, Data, Hyper, Optimizer, Patience, RunRecord, Sgd, Shape, StopReason};

const SGD: Optimizer = Optimizer::Sgd(Sgd { momentum: 0.0, dampening: 0.0, weight_decay: 0.0, nesterov: false });

fn half_momentum() -> Optimizer {
    Sgd { momentum: 0.5, ..Sgd::default() }.into()
}
const HALVING: f64 = 0.5;
const DOUBLING: f64 = 3.0;

fn one_weight(steps: u64) -> Shape {
    shape(&[1, 1], false, &[1.0], steps)
}

fn bowl() -> Data {
    data(&[&[1.0]], &[0.0])
}

fn run(learning_rate: f64, steps: u64, change: impl Fn(&mut Shape, &mut Hyper)) -> RunRecord {
    let (mut shape, mut hyper) = (one_weight(steps), hyper(SGD, learning_rate));
    change(&mut shape, &mut hyper);
    train_one(&shape, &bowl(), &hyper)
}

/// StopReason, steps, and the weight at the end; the curve must end there too.
#[track_caller]
fn check(record: &RunRecord, status: StopReason, steps: u64, weight: f64) {
    assert_eq!((record.stop_reason, record.steps, &record.parameters[..]), (status, steps, &[weight][..]));
    assert_eq!((record.initial_loss, record.final_loss), (0.5, 0.5 * weight * weight));
    let last = record.curve.last().expect("curves end with the run");
    assert_eq!((last.step, last.loss, &last.parameters), (steps, record.final_loss, &record.parameters));
    assert_eq!(record.curve.len() as u64, steps + 1);
}

#[test]
fn all_steps_are_taken() {
    let record = run(HALVING, 5, |_, _| {});
    check(&record, StopReason::MaxSteps, 5, 1.0 / 32.0);
    assert_eq!(losses(&record), [0.5, 0.125, 0.03125, 0.0078125, 0.001953125, 0.00048828125]);
    assert_eq!(record.min_loss, record.final_loss);
    assert_eq!(record.extras().trainability, None);
    check(&run(HALVING, 1, |_, _| {}), StopReason::MaxSteps, 1, 0.5);
}

#[test]
fn at_converged_below_is_converged() {
    check(&run(HALVING, 9, |_, h| h.converged_below = 0.0078125), StopReason::Converged, 3, 0.125);
    check(&run(HALVING, 9, |_, h| h.converged_below = 0.0078124), StopReason::Converged, 4, 0.0625);
}

#[test]
fn at_diverged_above_is_not_yet_diverged() {
    check(&run(DOUBLING, 9, |_, h| h.diverged_above = 32.0), StopReason::Diverged, 4, 16.0);
    let record = run(DOUBLING, 9, |_, h| h.diverged_above = 31.9);
    check(&record, StopReason::Diverged, 3, -8.0);
    assert_eq!(record.min_loss, 0.5);
}

#[test]
fn the_start_is_checked_too() {
    check(&run(HALVING, 9, |_, h| h.converged_below = 0.5), StopReason::Converged, 0, 1.0);
    check(&run(HALVING, 9, |_, h| h.diverged_above = 0.4), StopReason::Diverged, 0, 1.0);
}

#[test]
fn what_the_loss_says_comes_before_the_last_step() {
    check(&run(HALVING, 3, |_, h| h.converged_below = 0.0078125), StopReason::Converged, 3, 0.125);
    check(&run(DOUBLING, 3, |_, h| h.diverged_above = 31.0), StopReason::Diverged, 3, -8.0);
    let both = |s: &mut Shape, _: &mut Hyper| s.patience = Some(Patience { steps: 3, min_delta: 0.0 });
    check(&run(0.0, 3, both), StopReason::Plateau, 3, 1.0);
}

#[test]
fn diverged_comes_before_converged() {
    let both = |_: &mut Shape, h: &mut Hyper| (h.converged_below, h.diverged_above) = (1.0, 0.1);
    check(&run(HALVING, 9, both), StopReason::Diverged, 0, 1.0);
}

/// |w| = 2ᵏ; w² overflows at 2¹⁰²⁴, and ½w² one step later at the most.
#[test]
fn a_loss_that_overflows_has_diverged() {
    let record = run(DOUBLING, 2000, |_, _| {});
    assert_eq!((record.stop_reason, record.final_loss, record.min_loss), (StopReason::Diverged, f64::INFINITY, 0.5));
    assert!([512, 513].contains(&record.steps), "{}", record.steps);
    let record = run(1e300, 2000, |_, _| {});
    assert_eq!((record.stop_reason, record.final_loss, record.steps), (StopReason::Diverged, f64::INFINITY, 1));
    assert_eq!(record.parameters[0], -1e300);
}

#[test]
fn a_loss_that_is_not_a_number_has_diverged() {
    let record = train_one(&shape(&[1, 1], false, &[f64::NAN], 9), &bowl(), &hyper(SGD, HALVING));
    assert_eq!((record.stop_reason, record.steps), (StopReason::Diverged, 0));
    assert!(record.initial_loss.is_nan() && record.final_loss.is_nan() && record.min_loss.is_nan());
}

#[test]
fn patience_ends_a_run_that_stands_still() {
    let patience = |steps| move |s: &mut Shape, _: &mut Hyper| s.patience = Some(Patience { steps, min_delta: 0.0 });
    check(&run(0.0, 100, patience(1)), StopReason::Plateau, 1, 1.0);
    check(&run(0.0, 100, patience(7)), StopReason::Plateau, 7, 1.0);
    check(&run(2.0, 100, patience(2)), StopReason::Plateau, 2, 1.0);
    check(&run(HALVING, 20, patience(1)), StopReason::MaxSteps, 20, 1.0 / 1048576.0);
    check(&run(DOUBLING, 100, patience(4)), StopReason::Plateau, 4, 16.0);
}

/// The losses are 0.5, 0.125, 0.03125, 0.0078, 0.00195, …: by more than 0.05 only the first two steps are better.
#[test]
fn what_is_better_by_less_than_min_delta_does_not_count() {
    let record = run(HALVING, 100, |s, _| s.patience = Some(Patience { steps: 2, min_delta: 0.05 }));
    check(&record, StopReason::Plateau, 4, 0.0625);
    assert_eq!(record.min_loss, record.final_loss, "the least loss is the least, whether or not it counted");
    // Step 2 is better by 0.09375 exactly, which is not more; step 3 is better than step 1 by more.
    let exactly = run(HALVING, 100, |s, _| s.patience = Some(Patience { steps: 2, min_delta: 0.09375 }));
    check(&exactly, StopReason::Plateau, 5, 0.03125);
}

/// With min_delta 0.025, step 3 (0.0078) is not better enough than step 2 (0.03125), but step 4 (0.00195) is: it is
/// compared with the last that counted.
#[test]
fn small_improvements_add_up() {
    let record = run(HALVING, 100, |s, _| s.patience = Some(Patience { steps: 2, min_delta: 0.025 }));
    check(&record, StopReason::Plateau, 6, 1.0 / 64.0);
}

/// With η = 1 and momentum ½ the weight is 1, 0, −½, −¼, ⅛.
#[test]
fn the_least_loss_may_lie_on_the_way() {
    let record = run(1.0, 4, |_, h| h.optimizer = half_momentum());
    check(&record, StopReason::MaxSteps, 4, 0.125);
    assert_eq!(losses(&record), [0.5, 0.0, 0.125, 0.03125, 0.0078125]);
    assert_eq!(record.min_loss, 0.0);
    check(
        &run(1.0, 4, |_, h| (h.optimizer, h.converged_below) = (half_momentum(), 0.0)),
        StopReason::Converged,
        1,
        0.0,
    );
}

/// Of a start from which w does not move, the losses over the first are 1; where the first is 0 or not finite there is no
/// such ratio, and the measure does not exist.
#[test]
fn losses_that_cannot_be_measured_in_the_first_have_no_trainability() {
    let measured = |start: f64, rate: f64, below: f64| {
        let mut shape = Shape { trainability: true, ..shape(&[1, 1], false, &[start], 30) };
        shape.curve = CurveSteps::None;
        let run = Hyper { converged_below: below, ..hyper(SGD, rate) };
        let record = train_one(&shape, &bowl(), &run);
        (record.extras().trainability, record.stop_reason, record.steps)
    };
    assert_eq!(measured(1.0, 0.0, 0.0), (Some(30.0), StopReason::MaxSteps, 30));
    assert_eq!(measured(1.0, 0.0, 0.5), (Some(-1.0), StopReason::Converged, 0), "1 at the start, then 0");
    assert_eq!(measured(0.0, 0.5, 1e-9), (None, StopReason::Converged, 0));
    assert_eq!(measured(0.0, 0.5, -1.0), (None, StopReason::MaxSteps, 30));
    assert_eq!(measured(1e200, 0.5, 0.0), (None, StopReason::Diverged, 0));
    assert_eq!(measured(f64::NAN, 0.5, 0.0), (None, StopReason::Diverged, 0));
}

fn logged(record: &RunRecord) -> Vec<u64> {
    record.curve.iter().map(|point| point.step).collect()
}

#[test]
fn curves_hold_the_first_and_the_last_step() {
    let every = |every| move |s: &mut Shape, _: &mut Hyper| s.curve = CurveSteps::Every(every);
    assert_eq!(logged(&run(HALVING, 10, every(4))), [0, 4, 8, 10]);
    assert_eq!(logged(&run(HALVING, 8, every(4))), [0, 4, 8]);
    assert_eq!(logged(&run(HALVING, 8, every(100))), [0, 8]);
    let stopped = run(HALVING, 100, |s, h| (s.curve, h.converged_below) = (CurveSteps::Every(4), 0.5 / 1024.0));
    assert_eq!(logged(&stopped), [0, 4, 5]);
    assert!(run(HALVING, 10, |s, _| s.curve = CurveSteps::None).curve.is_empty());
}

#[test]
fn points_of_a_curve_are_few_and_log_spaced() {
    for (points, steps) in [(2, 9), (5, 10_000), (20, 10_000), (200, 500), (200, 100)] {
        let steps_logged = logged(&run(0.0, steps, |s, _| s.curve = CurveSteps::Points(points)));
        assert!(steps_logged.len() as u64 <= points, "{points}: {steps_logged:?}");
        assert_eq!((steps_logged[0], steps_logged[steps_logged.len() - 1]), (0, steps));
        assert!(steps_logged.is_sorted_by(|a, b| a < b), "{steps_logged:?}");
    }
    let all = logged(&run(0.0, 4, |s, _| s.curve = CurveSteps::Points(200)));
    assert_eq!(all, [0, 1, 2, 3, 4]);
    let spaced = logged(&run(0.0, 10_000, |s, _| s.curve = CurveSteps::Points(50)));
    let in_decade = |from, to| spaced.iter().filter(|step| (from..to).contains(*step)).count();
    assert!(in_decade(10, 100).abs_diff(in_decade(100, 1000)) <= 2, "{spaced:?}");
    assert!(in_decade(100, 1000).abs_diff(in_decade(1000, 10_000)) <= 2, "{spaced:?}");
}

#[test]
fn parameters_are_logged_where_asked_for() {
    let record = run(HALVING, 3, |s, _| s.log_parameters = false);
    assert!(record.parameters.is_empty() && record.curve.iter().all(|point| point.parameters.is_empty()));
}

/// Held out: x = 2, t = 1, so that the loss there is ½ (2w − 1)² while w halves from 1.
#[test]
fn held_out_rows_are_measured_and_not_learned() {
    let held_out = Data::new(bowl().train, rows(&[&[2.0]], &[1.0]));
    let record = train_one(&one_weight(2), &held_out, &hyper(SGD, HALVING));
    let measured: Vec<_> = record.curve.iter().map(|point| point.metrics.val_loss).collect();
    assert_eq!(measured, [Some(0.5), Some(0.0), Some(0.125)]);
    assert_eq!(record.extras().metrics.val_loss, Some(0.125));
    assert_eq!((record.extras().metrics.accuracy, record.extras().metrics.val_accuracy), (None, None));
    assert_eq!(run(HALVING, 2, |_, _| {}).extras().metrics.val_loss, None);
}
