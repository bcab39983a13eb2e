//! Reads small files of bytes.

mod shapes;

use super::*;
use crate::data::csv_source::{Decimal, OnMissing, OnText, WordColumn};
use crate::data::targets::Targets;

fn named(name: &str) -> ColumnName {
    ColumnName::Name(name.to_string())
}

/// Reads a file of these bytes, with target column `t` unless `set` changes that.
fn read_as(bytes: &[u8], set: impl FnOnce(&mut CsvSource)) -> Result<Content, DataError> {
    let folder = tempfile::tempdir().expect("makes a folder");
    std::fs::write(folder.path().join("rows.csv"), bytes).expect("writes");
    let mut source = CsvSource::new("rows.csv", named("t"));
    set(&mut source);
    read(&source, folder.path())
}

fn read_bytes(bytes: &[u8]) -> Result<Content, DataError> {
    read_as(bytes, |_| {})
}

fn message(bytes: &[u8]) -> String {
    let error = read_bytes(bytes).expect_err("is invalid").to_string();
    let (_, message) = error.split_once("rows.csv").expect("names the file");
    message.to_string()
}

#[test]
fn one_meaning_whatever_the_line_ends_spaces_and_marks() {
    let expected = read_bytes(b"a,t,b\n1,2,3\n-4.5,5e-1,6\n").expect("is valid");
    assert_eq!(expected.names, ["a", "b"]);
    assert_eq!(expected.features, [1.0, 3.0, -4.5, 6.0]);
    assert_eq!(expected.targets, Targets::Numbers(vec![2.0, 0.5]));
    for same in [
        "a,t,b\r\n1,2,3\r\n-4.5,5e-1,6\r\n",
        "a,t,b\r1,2,3\r-4.5,5e-1,6",
        "\u{feff}a,t,b\n1,2,3\n\n-4.5,5e-1,6",
        " a ,\tt, b\n 1 , 2 , 3 \n-4.5 ,0.5,6\n\n",
        "\"a\",\"t\",\"b\"\n\"1\",2,3\n-4.5,0.5,\"6\"\n",
    ] {
        assert_eq!(read_bytes(same.as_bytes()).expect("is valid"), expected, "{same:?}");
    }
}

#[test]
fn a_column_with_a_text_is_one_of_texts() {
    let content = read_bytes("a,t\n1,ja\n2, nein\n3,ja\n".as_bytes()).expect("is valid");
    let Targets::Texts { texts, rows, first, found, .. } = content.targets else { panic!("are texts") };
    assert_eq!((texts, rows, found), (vec!["ja".into(), "nein".into()], vec![0, 1, 0], "ja".into()));
    assert_eq!((first.line, first.part), (Some(2), Some("column `t`".into())));
}

