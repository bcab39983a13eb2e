//! What people get to read when an experiment file is wrong: `bad_input.txt` holds each file (after lines with `--set`)
//! and the error that it must give.

use std::path::Path;

use etascape_sweep::Experiment;
use proptest::prelude::*;

fn error_of(case: &str) -> String {
    let sets: Vec<String> = case.lines().map_while(|line| line.strip_prefix("--set ")).map(str::to_string).collect();
    let text: Vec<&str> = case.lines().skip(sets.len()).collect();
    match Experiment::parse(&text.join("\n"), Path::new("t.toml"), &sets) {
        Ok(_) => "no error".to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_mistake_is_named_with_its_place_and_the_remedy() {
    let cases = include_str!("bad_input.txt").trim_end().split("\n========\n");
    let mut wrong = 0;
    for case in cases {
        let (input, expected) = case.split_once("\n--------\n").expect("an input and its error");
        let error = error_of(input);
        if error != expected {
            wrong += 1;
            println!("{input}\n-------- expected\n{expected}\n-------- found\n{error}\n");
        }
    }
    assert_eq!(wrong, 0);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = std::env::temp_dir().join(format!("etascape-bad-input-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let load = |path: &Path| Experiment::load(path, &[]).err().unwrap();
    assert_eq!(load(&folder).message, "a folder, not an experiment file");
    assert!(load(&folder.join("none.toml")).message.starts_with("cannot be read: "));
    let file = folder.join("latin1.toml");
    std::fs::write(&file, b"name = \"a\"\n# caf\xe9\n").unwrap();
    assert_eq!((load(&file).line, load(&file).message.as_str()), (Some(2), "not UTF-8 text"));
    std::fs::write(&file, vec![b'#'; (1 << 20) + 1]).unwrap();
    assert_eq!(load(&file).message, "larger than 1 MiB: keep data in a CSV file");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn deep_nesting_is_refused() {
    assert!(error_of(&format!("a = {}", "[".repeat(100_000))).contains("not TOML"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_the_reader(text in "(\\PC|\n){0,200}") {
        error_of(&text);
    }

    #[test]
    fn no_value_breaks_a_key(key in 0..KEYS.len(), value in "(-?[0-9]{1,20}|nan|-?inf|1e400|\"[a-z/.]{0,8}\"|\\[\\]|\\[\\[1\\]\\]|\\{\\}|true|1979-05-27|\\[1, \"a\"\\])") {
        error_of(&format!("--set {}={value}\nname = \"t\"\ndata.points = [[1, 2], [3, 4]]", KEYS[key]));
        error_of(&format!("name = \"t\"\ndata.points = [[1, 2], [3, 4]]\n[sweep.parameters]\n\"{}\" = [{value}]", KEYS[key]));
    }

    #[test]
    fn no_arguments_break_an_axis(name in 0..8usize, arguments in prop::collection::vec(prop_oneof![
        Just("0".to_string()), Just("-1".to_string()), Just("nan".to_string()), Just("1e308".to_string()), Just("-1e308".to_string()),
        Just("9223372036854775807".to_string()), Just("-9223372036854775808".to_string()), Just("1e-320".to_string()), Just("3".to_string()),
    ], 0..4)) {
        let name = ["linspace", "geomspace", "logspace", "range", "uniform", "loguniform", "normal", "choice"][name];
        let method = if "linspace geomspace logspace range".contains(name) { "" } else { "method = \"random\"\nsamples = 5\n" };
        for key in ["init.w", "seed", "train.steps", "train.learning_rate"] {
            let text = format!("name = \"t\"\ndata.points = [[1, 2]]\n[sweep]\n{method}[sweep.parameters]\n\"{key}\" = {{ {name} = [{}] }}", arguments.join(", "));
            if let Ok(e) = Experiment::parse(&text, Path::new("t.toml"), &[]) {
                for run in [0, e.plan.runs() / 2, e.plan.runs() - 1] {
                    e.plan.values(run);
                    e.plan.hyper(&e.plan.job(run).unwrap(), run);
                }
            }
        }
    }
}

const KEYS: [&str; 31] = [
    "name",
    "seed",
    "data",
    "data.points",
    "data.csv",
    "data.generator.rows",
    "data.validation_fraction",
    "model",
    "model.kind",
    "model.hidden",
    "model.hidden.0",
    "model.gain",
    "init.w",
    "init.w.0",
    "init.w.18446744073709551615",
    "init.b",
    "train.loss",
    "train.optimizer",
    "train.optimizer.kind",
    "train.optimizer.betas.1",
    "train.learning_rate",
    "train.learning_rate.0",
    "train.steps",
    "train.schedule",
    "train.schedule.step_size",
    "stop.patience",
    "stop.diverged_factor",
    "log.curve_points",
    "sweep.zip",
    "sweep.parameters",
    "sweep.parameters.seed",
];
