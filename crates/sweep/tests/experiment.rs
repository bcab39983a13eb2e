//! Experiment files from text to runs.

use std::convert::Infallible;
use std::path::Path;

use etascape_core::{
    Adagrad, Adam, CurveSteps, Hyper, InstructionSet, LearningRate, Loss, Optimizer, ScheduleKind, Scheme, Sgd, Start,
};
use etascape_sweep::{
    CancellationToken, ConfigError, Execution, Experiment, Scale, TrainedRuns, Value, execute, starter,
};
use proptest::prelude::*;

const DATA: &str = "name = \"t\"\n[data]\npoints = [[3, 7], [9, 13]]\n";

fn try_parse(text: &str, sets: &[&str]) -> Result<Experiment, ConfigError> {
    let sets: Vec<String> = sets.iter().map(|set| set.to_string()).collect();
    Experiment::parse(text, Path::new("t.toml"), &sets)
}

#[track_caller]
fn parse(rest: &str, sets: &[&str]) -> Experiment {
    try_parse(&format!("{DATA}{rest}"), sets).unwrap_or_else(|error| panic!("{error}"))
}

fn hyper(experiment: &Experiment, run: u64) -> Hyper {
    experiment.plan.hyper(&experiment.plan.job(run).unwrap(), run)
}

