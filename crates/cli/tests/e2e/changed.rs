//! Results whose data, starting weights or program are not what they were any more: what is drawn is of the logs.

use std::fs;

use crate::bench::{Bench, Said};

/// A line through the rows of a file, from weights in another.
const LINE: &str = r#"
name = "line"
data.csv = { path = "d.csv", target = "t" }
init.file = "w.safetensors"
train.steps = 50
sweep.parameters = { "train.learning_rate" = { geomspace = [1e-3, 0.01, 4] } }
"#;

/// Starting weights in the format of safetensors: w and b.
fn weights(w: f64, b: f64) -> Vec<u8> {
    let header = r#"{"layers.0.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]},"layers.0.bias":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}"#;
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &w.to_le_bytes(), &b.to_le_bytes()].concat()
}

fn trained() -> Bench {
    let bench = Bench::with(LINE);
    bench.write("d.csv", "x,t\n3,7\n9,13\n");
    bench.write("w.safetensors", weights(0.5, -1.0));
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    bench
}

/// As [`trained`], with a folder that does not keep the data, as where they are very many.
fn trained_on_much() -> Bench {
    let bench = trained();
    fs::remove_file(bench.path("r/data.json")).unwrap();
    bench
}

#[test]
fn the_data_that_a_folder_keeps_are_drawn() {
    let bench = trained();
    let first = bench.files("r");
    for bytes in [Some("x,t\n100,-2\n2,300\n3,5\n"), Some("no table"), None] {
        match bytes {
            Some(bytes) => bench.write("d.csv", bytes),
            None => fs::remove_file(bench.path("d.csv")).unwrap(),
        }
        assert_eq!(bench.done(&["report", "r"]).stderr, "");
        assert_eq!(bench.files("r"), first);
    }
    for kept in ["{}", "no JSON", &bench.read("r/data.json").replace("13.0", "14.0")] {
        bench.write("r/data.json", kept);
        let said = bench.done(&["report", "r"]).stderr;
        assert_eq!(said, format!("note: {LEFT_OUT}d.csv cannot be read any more\n"), "{kept}");
    }
}

#[test]
fn the_starting_weights_that_a_folder_keeps_are_used() {
    for (config, kept) in [
        (LINE.to_owned(), "{\"format\":1,\"features\":[\"x\"],"),
        (
            LINE.replace("csv = { path = \"d.csv\", target = \"t\" }", "points = [[3, 7], [9, 13]]"),
            "{\"format\":1,\"weights\":",
        ),
    ] {
        let bench = Bench::with(&config);
        bench.write("d.csv", "x,t\n3,7\n9,13\n");
        bench.write("w.safetensors", weights(0.5, -1.0));
        bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
        let first = bench.files("r");
        assert!(bench.path("r/charts/surface.png").exists() && bench.read("r/data.json").starts_with(kept));
        for bytes in [Some(weights(0.5, -2.0)), Some(b"what".to_vec()), None] {
            match bytes {
                Some(bytes) => bench.write("w.safetensors", bytes),
                None => fs::remove_file(bench.path("w.safetensors")).unwrap(),
            }
            assert_eq!(bench.done(&["report", "r"]).stderr, "");
            assert_eq!(bench.files("r"), first);
        }
        // Others than the manifest's are none.
        let damaged = bench.read("r/data.json").replacen("\"w.safetensors\":[", "\"w.safetensors\":[1,", 1);
        bench.write("r/data.json", damaged);
        let said = bench.done(&["report", "r"]).stderr;
        assert_eq!(said, format!("note: {LEFT_OUT}w.safetensors cannot be read any more\n"));
    }
}

#[test]
fn classes_are_kept_by_their_names() {
    let config = "name = \"c\"\ndata.csv = { path = \"d.csv\", target = \"t\", text = \"one_hot\" }\n\
                  train = { loss = \"cross_entropy\", steps = 20 }\n\
                  sweep.parameters = { \"train.learning_rate\" = [0.1, 0.3] }\n";
    let bench = Bench::with(config);
    bench.write("d.csv", "x,k,t\n0.1,a,no\n-2,b,yes\n1e-3,a,2\n");
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    let kept = "{\"format\":1,\"features\":[\"x\",\"k=a\",\"k=b\"],\"target\":\"t\",\
                \"rows\":[[0.1,1.0,0.0],[-2.0,0.0,1.0],[0.001,1.0,0.0]],\"targets\":[\"no\",\"yes\",\"2\"]}";
    assert_eq!(bench.read("r/data.json"), kept);
    let first = bench.files("r");
    fs::remove_file(bench.path("d.csv")).unwrap();
    assert_eq!(bench.done(&["report", "r"]).stderr, "");
    assert_eq!(bench.files("r"), first);
}

