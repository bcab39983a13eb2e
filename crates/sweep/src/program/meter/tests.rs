use etascape_core::StopRules;

use super::*;
use crate::program::async_halving::AsyncHalving;
use crate::spec::halving::Halving;

fn rules() -> Rules {
    Rules {
        objective: Some("loss".into()),
        maximise: false,
        stop: StopRules { converged_below: 0.1, diverged_above: 100.0, ..StopRules::NONE },
        halving: None,
    }
}

fn measured(lines: &[&str]) -> Record {
    let rules = rules();
    let setup = MeterSetup { rules: &rules, is_alone: false, curve: CurveSteps::Points(100), rungs: None };
    let mut meter = Meter::new(setup, &MetricsSource::Stdout);
    lines.iter().all(|line| meter.line(Line::Whole(line.as_bytes())));
    meter.finish(7)
}

#[test]
fn a_run_is_its_lines() {
    let lines = [r#"{"step":0,"loss":4,"acc":0.1}"#, r#"{"step":5,"loss":2}"#, r#"{"step":5,"acc":0.7}"#];
    let record = measured(&lines);
    assert_eq!((record.run, record.status, record.steps, record.unread), (7, Status::MaxSteps, 5, 0));
    let loss = Spread { first: Some(4.0), last: Some(2.0), min: Some(2.0), max: Some(4.0), at: [Some(5), Some(0)] };
    assert_eq!(record.spread("loss"), Some(&loss));
    let points: Vec<_> = record.curve.iter().map(|point| (point.step, &point.values[..])).collect();
    assert_eq!(points, [(0, &[Some(4.0), Some(0.1)][..]), (5, &[Some(2.0), Some(0.7)])]);
}

#[test]
fn of_a_step_with_several_rows_the_last_value_counts_everywhere() {
    let lines = [
        r#"{"step":1,"loss":9,"acc":0.1}"#,
        r#"{"step":1,"loss":4}"#,
        r#"{"step":2,"loss":1}"#,
        r#"{"step":2,"loss":3}"#,
    ];
    let record = measured(&lines);
    let loss = Spread { first: Some(4.0), last: Some(3.0), min: Some(3.0), max: Some(4.0), at: [Some(2), Some(1)] };
    assert_eq!(record.spread("loss"), Some(&loss), "as the curve has it");
    assert_eq!(record.spread("acc").unwrap().last, Some(0.1));
    assert_eq!(measured(&[r#"{"step":1,"loss":0.1}"#, r#"{"step":1,"loss":4}"#]).status, Status::Converged, "a rule");
}

#[test]
fn the_line_that_ends_a_run_is_the_last_of_it() {
    let record = measured(&[r#"{"loss":4}"#, r#"{"loss":NaN}"#, r#"{"loss":1}"#]);
    assert_eq!((record.status, record.steps), (Status::Diverged, 1));
    assert_eq!(record.reason.as_deref(), Some("loss NaN at step 1"));
    let loss = record.spread("loss").unwrap();
    assert!(loss.last.unwrap().is_nan() && loss.min == Some(4.0));
    assert_eq!(measured(&[r#"{"loss":0.1}"#]).status, Status::Converged);
}

#[test]
fn what_cannot_be_read_is_counted_and_the_first_is_shown() {
    let lines = [r#"{"step":3,"loss":4}"#, "noise\u{7}", r#"{"step":2,"loss":1}"#, r#"{"step":4.5,"loss":1}"#];
    let record = measured(&lines);
    assert_eq!((record.unread, record.steps, record.curve.len()), (3, 3, 1));
    assert_eq!(record.first_unread.as_deref(), Some("line 2: no object of JSON: noise\\u{7}"));
}

#[test]
fn a_name_in_lines_that_cannot_be_read_alone_is_no_metric() {
    let record = measured(&[r#"{"loss":4}"#, r#"{"acc":1,"\u0007":2}"#]);
    assert_eq!((record.unread, record.names.len(), record.spreads.len()), (1, 1, 1));
    assert_eq!(record.spread("acc"), None);
    let record = measured(&[r#"{"loss":4,"\u0007":2}"#]);
    assert_eq!((record.unread, record.spread("loss")), (1, None));
}

#[test]
fn null_is_a_value_that_does_not_exist() {
    let record = measured(&[r#"{"step":1,"loss":null,"acc":1}"#, r#"{"step":2,"loss":3}"#]);
    assert_eq!(record.spread("loss").unwrap().first, Some(3.0));
    assert_eq!((record.status, record.curve.len(), record.unread), (Status::MaxSteps, 2, 0));
}

#[test]
fn a_run_ends_at_the_first_rung_where_it_is_poor() {
    let rules = rules();
    let halving = AsyncHalving::new(Halving { min_steps: 10, factor: 2 }, false);
    let ends = |losses: &[f64]| {
        let rungs = ReachedRungs::new(&halving);
        let setup = MeterSetup { rules: &rules, is_alone: false, curve: CurveSteps::None, rungs: Some(&rungs) };
        let mut meter = Meter::new(setup, &MetricsSource::Stdout);
        losses.iter().zip((0..).step_by(10)).all(|(&loss, step)| meter.numbers(step, &[("loss", loss)]));
        let record = meter.finish(0);
        (record.status, record.steps, record.rungs)
    };
    assert_eq!(ends(&[9.0, 3.0, 2.0]), (Status::MaxSteps, 20, vec![3.0, 2.0]));
    assert_eq!(ends(&[9.0, 4.0, 1.0]), (Status::Pruned, 10, vec![4.0]));
    assert_eq!(ends(&[9.0, 2.0, 2.5]), (Status::Pruned, 20, vec![2.0, 2.5]));
}

#[test]
fn the_line_that_is_shown_is_the_first_with_what_is_the_objective_in_the_end() {
    let rules = Rules { objective: None, ..rules() };
    let setup = MeterSetup { rules: &rules, is_alone: false, curve: CurveSteps::None, rungs: None };
    let mut meter = Meter::new(setup, &MetricsSource::Auto);
    let lines = ["epoch 1 lr 0.5", "epoch 1 loss 4", "\repoch 1 val_loss 9\repoch 1 val_loss 5", "epoch 2 val_loss 4"];
    assert!(lines.iter().all(|line| meter.line(Line::Whole(line.as_bytes()))));
    let Understood { steps, example, .. } = meter.understood();
    assert_eq!(steps, StepsFrom::Named("epoch".into()));
    let expected = ReadLine { text: "epoch 1 val_loss 5".into(), step: 1, values: vec![("val_loss".into(), 5.0)] };
    assert_eq!(example, Some(expected));
}
