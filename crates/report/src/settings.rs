//! Settings: runs that differ in nothing but their seeds, as statistics.

use crate::charts::rounded;
use crate::groups::Groups;
use crate::page::quantile;
use crate::study::{Parameter, Study};

/// How many settings are listed as the best.
const BEST: usize = 5;

/// Runs that differ in nothing but their seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its value of each swept parameter that is no seed, as logged.
    pub values: Vec<String>,
    /// The first of its runs: its row among those logged.
    pub row: usize,
    /// Runs logged.
    pub runs: usize,
    /// How many of them converged.
    pub converged: usize,
    /// How many diverged.
    pub diverged: usize,
    /// Quartiles (lower, median, upper) of the steps of those that converged, if any did.
    pub steps: Option<[f64; 3]>,
    /// Quartiles of the final loss of those that neither diverged nor failed.
    pub loss: Option<[f64; 3]>,
}

impl Setting {
    fn of(study: &Study<'_>, others: &[&Parameter<'_>], rows: &[u32]) -> Setting {
        let rows = || rows.iter().map(|&row| row as usize);
        let first = rows().next().unwrap_or(0);
        let value = |one: &&Parameter<'_>| study.runs.text(&one.path, first).map_or_else(String::new, Into::into);
        Setting {
            values: others.iter().map(value).collect(),
            row: first,
            runs: rows().count(),
            converged: rows().filter(|&row| study.steps_to_converge(row).is_some()).count(),
            diverged: rows().filter(|&row| study.diverged(row)).count(),
            steps: quartiles(rows().filter_map(|row| study.steps_to_converge(row)).collect()),
            loss: quartiles(rows().filter_map(|row| study.settled_loss(row)).collect()),
        }
    }

    /// Its cells in [`table`].
    fn cells(&self) -> Vec<String> {
        let number = |value: &String| value.parse().map_or_else(|_| value.clone(), |number| rounded(number, 6));
        let counts = [self.runs, self.converged, self.diverged].map(|count| count.to_string());
        let spread = |quartiles: Option<[f64; 3]>| {
            let [lower, median, upper] = quartiles?.map(|value| rounded(value, 4));
            Some(format!("{median} ({lower} – {upper})"))
        };
        let spreads = [self.steps, self.loss].map(|quartiles| spread(quartiles).unwrap_or_else(|| "–".to_owned()));
        self.values.iter().map(number).chain(counts).chain(spreads).collect()
    }
}

/// Settings in a table: heads, then rows of cells.
pub(crate) fn table(paths: &[String], loss: &str, settings: &[Setting]) -> (Vec<String>, Vec<Vec<String>>) {
    let columns = ["runs", "converged", "diverged", "steps to converge: median (quartiles)"].map(str::to_owned);
    let head = paths.iter().cloned().chain(columns).chain([format!("{loss}: median (quartiles)")]).collect();
    (head, settings.iter().map(Setting::cells).collect())
}

/// The parameters that make a setting: all but seeds.
pub(crate) fn parameters<'s, 'a>(study: &'s Study<'a>) -> Vec<&'s Parameter<'a>> {
    study.parameters.iter().filter(|one| !one.is_seed()).collect()
}

/// The best settings: by the median of their steps, runs that did not converge counting as endless, then by the median
/// of their final losses, likewise. None where no seed is swept, or each run is a setting of its own.
pub(crate) fn best(study: &Study<'_>) -> Vec<Setting> {
    if !study.parameters.iter().any(|one| one.is_seed() && one.varies()) {
        return Vec::new();
    }
    let others = parameters(study);
    let Some(groups) = groups(study, &others) else { return Vec::new() };
    let mut best: Vec<([f64; 2], &[u32])> = Vec::new();
    for (_, rows) in groups.iter() {
        let rank = rank(study, rows);
        let place = best.partition_point(|(a, _)| a[0].total_cmp(&rank[0]).then(a[1].total_cmp(&rank[1])).is_le());
        best.insert(place, (rank, rows));
        best.truncate(BEST);
    }
    best.into_iter().map(|(_, rows)| Setting::of(study, &others, rows)).collect()
}

fn groups(study: &Study<'_>, others: &[&Parameter<'_>]) -> Option<Groups> {
    let rows = study.runs.len();
    let counts: Vec<usize> = others.iter().map(|one| Some(one.levels()?.len())).collect::<Option<_>>()?;
    let cells = counts.iter().try_fold(1_usize, |cells, &count| cells.checked_mul(count))?;
    let place = |row: u32| {
        let levels = others.iter().zip(&counts);
        Some(levels.fold(0, |place, (one, count)| place * count + one.level(row as usize)))
    };
    (cells < rows).then(|| Groups::of(|| 0..rows as u32, cells, place))
}

fn rank(study: &Study<'_>, rows: &[u32]) -> [f64; 2] {
    let middle = |value: &dyn Fn(usize) -> Option<f64>| {
        let values = rows.iter().map(|&row| value(row as usize).unwrap_or(f64::INFINITY)).collect();
        quartiles(values).map_or(f64::INFINITY, |[_, median, _]| median)
    };
    let badness = |row| study.settled_loss(row).map(|loss| study.subject.objective.badness(loss));
    [middle(&|row| study.steps_to_converge(row)), middle(&badness)]
}

/// Lower quartile, median and upper quartile; `None` of no values.
pub(crate) fn quartiles(mut values: Vec<f64>) -> Option<[f64; 3]> {
    values.sort_by(f64::total_cmp);
    Some([quantile(&values, 0.25)?, quantile(&values, 0.5)?, quantile(&values, 0.75)?])
}
