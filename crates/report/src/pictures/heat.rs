//! The content of the heat map.

use etascape_insight::findings::Findings;
use etascape_insight::statistics::{median, nth_positive};
use etascape_insight::study::groups::{self, Rows};
use etascape_insight::study::{Measure, Parameter, Study, TRAINABILITY, is_diverged};
use etascape_plot::axis::Axis;
use etascape_plot::grid::Facet;
use etascape_plot::ranks::Ranks;
use etascape_plot::sheet::ColourKey;
use etascape_text::percent;

use super::convergence::taken_together;
use crate::charts::{Heat, HeatCell, HeatMap, borders};
use crate::scales::{Bins, Facets, axis};

/// The heat map over two parameters.
pub(crate) fn heat_map(study: &Study<'_>, findings: &Findings) -> Option<HeatMap> {
    let is_asked = |across: &&Parameter| study.subject.choice.x.as_deref() == Some(across.path.as_str());
    let across = study.across().filter(|across| (is_asked(across) || !across.is_seed()) && across.varies())?;
    let asked = study.subject.choice.y.as_deref().and_then(|path| study.parameter(path));
    let up = asked.filter(|up| up.path != across.path).or_else(|| study.beside(across)).filter(|up| up.varies())?;
    let asked = study.subject.choice.color.as_deref().filter(|name| study.parameter(name).is_none());
    let last = study.subject.objective.last();
    let measured = |name| Some((name, Measure::of(study, name)?));
    let (what, measure) = asked.and_then(measured).or_else(|| measured(&last))?;
    let facets = Facets::of(study.facet().filter(|facet| facet.path != up.path));
    let (columns, rows) = (Bins::of(across), Bins::of(up));
    let shown = Shown { study, measure, across: (across, &columns), up: (up, &rows) };
    let panel = |title: &str, rows: Rows<'_>| Facet { title: title.to_owned(), items: shown.cells(rows) };
    let mut panels: Vec<Facet<HeatCell>> = facets.each(study.runs.len(), panel);
    panels.retain(|panel| !panel.items.is_empty());
    let numbers = panels.iter().flat_map(|panel| &panel.items).filter_map(|cell| match cell.heat {
        Heat::Value(value) => Some(value),
        Heat::Diverged => None,
    });
    numbers.clone().next()?;
    let name = if what == "steps" { "steps to converge".to_owned() } else { what.replace('_', " ") };
    let is_median = panels.iter().flat_map(|panel| &panel.items).any(|cell| cell.runs > 1);
    let named: Vec<&Parameter<'_>> = [across, up].into_iter().chain(facets.parameter()).collect();
    let together = taken_together(study, &named, columns.shared || rows.shared);
    let colour = if is_median { format!("median {name} over {together}") } else { name.clone() };
    let notes = [findings.tally()].into_iter().chain(facets.note).chain([format!("colour = {colour}")]);
    let key = match what {
        TRAINABILITY => ColourKey::Ranks { ranks: Ranks::of(numbers.clone()), name },
        _ => ColourKey::Scale {
            axis: heat_axis(numbers.clone(), if what == last { usual_floor(study) } else { 0.0 }),
            name,
        },
    };
    Some(HeatMap {
        title: title(findings, what, numbers),
        subtitle: notes.collect::<Vec<String>>().join(" · "),
        x_name: across.title(),
        y_name: up.title(),
        x: axis(across),
        y: axis(up),
        columns: borders(&columns.at),
        rows: borders(&rows.at),
        panels,
        key,
    })
}

/// The title: the main finding; for a map of trainability, how many settings train.
fn title(findings: &Findings, what: &str, numbers: impl Iterator<Item = f64> + Clone) -> String {
    if what != TRAINABILITY {
        return findings.headline();
    }
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

/// A logarithmic axis over the values, of at most 30 decades. Values below the floor have the colour of the low end.
fn heat_axis(values: impl Iterator<Item = f64> + Clone, floor: f64) -> Axis {
    let top = values.clone().filter(|value| value.is_finite()).fold(0.0, f64::max);
    let floor = floor.max(top * 1e-30);
    Axis::holding(values.filter(move |&value| value <= 0.0 || value >= floor), true)
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
    fn cells(&self, rows: Rows<'_>) -> Vec<HeatCell> {
        let ((across, columns), (up, lines)) = (self.across, self.up);
        let (column, line) = (across.map(|value| columns.index(value)), up.map(|value| lines.index(value)));
        let height = lines.values.len();
        let cell = |run: u32| Some(column(run as usize)? * height + line(run as usize)?);
        let made = |cell: usize, runs: &[u32]| self.cell((cell / height, cell % height), runs);
        groups::each(rows, columns.values.len() * height, cell, made)
    }

    /// The cell is diverged where most runs diverged and have no number; else it has the median over the others. `None`
    /// without any number.
    fn cell(&self, (column, row): (usize, usize), runs: &[u32]) -> Option<HeatCell> {
        let (study, measure) = (self.study, &self.measure);
        let counts = |run: usize| measure.is_of_all() && measure.value(study, run).is_some();
        let is_left_out = |run: &&u32| study.diverged(**run as usize) && !counts(**run as usize);
        let diverged = runs.iter().filter(is_left_out).count();
        let heat = if is_diverged(diverged, runs.len()) {
            Heat::Diverged
        } else {
            Heat::Value(median(runs.iter().filter_map(|&run| measure.value(study, run as usize)).collect())?)
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
        assert_eq!(heats("initial_loss"), [Heat::Value(9.0); 4], "it was measured before anything diverged");
        assert_eq!(heats("steps"), [Heat::Value(15.0), Heat::Diverged], "of those that converged");
    }

    #[test]
    fn a_title_says_how_many_settings_train() {
        let of = |values: &[f64]| {
            let mut said = String::new();
            with_table(TABLE, &SWEPT, Choice::default(), |study| {
                said = title(&Findings::of(study), TRAINABILITY, values.iter().copied());
            });
            said.split(';').next().unwrap_or("").to_owned()
        };
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
