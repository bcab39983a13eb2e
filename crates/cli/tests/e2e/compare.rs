//! `compare`: several folders, one table, one page.

use crate::bench::{Bench, SMALL, rows};

#[test]
fn two_folders_come_to_one_table_and_one_page() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    bench.done(&["run", "e.toml", "--set", "name=\"slow\"", "--set", "train.steps=20"]);
    let said = bench.done(&["compare", "results/small", "results/slow"]);
    let lines: Vec<Vec<&str>> = said.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..4], ["experiment", "runs", "converged", "diverged"]);
    let runs = bench.tables("results/small")[0].clone();
    let ended = |status: &str| runs.lines().filter(|row| row.split(',').nth(3) == Some(status)).count().to_string();
    assert_eq!(lines[1][..4], ["small", "12", &ended("converged"), &ended("diverged")]);
    assert_eq!(lines[2][..3], ["slow", "12", "0"]);
    assert_eq!(lines.last().unwrap()[..], ["compare.html"]);
    let page = bench.read("compare.html");
    assert!(page.contains("Swept: train.learning_rate in all; init.w in all."), "parameters are matched by name");
    for name in ["small", "slow"] {
        let report = bench.done(&["report", &format!("results/{name}"), "--json"]).stdout;
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let headline = report["headline"].as_str().unwrap();
        assert!(said.stdout.contains(&format!("\n{name}: {headline}\n")), "{}", said.stdout);
        assert!(page.contains(&format!("<h2>{name}</h2>\n<p>{headline}</p>")), "{headline}");
        let [found, next] = ["found", "next"].map(|list| report[list].as_array().unwrap().clone());
        for finding in found.iter().chain(&next) {
            let sentence = finding["sentence"].as_str().unwrap();
            assert!(said.stdout.contains(sentence) && page.contains(sentence), "{sentence}");
        }
    }
    bench.done(&["compare", "results/small", "results/slow", "--out", "again.html"]);
    assert!(page == bench.read("again.html"), "the same folders, the same bytes");
}

#[test]
fn one_folder_or_none_of_ours_is_refused() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    assert_eq!(bench.etascape(&["compare", "results/small"]).code, Some(2));
    let said = bench.etascape(&["compare", "results/small", "nowhere"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("nowhere is not a results folder of etascape"), "{}", said.stderr);
}

/// The table that `compare` prints: a map of the head's names to the cells of each row, cells apart by two spaces.
fn table(printed: &str) -> Vec<Vec<(String, String)>> {
    let lines: Vec<&str> = printed.lines().take_while(|line| !line.is_empty()).collect();
    let ends = ends_of_columns(lines[0]);
    let cells = |line: &str| -> Vec<String> {
        let letters: Vec<char> = line.chars().collect();
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let cell =
            |(from, to): (usize, &usize)| letters[from.min(letters.len())..(*to).min(letters.len())].iter().collect();
        starts.zip(&ends).map(cell).map(|cell: String| cell.trim().to_owned()).collect()
    };
    let head = cells(lines[0]);
    lines[1..].iter().map(|line| head.iter().cloned().zip(cells(line)).collect()).collect()
}

/// Where the columns end: cells stand to the right, a head is never wider than its column.
fn ends_of_columns(head: &str) -> Vec<usize> {
    let letters: Vec<char> = head.chars().chain("  ".chars()).collect();
    (1..letters.len() - 1)
        .filter(|&at| letters[at - 1] != ' ' && letters[at] == ' ' && letters[at + 1] == ' ')
        .collect()
}

#[track_caller]
fn cell<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    let found = row.iter().find(|(head, _)| head == name);
    &found.unwrap_or_else(|| panic!("{name} in {row:?}")).1
}

/// The numbers of a column in the rows that ended in some way.
fn numbers(runs: &[Vec<String>], name: &str, status: impl Fn(&str) -> bool) -> Vec<f64> {
    let place = |name: &str| runs[0].iter().position(|head| head == name).unwrap();
    let kept = runs[1..].iter().filter(|row| status(&row[place("status")]));
    let mut numbers: Vec<f64> = kept.map(|row| row[place(name)].parse().unwrap()).collect();
    numbers.sort_by(f64::total_cmp);
    numbers
}

#[track_caller]
fn is_near(cell: &str, number: f64) {
    let shown: f64 = cell.parse().unwrap_or_else(|_| panic!("{cell:?} for {number}"));
    assert!((shown - number).abs() <= 1e-3 * number.abs(), "{shown} for {number}");
}

