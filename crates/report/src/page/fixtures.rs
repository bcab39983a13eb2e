//! Tests that charts and tables agree with the page's script: `page/test` reads the same fixtures.

use serde::Deserialize;
use serde_json::Value;

use etascape_insight::statistics::quartiles;
use etascape_insight::study::seeds::{self, Member};
use etascape_plot::axis::Axis;
use etascape_text::format_number;

use super::part::number_or_word;

/// A number in a fixture; numbers that are not finite are words there.
fn number(value: &Value) -> f64 {
    match value {
        Value::String(word) => word.parse().unwrap(),
        value => value.as_f64().unwrap(),
    }
}

#[test]
fn quartiles_are_those_of_the_page() {
    #[derive(Deserialize)]
    struct Case {
        values: Vec<Value>,
        quartiles: [Value; 3],
    }
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../fixtures/quartiles.json")).unwrap();
    for Case { values, quartiles: expected } in cases {
        let found = quartiles(values.iter().map(number).collect());
        let expected = (!values.is_empty()).then(|| expected.each_ref().map(number));
        assert_eq!(found, expected, "{values:?}");
    }
}

#[test]
fn bands_over_runs_are_those_of_the_page() {
    #[derive(Deserialize)]
    struct Case {
        runs: Vec<Run>,
        band: Vec<[Value; 4]>,
    }
    #[derive(Deserialize)]
    struct Run {
        steps: Vec<u64>,
        values: Vec<Value>,
        diverged: bool,
    }
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../fixtures/bands.json")).unwrap();
    for Case { runs, band } in cases {
        let values: Vec<Vec<f64>> = runs.iter().map(|run| run.values.iter().map(number).collect()).collect();
        let member = |(run, values)| {
            let (Run { steps, diverged, .. }, values): (&Run, &Vec<f64>) = (run, values);
            Member { steps, values, diverged: *diverged }
        };
        let members: Vec<Member<'_>> = runs.iter().zip(&values).map(member).collect();
        let found = seeds::quartiles(&members).into_iter().map(|at| [at.step, at.of[0], at.of[1], at.of[2]]);
        let expected: Vec<[f64; 4]> = band.iter().map(|at| at.each_ref().map(number)).collect();
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn numbers_are_written_as_a_copy_of_the_page_writes_them() {
    let cases: Vec<(Value, String)> = serde_json::from_str(include_str!("../../fixtures/numbers.json")).unwrap();
    for (value, text) in cases {
        assert_eq!(format_number(number(&value)), text);
        assert_eq!(
            number(&number_or_word(number(&value))).to_bits(),
            number(&value).to_bits(),
            "what the page is handed"
        );
    }
}

#[test]
fn values_stand_where_those_of_the_page_stand() {
    #[derive(Deserialize)]
    struct Case {
        kind: String,
        values: Vec<f64>,
        log: bool,
        shares: Vec<f64>,
    }
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../fixtures/axes.json")).unwrap();
    for Case { kind, values, log, shares } in cases {
        let all = || values.iter().copied();
        let others = all().filter(|&value| value != 0.0).count();
        let axis = match kind.as_str() {
            "measured" => Axis::fitting(all(), true),
            "batch" => Axis::of_whole_or_all(all(), log).with_zero_among(others),
            _ => Axis::holding(all(), log).with_zero_among(others),
        };
        let found: Vec<f64> = all().filter_map(|value| Some(axis.share(axis.place(value)?))).collect();
        let is_near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
        assert_eq!(axis.is_log(), log, "{values:?}");
        assert!(found.len() == shares.len() && found.iter().zip(&shares).all(is_near), "{values:?}: {found:?}");
    }
}

#[test]
fn labels_stand_where_those_of_the_page_stand() {
    #[derive(Deserialize)]
    struct Case {
        ends: [f64; 2],
        log: bool,
        whole: bool,
        values: Vec<f64>,
        labels: Vec<String>,
    }
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../fixtures/ticks.json")).unwrap();
    for Case { ends, log, whole, values, labels } in cases {
        let axis = match whole {
            true => Axis::of_whole(ends.into_iter(), log),
            false => Axis::holding(ends.into_iter(), log),
        };
        let found: Vec<f64> = axis.ticks.iter().map(|tick| tick.at).collect();
        assert!(axis.ticks.iter().map(|tick| &tick.label).eq(&labels), "{:?}", axis.ticks);
        let expected: Vec<f64> = values.iter().filter_map(|&value| axis.place(value)).collect();
        let is_near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * (axis.high - axis.low);
        assert!(found.len() == expected.len() && found.iter().zip(&expected).all(is_near), "{ends:?}: {found:?}");
    }
}
