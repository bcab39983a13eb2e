//! The initial parameters and columns of a page's views: those that `[report]` names, else a default by the sweep. The
//! rules are those of the charts ([`Study::across`](etascape_insight::study::Study::across)), of parameters
//! that vary. There are no panels, and what several experiments sweep counts as one parameter.

use etascape_insight::subject::Choice;
use serde::Serialize;

use super::levels::ParameterColumn;
use super::part::EXPERIMENT;

/// The most values of a parameter among which one can be chosen.
const CHOICES: usize = 60;

/// Paths of parameters, and names of columns.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Start {
    /// The parameter on the x axis.
    across: Option<String>,
    /// The parameter with a line for each value in the convergence chart.
    beside: Option<String>,
    /// The parameter on the y axis of the heat map.
    up: Option<String>,
    /// The parameter that colours lines over steps.
    lines: Option<String>,
    /// The column that colours cells.
    cells: String,
    /// The parameter of which the page can show a single value.
    alone: Option<String>,
    /// Whether it shows one value of that at a time, never all: losses of different kinds have no axis in common.
    pub(super) of_kinds: bool,
}

impl Start {
    /// The initial state of a page with these parameters and columns. `kinds` is the parameter that varies the loss.
    pub(super) fn of(
        choice: &Choice,
        parameters: &[ParameterColumn],
        columns: &[&str],
        objective: &str,
        kinds: Option<&str>,
    ) -> Start {
        let varying: Vec<&ParameterColumn> = parameters.iter().filter(|one| one.varies()).collect();
        // Runs of the first kind are shown first.
        let kind = parameters.iter().find(|one| kinds == Some(one.path.as_str()));
        let telling: Vec<&ParameterColumn> = varying.iter().copied().filter(|one| one.varies_in(kind)).collect();
        let across = self::across(choice, if telling.is_empty() { &varying } else { &telling });
        let beside = |asked: Option<&String>| beside(asked, across?, &varying);
        let is_comparison = parameters.first().is_some_and(|first| first.path == EXPERIMENT);
        let experiment = is_comparison.then(|| EXPERIMENT.to_owned());
        let path = |one: &ParameterColumn| one.path.clone();
        let asked = choice.color.as_ref();
        let is_shown = |name: &&String| {
            columns.contains(&name.as_str()) || varying.iter().any(|one| one.path == **name && !one.is_seed)
        };
        Start {
            across: across.map(path),
            beside: experiment.clone().or_else(|| beside(asked.or(choice.y.as_ref())).map(path)),
            up: beside(choice.y.as_ref()).map(path),
            lines: experiment.or_else(|| asked.filter(is_shown).cloned()).or_else(|| across.map(path)),
            cells: asked.filter(|name| columns.contains(&name.as_str())).map_or(objective, String::as_str).to_owned(),
            alone: alone(kinds.or(choice.facet.as_deref()), &varying).map(path),
            of_kinds: kinds.is_some(),
        }
    }
}

/// The one asked for, else the learning rate, else the first number, else the first.
fn across<'a>(choice: &Choice, varying: &[&'a ParameterColumn]) -> Option<&'a ParameterColumn> {
    let find = |is: &dyn Fn(&ParameterColumn) -> bool| varying.iter().copied().find(|one| is(one));
    find(&|one| choice.x.as_ref() == Some(&one.path))
        .or_else(|| find(&|one| one.names.is_none() && !one.is_seed && one.is_learning_rate()))
        .or_else(|| find(&|one| one.names.is_none() && !one.is_seed))
        .or_else(|| find(&|one| !one.is_seed))
        .or_else(|| find(&|_| true))
}

/// The one asked for, else the first other that is not a seed.
fn beside<'a>(
    asked: Option<&String>,
    across: &ParameterColumn,
    varying: &[&'a ParameterColumn],
) -> Option<&'a ParameterColumn> {
    let others = || varying.iter().copied().filter(|one| one.path != across.path);
    others().find(|one| asked == Some(&one.path)).or_else(|| others().find(|one| !one.is_seed))
}