#[test]
fn every_column_is_what_the_tables_hold() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet"]);
    let other = "sweep.parameters.\"init.b\"=[-8, 0]";
    bench.done(&["run", "e.toml", "--quiet", "--set", "name=\"cut\"", "--set", other]);
    cut(&bench, "results/cut", 10);
    let said = bench.done(&["compare", "results/small", "results/cut"]);
    let shown = table(&said.stdout);
    for (row, folder) in shown.iter().zip(["results/small", "results/cut"]) {
        let runs = rows(&bench.tables(folder)[0]);
        let settled = numbers(&runs, "final_loss", |status| status != "diverged");
        let steps = numbers(&runs, "steps", |status| status == "converged");
        let rates = numbers(&runs, "train.learning_rate", |status| status == "converged");
        let at = |name: &str| runs[0].iter().position(|head| head == name).unwrap();
        let converged = runs[1..].iter().filter(|row| row[at("status")] == "converged");
        let fastest = converged.min_by_key(|row| row[at("steps")].parse::<u64>().unwrap()).unwrap();
        is_near(cell(row, "best_loss"), fastest[at("final_loss")].parse().unwrap());
        let mut counted = settled.clone();
        counted.resize(runs.len() - 1, f64::INFINITY);
        is_near(cell(row, "median_loss"), (counted[(counted.len() - 1) / 2] + counted[counted.len() / 2]) / 2.0);
        is_near(cell(row, "best_steps"), steps[0]);
        is_near(cell(row, "median_steps"), (steps[(steps.len() - 1) / 2] + steps[steps.len() / 2]) / 2.0);
        let (low, high) = cell(row, "η that works").split_once(" – ").unwrap_or([cell(row, "η that works"); 2].into());
        assert!((low.parse::<f64>().unwrap() - rates[0]).abs() < 1e-4, "{low} for {}", rates[0]);
        assert!((high.parse::<f64>().unwrap() - rates[rates.len() - 1]).abs() < 1e-4, "{high} for {rates:?}");
    }
    assert_eq!([cell(&shown[0], "runs"), cell(&shown[1], "runs")], ["12", "10 of 24"]);
    assert!(cell(&shown[0], "time").ends_with(" s"), "{shown:?}");
    let page = bench.read("compare.html");
    assert!(page.contains("cut is not complete, with 10 of its 24 runs logged."));
    assert!(page.contains("Swept: train.learning_rate in all; init.w in all; init.b in cut."));
}

/// Leaves the first runs of a folder, as if its sweep had been cut off.
fn cut(bench: &Bench, folder: &str, runs: usize) {
    let table = bench.read(&format!("{folder}/runs.csv"));
    let kept: Vec<&str> = table.lines().take(runs + 1).collect();
    bench.write(&format!("{folder}/runs.csv"), kept.join("\n") + "\n");
    let manifest = bench.read(&format!("{folder}/manifest.json"));
    bench.write(&format!("{folder}/manifest.json"), manifest.replace("\"complete\"", "\"interrupted\""));
}

/// A program whose metric is better the greater it is.
fn maximising(name: &str, metric: &str, best: &str) -> String {
    format!(
        "name = \"{name}\"\n[program]\ncommand = [\"sh\", \"-c\", \"echo {metric}={best}$0\", \"{{i}}\"]\n\
         metrics = {{ regex = '=(?P<{metric}>[0-9.]+)$' }}\nobjective = \"{metric}\"\nmaximise = true\n\
         [sweep.parameters]\ni = [1, 2, 3]\n"
    )
}

#[test]
fn the_most_is_the_best_where_the_objective_is_maximised() {
    let bench = Bench::with(&maximising("low", "accuracy", "0.7"));
    bench.write("high.toml", maximising("high", "accuracy", "0.9"));
    bench.write("small.toml", SMALL);
    for config in ["e.toml", "high.toml", "small.toml"] {
        bench.done(&["run", config, "--quiet"]);
    }
    let said = bench.done(&["compare", "results/low", "results/high"]);
    let shown = table(&said.stdout);
    assert_eq!(shown.iter().map(|row| cell(row, "best_accuracy")).collect::<Vec<&str>>(), ["0.73", "0.93"]);
    assert_eq!(cell(&shown[1], "median_accuracy"), "0.92");
    assert_eq!(cell(&shown[1], "η that works"), "", "there is none");
    assert!(bench.read("compare.html").contains("<h1>high comes to the greatest accuracy: 0.93</h1>"));
    let mixed = bench.done(&["compare", "results/high", "results/small", "--out", "mixed.html"]);
    let shown = table(&mixed.stdout);
    assert_eq!(cell(&shown[0], "best"), "accuracy 0.93");
    assert!(cell(&shown[1], "best").starts_with("loss "), "{shown:?}");
}

