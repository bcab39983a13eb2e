//! Data as they come: small files in the shapes of well-known sets, each read with a few lines of TOML.

use std::path::Path;

use etascape_sweep::Experiment;
use etascape_sweep::data::{CsvReading, Separator, Titles};

/// An experiment with these lines in `[data]`, and further lines.
fn load(data: &str, more: &str) -> Result<Experiment, String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/t.toml");
    let text = format!("name = \"t\"\n[data]\n{data}\n{more}\n");
    Experiment::parse(&text, &file, &[]).map_err(|error| error.to_string())
}

struct Read {
    experiment: Experiment,
}

impl Read {
    fn of(data: &str, more: &str) -> Read {
        Read { experiment: load(data, more).unwrap_or_else(|error| panic!("{error}")) }
    }

    fn names(&self) -> Vec<&str> {
        self.experiment.plan.table().feature_names().iter().map(String::as_str).collect()
    }

    fn reading(&self) -> &CsvReading {
        self.experiment.plan.table().reading().expect("comes from a file")
    }

    fn job(&self) -> std::sync::Arc<etascape_sweep::Job> {
        self.experiment.plan.job(0).expect("is possible")
    }

    /// The features of a training row.
    fn row(&self, row: usize) -> Vec<f64> {
        self.job().data.train.row(row).to_vec()
    }

    fn targets(&self) -> Vec<f64> {
        self.job().data.train.targets.clone()
    }
}

#[test]
fn auto_mpg_has_blanks_no_header_and_question_marks() {
    let set = "target = 0, features = [1, 2, 3, 4, 5, 6, 7], header = false";
    let read = Read::of(&format!("csv = {{ path = \"auto-mpg.data\", {set}, on_missing = \"drop\" }}"), "");
    assert_eq!(read.names(), ["c1", "c2", "c3", "c4", "c5", "c6", "c7"]);
    assert_eq!(read.targets(), [21.5, 27.0, 14.0, 18.5, 31.0]);
    assert_eq!(read.row(1), [4.0, 98.0, 62.0, 2050.0, 19.0, 72.0, 3.0]);
    let reading = read.reading();
    assert_eq!((reading.separator, reading.rows, reading.dropped), (Separator::Blanks, 6, 1));
    assert_eq!(reading.missing, [("c3".to_string(), 1)]);
    let filled = Read::of(&format!("csv = {{ path = \"auto-mpg.data\", {set}, on_missing = \"mean\" }}"), "");
    assert_eq!(filled.row(3)[2], (105.0 + 62.0 + 155.0 + 98.0 + 65.0) / 5.0);
    let error = load(&format!("csv = {{ path = \"auto-mpg.data\", {set} }}"), "").err().expect("lacks a cell");
    assert!(
        error.contains("auto-mpg.data:4, column `c3`: found the missing cell `?`; allowed: a finite number"),
        "{error}"
    );
}

#[test]
fn the_names_of_cars_are_words() {
    let csv =
        "csv = { path = \"auto-mpg.data\", target = 0, header = false, on_missing = \"drop\", text = \"one_hot\" }";
    let read = Read::of(csv, "");
    assert_eq!(read.names()[7..9], ["c8=aspen 4 door", "c8=corona coupe"]);
    let [words] = &read.reading().one_hot[..] else { panic!("one column has words") };
    assert_eq!((words.name.as_str(), words.words.len()), ("c8", 5));
}

#[test]
fn wine_quality_has_semicolons_and_names_with_blanks() {
    let read = Read::of("csv = { path = \"winequality.csv\", target = \"quality\" }", "");
    assert_eq!(read.names(), ["fixed acidity", "volatile acidity", "pH", "alcohol"]);
    assert_eq!(read.targets(), [5.0, 6.0, 6.0, 5.0, 7.0]);
    assert!(read.reading().separator == Separator::Semicolon && read.reading().is_found);
}

