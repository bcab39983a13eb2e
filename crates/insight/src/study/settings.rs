//! Settings: statistics of runs that differ only in their seeds.

use std::cmp::Ordering;

use etascape_sweep::Status;
use etascape_text::rounded;
use rayon::prelude::*;

use crate::statistics::{median, quartiles};
use crate::study::sample::Sample;
use crate::study::{Parameter, Study, Within, steps_name};

/// How many settings are listed as the best.
const BEST: usize = 5;
/// What a table says where a quartile is infinite.
const NONE: &str = "none";

/// The rows of a table by their settings.
pub struct Settings {
    /// The best settings, by the median of their steps, then by the median of their final losses; of equal ones the first.
    /// A run that did not converge has infinite steps, and every run where the stop rules do not look at the objective;
    /// a run that diverged, failed or was pruned has an infinite loss. A setting of which most runs were pruned is none of them. Empty where no seed is swept, or no two
    /// runs differ only in their seed.
    pub best: Vec<Setting>,
    /// Rows spread over all settings.
    pub sample: Sample,
}

impl Settings {
    /// Sorts the rows of a study, where a seed is swept, and keeps at most so many for the sample.
    pub fn of(study: &Study<'_>, sampled: usize) -> Settings {
        if !study.parameters.iter().any(Parameter::is_seed) {
            return Settings { best: Vec::new(), sample: Sample::of_rows(study.runs.len()) };
        }
        let others: Vec<&Parameter<'_>> = study.parameters.iter().filter(|one| !one.is_seed()).collect();
        let order = order(&others);
        let rows = sorted(study, &order);
        let groups = grouped(&rows, &order);
        let best = best(study, &groups).into_iter().map(|rows| Setting::of(study, &others, rows)).collect();
        Settings { best, sample: Sample::of_groups(&groups, sampled) }
    }
}

/// Runs that differ only in their seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its value of each swept parameter that is not a seed, as logged.
    pub values: Vec<String>,
    /// The row of its first run in the table.
    pub row: usize,
    /// Runs logged.
    pub runs: usize,
    /// How many of them converged.
    pub converged: usize,
    /// How many diverged.
    pub diverged: usize,
    /// Quartiles (lower, median, upper) of the steps of those that converged, if any did.
    pub steps: Option<[f64; 3]>,
    /// How many came to a final loss: they neither diverged nor failed nor were pruned.
    pub whole: usize,
    /// Quartiles of the final loss, as [`Study::loss_quartiles`].
    pub loss: Option<[f64; 3]>,
    /// Of those that came near the least loss, where almost no run converged: how many, and quartiles of the steps until then.
    pub within: Option<(usize, [f64; 3])>,
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
            whole: rows().filter(|&row| study.whole_loss(row).is_some()).count(),
            loss: study.loss_quartiles(rows()),
            within: None,
        }
    }

    /// The same with the steps until its runs were near the least loss, which the study knows.
    pub fn with_steps_within(self, study: &Study<'_>) -> Setting {
        let others: Vec<&Parameter<'_>> = study.parameters.iter().filter(|one| !one.is_seed()).collect();
        let order = order(&others);
        let rows = (0..study.runs.len()).filter(|&row| order(row, self.row).is_eq());
        let steps: Vec<f64> = rows.filter_map(|row| study.steps_within(row)).collect();
        Setting { within: Some(steps.len()).zip(quartiles(steps)), ..self }
    }

    /// Why it has no median loss, in words: `none: 1 of 15 came to one`; `None` where it has one.
    pub fn no_median(&self) -> Option<String> {
        self.loss.is_none().then(|| format!("{NONE}: {} of {} came to one", self.whole, self.runs))
    }

    /// Its cells in [`table`].
    fn cells(&self, is_within: bool) -> Vec<String> {
        let number = |value: &String| value.parse().map_or_else(|_| value.clone(), |number| rounded(number, 6));
        let counts = [self.runs, self.converged, self.diverged].map(|count| count.to_string());
        let short = |value: f64| if value.is_finite() { rounded(value, 4) } else { NONE.to_owned() };
        let spread = |quartiles: Option<[f64; 3]>| {
            let [lower, median, upper] = quartiles?.map(short);
            Some(format!("{median} ({lower} – {upper})"))
        };
        let within = || {
            let (count, steps) = self.within?;
            let share = if count < self.runs { format!(", {count} of {}", self.runs) } else { String::new() };
            Some(spread(Some(steps))? + &share)
        };
        let steps = if is_within { within() } else { spread(self.steps) };
        let steps = steps.unwrap_or_else(|| "–".to_owned());
        let loss = spread(self.loss).or_else(|| self.no_median()).unwrap_or_default();
        self.values.iter().map(number).chain(counts).chain([steps, loss]).collect()
    }
}

