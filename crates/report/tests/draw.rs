//! Whole results folders: what is drawn, that it is drawn the same, and what it says.

mod support;

use std::fs;
use std::path::Path;

use etascape_core::StopReason;
use etascape_insight::findings::Findings;
use etascape_insight::subject::{Choice, Scale, Stability, Subject};
use etascape_report::{Columns, LogWriter, Rows, draw, read_runs};
use etascape_sweep::Status;
use support::{descend, geomspace, made_up, seed, swept, write};

fn png_size(path: &Path) -> (u32, u32) {
    let file = std::io::BufReader::new(fs::File::open(path).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, info.height)
}

fn charts(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder.join("charts")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_sweep_gets_all_its_charts_and_the_same_bytes_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let subject = seed(folder.path(), &geomspace(1e-3, 0.03, 12), &[-4.0, 0.0, 4.0], 3000);
    let drawn = draw(folder.path(), &subject).unwrap();
    assert_eq!(charts(folder.path()), ["convergence.png", "fit.png", "heatmap.png", "loss-curves.png"]);
    assert_eq!(drawn.files.len(), 5);
    for chart in &drawn.files[..4] {
        assert_eq!(png_size(chart), (2000, 1280));
    }
    let before: Vec<Vec<u8>> = drawn.files.iter().map(|file| fs::read(file).unwrap()).collect();
    draw(folder.path(), &subject).unwrap();
    let after: Vec<Vec<u8>> = drawn.files.iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(before == after);
}

#[test]
fn a_row_that_is_still_being_written_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let subject = seed(folder.path(), &geomspace(1e-3, 0.02, 4), &[0.0, 1.0], 50);
    let whole = draw(folder.path(), &subject).unwrap().findings.runs;
    for table in ["runs.csv", "curves.csv"] {
        let bytes = fs::read(folder.path().join(table)).unwrap();
        fs::write(folder.path().join(table), &bytes[..bytes.len() - 2]).unwrap();
    }
    assert_eq!(draw(folder.path(), &subject).unwrap().findings.runs, whole - 1);
}

#[test]
fn charts_that_no_longer_make_sense_go_and_other_files_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut subject = seed(folder.path(), &geomspace(1e-3, 0.02, 4), &[0.0, 1.0], 50);
    draw(folder.path(), &subject).unwrap();
    fs::write(folder.path().join("charts/mine.txt"), "mine").unwrap();
    fs::remove_file(folder.path().join("curves.csv")).unwrap();
    subject.parameters.truncate(1);
    draw(folder.path(), &subject).unwrap();
    assert_eq!(charts(folder.path()), ["convergence.png", "mine.txt"]);
}

/// Draws a sweep of one numeric parameter with the given values and records.
fn drawing(runs: Vec<(Vec<String>, etascape_core::RunRecord)>, scale: Scale) -> Findings {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &["train.learning_rate"], &[], &runs);
    let subject = Subject { parameters: vec![swept("train.learning_rate", scale)], ..Subject::default() };
    draw(folder.path(), &subject).unwrap().findings
}

fn with_rate(rate: &str, record: etascape_core::RunRecord) -> (Vec<String>, etascape_core::RunRecord) {
    (vec![rate.to_owned()], record)
}

#[test]
fn odd_sweeps_are_drawn_too() {
    assert_eq!(drawing(vec![], Scale::Log).headline(), "No run is logged yet");
    assert_eq!(
        drawing(vec![with_rate("0.5", descend(0.5, [3.0, -8.0], 500))], Scale::Log).headline(),
        "The run diverged"
    );
    let point = descend(0.01, [3.0, -8.0], 0);
    assert_eq!(drawing(vec![with_rate("0.01", point)], Scale::Log).headline(), "Least loss 36 at η = 0.01");
    let equal = |record: etascape_core::RunRecord| {
        let runs = (0..4).map(|i| with_rate(&format!("0.{i}"), record.clone())).collect();
        drawing(runs, Scale::Log).headline()
    };
    assert_eq!(equal(descend(0.02, [3.0, -8.0], 4000)), "Every η from 0 to 0.3 converges; fastest at 0");
    let perfect = descend(0.01, [1.0, 4.0], 5);
    assert_eq!(equal(perfect), "All 4 runs began at the minimum: the loss at the start is 0");
    let mut extreme = made_up(1.0, 0.1, 1, false);
    for (place, loss) in [0.0, -3.0, f64::NAN, f64::INFINITY, 1e308, 5e-324].into_iter().enumerate() {
        extreme.curve[place + 1].loss = loss;
    }
    extreme.final_loss = f64::MAX;
    drawing(vec![with_rate("-1", extreme.clone()), with_rate("1e300", extreme)], Scale::Log);
}