#[test]
fn adult_has_words_with_blanks_before_them() {
    let csv = "csv = { path = \"adult.data\", target = -1, header = false, on_missing = \"drop\", text = \"one_hot\" }";
    let read = Read::of(csv, "[train]\nloss = \"bce\"");
    let expected = [
        "c0",
        "c1=Private",
        "c1=State-gov",
        "c2",
        "c3=Bachelors",
        "c3=Some-college",
        "c4",
        "c5=Female",
        "c5=Male",
        "c6",
        "c7=Cuba",
        "c7=United-States",
    ];
    assert_eq!(read.names(), expected, "words of dropped rows are none");
    assert_eq!(read.row(0), [41.0, 1.0, 0.0, 120500.0, 1.0, 0.0, 13.0, 0.0, 1.0, 40.0, 0.0, 1.0]);
    assert_eq!((read.targets(), read.reading().dropped), (vec![0.0, 0.0, 1.0, 0.0], 2));
    assert_eq!(read.job().classes.as_deref(), Some(&["<=50K".to_string(), ">50K".to_string()][..]));
    let filled = Read::of(&csv.replace("drop", "mean"), "[train]\nloss = \"bce\"");
    assert_eq!(filled.row(1)[1..4], [0.6, 0.2, 0.2], "the share of each word among the others");
}

#[test]
fn the_test_part_of_adult_has_a_title_and_points_behind_its_classes() {
    let csv = "csv = { path = \"adult.test\", target = -1, header = false, on_missing = \"drop\", text = \"one_hot\" }";
    let read = Read::of(csv, "[train]\nloss = \"bce\"");
    let title = Titles { table: 2, first: "|1x3 Cross validator".into() };
    assert_eq!((read.reading().titles.as_ref(), read.reading().rows, read.reading().dropped), (Some(&title), 4, 1));
    assert_eq!(read.job().classes.as_deref(), Some(&["<=50K.".to_string(), ">50K.".to_string()][..]));
    assert_eq!((read.row(1)[0], read.targets()), (52.0, vec![0.0, 1.0, 0.0]));
}

#[test]
fn a_spreadsheet_has_titles_thousands_and_empty_lines() {
    let read = Read::of("csv = { path = \"excel-titles.csv\", target = \"Preis\", decimal = \",\" }", "");
    assert_eq!((read.names(), read.targets()), (vec!["Fläche", "Zimmer"], vec![349900.0, 1250000.0, 198000.0]));
    let reading = read.reading();
    let title = Titles { table: 4, first: "Wohnungen in der Stadt".into() };
    assert_eq!((reading.titles.as_ref(), reading.blank), (Some(&title), 2));
    assert_eq!(reading.grouped, [("Preis".to_string(), "349.900".to_string())]);
}

#[test]
fn a_table_that_r_wrote_has_names_of_rows() {
    let read = Read::of("csv = { path = \"r-table.txt\", target = \"mpg\" }", "");
    assert_eq!((read.names(), read.targets()), (vec!["cyl", "wt"], vec![21.5, 22.8, 18.7]));
    assert_eq!(read.reading().nameless, [1]);
}

#[test]
fn housing_has_blanks_before_the_first_cell() {
    let read = Read::of("csv = { path = \"housing.data\", target = -1, header = false }", "");
    assert_eq!((read.names().len(), read.targets()), (13, vec![23.5, 21.4, 24.2, 17.9]));
    assert_eq!(read.row(3)[..3], [8.98296, 0.0, 18.1]);
}

#[test]
fn iris_as_published_has_no_header_and_an_empty_last_line() {
    let csv = "csv = { path = \"iris.data\", target = -1, header = false }";
    let read = Read::of(csv, "[train]\nloss = \"cross_entropy\"");
    assert_eq!((read.names().len(), read.targets()), (4, vec![0.0, 0.0, 1.0, 1.0, 2.0, 2.0]));
    let error = load("csv = { path = \"iris.data\", target = \"species\" }", "").err().expect("has no header");
    assert!(error.contains("no column `species`"), "{error}");
}

