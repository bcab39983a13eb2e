//! Statistics over all runs, for a sweep that is too long for a page: cells over each pair of parameters.

use etascape_insight::study::groups::{self, Rows};
use etascape_insight::study::{Measure, Parameter, STEPS_WITHIN, Study};
use serde::Serialize;
use serde_json::Value;

use super::part::number_or_word;
use crate::scales::Bins;

/// The most cells of all pairs together.
const CELLS: usize = 9_000;
/// The most pairs of parameters.
const PAIRS: usize = 3;

/// The cells over one pair of parameters.
#[derive(Serialize)]
pub(super) struct CellGrid {
    x: String,
    y: String,
    /// The values of the cells, rising. A cell with several values has their middle.
    across: Vec<f64>,
    up: Vec<f64>,
    /// What [`CellStatistics::numbers`] holds quartiles of, after the counts.
    columns: Vec<String>,
    cells: Vec<CellStatistics>,
}

/// Index in x, index in y, runs, diverged runs, then the three quartiles of each column.
#[derive(Serialize)]
struct CellStatistics(usize, usize, usize, usize, Vec<[Value; 3]>);

/// The cells of the pairs of parameters that are not seeds, the first parameters first.
pub(super) fn of(study: &Study<'_>) -> Vec<CellGrid> {
    let parameters: Vec<&Parameter> = study.parameters.iter().filter(|one| !one.is_seed() && one.varies()).collect();
    let pairs = (0..parameters.len()).flat_map(|y| (0..y).map(move |x| (x, y)));
    let pairs: Vec<(usize, usize)> = pairs.take(PAIRS).collect();
    let side = libm::sqrt((CELLS / pairs.len().max(1)) as f64) as usize;
    pairs.into_iter().map(|(x, y)| pair(study, parameters[x], parameters[y], side)).collect()
}

fn pair(study: &Study<'_>, x: &Parameter<'_>, y: &Parameter<'_>, side: usize) -> CellGrid {
    let (across, up) = (Bins::at_most(x, side), Bins::at_most(y, side));
    let height = up.values.len();
    let last = study.subject.objective.last();
    let asked = study.subject.choice.color.as_deref().filter(|name| study.parameter(name).is_none());
    let within = Some(STEPS_WITHIN).filter(|name| study.runs.numbers(name).is_some());
    let mut columns: Vec<&str> = ["steps", last.as_str()].into_iter().chain(within).collect();
    columns.extend(asked.filter(|name| study.runs.numbers(name).is_some() && !columns.contains(name)));
    let measures: Vec<Option<Measure<'_>>> = columns.iter().map(|name| Measure::of(study, name)).collect();
    let made = |cell: usize, rows: &[u32]| {
        let diverged = rows.iter().filter(|&&row| study.diverged(row as usize)).count();
        let values = |(name, measure): (&&str, &Option<Measure<'_>>)| {
            if *name == STEPS_WITHIN {
                return short(study.steps_of_most(rows.iter().map(|&row| row as usize)));
            }
            let rows = rows.iter().map(|&row| row as usize);
            short(measure.as_ref().and_then(|one| one.quartiles(study, rows)))
        };
        let quartiles = columns.iter().zip(&measures).map(values).collect();
        Some(CellStatistics(cell / height, cell % height, rows.len(), diverged, quartiles))
    };
    let cells = {
        let (column, row) = (x.map(|value| across.index(value)), y.map(|value| up.index(value)));
        let cell = |run: u32| Some(column(run as usize)? * height + row(run as usize)?);
        groups::each(Rows::First(study.runs.len()), across.values.len() * height, cell, made)
    };
    let columns = columns.iter().map(|name| name.to_string()).collect();
    CellGrid { x: x.path.clone(), y: y.path.clone(), across: across.values, up: up.values, columns, cells }
}

/// Quartiles to four digits.
fn short(quartiles: Option<[f64; 3]>) -> [Value; 3] {
    let short = |value: f64| format!("{value:.3e}").parse().map_or(Value::Null, number_or_word);
    quartiles.map_or([const { Value::Null }; 3], |quartiles| quartiles.map(short))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TABLE, cells, with_table};
    use etascape_insight::study::is_diverged;
    use etascape_insight::subject::{Choice, Scale};

    #[test]
    fn cells_count_all_runs_as_the_heat_map_does() {
        let swept =
            [("train.learning_rate", Scale::Log), ("train.optimizer", Scale::Categories), ("seed", Scale::Linear)];
        with_table(TABLE, &swept, Choice::default(), |study| {
            let [pair] = &of(study)[..] else { panic!("one pair") };
            let last = pair.columns.iter().position(|name| name == "final_loss").unwrap();
            let found = pair.cells.iter().map(|CellStatistics(across, up, runs, diverged, quartiles)| {
                let median = quartiles[last][1].as_f64().filter(|_| !is_diverged(*diverged, *runs));
                (pair.across[*across], ["sgd", "adam"][*up].to_owned(), *runs, *diverged, median)
            });
            assert_eq!(found.collect::<Vec<_>>(), cells());
        });
    }
}