/// The one asked for, else the first of names.
fn alone<'a>(asked: Option<&str>, varying: &[&'a ParameterColumn]) -> Option<&'a ParameterColumn> {
    let few = || varying.iter().copied().filter(|one| one.levels.len() <= CHOICES);
    few().find(|one| asked == Some(one.path.as_str())).or_else(|| few().find(|one| one.names.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::ShownCurves;
    use crate::page::{Data, Part};
    use crate::testing::{TABLE, with_table};
    use etascape_insight::study::sample::Sample;
    use etascape_insight::subject::Scale;

    /// What a page over rates, names and seeds starts with, as its script reads it.
    fn start(choice: Choice) -> serde_json::Value {
        let swept =
            [("train.learning_rate", Scale::Log), ("train.optimizer", Scale::Categories), ("seed", Scale::Linear)];
        let mut start = serde_json::Value::Null;
        with_table(TABLE, &swept, choice, |study| {
            let part = Part {
                name: String::new(),
                study,
                sample: &Sample::of_rows(study.runs.len()),
                curves: &ShownCurves::default(),
                within: None,
            };
            start = serde_json::to_value(Data::of(&[part])).unwrap()["start"].clone();
            let across = study.across().map(|one| one.path.clone());
            let beside = study.across().and_then(|across| study.beside(across)).map(|one| one.path.clone());
            assert_eq!((start["across"].as_str(), start["beside"].as_str()), (across.as_deref(), beside.as_deref()));
        });
        start
    }

    #[test]
    fn a_page_starts_as_its_charts_are() {
        let found = start(Choice::default());
        let expected = serde_json::json!({
            "across": "train.learning_rate",
            "beside": "train.optimizer",
            "up": "train.optimizer",
            "lines": "train.learning_rate",
            "cells": "final_loss",
            "alone": "train.optimizer",
            "of_kinds": false,
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn losses_of_different_kinds_are_shown_one_at_a_time_whatever_is_asked() {
        let swept = [("train.learning_rate", Scale::Log), ("train.loss", Scale::Categories), ("seed", Scale::Linear)];
        let table = TABLE.replace("train.optimizer", "train.loss").replace("sgd", "mse").replace("adam", "mae");
        let choice = Choice { facet: Some("seed".to_owned()), ..Choice::default() };
        with_table(&table, &swept, choice, |study| {
            let (sample, curves) = (Sample::of_rows(study.runs.len()), ShownCurves::default());
            let part = Part { name: String::new(), study, sample: &sample, curves: &curves, within: None };
            let start = serde_json::to_value(Data::of(&[part])).unwrap()["start"].clone();
            assert_eq!((&start["alone"], &start["of_kinds"]), (&"train.loss".into(), &true.into()));
        });
    }

    /// The program has no `train.learning_rate`, and its runs are shown first.
    #[test]
    fn a_comparison_starts_with_what_its_first_kind_of_loss_varies() {
        let program =
            "run_id,lr,status,steps,initial_loss,final_loss,min_loss\n0,1,max_steps,5,9,1,1\n1,2,failed,,,,\n";
        let own = [("lr", Scale::Linear)];
        let engine =
            [("train.learning_rate", Scale::Log), ("train.optimizer", Scale::Categories), ("seed", Scale::Linear)];
        with_table(program, &own, Choice::default(), |first| {
            with_table(TABLE, &engine, Choice::default(), |second| {
                let mut subject = etascape_insight::subject::Subject::default();
                subject.parameters = first.subject.parameters.clone();
                subject.limits.is_program = true;
                let first = etascape_insight::study::Study::new(&subject, first.runs).unwrap();
                let (samples, curves) =
                    ([&first, second].map(|study| Sample::of_rows(study.runs.len())), ShownCurves::default());
                let part = |name: &str, study, sample| Part {
                    name: name.into(),
                    study,
                    sample,
                    curves: &curves,
                    within: None,
                };
                let parts = [part("p", &first, &samples[0]), part("e", second, &samples[1])];
                let data = serde_json::to_value(Data::of(&parts)).unwrap();
                let start = &data["start"];
                assert_eq!((&start["alone"], &start["across"]), (&"kind of loss".into(), &"lr".into()));
                assert_eq!(data["parameters"][1]["names"][0], "of a program");
            });
        });
    }

    #[test]
    fn what_is_asked_for_is_shown() {
        let asked = |name: &str| Some(name.to_owned());
        let found = start(Choice { x: asked("train.optimizer"), color: asked("steps"), ..Choice::default() });
        assert_eq!([&found["across"], &found["up"]], ["train.optimizer", "train.learning_rate"]);
        assert_eq!([&found["lines"], &found["cells"]], ["steps", "steps"]);
        let found = start(Choice { color: asked("seed"), facet: asked("seed"), ..Choice::default() });
        assert_eq!([&found["alone"], &found["beside"]], ["seed", "seed"]);
        assert_eq!(found["lines"], "train.learning_rate", "a line is all seeds of a setting");
        assert_eq!(found["cells"], "final_loss", "a parameter colours no cells");
        let found = start(Choice { color: asked("nothing"), ..Choice::default() });
        assert_eq!(found["lines"], "train.learning_rate");
    }
}
