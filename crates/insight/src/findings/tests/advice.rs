use super::*;
use crate::baseline::Baseline;
use crate::facts::{DeadAtEnd, Facts, StartLimit};
use crate::rounding::StandsStill;

pub(super) const INF: f64 = f64::INFINITY;

pub(super) fn axis(subject: &mut Subject, written: &str) {
    subject.axes = axes(&[("train.learning_rate", written)]);
}

/// Runs at rates 0.001, 0.01 … with these losses.
pub(super) fn at_rates(losses: &[f64], edit: impl FnOnce(&mut Subject)) -> Findings {
    let rates = ["0.001", "0.01", "0.1", "1", "10"];
    let status = |loss: f64| if loss.is_finite() { "max_steps" } else { "diverged" };
    let runs: Vec<(&str, &str, f64, f64)> =
        rates.iter().zip(losses).map(|(rate, &loss)| (*rate, status(loss), 9.0, loss)).collect();
    findings(&[RATE], &runs, edit)
}

pub(super) fn next(findings: &Findings) -> Vec<(String, Option<String>)> {
    let [_, next] = said(findings);
    next
}

#[test]
fn all_diverged_by_the_limit_or_without_one() {
    let limited = |limit: StartLimit| {
        move |subject: &mut Subject| {
            subject.facts.start_limit = Some(Box::new(move || Some(limit)));
            axis(subject, "{ geomspace = [1e-3, 0.1, 3] }");
        }
    };
    let limit = StartLimit { limit: 1e-5, standardized: None, is_everywhere: false };
    let found = at_rates(&[INF; 3], limited(limit));
    assert_eq!(found.headline(), "All 3 runs diverged");
    assert_eq!(
        next(&found),
        [proposal(
            "Every η is above 2/λmax = 10⁻⁵ where training starts: there the first steps grow",
            "\"train.learning_rate\" = { geomspace = [9e-8, 9e-6, 9] }"
        )]
    );
    let everywhere = StartLimit { is_everywhere: true, ..limit };
    let found = next(&at_rates(&[INF; 3], limited(everywhere)));
    assert_eq!(found[0].0, "Every η is above the limit 2/λmax = 10⁻⁵: gradient descent diverges there");
    let below = StartLimit { limit: 0.05, ..limit };
    let smaller = proposal(
        "Even the least η diverges, 0.001: try smaller ones",
        "\"train.learning_rate\" = { geomspace = [0.000001, 0.001, 9] }",
    );
    let found = next(&at_rates(&[INF; 3], limited(below)));
    assert_eq!(found[0].0, smaller.0, "not every rate is above the limit");
    assert!(next(&at_rates(&[INF, INF, 1.0], limited(limit))).iter().all(|one| !one.0.contains("limit")));
}

#[test]
fn nothing_learned_by_the_start() {
    let zero = |subject: &mut Subject| subject.facts.starts_at_zero = true;
    let found = at_rates(&[9.0, 9.0, 9.0 + 1e-12, 12.0], zero);
    assert_eq!(found.headline(), "No run got below where it started: loss 9");
    assert_eq!(found.found, []);
    assert_eq!(found.good_tables(), []);
    assert_eq!(
        next(&found),
        [proposal(
            "All weights start at 0, so the units of a layer stay alike: draw them",
            "init.scheme = \"glorot_uniform\""
        )]
    );
    let learned = at_rates(&[9.0, 9.0, 8.9, 12.0], zero);
    assert_eq!(learned.headline(), "Least loss 8.9 at η = 0.1");
    assert!(next(&learned).iter().all(|one| !one.0.contains("start at 0")));
    let mut one_line = Subject { parameters: parameters(&[RATE]), ..Subject::default() };
    one_line.limits.is_program = true;
    let table = table(&[RATE], &[("0.1", "max_steps", 9.0, 9.0)]).replace("max_steps,100", "max_steps,0");
    assert_eq!(found_in(&table, &one_line, &[]).nothing_learned, None, "one line tells no progress");
    let of_program = |losses: [f64; 2]| {
        let runs = [("0.1", "max_steps", losses[0], losses[0]), ("1", "max_steps", losses[1], losses[1])];
        found_in(&self::table(&[RATE], &runs), &one_line, &[]).headline()
    };
    assert_eq!(of_program([9.0, 9.0]), "No run got below its first loss: 9");
    assert_eq!(of_program([9.0, 8.0]), "Least loss 8 at η = 1", "its first number is not that of a start");
}