#[test]
fn of_large_data_a_folder_keeps_what_charts_and_findings_need() {
    const ROWS: u32 = 140_000;
    let config = |train: &str| {
        format!(
            "name = \"c\"\ndata = {{ csv = {{ path = \"d.csv\", target = \"t\" }}, standardize_target = true }}\n\
             train = {{ {train}, steps = 6 }}\nlog.sharpness_every = 3\n\
             sweep.parameters = {{ \"train.learning_rate\" = [1e-6, 2e-6, 3000.0] }}\n"
        )
    };
    let row = |row: u32| format!("{},{}\n", row % 997, 3 * (row % 997) + row % 7);
    let table: String = std::iter::once("x,t\n".to_owned()).chain((0..ROWS).map(row)).collect();
    for (train, said) in
        [("loss = \"mse\"", "2/λmax = "), ("loss = \"mae\"", "losses of a sample, 2000 of 140000 rows")]
    {
        let bench = Bench::with(&config(train));
        bench.write("d.csv", &table);
        bench.done(&["run", "e.toml", "--quiet", "--out", "r", "--format", "svg"]);
        assert!(bench.read("r/data.json").len() < 200_000);
        let first = bench.files("r");
        assert!(bench.read("r/charts/fit.svg").contains("points: a sample, 2000 of 140000 rows"));
        let drawn =
            bench.read("r/charts/surface.svg") + &bench.read("r/charts/loss-curves.svg") + &bench.read("r/report.html");
        assert!(drawn.contains(said), "{train}");
        fs::remove_file(bench.path("d.csv")).unwrap();
        assert_eq!(bench.done(&["report", "r", "--format", "svg"]).stderr, "");
        assert_eq!(bench.files("r"), first, "{train}");
    }
}

#[test]
fn large_data_of_classes_need_no_file_either() {
    let config = "name = \"c\"\ndata.csv = { path = \"d.csv\", target = \"t\", text = \"one_hot\" }\n\
                  data.standardize = true\ndata.validation_fraction = 0.2\n\
                  model = { kind = \"mlp\", hidden = [2], activation = \"relu\" }\n\
                  train = { loss = \"cross_entropy\", steps = 3, batch_size = 4096 }\n\
                  sweep.parameters = { \"train.learning_rate\" = [0.1, 0.3], seed = { range = [2] } }\n";
    let bench = Bench::with(config);
    let kinds = ["u", "v", "w", "x", "y", "z"];
    let row =
        |row: usize| format!("{},{},{}\n", row % 997, kinds[row % 6], if row == 39_000 { "once" } else { "often" });
    bench.write("d.csv", std::iter::once("a,k,t\n".to_owned()).chain((0..40_000).map(row)).collect::<String>());
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    let first = bench.files("r");
    fs::remove_file(bench.path("d.csv")).unwrap();
    assert_eq!(bench.done(&["report", "r"]).stderr, "");
    assert_eq!(bench.files("r"), first);
}

const LEFT_OUT: &str = "the fit, the surface and theory are left out, for ";

