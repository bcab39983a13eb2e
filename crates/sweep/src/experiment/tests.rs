//! Every key that can be swept, one by one: a swept value trains as the same value written in the file.

use std::path::Path;

use super::Experiment;
use crate::spec::key_set::KeySet;
use crate::spec::keys::{Destination, Key};
use crate::spec::run::RunSpec;
use crate::spec::types::Type;
use crate::spec::usage::NoUse;
use crate::spec::word::WordRow;

/// Values of a type, as TOML.
fn examples(of: &Type<RunSpec>) -> Vec<String> {
    let words = |rows: &[WordRow]| rows.iter().map(|row| format!("{:?}", row.word)).collect::<Vec<_>>();
    let texts = |all: &[&str]| all.iter().map(|text| text.to_string()).collect();
    match of {
        Type::Flag(_) => texts(&["true", "false"]),
        Type::Word(rows, _) => words(rows),
        Type::WordOrTable(rows, _) => {
            let tables = words(rows).into_iter().map(|word| format!("{{ kind = {word} }}"));
            tables.chain(words(rows)).collect()
        }
        Type::Whole(..) => texts(&["2", "3"]),
        Type::Number(bounds, _) => {
            let within = |text: &&str| text.parse().is_ok_and(|number| bounds.contains(number));
            ["1.5", "0.75", "0.25", "2"].into_iter().filter(within).map(str::to_string).collect()
        }
        Type::Numbers(..) => texts(&["0.75", "[0.5]", "2"]),
        Type::Pair(..) => texts(&["[0.5, 0.25]"]),
        Type::Wholes(..) => texts(&["[2]", "[3, 4]", "[]"]),
        Type::Table(_) => texts(&["{ steps = 3 }"]),
        Type::Text(_)
        | Type::Texts(_)
        | Type::Variables(_)
        | Type::TextOrTexts(_)
        | Type::Points(_)
        | Type::Groups(_)
        | Type::Section
        | Type::WordOr(..)
        | Type::Scalar
        | Type::Axes => Vec::new(),
    }
}

/// A file in which a key means something.
fn around(key: Key) -> String {
    let mut text = "name = \"t\"\ndata.points = [[1, 0], [2, 1], [3, 0], [4, 1]]\n".to_string();
    if let Some(NoUse::Without(need)) = RunSpec::default().no_use(key, KeySet::default()) {
        text += &format!("{} = {:?}\n", need.decider.path(), need.words[0]);
    }
    text + match key {
        Key::Nesterov => "train.optimizer.momentum = 0.5\n",
        Key::PatienceMinDelta => "stop.patience.steps = 3\n",
        _ => "",
    }
}

fn parse(text: &str) -> Experiment {
    Experiment::parse(text, Path::new("t.toml"), &[]).unwrap_or_else(|error| panic!("{text}{error}"))
}

#[test]
fn a_swept_value_of_any_key_trains_as_the_same_value_in_the_file() {
    let mut swept = 0;
    for key in Key::ALL {
        let Destination::Run(of) = &key.row().destination else { continue };
        let (path, around) = (key.path(), around(*key));
        for value in examples(of) {
            let in_file = parse(&format!("{around}{path} = {value}\n")).plan;
            let (expected_job, expected) = in_file.unswept().unwrap();
            let mut axes = vec![format!("[{value}]")];
            if matches!(of, Type::Whole(..) | Type::Number(..) | Type::Numbers(..)) && !value.starts_with('[') {
                axes.push(format!("{{ linspace = [{value}, 9, 1] }}"));
            }
            for axis in axes {
                let plan = parse(&format!("{around}sweep.parameters.\"{path}\" = {axis}\n")).plan;
                let job = plan.job(0).unwrap();
                assert_eq!(*job.shape, *expected_job.shape, "{path} = {value}");
                assert_eq!(plan.hyper(&job, 0), expected, "{path} = {value}");
            }
            swept += 1;
        }
    }
    assert!(swept > 100, "only {swept} values were swept");
}
