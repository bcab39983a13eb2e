//! The content of the heat map.

use etascape_insight::findings::Findings;
use etascape_insight::statistics::nth_positive;
use etascape_insight::study::groups::{self, Rows};
use etascape_insight::study::{Measure, Parameter, Study, TRAINABILITY, is_diverged};
use etascape_plot::axis::{Axis, extent};
use etascape_plot::grid::Facet;
use etascape_plot::ranks::Ranks;
use etascape_plot::sheet::ColourKey;
use etascape_text::{counted, percent, rounded};

use super::absent::{looks_the_same, none_ends};
use super::convergence::taken_together;
use super::titles::{best_word, first_kind, only_one_kind, place, range, unranked};
use super::{Absent, Picture};
use crate::charts::{Heat, HeatCell, HeatMap};
use crate::scales::{Bins, Facets, cells};

/// The heat map over two parameters.
pub(crate) fn heat_map(study: &Study<'_>, findings: &Findings) -> Picture<HeatMap> {
    let (across, up) = axes(study).ok_or(Absent::NotApplicable)?;
    let asked = study.subject.choice.color.as_deref().filter(|name| study.parameter(name).is_none());
    let last = study.subject.objective.last();
    let measured = |name| Some((name, Measure::of(study, name)?));
    let (what, measure) = asked.and_then(measured).or_else(|| measured(&last)).ok_or(Absent::NotApplicable)?;
    let one_kind = study.losses().filter(|_| what.ends_with("loss")).and_then(first_kind);
    let facets = match one_kind {
        Some((kinds, kind)) => Facets::only(kinds, kind, only_one_kind(kinds, kind)),
        None => Facets::of(study.facet().filter(|facet| facet.path != up.path)),
    };
    let (columns, rows) = (Bins::of(across), Bins::of(up));
    let shown = Shown { study, measure, across: (across, &columns), up: (up, &rows) };
    let panel = |title: &str, rows: Rows<'_>| Facet { title: title.to_owned(), items: shown.cells(rows) };
    let mut panels: Vec<Facet<HeatCell>> = facets.each(study.runs.len(), panel);
    panels.retain(|panel| !panel.items.is_empty());
    let numbers = panels.iter().flat_map(|panel| &panel.items).filter_map(|cell| match cell.heat {
        Heat::Value(value) => Some(value),
        Heat::Diverged => None,
    });
    if let Some(reason) = nothing_differs(study, what, numbers.clone(), &panels) {
        return Err(Absent::empty("heat map", &reason));
    }
    let name = if what == "steps" { "steps to converge".to_owned() } else { what.replace('_', " ") };
    let is_median = panels.iter().flat_map(|panel| &panel.items).any(|cell| cell.runs > 1);
    let named: Vec<&Parameter<'_>> = [across, up].into_iter().chain(facets.parameter()).collect();
    let together = taken_together(study, &named, columns.shared || rows.shared);
    let colour = if is_median { format!("median {name} over {together}") } else { name.clone() };
    let floor = if what == last { usual_floor(study) } else { 0.0 };
    let below = numbers.clone().filter(|&value| value > 0.0 && value < floor).count();
    let has_panels = facets.parameter().is_some();
    let notes = [findings.tally()].into_iter().chain(facets.note).chain([format!("colour = {colour}")]);
    let notes = notes.chain((below > 0).then(|| format!("{} below the scale", counted(below, "cell"))));
    let range = range(study, findings).filter(|_| what == last);
    let title = range.unwrap_or_else(|| shown.title(what, &panels, numbers.clone(), has_panels));
    let key = match what {
        TRAINABILITY => ColourKey::Ranks { ranks: Ranks::of(numbers.clone()), name },
        _ => ColourKey::Scale {
            axis: match what == last {
                true => heat_axis(numbers.clone(), floor, study.subject.objective.may_be_log()),
                false => heat_axis(numbers.clone(), 0.0, true),
            },
            name,
        },
    };
    let ((x, columns), (y, rows)) = (cells(across, &columns), cells(up, &rows));
    Ok(HeatMap {
        title,
        subtitle: notes.collect::<Vec<String>>().join(" · "),
        x_name: across.title(),
        y_name: up.title(),
        x,
        y,
        columns,
        rows,
        panels,
        key,
    })
}

