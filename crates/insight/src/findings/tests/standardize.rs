use super::advice::{INF, at_rates, axis, next};
use super::*;
use crate::facts::{DescentBound, Facts, RawFeatures, StartLimit, TrialOf};

const AXIS: &str = "{ geomspace = [1e-3, 0.1, 3] }";

/// Features from 0.01 to 5000, of which nothing else is known.
fn raw() -> RawFeatures {
    let sizes = [("small".to_owned(), 0.01), ("large".to_owned(), 5000.0)];
    RawFeatures { sizes, conditioning: None, bound: None, limit: None, trial: None }
}

fn with(raw: RawFeatures) -> impl FnOnce(&mut Subject) {
    move |subject: &mut Subject| {
        subject.facts.raw = Some(raw);
        axis(subject, AXIS);
    }
}

/// A trial that comes to this at each rate.
fn trial(of: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Option<TrialOf> {
    Some(Box::new(move |_, rate| Some(of(rate.unwrap_or(f64::NAN))).filter(|loss| loss.is_finite())))
}

#[test]
fn a_classifier_is_told_the_bound_and_the_rates_of_standardised_features() {
    let bound =
        || RawFeatures { bound: Some(Box::new(|| Some(DescentBound { bound: 1e-5, standardized: 0.5 }))), ..raw() };
    let told = "The loss is sure to fall at every step up to η = 10⁻⁵, on standardised features up to 0.5 (a bound that \
                suffices, no limit)";
    let lines = "data.standardize = true\n\"train.learning_rate\" = { geomspace = [0.045, 4.5, 9] }";
    let tried = RawFeatures { trial: trial(|rate| 0.1 * rate), ..bound() };
    let result = "; run 1 then comes to loss 0.045 at η = 0.45, the best here to 1";
    let found = at_rates(&[4.0, 1.0, 3.0], with(tried));
    assert_eq!(next(&found), [proposal(&(told.to_owned() + result), lines)]);
    let shown = found.briefly().to_string();
    assert!(
        shown.ends_with("\n  data.standardize = true\n  \"train.learning_rate\" = { geomspace = [0.045, 4.5, 9] }\n")
    );
    let no_better = RawFeatures { trial: trial(|_| 0.97), ..bound() };
    let found = next(&at_rates(&[4.0, 1.0, 3.0], with(no_better)));
    assert!(found.iter().all(|one| !one.0.contains("standardised")), "{found:?}");
    assert_eq!(next(&at_rates(&[4.0, 1.0, 3.0], with(bound())))[0], proposal(told, lines), "it takes long to try");
    assert!(next(&at_rates(&[4.0, 1.0, 3.0], with(bound()))).iter().all(|one| !one.0.contains("above the limit")));
}

#[test]
fn a_small_gain_comes_after_a_rate_at_the_upper_end_and_a_great_one_instead() {
    let sentences = |losses: &[f64], then: f64| -> Vec<String> {
        let raw = RawFeatures { limit: Some(Box::new(|_| Some(0.5))), trial: trial(move |_| then), ..raw() };
        next(&at_rates(losses, with(raw))).into_iter().map(|one| one.0).collect()
    };
    let told = |then: &str| {
        format!(
            "The features differ in size: large goes up to 5000, small to 0.01; standardised they are alike; run 2 then \
             comes to loss {then} at η = 0.045, the best here to 1"
        )
    };
    let rising = [4.0, 2.0, 1.0];
    assert_eq!(sentences(&rising, 0.8), ["The best η is the largest that was tried, 0.1", &told("0.8")]);
    assert_eq!(sentences(&rising, 0.5), [told("0.5")]);
    assert_eq!(sentences(&rising, 0.96), ["The best η is the largest that was tried, 0.1"]);
    let falling = sentences(&[1.0, 2.0, INF], 0.8);
    assert_eq!(falling[0], told("0.8").replace("run 2", "run 0"));
    assert_eq!(falling[1], "The best η is the least that was tried, 0.001");
}

#[test]
fn where_all_runs_diverged_rates_are_given_for_standardised_features_alone() {
    let limit = StartLimit { limit: 1e-5, standardized: Some(0.5), is_everywhere: false };
    let of = |trial: Option<TrialOf>| {
        next(&at_rates(&[INF; 3], |subject: &mut Subject| {
            subject.facts.start_limit = Some(Box::new(move || Some(limit)));
            with(RawFeatures { trial, ..raw() })(subject);
        }))
    };
    let told = "Standardising the features raises the limit 2/λmax at the start from 10⁻⁵ to 0.5";
    let lines = "data.standardize = true\n\"train.learning_rate\" = { geomspace = [0.0045, 0.45, 9] }";
    let above = "Every η is above 2/λmax = 10⁻⁵ where training starts: there the first steps grow";
    assert_eq!(of(None), [proposal(told, lines), words(above)]);
    let result = "; run 0 then comes to loss 0.45 at η = 0.45";
    let found = of(trial(|rate| if rate > 0.1 { rate } else { f64::NAN }));
    assert_eq!(found, [proposal(&(told.to_owned() + result), lines), words(above)]);
    let found = of(trial(|_| f64::NAN));
    assert_eq!(found.len(), 1, "standardised they diverge too: {found:?}");
    assert!(found[0].1.is_some());
}

#[test]
fn runs_whose_rate_is_not_that_of_gradient_descent_keep_it() {
    let own = |_, rate: Option<f64>| rate.is_none().then_some(0.2);
    let found = next(&at_rates(&[4.0, 1.0, 3.0], with(RawFeatures { trial: Some(Box::new(own)), ..raw() })));
    assert!(found[0].0.ends_with("; run 1 then comes to loss 0.2, the best here to 1"), "{found:?}");
    assert_eq!(found[0].1.as_deref(), Some("data.standardize = true"));
}

const TEXT: &str = "name = \"t\"\ntrain.steps = 100\nsweep.parameters = { \"train.learning_rate\" = [1e-8] }\n";

#[test]
fn a_linear_model_is_told_its_conditioning_where_no_run_came_near_the_least_loss() {
    let of = |standardize: bool, last: f64| {
        let data = "points = [[1, 1000, 3], [2, 3000, 5], [3, 2000, 9], [4, 1500, 2]]";
        let text = format!("data = {{ {data}, standardize = {standardize} }}\n{TEXT}");
        let experiment = etascape_sweep::Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap();
        let runs = table(&[RATE], &[("1e-8", "max_steps", 50.0, last)]);
        next(&found_in(&runs, &Subject::of(&experiment), &[]))
    };
    let (sentence, lines) = of(false, 40.0).remove(0);
    let begin = "The features differ in size, so the slowest direction takes about λmax/λmin = ";
    assert!(sentence.starts_with(begin), "{sentence}");
    assert!(
        sentence.contains("; run 0 then comes to loss ") && sentence.ends_with(", the best here to 40"),
        "{sentence}"
    );
    let begin = "data.standardize = true\n\"train.learning_rate\" = { geomspace = [0.00";
    assert!(lines.as_ref().is_some_and(|lines| lines.starts_with(begin)), "{lines:?}");
    assert_eq!(of(true, 40.0), [], "they are standardised");
    assert_eq!(of(false, 1e-3), [], "it is below the least loss, as far as this table goes");
}

#[test]
fn mini_batches_and_networks_of_several_sizes_are_told_the_sizes_and_rates() {
    let of = |train: &str, swept: &str, cells: &[&str]| {
        let text = format!(
            "name = \"t\"\ndata.points = [[1, 1000, 3], [2, 3000, 5], [3, 2000, 9], [4, 1500, 2]]\n\
             train = {{ steps = 100{train} }}\n[sweep.parameters]\n\"train.learning_rate\" = [1e-3, 1e-2]\n{swept}\n"
        );
        let experiment = etascape_sweep::Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap();
        let mut paths = vec![RATE];
        paths.extend((!swept.is_empty()).then_some(("model.activation", Scale::Categories)));
        let runs: Vec<(&str, &str, f64, f64)> = cells.iter().map(|cells| (*cells, "max_steps", 50.0, 40.0)).collect();
        let (sentence, line) = next(&found_in(&table(&paths, &runs), &Subject::of(&experiment), &[])).remove(0);
        assert!(sentence.starts_with("The features differ in size: x1 goes up to 3000, x0 to 4; "), "{sentence}");
        line.unwrap()
    };
    let two = "data.standardize = true\n\"train.learning_rate\" = { geomspace = [";
    assert!(of(", batch_size = 2", "", &["0.001", "0.01"]).starts_with(two));
    let activations = "\"model.activation\" = [\"tanh\", \"relu\"]\n[model]\nkind = \"mlp\"\nhidden = [4]";
    let cells = ["0.001,tanh", "0.001,relu", "0.01,tanh", "0.01,relu"];
    assert!(of("", activations, &cells).starts_with(two));
}

/// With halving no setting may have an objective, and yet runs have one.
#[test]
fn what_is_tried_is_compared_with_the_best_run_where_no_setting_has_an_objective() {
    let runs = |then: f64| {
        let runs = [("0.1,0", "max_steps", 9.0, 2.0), ("0.1,1", "pruned", 9.0, 3.0), ("0.1,2", "pruned", 9.0, 4.0)];
        let raw = RawFeatures { trial: Some(Box::new(move |run, _| (run == 0).then_some(then))), ..raw() };
        next(&findings(&[RATE, SEED], &runs, |subject| subject.facts.raw = Some(raw)))
    };
    assert!(runs(1.0)[0].0.ends_with("; run 0 then comes to loss 1, the best here to 2"), "{:?}", runs(1.0));
    assert_eq!(runs(2.5), []);
    let at_start = |subject: &mut Subject| {
        subject.facts.raw = Some(RawFeatures { trial: trial(|_| 1.0), limit: Some(Box::new(|_| Some(0.5))), ..raw() });
    };
    let none = table(&[RATE], &[("0.1", "diverged", INF, INF)]).replace("diverged,100", "diverged,0");
    let mut subject = Subject { parameters: parameters(&[RATE]), ..Subject::default() };
    at_start(&mut subject);
    assert_eq!(found_in(&none, &subject, &[]).next, [], "nothing was trained");
}

/// What is tried is what the two lines do.
#[test]
fn a_trial_comes_to_what_the_lines_come_to() {
    let of = |standardize: bool, rate: f64| {
        let text = format!(
            "name = \"t\"\ndata = {{ generator = {{ kind = \"moons\", rows = 40 }}, validation_fraction = 0.25, \
             standardize = {standardize} }}\nmodel = {{ kind = \"mlp\", hidden = [4] }}\n\
             train = {{ loss = \"bce\", steps = 50, batch_size = 8, learning_rate = {rate} }}\n"
        );
        etascape_sweep::Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap()
    };
    let trial = Facts::of(&of(false, 0.1)).raw.unwrap().trial.unwrap();
    let plan = of(true, 0.4).plan;
    let job = plan.job(0).unwrap();
    let hyper = plan.hyper(&job, 0);
    let set = etascape_core::InstructionSet::best();
    let record = etascape_sweep::train_as_logged(set, &job.shape, &job.data, &mut [hyper].iter()).unwrap().remove(0);
    assert_eq!(trial(0, Some(0.4)), record.extras().metrics.val_loss);
    assert_ne!(trial(0, None), trial(0, Some(0.4)));
    assert!(Facts::of(&of(true, 0.1)).raw.is_none());
}