#[test]
fn nothing_learned_by_a_constant() {
    let baseline = |subject: &mut Subject| {
        let of = Baseline { loss: 4.0, val_loss: None, accuracy: None, val_accuracy: None };
        subject.facts = Facts { baselines: [("mse", of)].into(), ..Facts::default() };
    };
    let found = at_rates(&[4.5, 3.97, 4.0, 8.0], baseline);
    assert_eq!(found.headline(), "No run is more than 1 % better than a constant output: least loss 3.97, constant 4");
    assert_eq!(at_rates(&[4.5, 3.95, 4.0, 8.0], baseline).headline(), "Least loss 3.95 at η = 0.01");
}

/// The curve of run 2.
fn curve(loss: impl Fn(f64) -> f64) -> Curves {
    let mut curves = Curves::new(0);
    for step in [0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 75, 90, 100] {
        curves.push::<()>(2, (step, loss(step as f64)), |_| Ok(None)).unwrap();
    }
    curves
}

#[test]
fn a_curve_that_still_falls_asks_for_more_steps() {
    let falls_from = |start: f64, curves: &Curves, edit: &dyn Fn(&mut Subject)| {
        let runs: Vec<(&str, &str, f64, f64)> = [("0.001", 8.0), ("0.01", 4.0), ("0.1", 1.0), ("1", 3.0)]
            .map(|(rate, loss)| (rate, "max_steps", start, loss))
            .to_vec();
        let mut subject = Subject { parameters: parameters(&[RATE]), ..Subject::default() };
        edit(&mut subject);
        let found = found_in(&table(&[RATE], &runs), &subject, &[curves]);
        next(&found).into_iter().find(|one| one.0.contains("still falls"))
    };
    let falls = |curves: &Curves| falls_from(9.0, curves, &|_| {});
    let power = |power: f64| curve(move |step| 9.0 * libm::pow(step + 1.0, -power));
    // 9/51 at step 50, 9/101 at step 100, and so 9/101 · 51/101 at step 200.
    let sentence = "The best run still falls: loss 0.176 at step 50, 0.0891 at step 100; if it goes on as that power of \
                    the step, 200 steps come to 0.045";
    assert_eq!(falls(&power(1.0)), Some(proposal(sentence, "train.steps = 200")));
    assert_eq!(falls_from(9.0, &power(1.0), &|subject| subject.limits.is_program = true).unwrap().1, None);
    assert_eq!(falls(&power(0.05)), None, "3 % over half the steps");
    assert_eq!(falls(&curve(|step| if step >= 75.0 { 1.0 } else { 2.0 })), None, "it has come to its end");
    assert_eq!(falls(&Curves::new(0)), None);
    assert_eq!(falls(&curve(|step| if step == 20.0 { 0.08 } else { 9.0 / (step + 1.0) })), None, "it was lower before");
    assert_eq!(falls(&curve(|step| if step == 90.0 { 0.15 } else { 9.0 / (step + 1.0) })), None, "it rose between");
    assert_eq!(falls_from(1e6, &power(1.0), &|_| {}), None, "it is 10⁻⁷ of its start");
    // e^(−k/20): no power of the step, so none is said to go on.
    let decay = curve(|step| 9.0 * libm::exp(-step / 20.0));
    let sentence = "The best run still falls: loss 0.739 at step 50, 0.0606 at step 100";
    assert_eq!(falls(&decay), Some(proposal(sentence, "train.steps = 200")));
    // It falls from 1.08 to 1.007, but there is no more than 0.7 % to gain.
    assert_eq!(falls(&curve(|step| 1.0 + libm::exp(-step / 20.0))), None, "it comes to rest at 1");
}

#[test]
fn a_parameter_whose_best_value_is_at_an_end_is_told() {
    const SIZE: (&str, Scale) = ("train.batch_size", Scale::Linear);
    let of = |runs: [(&str, f64); 4]| {
        let runs: Vec<(&str, &str, f64, f64)> =
            runs.iter().map(|&(cells, loss)| (cells, "max_steps", 9.0, loss)).collect();
        next(&findings(&[SIZE], &runs, |_| {}))
    };
    let largest = words("The best train.batch_size is the largest that was tried, 64");
    assert_eq!(of([("8", 4.0), ("16", 3.0), ("32", 2.0), ("64", 1.0)]), [largest]);
    let least = words("The best train.batch_size is the least that was tried, 8");
    assert_eq!(of([("8", 1.0), ("16", 3.0), ("32", 2.0), ("64", 4.0)]), [least]);
    assert_eq!(of([("8", 4.0), ("16", 1.0), ("32", 2.0), ("64", 3.0)]), []);
    assert_eq!(of([("8", 4.0), ("16", 3.0), ("32", 1.01), ("64", 1.0)]), [], "the next is as good");
    assert_eq!(of([("8", 4.0), ("16", 3.0), ("32", 2.0), ("0", 1.0)]), [], "0 means all rows");
}

