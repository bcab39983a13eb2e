//! The metrics among which the page can choose, with their curves.

use etascape_insight::study::STEPS_WITHIN;
use etascape_insight::subject::Objective;
use etascape_sweep::program::is_score;
use serde::Serialize;

use super::curves::{CurveTable, POINTS};
use super::part::Part;

/// The objective has one of so many parts of all points; the other metrics share the rest evenly.
const PARTS: usize = 2;
/// What columns of `runs.csv` put before the name of a metric.
const PREFIXES: [&str; 5] = ["initial_", "final_", "min_", "max_", "best_"];

/// A metric with curves.
#[derive(Serialize)]
pub(super) struct Metric {
    /// Its column in `curves.csv`.
    name: String,
    /// Its column in `runs.csv` after the last step; `None` where there is none.
    last: Option<String>,
    /// The title of its axis.
    title: String,
    /// Whether its axis may be logarithmic.
    is_log: bool,
    pub(super) curves: CurveTable,
}

/// The metrics of the rows in a page that has a share of its room for them: the objective of the first part, then the
/// others in the order of the parts.
pub(super) fn of(parts: &[Part<'_>], rows: &[Vec<usize>], share: usize) -> Vec<Metric> {
    let mut names: Vec<&str> = Vec::new();
    for part in parts {
        let others = part.curves.metrics.iter().map(|(name, _)| name.as_str());
        let all = [part.study.subject.objective.name.as_str()].into_iter().chain(others);
        all.for_each(|name| {
            if !names.contains(&name) {
                names.push(name)
            }
        });
    }
    let others = names.len().saturating_sub(1);
    let points = |which: usize| match (others, which) {
        (0, _) => POINTS,
        (_, 0) => POINTS / PARTS,
        _ => (POINTS - POINTS / PARTS) / others,
    };
    let metrics = names.iter().enumerate().map(|(which, name)| metric(parts, rows, name, points(which) / share));
    metrics.filter(|metric| metric.curves.len() > 0).collect()
}

fn metric(parts: &[Part<'_>], rows: &[Vec<usize>], name: &str, points: usize) -> Metric {
    let objectives = || parts.iter().map(|part| &part.study.subject.objective);
    let own = objectives().find(|objective| objective.name == name);
    let mut titles: Vec<String> = Vec::new();
    for title in parts.iter().map(|part| part.title_of(name)) {
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    Metric {
        name: name.to_owned(),
        last: parts.iter().find_map(|part| last(part, name)),
        title: titles.join(", "),
        is_log: own.map_or_else(|| !is_score(name), Objective::may_be_log),
        curves: CurveTable::of(parts, rows, points, |part| part.curves.of(name, part.study.subject)),
    }
}

/// The column of `runs.csv` with a metric after the last step.
fn last(part: &Part<'_>, name: &str) -> Option<String> {
    let names = [format!("final_{name}"), name.to_owned()];
    names.into_iter().find(|name| part.study.runs.has(name) && part.study.parameter(name).is_none())
}

/// Whether the axis of a column of `runs.csv` may be logarithmic: it has steps, a loss, or a metric that is no score.
pub(super) fn is_log_column(column: &str, objective: &Objective, metrics: &[Metric]) -> bool {
    let name = PREFIXES.iter().find_map(|prefix| column.strip_prefix(prefix)).unwrap_or(column);
    let is_metric = || metrics.iter().any(|metric| metric.name == name) || name.contains("loss");
    match name == objective.name {
        true => objective.may_be_log(),
        false => ["steps", "best_step", STEPS_WITHIN].contains(&column) || is_metric() && !is_score(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::ShownCurves;
    use crate::page::Data;
    use crate::testing::with_table;
    use etascape_insight::study::sample::Sample;
    use etascape_insight::subject::{Choice, Scale};

    const TABLE: &str =
        "run_id,lr,status,steps,initial_loss,final_loss,min_loss,val_loss,accuracy\n0,1,max_steps,5,9,1,1,2,0.5\n";

    #[test]
    fn a_page_has_the_curves_of_every_metric_the_objective_first() {
        with_table(TABLE, &[("lr", Scale::Linear)], Choice::default(), |study| {
            let folder = tempfile::tempdir().unwrap();
            let curves = "run_id,step,loss,val_loss,accuracy,w\n0,0,9,,0.25,1\n0,5,1,2,0.5,2\n";
            std::fs::write(folder.path().join("curves.csv"), curves).unwrap();
            let read = ShownCurves::read(folder.path(), study, &[0], &[], None).unwrap();
            let sample = Sample::of_rows(1);
            let part = Part { name: String::new(), study, sample: &sample, curves: &read, within: None };
            let page = serde_json::to_value(Data::of(&[part])).unwrap();
            let told = |metric: &serde_json::Value| {
                let [name, last, is_log] = ["name", "last", "is_log"].map(|key| metric[key].to_string());
                format!("{name} {last} {is_log} {}", metric["curves"]["grid"])
            };
            let found: Vec<String> = page["metrics"].as_array().unwrap().iter().map(told).collect();
            assert_eq!(
                found,
                [
                    r#""loss" "final_loss" true [0,5]"#,
                    r#""val_loss" "val_loss" true [5]"#,
                    r#""accuracy" "accuracy" false [0,5]"#,
                ]
            );
            let logs = page["columns"].as_array().unwrap().iter().filter(|column| column["is_log"] == true);
            let logs: Vec<&str> = logs.filter_map(|column| column["name"].as_str()).collect();
            assert_eq!(logs, ["steps", "initial_loss", "final_loss", "min_loss", "val_loss"]);
        });
    }

    #[test]
    fn metrics_share_the_room_of_a_page_and_those_beyond_it_are_named() {
        const METRICS: usize = 20;
        const POINTS_OF_RUN: usize = 200_000;
        with_table(TABLE, &[("lr", Scale::Linear)], Choice::default(), |study| {
            let folder = tempfile::tempdir().unwrap();
            let names: Vec<String> = (0..METRICS).map(|which| format!("m{which}")).collect();
            let row = |step: usize| format!("0,{step},1{}\n", ",2".repeat(METRICS));
            let rows: String = (0..POINTS_OF_RUN / 50).map(row).collect();
            std::fs::write(folder.path().join("curves.csv"), format!("run_id,step,loss,{}\n{rows}", names.join(",")))
                .unwrap();
            let mut subject = etascape_insight::subject::Subject::default();
            subject.parameters = study.subject.parameters.clone();
            subject.limits.is_program = true;
            let study = etascape_insight::study::Study::new(&subject, study.runs).unwrap();
            let read = ShownCurves::read(folder.path(), &study, &[0], &[], None).unwrap();
            let sample = Sample::of_rows(1);
            let data =
                Data::of(&[Part { name: String::new(), study: &study, sample: &sample, curves: &read, within: None }]);
            let left: Vec<&String> = read.left_out.iter().collect();
            assert_eq!((read.metrics.len(), left.len()), (11, 9));
            assert!(data.notes().iter().any(|note| note.contains("no curves of m11, m12")), "{:?}", data.notes());
            let page = serde_json::to_string(&data).unwrap();
            assert!(page.len() < 900_000, "{} bytes", page.len());
        });
    }
}
