//! Files whose lines are not all rows, or are longer than the header.

use super::*;

/// How a file was read, and its features.
fn read_text(text: &str, set: impl FnOnce(&mut CsvSource)) -> (CsvReading, Vec<f64>) {
    let content = read_as(text.as_bytes(), set).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    (content.reading.expect("is a file"), content.features)
}

fn without_header(source: &mut CsvSource) {
    (source.header, source.target) = (Header::Absent, ColumnName::Index(-1));
}

#[test]
fn titles_above_the_table_are_skipped_and_said() {
    for (text, first, table) in [
        ("units are SI\ntwice\na,t\n1,2\n3,4\n", "units are SI", 3),
        ("My table,\n\na,t\n1,2\n3,4\n", "My table", 3),
        ("\u{feff}Umsatz;;\r\nStand;;\r\n;;\r\na;t;\r\n1;2;\r\n3;4;\r\n", "Umsatz", 4),
        ("# by x\nTitle\na,t\n1,2\n3,4\n", "Title", 3),
    ] {
        let (reading, features) = read_text(text, |_| {});
        assert_eq!(reading.titles, Some(Titles { table, first: first.into() }), "{text:?}");
        assert_eq!((features, reading.rows), (vec![1.0, 3.0], 2));
    }
    let (reading, features) = read_text("|1x3 Cross validator\n1,2,3\n4,5,6\n", without_header);
    assert_eq!((reading.titles.map(|titles| titles.table), features), (Some(2), vec![1.0, 2.0, 4.0, 5.0]));
    let error = read_as(b"Title\na,t\n1,x\n", |source| source.text = OnText::OneHot);
    assert_eq!(error.map(|content| content.reading.map(|reading| reading.titles.is_some())).ok(), Some(Some(true)));
    assert!(message(b"Title\na,t\nx,2\n").starts_with(":3, column `a`: found `x`"), "lines keep their numbers");
}

#[test]
fn a_header_that_can_stand_below_rows_is_pointed_at() {
    for (text, line) in [("2,1,yes,no\na, t\n1,2\n", 2), ("Date,2024\na,t\n1,2\n", 2)] {
        let message = message(text.as_bytes());
        assert!(message.ends_with(&format!("; line {line} has `t`: delete the lines above it")), "{message}");
    }
    assert!(!message(b"a,b\n1,2\n").contains("delete"));
    assert!(!message(b"t,t\n1,2\nt,4\n").contains("delete"), "the target is there, twice");
}

#[test]
fn a_column_that_the_header_leaves_out_has_no_name() {
    for (text, nameless) in [
        ("a,t\n1,2,\n3,4,\n", 3),
        ("a,t,\n1,2,\n3,4,\n", 3),
        ("a,t\nr1,1,2\nr2,3,4\n", 1),
        ("\"a\" \"t\"\n\"1\" 1 2\n\"2\" 3 4\n", 1),
        (",a,t\nr1,1,2\nr2,3,4", 1),
    ] {
        let (reading, features) = read_text(text, |_| {});
        assert_eq!((features, &reading.nameless[..]), (vec![1.0, 3.0], &[nameless][..]), "{text:?}");
    }
    let (reading, features) = read_text("a,t,\n1,2\n3,4\n", |_| {});
    assert_eq!(
        (features, reading.nameless.len()),
        (vec![1.0, 3.0], 0),
        "the header ends with a separator, the rows do not"
    );
}

#[test]
fn a_row_that_is_longer_than_the_header_says_what_helps() {
    for (text, expected) in [
        ("a,t\n1,2\n3,4,\n", "; where every row ends with a separator, the header needs one at its end too"),
        (
            "a,t\n7,1,2\n",
            "; where every row begins with its own name, the header needs a separator before its first name",
        ),
        ("a,t\n1,2\n1,2,3,4\n", "allowed: 2, as many as the header has"),
        ("a,t\n1,2,\n3,4\n", "found a row of length 2; allowed: 3, as many as the header has"),
    ] {
        let message = message(text.as_bytes());
        assert!(message.ends_with(expected), "{message}");
    }
}

#[test]
fn lines_of_separators_only_are_skipped() {
    for text in ["a,t\n1,2\n,\n3,4\n,\n , \n", ",\na,t\n1,2\n3,4\n,,,\n,\n"] {
        let (reading, features) = read_text(text, |_| {});
        assert_eq!((reading.blank, reading.rows, features), (3, 2, vec![1.0, 3.0]), "{text:?}");
    }
    let (reading, _) = read_text(";\n1;2\n3;4\n", without_header);
    assert_eq!((reading.blank, reading.rows), (1, 2));
}

#[test]
fn one_group_of_thousands_is_read_where_a_config_says_the_mark() {
    let comma = |source: &mut CsvSource| source.decimal = Some(Decimal::Comma);
    let (reading, features) = read_text("a;t\n1.001;2\n900;3\n1.234,5;4\n", comma);
    assert_eq!((features, &reading.grouped[..]), (vec![1001.0, 900.0, 1234.5], &[("a".into(), "1.001".into())][..]));
    let (reading, features) = read_text("a,t\n\"1,800\",2\n900,3\n", |source| source.decimal = Some(Decimal::Point));
    assert_eq!((features, &reading.grouped[..]), (vec![1800.0, 900.0], &[("a".into(), "1,800".into())][..]));
    let error = read_as(b"a;t\n0.123;2\n", comma).expect_err("is a fraction").to_string();
    assert!(error.contains("`0.123`, which has a decimal point"), "{error}");
}

#[test]
fn points_that_can_group_thousands_are_noted() {
    let doubtful = |text: &str| read_text(text, |_| {}).0.doubtful;
    assert_eq!(doubtful("a;t\n900;1\n1.800;2\n"), [("a".to_string(), "1.800".to_string())]);
    assert_eq!(doubtful("a;t\n1.800;1\n1.85;2\n"), [], "a fraction of two digits");
    assert_eq!(doubtful("a;t\n1.800;1\n0.850;2\n"), [], "no group begins with 0");
    assert_eq!(doubtful("a,t\n1.800,1\n"), [], "commas separate the cells");
    assert_eq!(read_text("a;t\n1.800;1\n", |source| source.decimal = Some(Decimal::Point)).0.doubtful, []);
}

#[test]
fn a_header_taken_for_a_row_is_suspected() {
    let error = read_as(b"age,sex,t\n25,f,1\n", |source| {
        without_header(source);
        source.text = OnText::OneHot;
    });
    let error = error.expect_err("has a header").to_string();
    let expected =
        "the number `25`, in a column with the word `age` (line 1), with data.csv.header = false: is that line";
    assert!(error.contains(expected), "{error}");
}
