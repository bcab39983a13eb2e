//! The tables and the manifest: what is written, and that it reads back, with errors that say where.

use std::fs;
use std::path::Path;

use etascape_core::{CurvePoint, Extras, Metrics, RunRecord, StopReason};
use etascape_insight::tables::Runs;
use etascape_report::{
    Columns, CurvePick, Digests, Error, Host, IntactPrefix, LogWriter, Manifest, Rows, RunState, Times, digest_bytes,
    read_columns, read_curves, read_runs,
};
use etascape_sweep::Status;

fn columns() -> Columns {
    Columns {
        swept: vec!["train.learning_rate".into(), "model.activation".into()],
        val_loss: true,
        parameters: vec!["w".into(), "b".into()],
        curves: true,
        ..Columns::default()
    }
}

fn record(stop_reason: StopReason, losses: &[f64]) -> RunRecord {
    let metrics = Metrics { val_loss: Some(0.5), ..Metrics::default() };
    let point = |(step, &loss): (usize, &f64)| CurvePoint {
        step: step as u64,
        loss,
        metrics: Metrics { val_loss: (step == 0).then_some(0.25), ..Metrics::default() },
        batch_loss: None,
        sharpness: (step == 0).then_some(90.5),
        parameters: [3.0, -8.0].as_slice().into(),
    };
    RunRecord {
        stop_reason,
        steps: losses.len() as u64 - 1,
        initial_loss: losses[0],
        final_loss: losses[losses.len() - 1],
        min_loss: losses.iter().copied().fold(f64::NAN, f64::min),
        parameters: [1.0, 4.0].as_slice().into(),
        curve: losses.iter().enumerate().map(point).collect(),
        extras: Extras { metrics, ..Extras::default() }.boxed(),
    }
}

fn write(folder: &Path) -> (String, Option<String>) {
    let columns = columns();
    let mut log = LogWriter::create(folder, &columns).unwrap();
    let mut rows = Rows::new(&columns);
    let text = |rate: &str, name: &str| [rate, name].map(|text| Rows::cell(text).into_owned());
    let [both, second, none] = [[Some(0), Some(1)], [None, Some(0)], [None, None]];
    rows.push(0, &text("0.02", "tanh"), (&record(StopReason::Converged, &[36.0, 1e-10])).into(), &both);
    log.append(&rows).unwrap();
    let mut rows = Rows::new(&columns);
    rows.push(1, &text("0.03", "a,\"b\""), (&record(StopReason::Diverged, &[36.0, f64::INFINITY])).into(), &second);
    rows.push(2, &text("0.04", "x"), (&record(StopReason::Diverged, &[0.0, f64::NAN])).into(), &none);
    log.append(&rows).unwrap();
    log.finish().unwrap()
}

#[test]
fn the_sharpness_stands_between_the_metrics_and_the_parameters_of_curves_alone() {
    let folder = tempfile::tempdir().unwrap();
    let columns = Columns { sharpness: true, ..columns() };
    let mut log = LogWriter::create(folder.path(), &columns).unwrap();
    let mut rows = Rows::new(&columns);
    rows.push(
        0,
        &["0.02", "tanh"].map(String::from),
        (&record(StopReason::Converged, &[36.0, 1e-10])).into(),
        &[Some(0), None],
    );
    log.append(&rows).unwrap();
    log.finish().unwrap();
    let curves = fs::read_to_string(folder.path().join("curves.csv")).unwrap();
    assert_eq!(curves, "run_id,step,loss,val_loss,sharpness,w,b\n0,0,36,0.25,90.5,3,\n0,1,1e-10,,,3,\n");
    let runs = fs::read_to_string(folder.path().join("runs.csv")).unwrap();
    assert!(!runs.contains("sharpness"), "{runs}");
}