/// The parameters across and up: those asked for, else those of the convergence chart.
fn axes<'s, 'a>(study: &'s Study<'a>) -> Option<(&'s Parameter<'a>, &'s Parameter<'a>)> {
    let is_asked = |across: &&Parameter| study.subject.choice.x.as_deref() == Some(across.path.as_str());
    let across = study.across().filter(|across| (is_asked(across) || !across.is_seed()) && across.varies())?;
    let asked = study.subject.choice.y.as_deref().and_then(|path| study.parameter(path));
    let up = asked.filter(|up| up.path != across.path && up.varies()).or_else(|| study.beside(across))?;
    up.varies().then_some((across, up))
}

/// Why cells would say nothing: they have no number, or as good as the same, and none diverged.
fn nothing_differs(
    study: &Study<'_>,
    what: &str,
    numbers: impl Iterator<Item = f64>,
    panels: &[Facet<HeatCell>],
) -> Option<String> {
    let mut numbers = numbers.peekable();
    if numbers.peek().is_none() {
        return Some(none_ends(study));
    }
    let has_diverged = panels.iter().flat_map(|panel| &panel.items).any(|cell| cell.diverged > 0);
    let number = looks_the_same(numbers).filter(|_| !has_diverged)?;
    Some(format!("{} is {} in every cell", what.replace('_', " "), rounded(number, 3)))
}

/// The title of a map of trainability: how many settings train.
fn title(numbers: impl Iterator<Item = f64> + Clone) -> String {
    let all = numbers.clone().count();
    let training = numbers.filter(|&value| value <= 0.0).count();
    match (training, all) {
        (0, 1) => "The setting does not train".to_owned(),
        (1, 1) => "The setting trains".to_owned(),
        (0, _) => format!("None of {all} settings trains"),
        _ if training == all => format!("All {all} settings train"),
        _ => {
            format!("{} of {all} settings train; the others end no better than they began", percent(training, all))
        }
    }
}

/// An axis over the values, of at most 30 decades. Values below the floor have the colour of the low end.
fn heat_axis(values: impl Iterator<Item = f64> + Clone, floor: f64, is_log: bool) -> Axis {
    let top = values.clone().filter(|value| value.is_finite()).fold(0.0, f64::max);
    let floor = floor.max(top * 1e-30);
    Axis::fitting(values.filter(move |&value| value <= 0.0 || value >= floor), is_log)
}

/// The floor of the colour scale for final losses. The last step of a converged run may go far below the limit, so for
/// these the floor is a tenth of the loss that nine of ten end above.
fn usual_floor(study: &Study<'_>) -> f64 {
    let losses = |converged: bool| {
        let rows = (0..study.runs.len()).filter(move |&row| study.steps_to_converge(row).is_some() == converged);
        rows.filter_map(|row| study.settled_loss(row)).filter(|&loss| loss > 0.0)
    };
    let least = losses(false).fold(f64::INFINITY, f64::min);
    let usual = nth_positive(|| losses(true), losses(true).count() / 10);
    usual.map_or(0.0, |usual| least.min(usual / 10.0))
}

