//! Settings, as the terminal, the charts and the page show them.

use etascape_insight::findings::Findings;
use etascape_insight::study::sample::Sample;
use etascape_insight::study::settings::Settings;
use etascape_insight::subject::{Choice, Scale};
use etascape_insight::tables::Curves;

use super::{Absent, convergence, heat_map, loss_curves};
use crate::folder::ShownCurves;
use crate::logs::{CurvePick, read_curves};
use crate::page::{Data, Part};
use crate::testing::with_table;

const PARAMETERS: [(&str, Scale); 3] =
    [("train.learning_rate", Scale::Log), ("init.w", Scale::Linear), ("seed", Scale::Linear)];

/// The table of runs: rate, w, seed and final loss of each.
fn table(runs: &[(f64, i32, i64, f64)]) -> String {
    let row = |(id, (rate, w, seed, loss)): (usize, &(f64, i32, i64, f64))| {
        format!("{id},{rate},{w},{seed},max_steps,5,9,{loss},{loss}\n")
    };
    let head = "run_id,train.learning_rate,init.w,seed,status,steps,initial_loss,final_loss,min_loss\n";
    std::iter::once(head.to_owned()).chain(runs.iter().enumerate().map(row)).collect()
}

/// Rates and weights that advance together, each with three seeds.
const ZIPPED: [(f64, i32, i64, f64); 9] = [
    (0.1, 1, 0, 5.0),
    (0.1, 1, 1, 4.0),
    (0.1, 1, 2, 9.0),
    (0.2, 2, 0, 1.0),
    (0.2, 2, 1, 3.0),
    (0.2, 2, 2, 2.0),
    (0.4, 3, 0, 7.0),
    (0.4, 3, 1, 8.0),
    (0.4, 3, 2, 6.0),
];

#[test]
fn the_terminal_the_charts_and_the_page_have_the_same_settings() {
    with_table(&table(&ZIPPED), &PARAMETERS, Choice::default(), |study| {
        let findings = Findings::of(study);
        let (head, cells) = findings.table();
        assert_eq!(head[..3], ["train.learning_rate", "init.w", "runs"]);
        let cells: Vec<String> = cells.iter().map(|row| row.join(" ")).collect();
        let expected = ["0.2 2 3 0 0 – 2 (1.5 – 2.5)", "0.1 1 3 0 0 – 5 (4.5 – 7)", "0.4 3 3 0 0 – 7 (6.5 – 7.5)"];
        assert_eq!(cells, expected);

        let chart = convergence(study, &findings).unwrap();
        assert!(chart.subtitle.ends_with("median and quartiles over seeds"), "{}", chart.subtitle);
        let [line] = &chart.panels[0].lines[..] else { panic!("one line of what advances together") };
        let losses: Vec<_> = line.outcomes.iter().map(|outcome| outcome.loss.unwrap()).collect();
        assert_eq!(losses, [[4.5, 5.0, 7.0], [1.5, 2.0, 2.5], [6.5, 7.0, 7.5]]);

        let chart = loss_curves(study, &findings, &curves(&ZIPPED)).unwrap();
        assert!(chart.subtitle.ends_with("line: median over seeds, band: quartiles"), "{}", chart.subtitle);
        let lines: Vec<_> = chart.panels[0].items.iter().map(|line| (line.points[1], line.band[1])).collect();
        let expected = [((5.0, 5.0), (5.0, 4.5, 7.0)), ((5.0, 2.0), (5.0, 1.5, 2.5)), ((5.0, 7.0), (5.0, 6.5, 7.5))];
        assert_eq!(lines, expected);

        let page = Data::of(&[Part {
            name: String::new(),
            study,
            sample: &Sample::of_rows(9),
            curves: &ShownCurves { sampled: curves(&ZIPPED), ..ShownCurves::default() },
            within: None,
        }]);
        let page = serde_json::to_value(page).unwrap();
        let told = |which: usize| (page["parameters"][which]["is_seed"].as_bool(), &page["parameters"][which]["at"]);
        let same: Vec<i64> = vec![0, 0, 0, 1, 1, 1, 2, 2, 2];
        assert_eq!(told(0), (Some(false), &same.clone().into()));
        assert_eq!(told(1), (Some(false), &same.into()));
        assert_eq!(told(2), (Some(true), &vec![0, 1, 2, 0, 1, 2, 0, 1, 2].into()));
    });
    let mut seeds_first = ZIPPED;
    seeds_first.sort_by_key(|run| run.2);
    with_table(&table(&seeds_first), &PARAMETERS, Choice::default(), |study| {
        let rows = Settings::of(study, 6).sample.rows(6);
        assert_eq!(rows, [0, 1, 3, 4, 6, 7], "a page that holds six runs holds whole settings");
    });
}

/// The curves of runs: a loss of 9, and that at the end.
fn curves(runs: &[(f64, i32, i64, f64)]) -> Curves {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("curves.csv");
    let rows = runs.iter().enumerate().map(|(id, run)| format!("{id},0,9\n{id},5,{}\n", run.3));
    std::fs::write(&path, format!("run_id,step,loss\n{}", rows.collect::<String>())).unwrap();
    let [curves] =
        read_curves(&path, [CurvePick { run: &|_| true, columns: &[], loss: "loss", is_optional: false }]).unwrap();
    curves
}

#[test]
fn losses_of_different_kinds_never_share_an_axis_or_a_scale() {
    let swept = [("train.learning_rate", Scale::Log), ("init.scale", Scale::Linear), ("train.loss", Scale::Categories)];
    let head = "run_id,train.learning_rate,init.scale,train.loss,status,steps,initial_loss,final_loss,min_loss\n";
    let settings = [0.1, 1.0].into_iter().flat_map(|rate| [1, 2].map(|scale| (rate, scale)));
    let runs = settings.flat_map(|(rate, scale)| [("bce", 0.6), ("mse", 40.0)].map(|kind| (rate, scale, kind)));
    let row = |(id, (rate, scale, (kind, loss))): (usize, (f64, i32, (&str, f64)))| {
        format!("{id},{rate},{scale},{kind},max_steps,5,90,{},1\n", loss * rate * f64::from(scale))
    };
    let table: String = std::iter::once(head.to_owned()).chain(runs.enumerate().map(row)).collect();
    with_table(&table, &swept, Choice::default(), |study| {
        let findings = Findings::of(study);
        let chart = convergence(study, &findings).unwrap();
        let titles: Vec<&str> = chart.panels.iter().map(|panel| panel.title.as_str()).collect();
        assert_eq!((titles, chart.has_own_axes), (vec!["train.loss = bce", "train.loss = mse"], true));
        let map = heat_map(study, &findings).unwrap();
        assert_eq!(map.title, "Least final loss 0.06 at η = 0.1, init.scale = 1, train.loss = bce");
        assert!(map.subtitle.contains("only runs with bce: losses of different kinds"), "{}", map.subtitle);
        assert_eq!(map.panels[0].items.len(), 4);
    });
    let only = "run_id,train.loss,status,steps,initial_loss,final_loss,min_loss\n\
                0,bce,max_steps,5,9,1,1\n1,mse,max_steps,5,9,2,1\n";
    with_table(only, &swept[2..], Choice::default(), |study| {
        let absent = convergence(study, &Findings::of(study)).err();
        assert!(matches!(absent, Some(Absent::Empty(reason)) if reason.contains("nothing else varies")));
    });
}