#[test]
fn the_tables_are_written_as_the_contract_says() {
    let folder = tempfile::tempdir().unwrap();
    let (runs, curves) = write(folder.path());
    let expected_runs = "\
run_id,train.learning_rate,model.activation,status,steps,initial_loss,final_loss,min_loss,val_loss,w,b
0,0.02,tanh,converged,1,36,1e-10,1e-10,0.5,1,4
1,0.03,\"a,\"\"b\"\"\",diverged,1,36,inf,36,0.5,,1
2,0.04,x,diverged,1,0,NaN,0,0.5,,
";
    let expected_curves = "\
run_id,step,loss,val_loss,w,b
0,0,36,0.25,3,-8
0,1,1e-10,,3,-8
1,0,36,0.25,,3
1,1,inf,,,3
2,0,0,0.25,,
2,1,NaN,,,
";
    assert_eq!(fs::read_to_string(folder.path().join("runs.csv")).unwrap(), expected_runs);
    assert_eq!(fs::read_to_string(folder.path().join("curves.csv")).unwrap(), expected_curves);
    assert_eq!(runs, digest_bytes(expected_runs.as_bytes()));
    assert_eq!(curves, Some(digest_bytes(expected_curves.as_bytes())));
}

fn all(runs: &Runs, name: &str) -> Vec<Option<f64>> {
    runs.numbers(name).unwrap().iter().collect()
}

#[test]
fn missing_overflowed_and_zero_stay_apart_when_read_back() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let runs = read_runs(&folder.path().join("runs.csv")).unwrap();
    assert_eq!([0, 1, 2].map(|row| runs.id(row)), [0, 1, 2]);
    assert_eq!(runs.status(), [Status::Converged, Status::Diverged, Status::Diverged]);
    assert_eq!(all(&runs, "w"), [Some(1.0), None, None]);
    assert_eq!(all(&runs, "initial_loss"), [Some(36.0), Some(36.0), Some(0.0)]);
    let last = all(&runs, "final_loss");
    assert_eq!(last[1], Some(f64::INFINITY));
    assert!(last[2].unwrap().is_nan());
    assert_eq!(runs.text("model.activation", 1).unwrap(), "a,\"b\"");
    assert!(runs.numbers("model.activation").is_none() && runs.numbers("no such").is_none());
}

#[test]
fn curves_read_back_in_part() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let pick = CurvePick { run: &|id| id != 0, columns: &["b".into()], loss: "loss", is_optional: false };
    let [curves] = read_curves(&folder.path().join("curves.csv"), [pick]).unwrap();
    assert_eq!(curves.len(), 2);
    let second = curves.iter().nth(1).unwrap();
    assert_eq!((second.run_id, second.steps), (2, &[0, 1][..]));
    assert!(second.loss[0] == 0.0 && second.loss[1].is_nan());
    let first = curves.iter().next().unwrap();
    assert_eq!(first.values(1).collect::<Vec<_>>(), [Some(3.0)]);
    assert_eq!(second.values(0).collect::<Vec<_>>(), [None]);
}

/// A table of curves of several megabytes, some of its rows replaced.
fn long_curves(folder: &Path, replaced: &[(u64, &str)]) -> Result<(Vec<u64>, f64), Error> {
    let row = |at: u64| match replaced.iter().find(|(row, _)| *row == at) {
        Some((_, text)) => text.to_string(),
        None => format!("{},{},{}.5", at / 1000, at % 1000, at),
    };
    let rows: Vec<String> = (0..200_000).map(row).collect();
    fs::write(folder.join("curves.csv"), format!("run_id,step,loss\n{}\n9,9", rows.join("\n"))).unwrap();
    let pick = CurvePick { run: &|id| id != 7, columns: &[], loss: "loss", is_optional: false };
    let [curves] = read_curves(&folder.join("curves.csv"), [pick])?;
    let points = curves.iter().map(|curve| curve.steps.len() as u64).collect();
    Ok((points, curves.iter().flat_map(|curve| curve.loss.to_vec()).sum()))
}

#[test]
fn long_curves_are_read_side_by_side_as_from_first_to_last() {
    let folder = tempfile::tempdir().unwrap();
    let all = (0..200_000).filter(|at| at / 1000 != 7).map(|at| f64::from(at) + 0.5).sum();
    assert_eq!(long_curves(folder.path(), &[]).unwrap(), (vec![1000; 199], all), "the row that is cut off is none");
    let quoted = "150,\"0\",\"150000.5\"\n";
    assert_eq!(
        long_curves(folder.path(), &[(150_000, quoted)]).unwrap(),
        (vec![1000; 199], all),
        "quotes, an empty line"
    );
    let problem = long_curves(folder.path(), &[(3, "\"0\",3,3.5"), (150_000, "150,zero,1")]).unwrap_err().to_string();
    assert!(problem.contains(":150002: ") && problem.contains("step"), "{problem}");
}