/// The number that a map shows, and its axes.
struct Shown<'a, 'b> {
    study: &'b Study<'a>,
    measure: Measure<'a>,
    across: (&'b Parameter<'a>, &'b Bins),
    up: (&'b Parameter<'a>, &'b Bins),
}

impl Shown<'_, '_> {
    /// The title: for a map of trainability how many settings train, else which cell is the best, or the range of the
    /// numbers where none is better than another.
    fn title(
        &self,
        what: &str,
        panels: &[Facet<HeatCell>],
        numbers: impl Iterator<Item = f64> + Clone,
        has_panels: bool,
    ) -> String {
        if what == TRAINABILITY {
            return title(numbers);
        }
        let objective = &self.study.subject.objective;
        let is_one_kind = self.study.losses().is_some();
        if let Some(words) = unranked(self.study).filter(|_| what == objective.last() && !is_one_kind) {
            return words;
        }
        let badness = |value: f64| if what == "steps" { value } else { objective.badness(value) };
        let value = |cell: &HeatCell| match cell.heat {
            Heat::Value(value) => Some(value),
            Heat::Diverged => None,
        };
        let cells = panels.iter().flat_map(|panel| panel.items.iter().map(move |cell| (panel, cell)));
        let cells = cells.filter_map(|(panel, cell)| Some((value(cell)?, panel, cell)));
        let best = cells.min_by(|a, b| badness(a.0).total_cmp(&badness(b.0)));
        let name = what.replace('_', " ");
        let Some((best, panel, cell)) = best.filter(|_| what == objective.last() || what == "steps") else {
            let (low, high) = extent(numbers).unwrap_or((f64::NAN, f64::NAN));
            return format!("The {name} goes from {} to {}", rounded(low, 3), rounded(high, 3));
        };
        let (across, up) = ((self.across.0, self.across.1.value(cell.column)), (self.up.0, self.up.1.value(cell.row)));
        let at = place([across, up].into_iter(), self.across.1.shared || self.up.1.shared);
        let panel = if has_panels { format!(", {}", panel.title) } else { String::new() };
        let median = if cell.runs > 1 { "median " } else { "" };
        match what {
            "steps" => format!("Fewest {median}steps to converge: {}{at}{panel}", rounded(best, 4)),
            _ => format!("{} {median}{name} {}{at}{panel}", best_word(self.study), rounded(best, 3)),
        }
    }

    fn cells(&self, rows: Rows<'_>) -> Vec<HeatCell> {
        let ((across, columns), (up, lines)) = (self.across, self.up);
        let (column, line) = (across.map(|value| columns.index(value)), up.map(|value| lines.index(value)));
        let height = lines.values.len();
        let cell = |run: u32| Some(column(run as usize)? * height + line(run as usize)?);
        let made = |cell: usize, runs: &[u32]| self.cell((cell / height, cell % height), runs);
        groups::each(rows, columns.values.len() * height, cell, made)
    }

    /// The cell is diverged where half of the runs or more diverged and have no number; else it has the median, as
    /// [`Measure::quartiles`]. `None` without one.
    fn cell(&self, (column, row): (usize, usize), runs: &[u32]) -> Option<HeatCell> {
        let (study, measure) = (self.study, &self.measure);
        let counts = |run: usize| measure.is_of_all() && measure.value(study, run).is_some();
        let is_left_out = |run: &&u32| study.diverged(**run as usize) && !counts(**run as usize);
        let diverged = runs.iter().filter(is_left_out).count();
        let heat = if is_diverged(diverged, runs.len()) {
            Heat::Diverged
        } else {
            let [_, median, _] = measure.quartiles(study, runs.iter().map(|&run| run as usize))?;
            Heat::Value(median)
        };
        Some(HeatCell { column, row, heat, diverged, runs: runs.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TABLE, cells, with_table};
    use etascape_insight::subject::{Choice, Scale};

    const SWEPT: [(&str, Scale); 3] =
        [("train.learning_rate", Scale::Log), ("train.optimizer", Scale::Categories), ("seed", Scale::Linear)];

    #[test]
    fn a_cell_is_the_median_of_what_did_not_diverge_and_counts_what_did() {
        with_table(TABLE, &SWEPT, Choice::default(), |study| {
            let map = heat_map(study, &Findings::of(study)).unwrap();
            let place = |across: f64, up: &str| (usize::from(across == 1.0), usize::from(up == "adam"));
            let expected = cells().into_iter().map(|(across, up, runs, diverged, median)| {
                let (column, row) = place(across, &up);
                HeatCell { column, row, heat: median.map_or(Heat::Diverged, Heat::Value), diverged, runs }
            });
            assert_eq!(map.panels.len(), 1);
            assert_eq!(map.panels[0].items, expected.collect::<Vec<_>>());
            assert!(map.subtitle.ends_with("colour = median final loss over seeds"), "{}", map.subtitle);
        });
    }

    /// The measure of trainability does not exist where the loss at the start is 0, or not finite.
    #[test]
    fn what_diverged_without_a_measure_is_diverged_and_what_converged_without_one_is_nothing() {
        const TABLE: &str = "\
run_id,train.learning_rate,train.optimizer,status,steps,initial_loss,final_loss,min_loss,trainability
0,0.1,sgd,max_steps,50,9,2,2,-3
1,0.1,adam,converged,0,0,0,0,
2,1,sgd,diverged,5,9,inf,9,2
3,1,adam,diverged,0,inf,inf,inf,
";
        let choice = Choice { color: Some("trainability".to_owned()), ..Choice::default() };
        with_table(TABLE, &SWEPT[..2], choice, |study| {
            let map = heat_map(study, &Findings::of(study)).unwrap();
            let cells: Vec<_> = map.panels[0].items.iter().map(|cell| (cell.column, cell.row, cell.heat)).collect();
            assert_eq!(cells, [(0, 0, Heat::Value(-3.0)), (1, 0, Heat::Value(2.0)), (1, 1, Heat::Diverged)]);
        });
    }

    #[test]
    fn diverged_runs_count_where_a_measure_is_of_all() {
        let head = "run_id,train.learning_rate,train.optimizer,seed,status,steps,initial_loss,final_loss,min_loss";
        let table = TABLE.replace(head, &head.replace("min_loss", "trainability"));
        let table = table.replace("0.1,sgd,0,max_steps,50,9", "0.1,sgd,0,max_steps,50,8");
        let table = table.replace("0.1,sgd,1,max_steps,50,9", "0.1,sgd,1,max_steps,50,8");
        let heats = |color: &str| {
            let choice = Choice { color: Some(color.to_owned()), ..Choice::default() };
            let mut heats = Vec::new();
            with_table(&table, &SWEPT, choice, |study| {
                let map = heat_map(study, &Findings::of(study)).unwrap();
                heats = map.panels[0].items.iter().map(|cell| cell.heat).collect();
            });
            heats
        };
        assert_eq!(heats("trainability"), [4.0, 6.0, 3.0, 9.0].map(Heat::Value));
        assert_eq!(heats("initial_loss"), [8.0, 9.0, 9.0, 9.0].map(Heat::Value), "measured before anything diverged");
        assert_eq!(heats("steps"), [Heat::Value(15.0), Heat::Diverged], "of those that converged");
    }

    #[test]
    fn a_title_says_the_best_cell_and_cells_of_one_number_are_no_map() {
        with_table(TABLE, &SWEPT, Choice::default(), |study| {
            let map = heat_map(study, &Findings::of(study)).unwrap();
            assert_eq!(map.title, "Least median final loss 3 at η = 1, sgd");
        });
        let flat = "run_id,train.learning_rate,train.optimizer,seed,status,steps,initial_loss,final_loss,min_loss\n\
                    0,0.1,sgd,0,max_steps,5,9,7,7\n1,1,sgd,0,max_steps,5,9,7,7\n2,0.1,adam,0,max_steps,5,9,7,7\n";
        for flat in [flat.to_owned(), flat.replacen("9,7,7", "9,6.999,7", 1)] {
            with_table(&flat, &SWEPT, Choice::default(), |study| {
                let absent = heat_map(study, &Findings::of(study)).err();
                let reason = "the heat map would say nothing, so there is none: final loss is 7 in every cell";
                assert_eq!(absent, Some(Absent::Empty(reason.to_owned())));
            });
        }
    }

    #[test]
    fn a_few_numbers_are_cells_of_one_size_with_a_label_each() {
        let rows = |values: &[&str]| {
            let row =
                |(id, (rate, value)): (usize, (&str, &str))| format!("{id},{rate},{value},max_steps,5,9,{id},1\n");
            let pairs = ["0.1", "0.2"].into_iter().flat_map(|rate| values.iter().map(move |&value| (rate, value)));
            pairs.enumerate().map(row).collect::<String>()
        };
        let up = |path: &'static str, values: &[&str]| {
            let head = format!("run_id,train.learning_rate,{path},status,steps,initial_loss,final_loss,min_loss\n");
            let swept = [SWEPT[0], (path, Scale::Linear)];
            let mut found = (Vec::new(), Vec::new());
            with_table(&(head + &rows(values)), &swept, Choice::default(), |study| {
                let map = heat_map(study, &Findings::of(study)).unwrap();
                found = (map.y.ticks.into_iter().map(|tick| tick.label).collect(), map.rows);
            });
            found
        };
        let (labels, borders) = up("train.optimizer.momentum", &["0", "0.5", "0.9", "0.99"]);
        assert_eq!(labels, ["0", "0.5", "0.9", "0.99"]);
        assert_eq!(borders, [-0.5, 0.5, 1.5, 2.5, 3.5]);
        assert_eq!(up("train.batch_size", &["0", "8", "1024"]).0, ["8", "1024", "all"]);
        let even: Vec<String> = (0..20).map(|value| value.to_string()).collect();
        let even: Vec<&str> = even.iter().map(String::as_str).collect();
        assert_eq!(up("init.w", &even).0, ["0", "5", "10", "15"], "many even ones are along an axis");
    }

    #[test]
    fn a_title_says_how_many_settings_train() {
        let of = |values: &[f64]| title(values.iter().copied()).split(';').next().unwrap_or("").to_owned();
        let mut values = vec![1.0; 299];
        values.push(-1.0);
        assert_eq!(of(&values), "0.3 % of 300 settings train");
        values.iter_mut().for_each(|value| *value = -*value);
        assert_eq!(of(&values), "99.7 % of 300 settings train");
        assert_eq!(of(&[-1.0, -2.0]), "All 2 settings train");
        assert_eq!([of(&[-1.0]), of(&[1.0])], ["The setting trains", "The setting does not train"]);
    }

    #[test]
    fn what_converged_far_below_the_rest_does_not_stretch_the_scale() {
        let head = "run_id,train.learning_rate,status,steps,initial_loss,final_loss,min_loss\n";
        let row = |id: usize| format!("{id},{id},converged,9,9,{},0\n", if id == 0 { "1e-12" } else { "0.01" });
        let converged: String = (0..20).map(row).collect();
        let floor = |table: &str| {
            let mut floor = f64::NAN;
            with_table(table, &SWEPT[..1], Choice::default(), |study| floor = usual_floor(study));
            floor
        };
        assert_eq!(floor(&format!("{head}{converged}")), 0.001);
        assert_eq!(floor(&format!("{head}{converged}20,20,max_steps,9,9,1e-5,1e-5\n")), 1e-5);
        assert_eq!(floor(&format!("{head}0,1,max_steps,9,9,1e-5,1e-5\n")), 0.0);
    }

    #[test]
    fn each_value_of_a_facet_has_its_own_cells() {
        let choice = Choice { facet: Some("seed".to_owned()), ..Choice::default() };
        with_table(TABLE, &SWEPT, choice, |study| {
            let map = heat_map(study, &Findings::of(study)).unwrap();
            let titles: Vec<&str> = map.panels.iter().map(|panel| panel.title.as_str()).collect();
            assert_eq!(titles, ["seed = 0", "seed = 1", "seed = 2"]);
            let heats: Vec<Heat> = map.panels[2].items.iter().map(|cell| cell.heat).collect();
            assert_eq!(heats, [Heat::Value(8.0), Heat::Value(7.0), Heat::Diverged, Heat::Diverged]);
        });
    }
}
