use super::*;

fn column(cells: impl IntoIterator<Item = String>) -> Column {
    let mut column = Column::new("x".to_owned(), None);
    let mut formatter = Formatter::default();
    cells.into_iter().for_each(|cell| column.push(&cell, &mut formatter));
    column
}

/// So many cells, all different, and some at the end.
fn many(count: usize, last: &[&str]) -> Vec<String> {
    (0..count).map(|row| row.to_string()).chain(last.iter().map(|cell| cell.to_string())).collect()
}

#[test]
fn missing_nan_and_zero_are_three_things_however_many_cells_there_are() {
    for count in [3, FEW - 1, FEW, FEW + 100] {
        let cells = many(count, &["NaN", "", "-0", "0", "inf", "", "0.1"]);
        let column = column(cells.clone());
        let numbers = column.numbers().unwrap();
        assert_eq!((numbers.len(), numbers.is_whole()), (cells.len(), false));
        for (row, cell) in cells.iter().enumerate() {
            assert_eq!(column.text(row), cell.as_str());
            match (cell.as_str(), numbers.get(row)) {
                ("", found) => assert_eq!(found, None),
                ("NaN", found) => assert!(found.unwrap().is_nan()),
                (cell, found) => assert_eq!(found.unwrap().to_bits(), cell.parse::<f64>().unwrap().to_bits()),
            }
        }
    }
}

#[test]
fn numbers_in_our_form_take_eight_bytes_and_others_keep_their_text() {
    let plain = column(many(FEW + 1, &["", "0.5"]));
    assert!(matches!(plain.cells, Storage::Plain(_)) && plain.levels.is_empty());
    for (late, is_numbers) in [("1.0", true), ("tanh", false)] {
        for cells in [many(FEW + 1, &[late, "", "7"]), [vec![late.to_owned()], many(FEW + 1, &["", "7"])].concat()] {
            let column = column(cells.clone());
            assert!(matches!(column.cells, Storage::Other(_)));
            assert_eq!(column.numbers().is_some(), is_numbers);
            assert!(cells.iter().enumerate().all(|(row, cell)| column.text(row) == cell.as_str()), "{late}");
            assert_eq!(Numbers(&column).get(cells.len() - 1), Some(7.0));
        }
    }
}

/// A column that is to be one parameter of a grid.
fn planned(axes: &str, which: usize, cells: &[String]) -> Column {
    let text = format!("name = \"t\"\n[data]\npoints = [[1, 2]]\n[sweep.parameters]\n{axes}");
    let experiment = etascape_sweep::Experiment::parse(&text, std::path::Path::new("t.toml"), &[]).unwrap();
    let mut column = Column::new("x".to_owned(), experiment.plan.series(which).as_ref());
    let mut formatter = Formatter::default();
    cells.iter().for_each(|cell| column.push(cell, &mut formatter));
    column
}

/// The same as without a series.
#[track_caller]
fn assert_reads(planned: &Column, cells: &[String]) {
    let plain = column(cells.iter().cloned());
    let bits = |column: &Column| Numbers(column).iter().map(|x| x.map(f64::to_bits)).collect::<Vec<_>>();
    assert!(bits(planned) == bits(&plain) && planned.holds_words == plain.holds_words);
    assert_eq!(Numbers(planned).is_whole(), Numbers(&plain).is_whole());
    assert!((0..cells.len()).all(|row| planned.text(row) == plain.text(row)));
    assert!((0..cells.len()).all(|row| planned.level(row) == plain.level(row)));
    let different = |column: &Column| column.different().map(|all| all.map(str::to_owned).collect::<Vec<_>>());
    assert!(different(planned) == different(&plain));
}

#[test]
fn cells_of_a_grid_take_nothing_a_row() {
    let axes = "\"train.optimizer\" = [\"sgd\", \"adam\"]\n\"init.w\" = [3.0, -0.0, 1e-7]\n";
    let names: Vec<String> = ["sgd", "sgd", "sgd", "adam", "adam"].map(str::to_owned).into();
    let numbers: Vec<String> = ["3", "-0", "1e-7", "3", "-0"].map(str::to_owned).into();
    for (which, cells) in [(0, names), (1, numbers)] {
        let column = planned(axes, which, &cells);
        assert!(matches!(column.cells, Storage::Repeated(_)));
        assert_reads(&column, &cells);
    }
}

#[test]
fn numbers_of_a_long_grid_are_computed_and_stand_in_the_table_as_they_are() {
    let axes = "\"init.w\" = { geomspace = [1e-4, 1, 70000] }\n\"init.b\" = [1, 2]\n";
    let text = format!("name = \"t\"\n[data]\npoints = [[1, 2]]\n[sweep.parameters]\n{axes}");
    let plan = etascape_sweep::Experiment::parse(&text, std::path::Path::new("t.toml"), &[]).unwrap().plan;
    let cells: Vec<String> = (0..plan.runs()).map(|run| plan.values(run)[0].to_string()).collect();
    for rows in [7, 2 * FEW, 2 * FEW + 1, cells.len()] {
        let column = planned(axes, 0, &cells[..rows]);
        assert_eq!(matches!(column.cells, Storage::Computed(_)), rows > 2 * FEW);
        assert_reads(&column, &cells[..rows]);
    }
}

#[test]
fn a_table_that_is_not_the_plans_is_read_as_it_stands() {
    let long = "\"init.w\" = { linspace = [0, 69999, 70000] }\n";
    for (at, other) in [(0, "7"), (5, "4"), (5, ""), (5, "5.0"), (FEW - 1, "x"), (FEW, "1"), (FEW + 9, "0.5")] {
        let mut cells = many(FEW + 20, &[]);
        cells[at] = other.to_owned();
        let column = planned(long, 0, &cells);
        assert!(!matches!(column.cells, Storage::Repeated(_) | Storage::Computed(_)), "{other} in row {at}");
        assert_reads(&column, &cells);
    }
    let twice: Vec<String> = ["1", "1", "2"].map(str::to_owned).into();
    assert_reads(&planned("\"init.w\" = [1, 1, 2]\n", 0, &twice), &twice);
}

#[test]
fn an_excerpt_knows_its_rows() {
    let column = Column::excerpt(column(["2", "", "5"].map(str::to_owned)), &[1, 4, 9], 12);
    let numbers = column.numbers().unwrap();
    assert_eq!((numbers.len(), numbers.is_whole()), (12, false));
    assert_eq!([1, 4, 9, 5].map(|row| numbers.get(row)), [Some(2.0), None, Some(5.0), None]);
    assert_eq!([1, 4, 9].map(|row| column.text(row).into_owned()), ["2", "", "5"]);
}

#[test]
fn few_different_cells_are_counted_in_the_order_in_which_they_come() {
    let column = column(["2", "", "2.0", "2"].map(str::to_owned));
    let numbers = column.numbers().unwrap();
    assert_eq!(numbers.levels().unwrap().collect::<Vec<_>>(), [Some(2.0), None, Some(2.0)]);
    assert_eq!((0..4).map(|row| numbers.level(row).unwrap()).collect::<Vec<_>>(), [0, 1, 2, 0]);
}
