//! Data from files: what `check` says of them, and what becomes of standardised targets.

use crate::bench::Bench;

/// What `check` says of a file: its notes and its plan.
fn checked(file: &str, csv: &str, more: &str) -> (String, String) {
    let bench = Bench::with(&format!("name = \"t\"\ndata.csv = {{ path = \"d.csv\", {csv} }}\n{more}\n"));
    bench.write("d.csv", file);
    let said = bench.done(&["check", "e.toml"]);
    (said.stderr, said.stdout)
}

#[test]
fn a_plan_says_how_a_file_was_read() {
    let file = ";area;sex;rooms;price\n0;1,5;m;3;200,5\n1;2,5;f;3;?\n2;;m;3;300\n3;4,5;w;3;100\n";
    let csv = "target = \"price\", decimal = \",\", on_missing = \"mean\", text = \"one_hot\"";
    let (_, plan) = checked(file, csv, "data.standardize = true\ndata.standardize_target = true\ntrain.loss = \"mse\"");
    for line in [
        "  data      3 rows\n",
        "  file      d.csv, cells between semicolons (found), decimal commas, a header, 4 rows\n",
        "  missing   area (1), price (1): filled with the column's mean; 1 of 4 rows dropped, without a target\n",
        "  one-hot   sex (2 columns)\n",
        "  left out  column 1, without a name\n",
        "  features  area, sex=m, sex=w, rooms; standardised; constant: rooms\n",
        "  target    price, from 100 to 300; standardised: losses are in units of its variance, 6667\n",
    ] {
        assert!(plan.contains(line), "{line}{plan}");
    }
    let (_, plan) = checked("a;t\n1;x\n2;y\n3;x\n", "target = \"t\", separator = \";\"", "train.loss = \"bce\"");
    assert!(plan.contains("d.csv, cells between semicolons, a header, 3 rows\n"), "{plan}");
    assert!(plan.contains("  classes   2: x (2), y (1)\n"), "{plan}");
}

#[test]
fn a_plan_says_what_was_skipped_and_what_groups_thousands() {
    let file = "Prices, 2024;;\n;;\narea;rooms;price\n1,5;3;1.200\n;;\n2,5;4;900\n;;\n";
    let (notes, plan) = checked(file, "target = \"price\", decimal = \",\"", "");
    for line in [
        "  file      d.csv, cells between semicolons (found), decimal commas, a header, 2 rows\n",
        "  above     `Prices, 2024` and all else above line 3, the header: skipped\n",
        "  blank     3 lines without any cell: skipped\n",
        "  thousands price (1.200 is 1200)\n",
        "  target    price, from 900 to 1200\n",
    ] {
        assert!(plan.contains(line), "{line}{plan}");
    }
    assert!(notes.starts_with("note: the target `price` goes up to 1200"), "{notes}");
}