#[test]
fn names_seeds_and_choices_are_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let mut runs = Vec::new();
    for (kind, speed) in [("sgd", 0.1), ("<script>alert(1)</script>", 1.0)] {
        for seed in 0..3 {
            runs.push((vec![kind.to_owned(), seed.to_string()], made_up(speed, 0.01, seed, false)));
        }
    }
    write(folder.path(), &["train.optimizer", "seed"], &[], &runs);
    let subject = Subject {
        name: "a <b> & \"c\"".to_owned(),
        description: "<img src=x onerror=alert(1)>".to_owned(),
        parameters: vec![swept("train.optimizer", Scale::Categories), swept("seed", Scale::Linear)],
        choice: Choice { y: Some("seed".to_owned()), color: Some("initial_loss".to_owned()), ..Choice::default() },
        ..Subject::default()
    };
    draw(folder.path(), &subject).unwrap();
    assert_eq!(charts(folder.path()), ["convergence.png", "heatmap.png", "loss-curves.png"]);
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("<title>a &lt;b&gt; &amp; &quot;c&quot; · etascape</title>"));
    assert!(page.contains("<p class=\"asks\">&lt;img src=x onerror=alert(1)&gt;</p>"));
    assert!(page.contains("<td>&lt;script&gt;alert(1)&lt;/script&gt;</td>"));
    assert!(page.contains("\\u003cscript\\u003ealert(1)\\u003c/script\\u003e"), "names reach the data with escapes");
    assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<b>"));
    assert_eq!(page.matches("<script").count(), 2, "the data and the page's own");
    assert!(page.contains("href=\"charts/heatmap.png\""));
    let asked = Choice { x: Some("seed".to_owned()), y: Some("train.optimizer".to_owned()), ..Choice::default() };
    draw(folder.path(), &Subject { choice: asked, ..subject }).unwrap();
    assert!(charts(folder.path()).contains(&"heatmap.png".to_owned()), "a seed is an axis where it is asked for");
}

const TABLE: &str = "\
run_id,train.learning_rate,init.w,status,steps,initial_loss,final_loss,min_loss
0,0.001,1,max_steps,100,36,2.5,2.5
1,0.001,2,max_steps,100,36,NaN,3
2,0.01,1,converged,60,36,1e-10,1e-10
3,0.01,2,converged,40,36,9e-10,9e-10
4,0.02,1,converged,55,36,5e-10,5e-10
5,0.02,2,max_steps,100,36,0.5,0.5
6,0.03,1,diverged,7,36,inf,36
7,0.03,2,diverged,9,36,0,0
";

fn findings() -> Findings {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    fs::write(&path, TABLE).unwrap();
    let parameters = vec![swept("train.learning_rate", Scale::Log), swept("init.w", Scale::Linear)];
    let subject = Subject { parameters, theory_limit: Some(0.0218324), ..Subject::default() };
    Findings::new(&subject, &read_runs(&path).unwrap()).unwrap()
}

#[test]
fn findings_of_a_small_table() {
    let findings = findings();
    let counts = [(Status::Converged, 3), (Status::Diverged, 2), (Status::Plateau, 0), (Status::MaxSteps, 3)];
    let counts = counts.into_iter().chain([Status::Pruned, Status::Failed, Status::Timeout].map(|status| (status, 0)));
    let counts: Vec<(Status, usize)> = counts.collect();
    assert_eq!(findings.counts, counts);
    let best: Vec<u64> = findings.best.iter().map(|run| run.run_id).collect();
    assert_eq!(best, [3, 4, 0], "converged by steps, others by loss, one start per rate, never NaN or diverged");
    let rates = findings.rates.clone().unwrap();
    assert_eq!((rates.low, rates.high, rates.fastest), (0.01, 0.02, 0.01));
    assert_eq!(rates.every, Some((0.01, 0.01)), "at 0.02 one run took all steps");
    assert!(!rates.from_lowest && !rates.to_highest);
    assert_eq!(findings.headline(), "η = 0.01 converges, in some runs up to 0.02; fastest at 0.01");
}

#[test]
fn findings_read_well() {
    let expected = "\
η = 0.01 converges, in some runs up to 0.02; fastest at 0.01
Theory: stable below 2/λmax = 0.0218324
8 runs · 3 converged · 2 diverged · 3 took all steps
Fastest to converge: 40 steps at η = 0.01, init.w = 2 (run 3)

  run_id  train.learning_rate  init.w     status  steps  final_loss
       3                 0.01       2  converged     40       9e-10
       4                 0.02       1  converged     55       5e-10
       0                0.001       1  max_steps    100         2.5
";
    assert_eq!(findings().to_string(), expected);
}

#[test]
fn a_parameter_that_the_table_lacks_is_named() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &["init.w"], &[], &[]);
    let subject = Subject { parameters: vec![swept("init.b", Scale::Linear)], ..Subject::default() };
    let message = draw(folder.path(), &subject).unwrap_err().to_string();
    assert!(message.contains("init.b"), "{message}");
}