#[test]
fn without_curves_no_old_table_stays() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let log = LogWriter::create(folder.path(), &Columns { curves: false, ..columns() }).unwrap();
    assert_eq!(log.finish().unwrap().1, None);
    assert!(!folder.path().join("curves.csv").exists());
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nowhere");
    let message = LogWriter::create(&missing, &columns()).err().unwrap().to_string();
    assert!(message.contains("nowhere") && message.contains("cannot write"), "{message}");
}

fn reading(table: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    fs::write(&path, table).unwrap();
    read_runs(&path).unwrap_err().to_string().replace(&folder.path().display().to_string(), "")
}

#[test]
fn a_damaged_table_is_an_error_that_says_where() {
    let cases = [
        ("run_id,status\n0,exploded\n", "/runs.csv:2: column status: found \"exploded\", expected a status"),
        (
            "run_id,status\n0,diverged\n-1,diverged\n",
            "/runs.csv:3: column run_id: found \"-1\", expected a whole number",
        ),
        ("run_id,status\n0,diverged\n1\n", "/runs.csv:3: found 1 cell, expected 2 as in the head"),
        ("run_id,steps\n", "/runs.csv: there is no column \"status\""),
        ("", "/runs.csv: there is no column \"run_id\""),
    ];
    for (table, message) in cases {
        assert_eq!(reading(table), message);
    }
}

#[test]
fn a_loss_is_a_number_or_does_not_exist() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("curves.csv");
    let pick = || CurvePick { run: &|_| true, columns: &[], loss: "loss", is_optional: false };
    fs::write(&path, "run_id,step,loss\n0,0,1\n0,1,x\n").unwrap();
    let error = read_curves(&path, [pick()]).unwrap_err();
    assert!(matches!(&error, Error::Cell { line: 3, column, .. } if column == "loss"), "{error}");
    assert!(error.to_string().contains("found \"x\""), "{error}");
    fs::write(&path, "run_id,step,loss\n0,0,1\n0,1,\n0,2,0.5\n").unwrap();
    let [curves] = read_curves(&path, [pick()]).unwrap();
    let curve = curves.iter().next().unwrap();
    assert_eq!((curve.steps, curve.loss), (&[0, 2][..], &[1.0, 0.5][..]), "a step without a loss is no point of it");
}

#[test]
fn several_picks_are_read_in_one_pass_each_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("curves.csv");
    fs::write(&path, "run_id,step,loss,sharpness,w\n0,0,9,4,1\n0,1,8,,2\n1,0,7,x,3\n2,0,,5,y\n").unwrap();
    let w = ["w".to_owned()];
    let pick = |run, loss| CurvePick { run, columns: &w, loss, is_optional: false };
    let sharpness = CurvePick { columns: &[], ..pick(&|id| id != 1, "sharpness") };
    let missing = |is_optional| CurvePick { is_optional, ..pick(&|_| true, "val_loss") };
    let picks = [pick(&|id| id < 2, "loss"), sharpness, missing(true), pick(&|_| false, "loss")];
    let curves = read_curves(&path, picks).unwrap();
    let points = curves.each_ref().map(|curves| {
        let of = |curve: etascape_insight::tables::Curve<'_>| {
            (curve.run_id, curve.steps.to_vec(), curve.loss.to_vec(), curve.values(0).collect::<Vec<_>>())
        };
        curves.iter().map(of).collect::<Vec<_>>()
    });
    let of_loss = [(0, vec![0, 1], vec![9.0, 8.0], vec![Some(1.0)]), (1, vec![0], vec![7.0], vec![Some(3.0)])];
    let of_sharpness = [(0, vec![0], vec![4.0], vec![]), (2, vec![0], vec![5.0], vec![])];
    assert_eq!(points, [of_loss.to_vec(), of_sharpness.to_vec(), vec![], vec![]], "x and y are in no pick");
    let error = read_curves(&path, [missing(false)]).unwrap_err();
    assert!(matches!(&error, Error::MissingColumn { column, .. } if column == "val_loss"), "{error}");
}