fn cells(experiment: &Experiment, run: u64) -> String {
    experiment.plan.values(run).iter().map(Value::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_digits_train_in_mini_batches_with_held_out_rows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/digits.toml");
    let e = Experiment::load(&path, &[]).unwrap_or_else(|error| panic!("{error}"));
    assert!(e.notices.is_empty(), "{:?}", e.notices);
    assert_eq!((e.name.as_str(), e.plan.runs()), ("digits", 6 * 9 * 3));
    let job = e.plan.job(0).unwrap();
    let (train, validation) = (&job.data.train, &job.data.validation);
    assert_eq!((train.len(), validation.len(), train.inputs), (1438, 359, 64));
    assert_eq!(job.shape.network.outputs(), 10);
    assert_eq!((job.shape.batch_size, job.shape.evaluate_every, job.shape.log_batch_loss), (64, 0, true));
}

#[test]
fn the_starter_is_a_grid_whose_last_parameter_varies_fastest() {
    let e = try_parse(starter(), &[]).unwrap();
    assert_eq!((e.name.as_str(), e.plan.runs(), e.plan.steps_total()), ("first", 300, 1_200_000));
    assert!(e.notices.is_empty(), "{:?}", e.notices);
    assert_eq!(e.plan.parameter_columns(), ["w", "b"]);
    assert_eq!(e.plan.parameters()[0].description(), "60 values, 1e-4 … 0.03, geometric");
    assert_eq!(e.plan.parameters()[0].scale(), Scale::Log);
    assert_eq!((cells(&e, 0), cells(&e, 4), cells(&e, 299)), ("0.0001 -4".into(), "0.0001 4".into(), "0.03 4".into()));
    let last = hyper(&e, 299);
    assert_eq!(
        (last.learning_rate, last.init_w, last.init_b),
        (LearningRate::Same(0.03), Some([4.0].as_slice().into()), Some(-8.0))
    );
}

#[test]
fn what_is_left_out_has_the_defaults_of_the_contract() {
    let e = parse("", &[]);
    assert_eq!((e.plan.runs(), e.plan.parameters().len(), e.seed), (1, 0, 0));
    let job = e.plan.job(0).unwrap();
    let shape = &job.shape;
    assert_eq!((shape.network.widths(), shape.network.bias), (&[1, 1][..], true));
    assert_eq!((shape.loss, shape.optimizer, shape.steps), (Loss::HalfSse, Optimizer::default(), 500));
    assert_eq!((shape.batch_size, shape.curve, shape.log_parameters), (0, CurveSteps::Points(200), true));
    assert_eq!((shape.schedule.kind, shape.schedule.warmup_steps), (ScheduleKind::Constant, 0));
    assert_eq!((&shape.start, shape.patience, shape.trainability), (&Start::Drawn(Scheme::GlorotUniform), None, false));
    let hyper = hyper(&e, 0);
    assert_eq!((hyper.learning_rate, hyper.gain, hyper.init_scale), (LearningRate::Same(0.02), 1.0, 1.0));
    assert_eq!((hyper.init_w, hyper.init_b, hyper.init_offset), (None, None, 0.0));
    let limits = (hyper.converged_below, hyper.diverged_factor, hyper.diverged_above);
    assert_eq!(limits, (1e-9, 1e6, f64::INFINITY));
}

#[test]
fn what_a_loss_is_held_against_can_be_swept() {
    let e = parse(
        "[stop]\ndiverged_factor = 7\ndiverged_above = 8\n[sweep.parameters]\n\"stop.diverged_factor\" = [1, inf]\n\
         \"stop.diverged_above\" = { geomspace = [1, 100, 3] }\n\"stop.converged_below\" = [-inf, 0.5]",
        &[],
    );
    let limits = |run| {
        let hyper = hyper(&e, run);
        (hyper.diverged_factor, hyper.diverged_above, hyper.converged_below)
    };
    assert_eq!(e.plan.runs(), 12);
    assert_eq!(limits(0), (1.0, 1.0, f64::NEG_INFINITY));
    assert_eq!(limits(3), (1.0, 10.0, 0.5));
    assert_eq!(limits(11), (f64::INFINITY, 100.0, 0.5));
    let given = hyper(&parse("[stop]\ndiverged_factor = 7\ndiverged_above = 8", &[]), 0);
    assert_eq!((given.diverged_factor, given.diverged_above), (7.0, 8.0));
}

#[test]
fn optimisers_are_words_or_tables_with_the_defaults_of_torch() {
    let e = parse(
        "[sweep.parameters]\n\"train.optimizer\" = [\"sgd\", { kind = \"adamw\", amsgrad = true }, \"adagrad\"]",
        &[],
    );
    let optimizer = |run| e.plan.job(run).unwrap().shape.optimizer;
    assert_eq!(optimizer(0), Optimizer::default());
    let adamw = Adam { amsgrad: true, decoupled: true, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 1e-2 };
    assert_eq!((optimizer(1), hyper(&e, 1).optimizer), (adamw.into(), adamw.into()));
    let Optimizer::Adagrad(Adagrad { eps, .. }) = hyper(&e, 2).optimizer else { panic!("{:?}", optimizer(2)) };
    assert_eq!(eps, 1e-10);
    assert_eq!((cells(&e, 0), cells(&e, 1)), ("sgd".into(), "{ kind = \"adamw\", amsgrad = true }".into()));
}

#[test]
fn tables_sweep_the_numbers_that_belong_to_an_optimizer() {
    let text =
        "[sweep.parameters]\n\"train.optimizer\" = [{ kind = \"sgd\", momentum = 0.5, nesterov = true }, \"adam\"]";
    let e = parse(text, &[]);
    let nesterov = Sgd { momentum: 0.5, nesterov: true, ..Sgd::default() };
    assert_eq!(e.plan.job(0).unwrap().shape.optimizer, Sgd { momentum: 0.0, ..nesterov }.into());
    assert_eq!(hyper(&e, 0).optimizer, nesterov.into());
    assert_eq!(hyper(&e, 1).optimizer, Adam::default().into());
}

#[test]
fn patience_is_swept_whole() {
    let e = parse("[sweep.parameters]\n\"stop.patience\" = [{ steps = 5 }, { steps = 10, min_delta = 0.5 }]", &[]);
    let patience = |run| e.plan.job(run).unwrap().shape.patience.unwrap();
    assert_eq!((patience(0).steps, patience(1).steps, patience(1).min_delta), (5, 10, 0.5));
    assert_eq!((cells(&e, 0), cells(&e, 1)), ("{ steps = 5 }".into(), "{ steps = 10, min_delta = 0.5 }".into()));
}

#[test]
fn layers_have_rates_and_inputs_have_weights_of_their_own() {
    let text = "[model]\nkind = \"mlp\"\nhidden = [4]\n[sweep.parameters]\n\
                train.learning_rate.0 = { geomspace = [1e-3, 1e6, 10] }\ntrain.learning_rate.1 = [0.5]\nmodel.hidden.0 = [4, 5]";
    let e = parse(text, &[]);
    assert_eq!(hyper(&e, 18).learning_rate, LearningRate::PerLayer([1e6, 0.5].into()));
    assert_eq!(e.plan.job(19).unwrap().shape.network.widths(), [1, 5, 1]);
    let points = "name = \"t\"\ndata.points = [[1, 2, 3]]\n";
    let e = try_parse(&format!("{points}init.w = 7\n[sweep.parameters]\n\"init.w.1\" = [8]"), &[]).unwrap();
    assert_eq!(hyper(&e, 0).init_w, Some([7.0, 8.0].as_slice().into()));
    let e = try_parse(&format!("{points}[sweep.parameters]\n\"init.w.1\" = [8]\n\"init.w.0\" = [9]"), &[]).unwrap();
    assert_eq!(hyper(&e, 0).init_w, Some([9.0, 8.0].as_slice().into()));
}

#[test]
fn zipped_parameters_advance_together_at_the_place_of_the_first() {
    let text = "[sweep]\nzip = [[\"init.b\", \"init.w\"]]\n[sweep.parameters]\n\"init.w\" = [1, 2]\nseed = { range = [3] }\n\
                \"init.b\" = { linspace = [0.5, 1, 2] }";
    let e = parse(text, &[]);
    let all: Vec<String> = (0..e.plan.runs()).map(|run| cells(&e, run)).collect();
    assert_eq!(all, ["1 0 0.5", "1 1 0.5", "1 2 0.5", "2 0 1", "2 1 1", "2 2 1"]);
    assert_eq!((hyper(&e, 5).seed, hyper(&e, 5).init_b), (2, Some(1.0)));
}

#[test]
fn random_and_sobol_values_lie_where_they_should() {
    for method in ["random", "sobol"] {
        let text = format!(
            "[sweep]\nmethod = \"{method}\"\nsamples = 512\n[sweep.parameters]\n\
             \"train.learning_rate\" = {{ loguniform = [1e-4, 1] }}\n\"train.steps\" = {{ uniform = [10, 20] }}\n\
             \"init.w\" = {{ normal = [5, 1] }}\n\"train.loss\" = [\"mse\", \"mae\"]"
        );
        let e = parse(&text, &[]);
        let numbers = |which: usize| (0..512).map(move |run| (run, which));
        let value = |(run, which): (u64, usize)| e.plan.values(run)[which].clone();
        let rates: Vec<f64> = numbers(0).map(|at| value(at).as_f64().unwrap()).collect();
        assert!(rates.iter().all(|rate| (1e-4..=1.0).contains(rate)));
        let below = rates.iter().filter(|rate| **rate < 1e-2).count();
        assert!((216..=296).contains(&below), "{method} {below}");
        assert!(numbers(1).map(value).all(|steps| matches!(steps, Value::Integer(10..=20))));
        let mean = numbers(2).map(|at| value(at).as_f64().unwrap()).sum::<f64>() / 512.0;
        assert!((mean - 5.0).abs() < 0.2, "{method} {mean}");
        let losses = numbers(3).filter(|at| value(*at) == Value::Text("mse".into())).count();
        assert!((200..=312).contains(&losses), "{method} {losses}");
        let Value::Integer(steps) = value((7, 1)) else { panic!() };
        assert_eq!(e.plan.job(7).unwrap().shape.steps, steps as u64);
        assert!((7000..8400).contains(&e.plan.steps_total()), "{}", e.plan.steps_total());
        assert_eq!(e.plan.parameter_columns(), ["w", "b"]);
    }
}

#[test]
fn overrides_change_the_runs_and_the_text_alike() {
    let text = format!(
        "{DATA}# why\n[train]\noptimizer = \"sgd\" # the rule\nsteps = 5\n[sweep.parameters]\n\"init.w\" = [1, 2] # starts\n"
    );
    let sets = [
        "train.optimizer.momentum=0.5",
        "train.steps = 7",
        "init.b=2",
        "sweep.parameters.init.w=[3]",
        "sweep.parameters.seed={range=[4]}",
        "data.points=[[1, 2]]",
    ];
    let e = try_parse(&text, &sets).unwrap();
    assert!(e.toml.contains("# why") && e.toml.contains("# the rule") && e.toml.contains("# starts"), "{}", e.toml);
    let again = try_parse(&e.toml, &[]).unwrap_or_else(|error| panic!("{error}\n{}", e.toml));
    for e in [&e, &again] {
        assert_eq!((e.plan.runs(), cells(e, 3)), (4, "3 3".to_string()));
        let hyper = hyper(e, 3);
        let momentum: Optimizer = Sgd { momentum: 0.5, ..Sgd::default() }.into();
        assert_eq!((hyper.seed, hyper.init_w, hyper.init_b), (3, Some([3.0].as_slice().into()), Some(2.0)));
        assert_eq!((hyper.optimizer, e.plan.job(0).unwrap().shape.steps), (momentum, 7));
        assert_eq!(e.plan.job(0).unwrap().data.train.targets, [2.0]);
    }
}

#[test]
fn a_text_needs_no_quotes_where_nothing_else_is_meant() {
    let stored = |set: &str| {
        let toml = parse("[model]\nkind = \"mlp\"\n", &[set]).toml;
        let line = toml.lines().find(|line| line.contains(set.split('=').next().unwrap().rsplit('.').next().unwrap()));
        line.unwrap_or_else(|| panic!("{set}: {toml}")).to_owned()
    };
    assert_eq!(stored("train.optimizer=adam"), "optimizer = \"adam\"");
    assert_eq!(stored("model.activation = relu "), "activation = \"relu\"");
    assert_eq!(stored("name=2024"), "name = \"2024\"");
    assert_eq!(stored("name=1e-3"), "name = \"1e-3\"");
    assert_eq!(stored("name=true"), "name = \"true\"");
    assert_eq!(stored("name=2024-05-01"), "name = \"2024-05-01\"");
    assert_eq!(stored("description=What is learned, and when?"), "description = \"What is learned, and when?\"");
    assert_eq!(stored("description=a # b"), "description = \"a # b\"");
    assert_eq!(stored("description='2024'"), "description = '2024'");
    let e = parse("", &["train.optimizer=adam", "train.learning_rate=1e-3"]);
    assert_eq!(hyper(&e, 0).optimizer, Adam::default().into());
    assert_eq!(hyper(&e, 0).learning_rate, LearningRate::Same(1e-3));
}

#[test]
fn what_has_no_effect_is_said() {
    let e = parse("[model]\nhidden = [8]\n[sweep.parameters]\nseed = [1]", &["seed=5"]);
    assert_eq!(
        e.notices,
        ["model.hidden has no effect: it needs model.kind = \"mlp\"", "--set seed has no effect: the sweep varies it"]
    );
}

#[test]
fn what_changes_nothing_beside_other_keys_is_said() {
    let linear = "init.w = 1.0\n";
    let mlp = |hidden: &str| format!("model = {{ kind = \"mlp\", hidden = [{hidden}]");
    let cases = [
        ("data.seed = 3\n".to_string(), Some("data.seed has no effect: no row is drawn, and none is held out")),
        ("data.seed = 3\ndata.validation_fraction = 0.5\n".to_string(), None),
        (format!("{linear}init.scheme = \"normal\"\n"), Some("init.scheme has no effect beside init.w")),
        (format!("{linear}init.scale = 2.0\n"), Some("init.scale has no effect beside init.w")),
        (
            "init.scheme = \"zeros\"\nsweep.parameters.\"init.scale\" = [1, 2]\n".to_string(),
            Some("init.scale has no effect: every weight starts at 0"),
        ),
        ("sweep.parameters.\"init.scale\" = [1, 2]\n".to_string(), None),
        (
            format!("{}, activation = \"relu\" }}\n", mlp("")),
            Some("model.activation has no effect without a hidden layer"),
        ),
        (format!("{}, gain = 2.0 }}\n", mlp("3")), None),
        (
            "train.optimizer = { kind = \"sgd\", dampening = 0.5 }\n".to_string(),
            Some("train.optimizer.dampening has no effect: the momentum is 0"),
        ),
        (
            "train.optimizer = { kind = \"sgd\", dampening = 0.5 }\nsweep.parameters.\"train.optimizer.momentum\" = [0, 0.9]\n"
                .to_string(),
            None,
        ),
        (
            format!("{linear}sweep.parameters.seed = [1, 2]\n"),
            Some("seed has no effect: neither starting weights nor batches are drawn"),
        ),
        (format!("{linear}seed = 3\ntrain.batch_size = 1\n"), None),
        (
            "train.evaluate_every = 5\n".to_string(),
            Some("train.evaluate_every has no effect without mini-batches: it needs train.batch_size above 0"),
        ),
        (
            "train = { evaluate_every = 5, batch_size = 2 }\n".to_string(),
            Some("train.evaluate_every has no effect: every batch has all rows"),
        ),
        ("train = { evaluate_every = 5, batch_size = 1 }\n".to_string(), None),
        ("train.evaluate_every = 5\nsweep.parameters.\"train.batch_size\" = [0, 1]\n".to_string(), None),
        ("log.batch_loss = true\n".to_string(), Some("log.batch_loss has no effect: no run has mini-batches")),
        ("log.batch_loss = true\nsweep.parameters.\"train.batch_size\" = [0, 1]\n".to_string(), None),
        ("seed = 3\n".to_string(), None),
        (
            format!("{}, activation = \"relu\" }}\nlog.parameters = true\n", mlp("30")),
            Some("log.parameters has no effect: only models of at most 16 parameters log them"),
        ),
        ("log.parameters = true\n".to_string(), None),
        (
            "train.steps = 50\nstop.halving = { min_steps = 50 }\n".to_string(),
            Some("stop.halving has no effect: no run takes more than 50 steps"),
        ),
        ("train.steps = 50\nstop.halving = { min_steps = 49 }\n".to_string(), None),
        ("report.y = \"steps\"\n".to_string(), Some("report.y has no effect: steps is no swept parameter")),
    ];
    for (text, expected) in cases {
        let text = format!("name = \"t\"\ndata.points = [[3, 7], [9, 13]]\n{text}");
        let notices = Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap_or_else(|e| panic!("{e}")).notices;
        assert_eq!(notices, expected.into_iter().collect::<Vec<_>>(), "{text}");
    }
    let drawn = |generator: &str| {
        let text = format!("name = \"t\"\ndata = {{ seed = 1, generator = {{ {generator} }} }}\n");
        Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap().notices.is_empty()
    };
    assert_eq!(["kind = \"line\"", "kind = \"line\", noise = 0.1", "kind = \"xor\""].map(drawn), [false, true, true]);
}

#[test]
fn a_facet_without_effect_is_said() {
    let notices = |report: &str| parse(&format!("[sweep.parameters]\nseed = [1]\n[report]\n{report}"), &[]).notices;
    assert_eq!(notices("facet = \"seed\""), [""; 0]);
    assert_eq!(notices("facet = \"steps\""), ["report.facet has no effect: steps is no swept parameter"]);
    assert_eq!(notices("facet = \"seed\"\ny = \"seed\""), ["report.facet has no effect: report.y shows seed already"]);
}

#[test]
fn the_points_that_are_foretold_are_those_that_are_logged() {
    let still = "[train]\nlearning_rate = 1e-9\n[stop]\nconverged_below = 0\n[log]\n";
    let of_curve = ["curve_points = 2", "curve_points = 7", "curve_points = 200", "curve_every = 1", "curve_every = 3"];
    let of_curve = of_curve.into_iter().chain(["curve_every = 100", "curve_points = 0"]);
    let of_sharpness = ["", "sharpness_every = 1", "sharpness_every = 4", "sharpness_every = 1000"];
    let steps = ["[1]", "[12]", "[100]", "[1, 2, 30, 201]"];
    for (curve, steps) in of_curve.flat_map(|curve| steps.map(|steps| (curve, steps))) {
        for sharpness in of_sharpness.into_iter().filter(|one| one.is_empty() || curve != "curve_points = 0") {
            let e =
                parse(&format!("{still}{curve}\n{sharpness}\n[sweep.parameters]\n\"train.steps\" = {steps}\n"), &[]);
            let mut logged = 0;
            let execution = Execution { threads: 1, instructions: InstructionSet::best() };
            let deliver = |records: TrainedRuns, _| {
                logged += records.iter().map(|run| run.record.curve.len()).sum::<usize>();
                Ok::<(), Infallible>(())
            };
            let cancel = CancellationToken::default();
            execute(&e.plan, 0..e.plan.runs(), execution, &cancel, |_, records| Ok(records), deliver).unwrap();
            let foretold = e.plan.curve_points().unwrap() * e.plan.runs() as f64;
            assert_eq!(foretold, logged as f64, "{curve} {sharpness} {steps}");
        }
    }
    let logged_often = |steps: u64| try_parse(DATA, &[&format!("train.steps={steps}"), "log.curve_every=1"]);
    let many = logged_often(1_000_000).err().unwrap();
    assert_eq!(many.message, "1000001 points a run are too many");
    assert!(logged_often(999_999).is_ok());
}

#[test]
fn schedules_take_defaults_from_the_steps() {
    let kind = |schedule: &str| {
        parse(&format!("[train]\nsteps = 100\nschedule = {schedule}"), &[]).plan.job(0).unwrap().shape.schedule
    };
    assert_eq!(kind("\"step\"").kind, ScheduleKind::Step { step_size: 34, gamma: 0.1 });
    let ScheduleKind::Exponential { gamma } = kind("\"exponential\"").kind else { panic!() };
    assert!((libm::pow(gamma, 100.0) - 0.01).abs() < 1e-15);
    let warm = kind("{ kind = \"cosine\", warmup_steps = 5 }");
    assert_eq!((warm.kind, warm.warmup_steps), (ScheduleKind::Cosine { alpha: 0.0 }, 5));
}

#[test]
fn a_big_plain_sweep_costs_a_microsecond_a_run() {
    let e = parse(
        "[sweep.parameters]\n\"train.learning_rate\" = { geomspace = [1e-4, 3e-2, 1000000] }\n\"init.w\" = { linspace = [-4, 4, 1000] }",
        &[],
    );
    assert_eq!(e.plan.runs(), 1_000_000_000);
    let job = e.plan.job(0).unwrap();
    let start = std::time::Instant::now();
    let sum: f64 = (0..200_000).map(|run| e.plan.hyper(&job, run * 4999).learning_rate.of_layer(0)).sum();
    assert!(sum > 0.0);
    // Ten times what it takes on a slow machine.
    assert!(start.elapsed().as_secs_f64() < 2.0, "{:?}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_grid_holds_every_combination_once_in_order(counts in prop::collection::vec(1..6u64, 1..5)) {
        let paths = ["seed", "init.w", "train.steps", "train.learning_rate"];
        let axes: Vec<String> =
            counts.iter().zip(paths).map(|(count, path)| format!("\"{path}\" = {{ range = [1, {}] }}", count + 1)).collect();
        let e = parse(&format!("[sweep.parameters]\n{}", axes.join("\n")), &[]);
        prop_assert_eq!(e.plan.runs(), counts.iter().product::<u64>());
        let all: Vec<Vec<i64>> = (0..e.plan.runs())
            .map(|run| e.plan.values(run).iter().map(|value| match value { Value::Integer(i) => *i, _ => -1 }).collect())
            .collect();
        // Strictly rising in the order of words: all different, the last fastest; and within their ranges: all there.
        prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(all.iter().all(|values| values.iter().zip(&counts).all(|(v, count)| (1..=*count as i64).contains(v))));
    }

    #[test]
    fn overrides_and_their_text_make_the_same_plan(
        rate in 1e-9..1e3f64, steps in 1..10_000u32, seed in 0..1000u32, momentum in 0.0..1.0f64, low in -9.0..9.0f64,
        count in 1..50u32, hidden in prop::collection::vec(1..20u32, 0..4), mlp in any::<bool>(),
    ) {
        let model = if mlp { "mlp" } else { "linear" };
        let sets = [
            format!("train.learning_rate={rate:?}"),
            format!("train.steps={steps}"),
            format!("seed={seed}"),
            format!("train.optimizer.momentum={momentum:?}"),
            format!("model.hidden={hidden:?}"),
            format!("model.kind={model:?}"),
            format!("sweep.parameters.\"init.offset\"={{ linspace = [{low:?}, 10, {count}] }}"),
        ];
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let one = parse("[train]\noptimizer = \"sgd\"\n", &sets);
        let other = try_parse(&one.toml, &[]).unwrap();
        prop_assert_eq!(one.plan.runs(), u64::from(count));
        prop_assert_eq!(&one.toml, &other.toml);
        for run in 0..one.plan.runs() {
            prop_assert_eq!(one.plan.values(run), other.plan.values(run));
            prop_assert_eq!(hyper(&one, run), hyper(&other, run));
            prop_assert_eq!(&one.plan.job(run).unwrap().shape, &other.plan.job(run).unwrap().shape);
        }
        prop_assert_eq!(hyper(&one, 0).learning_rate, LearningRate::Same(rate));
    }
}

#[test]
fn without_a_word_of_curves_small_batches_of_many_rows_have_fewer_points() {
    let points = |rest: &str| {
        let text = format!(
            "name = \"many\"\ndata.generator = {{ kind = \"gaussian\", rows = 9000, inputs = 2 }}\nmodel.kind = \"linear\"\n{rest}\n\
             sweep.parameters.\"train.learning_rate\" = [0.1]\n"
        );
        try_parse(&text, &[]).unwrap().plan.job(0).unwrap().shape.curve_points()
    };
    // 30 · 32 · 1000 / 9000
    assert_eq!(points("train = { batch_size = 32, steps = 1000 }"), 106);
    assert_eq!(points("train = { batch_size = 32, steps = 3000 }"), 200);
    assert_eq!(points("train = { batch_size = 32, steps = 40 }"), 5);
    assert_eq!(points("train = { batch_size = 32, steps = 3 }"), 4);
    assert_eq!(points("train = { batch_size = 32, steps = 40 }\nlog.curve_points = 200"), 41);
    assert_eq!(points("train = { batch_size = 32, steps = 40 }\nlog.curve_every = 2"), 21);
    assert_eq!(points("train.steps = 40"), 41, "the loss over all rows is known at every step");
    assert_eq!(points("train = { batch_size = 9000, steps = 40 }"), 41, "every batch has all rows");
}