#[test]
fn bad_files_are_errors_that_say_where() {
    let cases: [(&[u8], &str); 36] = [
        (b"", ": found an empty file"),
        (b"\n\n", ": found an empty file"),
        (b"a,t\n", ": found a header and no rows"),
        (b"a,b\n1,2\n", ":1: found no column `t`; allowed: one of the columns `a`, `b`"),
        (b"a,t\n1,2\n1,2,3\n", ":3: found a row of length 3; allowed: 2"),
        (b"a,t\n1,2\n\n7\n", ":4: found a row of length 1; allowed: 2"),
        (b"a,t\r\n1,2\r\n,3\r\n", ":3, column `a`: found an empty cell; allowed: a finite number"),
        (b"a,t\n1,2\n1, \n", ":3, column `t`: found an empty cell"),
        (b"a,t\nx,2\n", ":2, column `a`: found `x`; allowed: a finite number"),
        (b"a,t\n\"1,5\",2\n", ":2, column `a`: found `1,5`"),
        (b"a,t\nNaN,2\n", ":2, column `a`: found the missing cell `NaN`"),
        (b"a,t\nnan,2\n", ":2, column `a`: found `nan`; allowed: a finite number; what marks a missing cell"),
        (b"a,t\n1,-inf\n", ":2, column `t`: found `-inf`"),
        (b"a,t\n1,1\n1e999,2\n", ":3, column `a`: found `1e999`"),
        (b"a,t\n1,\"two\nlines\"\nx,2\n", ":4, column `a`: found the word `x`, in a column with the number `1`"),
        (b"a,t\n1,gr\xfcn\n", ":2, cell 2: found bytes that are not UTF-8 (the file looks like Latin-1"),
        (b"\xff\xfea\0,\0t\0\n\0", ": found what looks like UTF-16"),
        (b"a\0,\0t\0\n\0", ": found what looks like UTF-16"),
        (b"a,t,a\n1,2,3\n", ":1: found the name `a` for columns 1 and 3"),
        (b"\x1f\x8b\x08\0", ": found a gzip archive; allowed: CSV: gunzip unpacks it"),
        (b"PK\x03\x04\0\0", ": found a zip archive, or a workbook"),
        (
            b"a,t\n# note\n1,2\n",
            ":2: found a row of length 1 (a comment? only those above the table are skipped); allowed: 2, as many",
        ),
        (b"a;t\n1,5;2\n", ":2, column `a`: found `1,5`, which has a decimal comma: data.csv.decimal = \",\" reads it"),
        (
            b"a;t\n1,234;2\n",
            ":2, column `a`: found `1,234`, which can be 1.234 or 1234: data.csv.decimal = \",\" reads the first",
        ),
        (
            b"a,t\n1,2\n\"Source: x\"\n",
            ":3: found a row of length 1, `Source: x`; allowed: 2, as many as the header has; a note",
        ),
        (
            b"5.1,7,x\n1,2,3\n",
            ":1: found no column `t`; allowed: one of the columns `5.1`, `7`, `x`; the nearest is `x`; where this line is a row",
        ),
        (
            b"a,t\n1,2\nn/a,2\n",
            ":3, column `a`: found the word `n/a`, in a column with the number `1` (line 2); allowed: numbers only or words only; \
             data.csv.missing = [\"\", \"?\", \"NA\", \"N/A\", \"NaN\", \"null\", \"n/a\"] counts it",
        ),
        (
            b"a,t\n5 %,2\n6,2\n",
            ":3, column `a`: found the number `6`, in a column with the percentage `5 %` (line 2); allowed: plain numbers only",
        ),
        (b"a,t\n1,2\n2,5%\n", ":3, column `t`: found the percentage `5%`, in a column with the number `2` (line 2)"),
        (b"# by x\r\n\r\n# 1\r\na,t\r\n1,2\r\nx,2\r\n", ":6, column `a`: found the word `x`"),
        (b"a,t\n2024-01-31,2\n", ":2, column `a`: found `2024-01-31`; allowed: a finite number; write a date as"),
        (b"a,t\nyes,2\n", ":2, column `a`: found `yes`; allowed: a finite number; data.csv.text = \"one_hot\" reads"),
        (
            b"1.5,2\n2,3\n",
            ":1: found numbers only, such as `1.5`: is this line a header?; allowed: data.csv.header = false",
        ),
        (b",0,1\nr,5,6\n", ":1: found numbers only, such as `0`: is this line a header?"),
        (b"a;u\n1;2\n", ":1, cells between semicolons: found no column `t`"),
        (
            b"a|t;u\n1|2;3\n",
            ": found lines of 2 cells between semicolons, and as well of 2 cells between bars; allowed: data.csv.sep",
        ),
    ];
    for (bytes, expected) in cases {
        let message = message(bytes);
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn the_separator_is_found_from_the_first_lines() {
    use Separator::{Bar, Blanks, Comma, Semicolon, Tab};
    for (text, separator) in [
        ("a,t\n1,2\n", Comma),
        ("a;t\n1,5;2,5\n", Semicolon),
        ("a\tb c\tt\n1\t2\t3\n", Tab),
        ("a|t\n1|2", Bar),
        ("a  t\n 1 2\n", Blanks),
        ("a t,b\n1,2\n3,4\n", Comma),
        ("name,t\nAnna Meier,1\nBo Li,2\n", Comma),
        ("day, t\n\"1; 2; 3\", 1\n\"4; 5; 6\", 2\n", Comma),
        ("when;t\n2024-01-01 10:00;1,5\n", Semicolon),
        ("t\n1\n2\n", Comma),
    ] {
        let mut records = lines::reader(text.as_bytes(), separator);
        let found = separator::find(text.as_bytes()).unwrap_or_else(|_| panic!("{text:?} leaves a doubt"));
        assert_eq!(found, separator, "{text:?}");
        assert!(records.records().all(|record| record.is_ok()));
    }
    let doubtful = read_as(b"1,5;x\n2,5;y\n", |source| source.header = Header::Absent);
    assert!(doubtful.expect_err("has two readings").to_string().contains("data.csv.separator"));
    let given = read_as(b"1,5;3\n2,5;4\n", |source| {
        *source = CsvSource { target: ColumnName::Index(-1), header: Header::Absent, ..source.clone() };
        source.decimal = Some(Decimal::Comma);
    });
    assert_eq!(given.expect("has one").features, [1.5, 2.5]);
}

#[test]
fn a_header_of_numbers_is_one_where_the_config_says_so() {
    let read = |header| read_as(b"1,t\n5,6\n".as_slice(), |source| source.header = header);
    assert_eq!(read(Header::Expected).expect("has a word").names, ["1"]);
    let numbers = read_as(b"1,2\n5,6\n", |source| {
        (source.header, source.target) = (Header::Given, named("2"));
    });
    assert_eq!(numbers.expect("is given").features, [5.0]);
    let words = read(Header::Absent).expect_err("is a header").to_string();
    assert!(words.contains(":1: found no column `t`"), "{words}");
    let header = read_as(b"a,t\n5,6\n", |source| {
        (source.header, source.target) = (Header::Absent, ColumnName::Index(-1));
    });
    let header = header.expect_err("is no row").to_string();
    assert!(
        header.contains(":1, column `c0`: found `a`, with data.csv.header = false: is this line a header?"),
        "{header}"
    );
}

#[test]
fn a_first_line_can_name_the_separator() {
    let expected = read_as(b"a;t\n1;2\n", |_| {}).expect("is valid").features;
    for same in ["sep=;\r\na;t\r\n1;2\r\n", "\u{feff}sep=;\na;t\n1;2\n", "\"sep=;\"\ra;t\r1;2", "SEP=\t\na\tt\n1\t2\n"]
    {
        assert_eq!(read_bytes(same.as_bytes()).expect("is valid").features, expected, "{same:?}");
    }
    let decides = read_as(b"sep=;\n1,5;x\n2,5;y\n", |source| {
        (source.header, source.decimal, source.target) = (Header::Absent, Some(Decimal::Comma), ColumnName::Index(-1));
    });
    assert_eq!(decides.expect("leaves no doubt").features, [1.5, 2.5]);
    assert!(message(b"sep=;\na;t\n1;2\n1\n").starts_with(":4: found a row of length 1"));
    assert!(message(b"sep=x\n1\n").starts_with(":1: found no column `t`"));
    assert!(message(b"sep=").starts_with(":1: found no column `t`"));
}

#[test]
fn a_line_that_is_no_row_is_not_taken_for_words() {
    let expected =
        ":3, column `a`: found the word `Total`, in a column with the number `1` (line 2); allowed: numbers only";
    let message = message(b"a,t\n1,2\nTotal,2\n");
    assert!(message.starts_with(expected) && message.ends_with("a line of totals, units or notes is to be deleted"));
}

#[test]
fn missing_cells_are_counted_and_dropped_or_left_to_be_filled() {
    let text = b"a,b,t\n1,?,3\n2,5,\n,NA,6\n4,5,6\n";
    let dropped = read_as(text, |source| source.on_missing = OnMissing::Drop).expect("keeps a row");
    assert_eq!((&dropped.features[..], dropped.targets), (&[4.0, 5.0][..], Targets::Numbers(vec![6.0])));
    let reading = dropped.reading.expect("is a file");
    let counts = [("a".to_string(), 1), ("b".to_string(), 2), ("t".to_string(), 1)];
    assert_eq!((reading.rows, reading.dropped, &reading.missing[..]), (4, 3, &counts[..]));
    let filled = read_as(text, |source| source.on_missing = OnMissing::Mean).expect("keeps rows");
    let is_missing: Vec<bool> = filled.features.iter().map(|x| x.is_nan()).collect();
    assert_eq!(is_missing, [false, true, true, true, false, false]);
    let reading = filled.reading.expect("is a file");
    assert_eq!((reading.dropped, &reading.missing[..]), (1, &counts[..]));
    let none = read_as(b"a,t\n,1\n,2\n", |source| source.on_missing = OnMissing::Drop);
    let none = none.expect_err("keeps none").to_string();
    assert!(none.contains("found a missing cell in each of 2 rows, 2 in column `a`"), "{none}");
    let own = read_as(b"a,t\n-999,1\n?,2\n", |source| source.missing = vec!["-999".to_string()]);
    assert!(own.expect_err("is missing").to_string().contains(":2, column `a`: found the missing cell `-999`"));
}

#[test]
fn words_become_columns_of_0_and_1() {
    let one_hot = |text: &str| read_as(text.as_bytes(), |source| source.text = OnText::OneHot);
    let content = one_hot("sex,x,t\nmale,1,0\nfemale,2,1\nmale,3,0\n").expect("is valid");
    assert_eq!(content.names, ["sex=female", "sex=male", "x"]);
    assert_eq!(content.features, [0.0, 1.0, 1.0, 1.0, 0.0, 2.0, 0.0, 1.0, 3.0]);
    let words = vec!["male".to_string(), "female".to_string()];
    assert_eq!(content.reading.expect("is a file").one_hot, [WordColumn { name: "sex".to_string(), words }]);
    for (text, expected) in [
        ("a,t\n1,0\n2,1\nx,0\n", ":4, column `a`: found the word `x`, in a column with the number `1` (line 2)"),
        ("a,t\nx,0\n2,1\n", ":3, column `a`: found the number `2`, in a column with the word `x` (line 2)"),
        ("a;t\nx;0\n1,5;1\n", ":3, column `a`: found `1,5`, which has a decimal comma"),
    ] {
        let error = one_hot(text).expect_err("is mixed").to_string();
        assert!(error.contains(expected), "{error}");
    }
    let ids: String = (0..300).map(|i| format!("id{i},{i}\n")).collect();
    let error = one_hot(&format!("id,t\n{ids}")).expect_err("are ids").to_string();
    let expected = ":258, column `id`: found 257 different words in 257 rows, such as `id256`; allowed: at most 256";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn what_does_not_end_does_not_fill_the_memory() {
    for (start, expected) in [
        ("a,t\n1,2\n\"", ":3: found a quote that is not closed; allowed: records of at most 4194304 bytes"),
        ("a,t\n1,2\n", ":3: found a record that does not end; allowed: records of at most 4194304 bytes"),
    ] {
        let mut bytes = start.as_bytes().to_vec();
        bytes.resize(6 << 20, b'1');
        assert_eq!(message(&bytes), expected);
    }
}

#[test]
fn an_unclosed_quote_is_named_where_it_opens() {
    let cases = [
        ("x,t\n1,0\n2,0\n3,1\n\"4,1\n5,1\n6,1\n", 5),
        ("x,t\r\n1,0\r\n\"2,0\r\n3,1\r\n4,1", 3),
        ("x,t\r1,0\r2,\"0\r3,1\r", 3),
        ("\"x,t\n1,0\n", 1),
        ("\u{feff}\"x\"\"\"\",t\n1,0\n", 1),
        ("x,\"t\n\n1,0", 1),
        ("x,t\n1,0\n\"", 3),
        ("x,t\n1,0\n2,\"", 3),
        ("x,t\n1,\"two\nlines\"\n\n2,\"a \"\"b\"\"\r\n\"\n3,\"c\n", 7),
    ];
    for (text, line) in cases {
        let expected = format!(":{line}: found a quote that is not closed; allowed: a quote at the end of each cell");
        assert!(message(text.as_bytes()).starts_with(&expected), "{text:?}: {}", message(text.as_bytes()));
    }
    let fine = "x,\"t\"\n1,\"two\nlines\"\n2,6\"\n3,a \"b\n4,\"\"\"\"";
    let content = read_bytes(fine.as_bytes()).expect("every quote that opens is closed");
    let Targets::Texts { texts, .. } = content.targets else { panic!("are texts") };
    assert_eq!(texts, ["two\nlines", "6\"", "a \"b", "\""]);
    assert!(message(b"x,t\n1\n\"2,0\n").starts_with(":2: found a row of length 1"), "what comes first is said first");
}

#[test]
fn too_many_columns_are_refused() {
    let header = "x,".repeat(10_000) + "t\n";
    assert!(message(header.as_bytes()).starts_with(":1: found 10001 columns; allowed: at most 10000"));
}

#[test]
fn what_is_no_file_is_an_error() {
    let folder = tempfile::tempdir().expect("makes a folder");
    assert!(matches!(read(&CsvSource::new("no.csv", named("t")), folder.path()), Err(DataError::File { .. })));
    assert!(matches!(read(&CsvSource::new("", named("t")), folder.path()), Err(DataError::Invalid { .. })));
}

#[test]
fn no_bytes_panic() {
    let mut stream = etascape_core::Stream::new(0, etascape_core::Purpose::Generator, 0);
    let alphabet = b"a,t\n1\r\"-e.\xff\0\xef\xbb\xbf ";
    for _ in 0..300 {
        let mut bytes = if stream.below(2) == 0 { b"a,t\n".to_vec() } else { Vec::new() };
        bytes.extend((0..stream.below(40)).map(|_| alphabet[stream.below(alphabet.len() as u64) as usize]));
        let _ = read_bytes(&bytes);
    }
}

#[test]
fn the_shipped_iris_is_as_published() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/data");
    let content = read(&CsvSource::new("iris.csv", named("species")), &folder).expect("is valid");
    assert_eq!(content.names, ["sepal_length", "sepal_width", "petal_length", "petal_width"]);
    let mean = |i: usize| content.features.iter().skip(i).step_by(4).sum::<f64>() / 150.0;
    // Means that R and SciPy's documentation give for Fisher's table; UCI's copy has 3.054 and 3.758667, 1.198667.
    for (i, expected) in [5.843333, 3.057333, 3.758, 1.199333].into_iter().enumerate() {
        assert!((mean(i) - expected).abs() < 5e-7, "{i}: {}", mean(i));
    }
    let Targets::Texts { texts, rows, .. } = content.targets else { panic!("are texts") };
    assert_eq!(texts, ["setosa", "versicolor", "virginica"]);
    assert!((0..3).all(|class| rows.iter().filter(|&&row| row == class).count() == 50));
}

#[test]
fn comments_above_the_table_are_skipped_and_percentages_are_numbers() {
    let text = b"# made by x; 2024, \"a\n#\n\nshare,t\n12.5%,1\n\"50 %\",2\n";
    let content = read_as(text, |_| {}).expect("is read");
    let reading = content.reading.as_ref().expect("is a file");
    assert_eq!(
        (reading.comments, &reading.percent[..], content.features),
        (2, &["share".to_string()][..], vec![12.5, 50.0])
    );
    let mut saved = read_as(b"# x y t\n1 2 3\n4 5 6\n", |source| {
        *source = CsvSource { target: ColumnName::Index(-1), header: Header::Absent, ..source.clone() };
    });
    let content = saved.as_mut().expect("numpy's head is no row");
    assert_eq!((content.reading.as_ref().map(|reading| reading.comments), content.features.len()), (Some(1), 4));
    let named = read_as(b"# by x\n#id,t\n1,2\n", |_| {}).expect("is read");
    assert_eq!(named.names, ["#id"], "the line with the target is the header");
}