#[test]
fn nothing_is_drawn_of_other_data_or_weights() {
    let bench = trained_on_much();
    let first = bench.files("r");
    let rows = |text: &str| text.starts_with("the data is not what the runs were trained with: rows with digest ");
    let file =
        |text: &str| text.starts_with("w.safetensors is not what the runs were trained with: a file with digest ");
    type Case<'a> = (&'a str, &'a dyn Fn(&str) -> bool, Option<Vec<u8>>);
    let cases: [Case<'_>; 6] = [
        ("d.csv", &rows, Some(b"x,t\n3,7\n9,14\n".to_vec())),
        ("d.csv", &|text| text == "d.csv is not what it was when the runs were trained", Some(b"x,y\n3,7\n".to_vec())),
        ("d.csv", &|text| text == "d.csv cannot be read any more", None),
        ("w.safetensors", &file, Some(weights(0.5, -2.0))),
        ("w.safetensors", &|text| text.starts_with("w.safetensors is not what it was"), Some(b"what".to_vec())),
        ("w.safetensors", &|text| text == "w.safetensors cannot be read any more", None),
    ];
    for (name, expected, bytes) in cases {
        let own = fs::read(bench.path(name)).unwrap();
        match bytes {
            Some(bytes) => bench.write(name, bytes),
            None => fs::remove_file(bench.path(name)).unwrap(),
        }
        let said = bench.done(&["report", "r"]);
        let why = said.stderr.strip_prefix(&format!("note: {LEFT_OUT}")).and_then(|rest| rest.strip_suffix('\n'));
        assert!(why.is_some_and(expected), "{name}: {}", said.stderr);
        assert!(!bench.path("r/charts/fit.png").exists() && !bench.path("r/charts/surface.png").exists());
        assert_eq!(
            fs::read(bench.path("r/charts/loss-curves.png")).unwrap(),
            first[std::path::Path::new("charts/loss-curves.png")]
        );
        let page = bench.read("r/report.html");
        assert!(page.contains(&format!("<p class=\"note\">The fit{}{}.</p>", &LEFT_OUT[7..], why.unwrap())), "{page}");
        assert!(!page.contains("<section id=\"theory\">") && page.contains("\"limit\":null,\"prediction\":null"));
        let Said { stderr, .. } = bench.done(&["report", "r", "--animate"]);
        assert_eq!(stderr, said.stderr, "the animation of the fit has the same reason");
        bench.write(name, own);
        assert_eq!(bench.done(&["report", "r"]).stderr, "");
        assert_eq!(bench.files("r"), first, "with its own file again it is as it was");
    }
}

#[test]
fn other_line_ends_are_no_other_data() {
    let bench = trained_on_much();
    let first = bench.files("r");
    bench.write("d.csv", "x,t\r\n3,7\r\n9,13\r\n");
    assert_eq!(bench.done(&["report", "r"]).stderr, "");
    assert_eq!(bench.files("r"), first);
}

#[test]
fn a_comparison_says_whose_data_are_gone() {
    let bench = trained();
    bench.write("e.toml", LINE.replace("\"line\"", "\"other\"").replace("d.csv", "other.csv"));
    bench.write("other.csv", "x,t\n3,7\n9,13\n");
    bench.done(&["run", "e.toml", "--quiet", "--out", "other"]);
    assert_eq!(bench.done(&["compare", "r", "other"]).stderr, "");
    fs::remove_file(bench.path("other.csv")).unwrap();
    assert_eq!(bench.done(&["compare", "r", "other"]).stderr, "");
    fs::remove_file(bench.path("other/data.json")).unwrap();
    let said = bench.done(&["compare", "r", "other"]);
    assert_eq!(said.stderr, format!("note: other: {LEFT_OUT}other.csv cannot be read any more\n"));
    let note = format!("<p class=\"note\">other: {LEFT_OUT}other.csv cannot be read any more.</p>");
    assert!(bench.read("compare.html").contains(&note));
}

#[test]
fn a_program_that_is_gone_is_no_reason_not_to_draw() {
    let config = "name = \"p\"\nprogram = { command = [\"sh\", \"work.sh\", \"{i}\"], files = [\"work.sh\"] }\n\
                  sweep.parameters.i = [1, 2, 3]\n";
    let bench = Bench::with(config);
    bench.write("work.sh", "echo \"{\\\"loss\\\": $1}\"");
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    let first = bench.files("r");
    fs::remove_file(bench.path("work.sh")).unwrap();
    for state in ["interrupted", "complete"] {
        let manifest = bench.read("r/manifest.json").replace("\"complete\"", &format!("{state:?}"));
        bench.write("r/manifest.json", manifest.replace("\"interrupted\"", &format!("{state:?}")));
        bench.done(&["report", "r"]);
    }
    assert_eq!(bench.files("r"), first);
    let said = bench.etascape(&["reproduce", "r"]);
    assert!(said.code == Some(1) && said.stderr.contains("work.sh"), "{}", said.stderr);
    let said = bench.etascape(&["run", "e.toml", "--out", "r"]);
    assert!(said.code == Some(2) && said.stderr.contains("work.sh is no file"), "{}", said.stderr);
}