#[test]
fn pandas_writes_an_index_without_a_name() {
    let csv = "csv = { path = \"pandas.csv\", target = \"is_tall\", on_missing = \"mean\" }";
    let read = Read::of(csv, "[train]\nloss = \"bce\"");
    assert_eq!((read.names(), &read.reading().nameless[..]), (vec!["height", "weight"], &[1][..]));
    assert_eq!((read.targets(), read.row(2)), (vec![0.0, 1.0, 0.0, 1.0], vec![1.64, (65.5 + 88.0 + 79.25) / 3.0]));
}

#[test]
fn a_european_spreadsheet_has_decimal_commas() {
    let csv = "csv = { path = \"excel.csv\", target = \"Preis\", decimal = \",\" }";
    let read = Read::of(csv, "");
    assert_eq!(read.names(), ["Fläche", "Zimmer"]);
    assert_eq!(read.targets(), [349900.0, 1250000.0, 198000.5, 402500.0]);
    assert_eq!(read.row(0), [84.5, 3.0]);
    let error = load("csv = { path = \"excel.csv\", target = \"Preis\" }", "").err().expect("has commas");
    let expected =
        "excel.csv:2, column `Fläche`: found `84,5`, which has a decimal comma: data.csv.decimal = \",\" reads it";
    assert!(error.contains(expected), "{error}");
    let error = load("csv = { path = \"excel.csv\", target = \"Fläche\", features = [\"Zimmer\"] }", "");
    assert!(error.err().expect("has commas").contains("found the text `84,5`, which has a decimal comma"));
}

#[test]
fn titanic_has_quoted_commas_missing_ages_and_words() {
    let set = "features = [\"Pclass\", \"Sex\", \"Age\", \"Fare\", \"Embarked\"], text = \"one_hot\"";
    let csv = format!("csv = {{ path = \"titanic.csv\", target = \"Survived\", {set}, on_missing = \"mean\" }}");
    let read = Read::of(&csv, "[train]\nloss = \"bce\"");
    let expected = ["Pclass", "Sex=female", "Sex=male", "Age", "Fare", "Embarked=C", "Embarked=Q", "Embarked=S"];
    assert_eq!(read.names(), expected);
    assert_eq!(read.row(2), [3.0, 1.0, 0.0, (30.0 + 41.0 + 52.0 + 14.0) / 4.0, 7.925, 0.0, 0.0, 1.0]);
    assert_eq!(read.row(4)[5..], [0.2, 0.2, 0.6]);
    assert_eq!(read.reading().missing, [("Age".to_string(), 2), ("Embarked".to_string(), 1)]);
}

#[test]
fn a_table_with_blanks_has_a_header_too() {
    let read = Read::of("csv = { path = \"linnerud.csv\", target = \"Jumps\" }", "");
    assert_eq!((read.names(), read.targets()), (vec!["Chins", "Situps"], vec![61.0, 58.0, 100.0, 39.0]));
}

#[test]
fn standardised_targets_train_and_can_be_undone() {
    let data = "csv = { path = \"winequality.csv\", target = \"quality\" }\nstandardize_target = true";
    let read = Read::of(data, "");
    let targets = read.targets();
    let (mean, deviation) = (5.8, (0.56f64).sqrt());
    assert!(targets.iter().zip([5.0, 6.0, 6.0, 5.0, 7.0]).all(|(y, t)| (y - (t - mean) / deviation).abs() < 1e-12));
    let scale = read.job().target_scale.expect("is standardised");
    assert!(targets.iter().zip([5.0, 6.0, 6.0, 5.0, 7.0]).all(|(y, t)| (scale.undo(*y) - t).abs() < 1e-12));
    let error = load(data, "[train]\nloss = \"cross_entropy\"").err().expect("are classes");
    assert!(
        error.contains("`data.standardize_target`: found true; allowed: false where targets are classes"),
        "{error}"
    );
}