#[test]
fn classes_that_are_one_and_dead_units_are_told() {
    let baseline = |accuracy: f64| {
        move |subject: &mut Subject| {
            let of = Baseline { loss: 0.0, val_loss: None, accuracy: Some(accuracy), val_accuracy: None };
            subject.facts = Facts { baselines: [("bce", of)].into(), ..Facts::default() };
        }
    };
    let one = words("All training rows are of one class, so there is nothing to tell apart: look at the target");
    assert_eq!(next(&at_rates(&[4.0, 1.0, 1.01, 3.0], baseline(1.0))), [one]);
    assert_eq!(next(&at_rates(&[4.0, 1.0, 1.01, 3.0], baseline(0.9))), []);
    let dead = |subject: &mut Subject| subject.facts.is_dead_at_start = Some(Box::new(|| true));
    let found = next(&at_rates(&[9.0; 3], dead));
    assert_eq!(found.len(), 1);
    assert!(found[0].0.starts_with("Where training starts, all units of a layer are 0 for every row"), "{found:?}");
    assert!(next(&at_rates(&[4.0, 1.0, 1.01, 3.0], dead)).is_empty(), "something was learned");
    let died = |subject: &mut Subject| {
        subject.facts.dead_at_end = Some(DeadAtEnd { most: 9, is_dead: Box::new(|run, _| run >= 2) })
    };
    let found = at_rates(&[4.0, 1.0, 3.0, 3.0, INF], died);
    let sentence = "Where training ends, all units of a layer are 0 for every row in 2 of 4 runs at η from 0.1 to 1: these \
                    ReLUs died";
    assert!(found.found.iter().any(|one| one.sentence == sentence), "{:?}", found.found);
    let all =
        |subject: &mut Subject| subject.facts.dead_at_end = Some(DeadAtEnd { most: 9, is_dead: Box::new(|_, _| true) });
    assert!(next(&at_rates(&[9.0; 3], all))[0].0.contains("in all 3 runs at η from 0.001 to 0.1"));
}

/// Runs in f32, of which the last is held up; `held_up` is what is told of it.
fn in_f32(swept: &[(&str, Scale)], runs: &[(&str, &str, f64, f64)], edit: impl FnOnce(&mut Subject)) -> Vec<String> {
    let found = findings(swept, runs, |subject| {
        let held_up =
            |run| (run == 1).then_some(StandsStill { loss: 1e-12, since: 40, in_f64: 1e-30, converges_at: None });
        subject.facts.stands_still = Some(Box::new(held_up));
        edit(subject);
    });
    let told = next(&found).into_iter().filter(|(sentence, _)| sentence.starts_with("Rounding"));
    told.map(|(sentence, line)| format!("{sentence}: {}", line.unwrap_or_default())).collect()
}

#[test]
fn rounding_that_holds_up_a_run_is_told_of_the_best_that_did_not_converge() {
    let told = "Rounding to f32 holds up run 1: its updates are lost, and its loss stands still at 10⁻¹² from step 40 on; \
                in f64 the same run comes to 10⁻³⁰: ";
    let runs = |second: &'static str| [("0.1", "max_steps", 9.0, 1e-3), ("0.2", second, 9.0, 1e-12)];
    assert_eq!(in_f32(&[RATE], &runs("max_steps"), |_| {}), [format!("{told}train.precision = \"f64\"")]);
    assert_eq!(in_f32(&[RATE], &runs("converged"), |_| {}), [""; 0], "the other one is not held up");
    let held_out = |subject: &mut Subject| {
        (subject.objective.is_watched, subject.objective.name) = (false, "final_loss".to_owned());
    };
    assert_eq!(in_f32(&[RATE], &runs("max_steps"), held_out), [""; 0], "the training loss decides nothing");
    let precision = ("train.precision", Scale::Categories);
    let both = [("f64", "max_steps", 9.0, 1e-20), ("f32", "max_steps", 9.0, 1e-12)];
    assert_eq!(in_f32(&[precision], &both, |_| {}), [told], "both precisions are in the sweep");
}

#[test]
fn a_program_that_never_gave_a_number_is_told_before_smaller_rates() {
    let runs = [("0.1", "diverged", f64::NAN, f64::NAN), ("0.2", "diverged", f64::NAN, f64::NAN)];
    let of = |is_program: bool| {
        next(&findings(&[("lr", Scale::Log)], &runs, |subject| subject.limits.is_program = is_program))
    };
    let never = "No run ever gave a finite loss: look at the data, and at how the program computes it";
    assert_eq!(of(true)[0], words(never));
    assert!(of(false).iter().all(|(sentence, _)| sentence != never));
}