#[test]
fn windows_line_ends_and_other_orders_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    fs::write(&path, "status,extra,run_id\r\nplateau,,7\r\n").unwrap();
    let runs = read_runs(&path).unwrap();
    assert_eq!((runs.id(0), runs.status()), (7, &[Status::Plateau][..]));
    assert_eq!(all(&runs, "extra"), [None]);
}

#[test]
fn cells_read_back_as_written_and_only_wanted_columns_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    let rows = "run_id,status,a,b,c\n0,plateau,1,0.5,x\n1,plateau,1.0,,0\n2,plateau,18446744073709551615,NaN,\n";
    fs::write(&path, rows).unwrap();
    let runs = read_columns(&path, |name| name != "c").unwrap();
    let written = |name: &str| (0..3).map(|row| runs.text(name, row).unwrap().into_owned()).collect::<Vec<String>>();
    assert_eq!(written("a"), ["1", "1.0", "18446744073709551615"]);
    assert_eq!(written("b"), ["0.5", "", "NaN"]);
    assert_eq!(all(&runs, "a")[..2], [Some(1.0), Some(1.0)]);
    assert!(runs.text("c", 0).is_none());
}

fn manifest() -> Manifest {
    Manifest {
        running: None,
        format_version: 1,
        etascape_version: "0.1.0".into(),
        state: RunState::Running,
        config_folder: "../../experiments".into(),
        runs: 1200,
        shard: None,
        merged: None,
        digests: Digests { config: Some("ab".into()), ..Digests::default() },
        times: Times { started: "2025-01-01T00:00:00Z".into(), ..Times::default() },
        host: Host { os: "linux".into(), ..Host::default() },
        git_commit: None,
        git_dirty: Some(true),
        saved: None,
        journal: None,
        objective: None,
        findings: None,
        command_line: vec!["etascape".into(), "run".into()],
    }
}

#[test]
fn the_manifest_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    manifest().write(folder.path()).unwrap();
    assert_eq!(Manifest::read(folder.path()).unwrap(), manifest());
    let text = fs::read_to_string(folder.path().join("manifest.json")).unwrap();
    assert!(text.contains("\"state\": \"running\"") && text.contains("\"runs.csv\": null"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_newer_or_damaged_manifest_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("manifest.json");
    fs::write(&path, "{\"format_version\": 2, \"shape\": \"of things to come\"}").unwrap();
    let message = Manifest::read(folder.path()).unwrap_err().to_string();
    assert!(message.contains("format_version 2 is newer than 1"), "{message}");
    fs::write(&path, "{\"format_version\": 1").unwrap();
    assert!(matches!(Manifest::read(folder.path()), Err(Error::Manifest { .. })));
    fs::remove_file(&path).unwrap();
    assert!(matches!(Manifest::read(folder.path()), Err(Error::Io { action: "read", .. })));
}

/// Every file of a folder with any one byte changed, or cut anywhere, is read or refused.
#[test]
fn no_bytes_panic() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    manifest().write(folder.path()).unwrap();
    let read = || {
        let pick = CurvePick { run: &|_| true, columns: &["w".into()], loss: "loss", is_optional: false };
        let _ = read_runs(&folder.path().join("runs.csv")).map(|runs| runs.numbers("w").map(|w| w.len()));
        let _ = read_curves(&folder.path().join("curves.csv"), [pick]).map(|[curves]| curves.iter().count());
        let _ = Manifest::read(folder.path());
        let _ = IntactPrefix::of(folder.path(), &columns(), 0);
    };
    for name in ["runs.csv", "curves.csv", "manifest.json"] {
        let path = folder.path().join(name);
        let valid = fs::read(&path).unwrap();
        for at in 0..valid.len() {
            for byte in [0, b'9', b'"', b',', b'\n', b'\r', 0xff] {
                let mut bytes = valid.clone();
                bytes[at] = byte;
                fs::write(&path, bytes).unwrap();
                read();
            }
            fs::write(&path, &valid[..at]).unwrap();
            read();
        }
        fs::write(&path, valid).unwrap();
    }
}

#[test]
fn a_quote_that_does_not_end_does_not_fill_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    let mut bytes = b"run_id,status\n0,\"".to_vec();
    bytes.resize(20 << 20, b'1');
    fs::write(&path, bytes).unwrap();
    let message = read_runs(&path).unwrap_err().to_string();
    assert!(message.ends_with("a row that does not end (an unclosed quote?)"), "{message}");
}