const KINDS: &str = r#"name = "swept"
data = { generator = { kind = "gaussian", rows = 40, inputs = 2 } }
train.steps = 60
[sweep.parameters]
"train.loss" = ["mse", "mae"]
"train.learning_rate" = { geomspace = [0.001, 0.1, 4] }
seed = [0, 1, 2]
"#;

/// Losses of different kinds are never ranked, and an experiment that varies its loss has a best of each.
#[test]
fn each_kind_of_loss_is_ranked_by_itself_and_none_is_left_out() {
    let bench = Bench::with(KINDS);
    bench.write(
        "fixed.toml",
        KINDS
            .replace("swept", "fixed")
            .replace("\"train.loss\" = [\"mse\", \"mae\"]\n", "")
            .replace("train.steps", "train.loss = \"mae\"\ntrain.steps"),
    );
    bench.done(&["run", "e.toml", "--quiet"]);
    bench.done(&["run", "fixed.toml", "--quiet"]);
    let said = bench.done(&["compare", "results/swept", "results/fixed", "--json"]).stdout;
    let document: serde_json::Value = serde_json::from_str(&said).unwrap();
    let headline = document["headline"].as_str().unwrap();
    let runs = rows(&bench.tables("results/swept")[0]);
    let at = |name: &str| runs[0].iter().position(|head| head == name).unwrap();
    // The least median over the seeds of a rate.
    let least = |loss: &str| {
        let of_loss: Vec<&Vec<String>> = runs[1..].iter().filter(|row| row[at("train.loss")] == loss).collect();
        let median = |rows: &[&Vec<String>]| {
            let mut losses: Vec<f64> = rows.iter().map(|row| row[at("final_loss")].parse().unwrap()).collect();
            losses.sort_by(f64::total_cmp);
            losses[1]
        };
        of_loss.chunks(3).map(median).min_by(f64::total_cmp).unwrap()
    };
    let [mse, mae] = ["mse", "mae"].map(|loss| etascape_text::rounded(least(loss), 3));
    let expected =
        format!("swept: least median loss (mse) {mse}; swept and fixed come to the least median loss (mae): {mae}");
    assert_eq!(headline, expected, "the seeds of both are the same");
    let shown = table(&bench.done(&["compare", "results/swept", "results/fixed"]).stdout);
    assert_eq!(cell(&shown[0], "best"), format!("loss: mse {mse}, mae {mae}"));
    assert_eq!([cell(&shown[0], "median"), cell(&shown[0], "median_steps")], ["", ""], "nothing is pooled");
    let page = bench.read("compare.html");
    assert!(page.contains(r#""alone":"kind of loss","of_kinds":true"#), "the page shows one kind at a time");
    assert!(page.contains(r#""names":["mse","mae"]"#) && page.contains("the views show one kind at a time"));
    assert!(page.contains("aria-label=\"Parameter importance, fixed\""));
    assert!(page.contains("Left out: losses of different kinds"), "of the other, why it is left out");
}

/// The word of a loss is known from the file alone.
#[test]
fn losses_are_not_ranked_where_the_data_are_gone() {
    let bench = Bench::with(
        "name = \"mse\"\n[data]\ncsv = { path = \"d.csv\", target = \"y\" }\n[train]\nloss = \"mse\"\nsteps = 20\n",
    );
    bench.write("d.csv", "x,y\n1,2\n2,5\n3,5\n");
    for loss in ["mse", "mae"] {
        bench.done(&[
            "run",
            "e.toml",
            "--quiet",
            "--set",
            &format!("name={loss}"),
            "--set",
            &format!("train.loss={loss}"),
        ]);
        std::fs::remove_file(bench.path(&format!("results/{loss}/data.json"))).unwrap();
    }
    std::fs::remove_file(bench.path("d.csv")).unwrap();
    bench.done(&["compare", "results/mse", "results/mae"]);
    let page = bench.read("compare.html");
    assert!(
        page.contains("<h1>mse: least loss (mse) ") && page.contains("; mae: least loss (mae) "),
        "{}",
        &page[..2000]
    );
}