#[test]
fn what_is_doubtful_is_said() {
    let rows = |row: &dyn Fn(usize) -> String| (0..20).map(|i| row(i) + "\n").collect::<String>();
    let mixed = |i: usize| (i * 7) % 10;
    let bce = "train.loss = \"bce\"";
    let cases: [(String, &str, &str); 10] = [
        (
            format!("a,t\n{}", rows(&|i| format!("{},{}", mixed(i), [0.2, 0.7][i % 2]))),
            bce,
            "bce takes the targets 0.2 and 0.7 as the names of two classes, not as probabilities",
        ),
        (
            format!("a,t\n{}", rows(&|i| format!("{},{}.5", mixed(i), i % 3))),
            "train.loss = \"cross_entropy\"",
            "targets such as 0.5 are taken as names of classes",
        ),
        (
            format!("a,t\n{}", rows(&|i| format!("{},{}", mixed(i), u8::from(i > 17)))),
            bce,
            "90 % of the rows are of class `0`: to answer so always has that accuracy",
        ),
        (
            format!("a,t\n{}", rows(&|i| format!("{},{}", mixed(i), if i == 9 { "y" } else { ["x", "z"][i % 2] }))),
            "train.loss = \"cross_entropy\"",
            "class `y` has one row: is it a slip",
        ),
        (
            format!("a,b,t\n{}", rows(&|i| format!("{},{}0000,{}", mixed(i), i % 7, i % 3))),
            "",
            "the feature `b` goes up to 60000, `a` to 9: the large one limits η",
        ),
        (
            format!("a,b,t\n{}", rows(&|i| format!("{},{},{}", mixed(i), 5 - i % 3 * 2, i % 3))),
            "",
            "the feature `b` has correlation -1 with the target `t`: is it the answer itself?",
        ),
        (
            format!("a,b,t\n{}", rows(&|i| format!("{},{i},{}", mixed(i), i % 3))),
            "",
            "the feature `b` numbers the rows: is it an id?",
        ),
        (
            format!("a,t\n{}", rows(&|i| format!("{},{}000", mixed(i), i % 3))),
            "",
            "the target `t` goes up to 2000: losses are as large as its square",
        ),
        ("a,t\n1,5\n2,5\n".into(), "", "the target is 5 in every training row: there is nothing to learn"),
        ("a,b,c,t\n1,2,9,5\n4,2,8,6\n".into(), "", "3 features and 2 training rows: a linear model already fits them"),
    ];
    for (file, more, expected) in cases {
        let (notes, _) = checked(&file, "target = \"t\"", more);
        assert!(notes.contains(&format!("note: {expected}")), "{expected}\n{notes}");
        assert_eq!(notes.lines().count(), 1, "{notes}");
    }
    let one_hot: [(String, &str, &str); 9] = [
        (
            format!("a;b;t\n{}", rows(&|i| format!("{};{}.{};{}", mixed(i), 1 + i % 4, 100 + 7 * mixed(i), i % 3))),
            "",
            "column `b` has numbers such as 1.100, and each point in it has three digits behind it: does it group",
        ),
        (
            format!("day,b,t\n{}", rows(&|i| format!("{}-Jan-24,{},{}", 1 + i % 5, mixed(i), i % 3))),
            "",
            "the feature `day` has dates such as 1-Jan-24, and a column for each: data.csv.features can leave it out",
        ),
        (
            format!("name,b,t\n{}", rows(&|i| format!("n{},{},{}", i % 15, mixed(i), i % 3))),
            "",
            "the feature `name` has 15 different words in 20 rows: is it a name?",
        ),
        (
            format!("a,b,t\n{}", rows(&|i| format!("{},{},{}", ["x", "n/a"][i % 2], mixed(i), i % 3))),
            "",
            "the word `n/a` of the feature `a` can be a mark for missing cells",
        ),
        (
            format!("user_id,b,t\n{}", rows(&|i| format!("{},{},{}", (i * 13) % 47, mixed(i), i % 3))),
            "",
            "the feature `user_id` has whole numbers: is it an id, as its name says?",
        ),
        (
            format!(
                "a,b,t\n{}",
                rows(&|i| format!("{},{},{}", if i % 9 == 4 { -999 } else { 50 }, 20 + mixed(i), i % 3))
            ),
            "",
            "the feature `a` has the number -999, and no other below 0: is it a mark for missing cells?",
        ),
        (
            format!("a,t\n{}", rows(&|i| format!("{},{}", mixed(i), ["1", "2", "-"][i % 3]))),
            "train.loss = \"cross_entropy\"",
            "the class `-` can be a mark for missing cells",
        ),
        (
            format!("a,t\n{}", rows(&|i| format!("{},{}", mixed(i), ["<=50K", ">50K", "<=50K."][i % 3]))),
            "train.loss = \"cross_entropy\"",
            "the classes `<=50K` and `<=50K.` differ",
        ),
        (
            format!("a,t\n{}", rows(&|i| format!("{},{}", mixed(i), ["Yes", "no", "yes"][i % 3]))),
            "train.loss = \"cross_entropy\"",
            "the classes `Yes` and `yes` differ in capitals or a point at the end only: are they one?",
        ),
    ];
    for (file, more, expected) in one_hot {
        let (notes, _) = checked(&file, "target = \"t\", text = \"one_hot\"", more);
        assert!(notes.contains(&format!("note: {expected}")), "{expected}\n{notes}");
        assert_eq!(notes.lines().count(), 1, "{notes}");
    }
    let dropped = format!("row,b,t\n{}", rows(&|i| format!("{i},{},{}", if i == 3 { "" } else { "5" }, i % 3)));
    let (notes, _) = checked(&dropped, "target = \"t\", on_missing = \"drop\"", "");
    assert!(notes.contains("the feature `row` numbers the rows"), "{notes}");
    let plain = format!("a,b,t\n{}", rows(&|i| format!("{},{},{}", mixed(i), i % 7, i % 3)));
    assert_eq!(checked(&plain, "target = \"t\"", "").0, "");
}

/// Targets 1 and 3 have mean 2 and standard deviation 1.
#[test]
fn a_standardised_target_trains_as_its_numbers_do_and_is_drawn_in_its_unit() {
    let config = |points: &str, more: &str| {
        format!(
            "name = \"t\"\n[data]\npoints = {points}\n{more}\n[init]\nw = 0.5\nb = 0.0\n[train]\nsteps = 300\n\
             [sweep.parameters]\n\"train.learning_rate\" = {{ geomspace = [0.01, 0.9, 5] }}\n"
        )
    };
    let trained = |text: &str| {
        let bench = Bench::with(text);
        bench.done(&["run", "e.toml", "--format", "svg"]);
        bench
    };
    let by_hand = trained(&config("[[0, -1], [1, 1]]", ""));
    let standardised = trained(&config("[[0, 1], [1, 3]]", "standardize_target = true"));
    assert_eq!(by_hand.tables("results/t"), standardised.tables("results/t"));
    let chart = |bench: &Bench, name: &str| bench.read(&format!("results/t/charts/{name}.svg"));
    assert!(chart(&standardised, "loss-curves").contains("training loss (standardised target)"));
    assert!(!chart(&by_hand, "loss-curves").contains("standardised"));
    let has_tick = |bench: &Bench, tick: &str| chart(bench, "fit").contains(&format!("\"{tick}\""));
    assert!(has_tick(&standardised, "3") && !has_tick(&standardised, "−1") && has_tick(&by_hand, "−1"));
}