/// Held-out losses, twice those of training, at three rates and two seeds.
#[test]
fn training_and_validation_stand_side_by_side_where_rows_are_held_out() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["train.learning_rate", "seed"];
    let columns =
        Columns { swept: paths.map(str::to_owned).into(), val_loss: true, curves: true, ..Columns::default() };
    let mut log = LogWriter::create(folder.path(), &columns).unwrap();
    let mut rows = Rows::new(&columns);
    for run_id in 0..6 {
        let mut record = made_up(0.1 * (run_id + 1) as f64, 0.1, run_id, run_id == 5);
        for point in &mut record.curve {
            point.metrics.val_loss = Some(2.0 * point.loss);
        }
        rows.push(run_id, &[format!("0.{}", run_id / 2 + 1), (run_id % 2).to_string()], (&record).into(), &[]);
    }
    log.append(&rows).unwrap();
    log.finish().unwrap();
    let parameters = vec![swept("train.learning_rate", Scale::Log), swept("seed", Scale::Linear)];
    let subject = Subject { parameters, ..Subject::default() };
    draw(folder.path(), &subject).unwrap();
    assert_eq!(charts(folder.path()), ["convergence.png", "loss-curves.png", "validation.png"]);
    assert_eq!(png_size(&folder.path().join("charts/validation.png")), (2000, 1280));
}

/// Runs at two rates with a given ratio of sharpness to 2/η, logged at every third point; the second diverged.
fn sharp(folder: &Path, stability: Stability) -> Subject {
    let columns =
        Columns { swept: vec!["train.learning_rate".into()], sharpness: true, curves: true, ..Columns::default() };
    let mut log = LogWriter::create(folder, &columns).unwrap();
    let mut rows = Rows::new(&columns);
    for (run_id, rate) in [0.01, 0.04, 0.02].into_iter().enumerate() {
        let mut record = made_up(1.0, 0.1, run_id as u64, run_id == 1);
        for (at, point) in record.curve.iter_mut().enumerate().filter(|(at, _)| at % 3 == 0) {
            let share = if run_id == 1 { 1e30 } else { (at as f64 / 100.0).min(0.97) };
            point.sharpness = Some(if point.step > 900 { f64::NAN } else { share * 2.0 / rate });
        }
        rows.push(run_id as u64, &[rate.to_string()], (&record).into(), &[]);
    }
    log.append(&rows).unwrap();
    log.finish().unwrap();
    let parameters = vec![swept("train.learning_rate", Scale::Log)];
    Subject { name: "sharp".into(), parameters, sharpness: Some(stability), ..Subject::default() }
}

#[test]
fn the_sharpness_has_a_chart_where_it_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let pictures = [Stability::OfSweptRate, Stability::OfRate(0.02), Stability::Unknown].map(|stability| {
        let subject = sharp(folder.path(), stability);
        draw(folder.path(), &subject).unwrap();
        let chart = folder.path().join("charts/sharpness.png");
        assert_eq!(png_size(&chart), (2000, 1280));
        fs::read(chart).unwrap()
    });
    assert!(pictures[0] != pictures[1] && pictures[1] != pictures[2], "each has limits of its own");
    let subject = Subject { sharpness: None, ..sharp(folder.path(), Stability::Unknown) };
    draw(folder.path(), &subject).unwrap();
    assert!(!folder.path().join("charts/sharpness.png").exists());
}

/// Medians by hand; a run that did not converge counts as endless, so that 0.1 (10, 20, 30, ∞) comes after 0.2.
#[test]
fn seeds_are_statistics() {
    let ends = [("0.1", [Some(10), Some(20), Some(30), None]), ("0.2", [18, 19, 21, 22].map(Some))];
    let run = |rate: &str, seed: usize, steps: Option<u64>| {
        let mut record = made_up(1.0, 0.0, 1, steps.is_none());
        record.stop_reason = if steps.is_some() { StopReason::Converged } else { StopReason::Diverged };
        record.steps = steps.unwrap_or(7);
        (vec![rate.to_owned(), seed.to_string()], record)
    };
    let runs = ends.iter().flat_map(|(rate, steps)| steps.iter().enumerate().map(move |(k, &end)| run(rate, k, end)));
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &["train.learning_rate", "seed"], &[], &runs.collect::<Vec<_>>());
    let parameters = vec![swept("train.learning_rate", Scale::Log), swept("seed", Scale::Linear)];
    let findings = draw(folder.path(), &Subject { parameters, ..Subject::default() }).unwrap().findings;
    let found: Vec<_> =
        findings.settings.iter().map(|one| (one.runs, one.converged, one.diverged, one.steps)).collect();
    assert_eq!(found, [(4, 4, 0, Some([18.75, 20.0, 21.25])), (4, 3, 1, Some([15.0, 20.0, 25.0]))]);
    assert_eq!(findings.rates.as_ref().unwrap().fastest, 0.2, "the rate of the best setting, not of the luckiest seed");
    let (head, rows) = findings.table();
    assert_eq!(head[..4], ["train.learning_rate", "runs", "converged", "diverged"]);
    assert_eq!(rows[1][..5], ["0.1", "4", "3", "1", "20 (15 – 25)"]);
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("20 (15 – 25)"));
}