/// Settings in a table: heads, then rows of cells. Its steps are those until runs converge, or are near the least loss.
pub fn table(
    paths: &[String],
    loss: &str,
    settings: &[Setting],
    within: Option<&Within>,
) -> (Vec<String>, Vec<Vec<String>>) {
    let counts = ["runs", "converged", "diverged"].map(str::to_owned);
    let steps = steps_name(within);
    let columns = counts.into_iter().chain([steps.as_str(), loss].map(|name| format!("{name}: median (quartiles)")));
    let head = paths.iter().cloned().chain(columns).collect();
    (head, settings.iter().map(|one| one.cells(within.is_some())).collect())
}

/// An order of rows by the values of some parameters. By the parameters that define a setting, the runs of one are equal.
pub fn order<'s>(parameters: &[&'s Parameter<'_>]) -> impl Fn(usize, usize) -> Ordering + Sync + 's {
    let values: Vec<_> = parameters.iter().map(|one| one.map(|value| value)).collect();
    move |a, b| {
        let mut orders = values.iter().map(|value| value(a).total_cmp(&value(b)));
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

/// Sorted rows that are equal in an order, as groups in the order of their first rows.
pub fn grouped(rows: &[u32], order: impl Fn(usize, usize) -> Ordering) -> Vec<&[u32]> {
    let mut groups: Vec<&[u32]> = rows.chunk_by(|&a, &b| order(a as usize, b as usize).is_eq()).collect();
    groups.sort_unstable_by_key(|rows| rows[0]);
    groups
}

/// Every row of the table, the runs of a setting side by side and in rising order.
pub fn sorted(study: &Study<'_>, order: impl Fn(usize, usize) -> Ordering + Sync) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..study.runs.len() as u32).collect();
    rows.par_sort_unstable_by(|&a, &b| order(a as usize, b as usize).then(a.cmp(&b)));
    rows
}

/// The rows of each of the best [`Settings`], of all groups in the order of their first rows. Where the sweep varies the
/// loss, the best of each loss.
fn best<'r>(study: &Study<'_>, groups: &[&'r [u32]]) -> Vec<&'r [u32]> {
    let is_varied = study.parameters.iter().any(|one| one.is_seed() && one.varies());
    if !is_varied || groups.len() == study.runs.len() {
        return Vec::new();
    }
    let is_pruned = |row: &&u32| study.runs.status()[**row as usize] == Status::Pruned;
    let trained = || groups.iter().copied().filter(|rows| 2 * rows.iter().filter(is_pruned).count() <= rows.len());
    let of_losses = study.losses().map(|losses| {
        let of = move |loss| trained().filter(move |rows| losses.value(rows[0] as usize) == loss);
        losses.distinct().unwrap_or_default().into_iter().map(move |loss| best_among(study, of(loss), 1))
    });
    match of_losses {
        Some(of_losses) => of_losses.flatten().collect(),
        None => best_among(study, trained(), BEST),
    }
}

/// The best of some groups, at most so many.
fn best_among<'r>(study: &Study<'_>, groups: impl Iterator<Item = &'r [u32]>, at_most: usize) -> Vec<&'r [u32]> {
    let mut best: Vec<([f64; 2], &[u32])> = Vec::new();
    for rows in groups {
        let rank = rank(study, rows);
        let is_before =
            |(other, _): &([f64; 2], &[u32])| other[0].total_cmp(&rank[0]).then(other[1].total_cmp(&rank[1])).is_le();
        let place = best.partition_point(is_before);
        best.insert(place, (rank, rows));
        best.truncate(at_most);
    }
    best.into_iter().map(|(_, rows)| rows).collect()
}

fn rank(study: &Study<'_>, rows: &[u32]) -> [f64; 2] {
    let objective = &study.subject.objective;
    let middle = |value: &dyn Fn(usize) -> f64| {
        median(rows.iter().map(|&row| value(row as usize)).collect()).unwrap_or(f64::INFINITY)
    };
    let steps = |row| study.steps_to_converge(row).filter(|_| objective.is_watched).unwrap_or(f64::INFINITY);
    [middle(&steps), middle(&|row| objective.badness(study.counted_loss(row)))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::testing::with_table;
    use crate::subject::{Choice, Scale};

    const PARAMETERS: [(&str, Scale); 3] =
        [("train.learning_rate", Scale::Log), ("init.w", Scale::Linear), ("seed", Scale::Linear)];

    /// The table of runs: rate, w, seed and final loss of each.
    fn table(runs: &[(f64, i32, i64, f64)]) -> String {
        let row = |(id, (rate, w, seed, loss)): (usize, &(f64, i32, i64, f64))| {
            format!("{id},{rate},{w},{seed},max_steps,5,9,{loss},{loss}\n")
        };
        let head = "run_id,train.learning_rate,init.w,seed,status,steps,initial_loss,final_loss,min_loss\n";
        std::iter::once(head.to_owned()).chain(runs.iter().enumerate().map(row)).collect()
    }

    /// The best settings: values, runs, median of the final loss.
    fn found(runs: &[(f64, i32, i64, f64)]) -> Vec<(Vec<String>, usize, f64)> {
        let mut found = Vec::new();
        with_table(&table(runs), &PARAMETERS, Choice::default(), |study| {
            let of = |setting: Setting| (setting.values, setting.runs, setting.loss.unwrap()[1]);
            found = Settings::of(study, 0).best.into_iter().map(of).collect();
        });
        found
    }

    fn setting(rate: &str, w: &str, runs: usize, loss: f64) -> (Vec<String>, usize, f64) {
        (vec![rate.to_owned(), w.to_owned()], runs, loss)
    }

    /// Rates and weights that advance together, each with three seeds.
    const ZIPPED: [(f64, i32, i64, f64); 9] = [
        (0.1, 1, 0, 5.0),
        (0.1, 1, 1, 4.0),
        (0.1, 1, 2, 9.0),
        (0.2, 2, 0, 1.0),
        (0.2, 2, 1, 3.0),
        (0.2, 2, 2, 2.0),
        (0.4, 3, 0, 7.0),
        (0.4, 3, 1, 8.0),
        (0.4, 3, 2, 6.0),
    ];

    #[test]
    fn runs_that_differ_in_their_seed_alone_are_a_setting_whatever_the_order_of_the_parameters() {
        let expected = [setting("0.2", "2", 3, 2.0), setting("0.1", "1", 3, 5.0), setting("0.4", "3", 3, 7.0)];
        assert_eq!(found(&ZIPPED), expected);
        let mut seeds_first = ZIPPED;
        seeds_first.sort_by_key(|run| run.2);
        assert_eq!(found(&seeds_first), expected);
        let unfinished = [&ZIPPED[..4], &ZIPPED[6..7]].concat();
        let expected = [setting("0.2", "2", 1, 1.0), setting("0.1", "1", 3, 5.0), setting("0.4", "3", 1, 7.0)];
        assert_eq!(found(&unfinished), expected);
    }

    #[test]
    fn where_more_than_the_seed_differs_there_is_no_setting() {
        let with_the_rate = [(0.1, 1, 0, 5.0), (0.2, 1, 1, 4.0), (0.4, 1, 2, 9.0)];
        assert_eq!(found(&with_the_rate), []);
        let crossed = [(0.1, 1, 0, 5.0), (0.1, 2, 0, 4.0), (0.2, 1, 1, 3.0), (0.2, 2, 1, 2.0)];
        assert_eq!(found(&crossed), []);
        let one_seed = [(0.1, 1, 7, 5.0), (0.1, 1, 7, 5.0), (0.2, 1, 7, 4.0)];
        assert_eq!(found(&one_seed), []);
        let of_two = [(0.1, 1, 0, 5.0), (0.1, 1, 1, 3.0), (0.2, 1, 2, 6.0), (0.2, 1, 3, 8.0)];
        assert_eq!(found(&of_two), [setting("0.1", "1", 2, 4.0), setting("0.2", "1", 2, 7.0)]);
    }

    /// They had fewer steps than the others.
    #[test]
    fn pruned_runs_count_as_infinitely_bad_and_settings_of_them_are_none_of_the_best() {
        let rows = [
            "0,0.1,1,0,max_steps,50,9,3,3\n1,0.1,1,1,max_steps,50,9,5,5\n2,0.1,1,2,pruned,5,9,1,1\n",
            "3,0.2,1,0,max_steps,50,9,2,2\n4,0.2,1,1,pruned,5,9,1,1\n5,0.2,1,2,pruned,5,9,1,1\n",
        ];
        let of = |rows: &str| {
            let mut found = Vec::new();
            with_table(&(table(&[]) + rows), &PARAMETERS, Choice::default(), |study| {
                let of = |setting: Setting| (setting.values[0].clone(), setting.runs, setting.loss.map(|loss| loss[1]));
                found = Settings::of(study, 0).best.into_iter().map(of).collect();
            });
            found
        };
        assert_eq!(of(&rows.concat()), [("0.1".to_owned(), 3, Some(5.0))], "3, 5, ∞");
        assert_eq!(of(rows[1]), []);
    }

    #[test]
    fn drawn_values_make_settings_where_they_meet_again() {
        let chosen = [(0.1, 1, 812, 5.0), (0.2, 1, 33, 4.0), (0.1, 1, 4, 3.0), (0.1, 2, 65, 1.0)];
        let expected = [setting("0.1", "2", 1, 1.0), setting("0.1", "1", 2, 4.0), setting("0.2", "1", 1, 4.0)];
        assert_eq!(found(&chosen), expected, "of equal medians the first");
        let rates = (0..70_000).map(|rate| 1.0 + f64::from(rate) / 65_536.0);
        let many: Vec<_> = rates.flat_map(|rate| [(rate, 1, 0, 4.0), (rate, 1, 1, 2.0)]).collect();
        assert_eq!(found(&many)[0], setting("1", "1", 2, 3.0), "more values than two bytes tell apart");
        assert_eq!(found(&many[..140_000].iter().step_by(2).copied().collect::<Vec<_>>()), []);
    }
}
