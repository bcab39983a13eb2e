//! Divides runs among the panels of a chart.

use etascape_insight::statistics::evenly;
use etascape_insight::study::groups::{Groups, Rows};
use etascape_insight::study::{PANELS, Parameter};
use etascape_plot::axis::Axis;
use etascape_text::rounded;

use super::axes::{axis, key};

/// The panels of a chart: a single one, or one for each of some values of a parameter.
pub(crate) struct Facets<'a, 'b> {
    parameter: Option<&'b Parameter<'a>>,
    cut: Cut,
    /// The title of each panel, as `optimizer = adam`; empty for a single panel.
    pub(crate) titles: Vec<String>,
    /// The parameter; `None` for a single panel.
    pub(crate) note: Option<String>,
}

/// How values are divided among panels.
enum Cut {
    /// One panel for each of these values, which rise.
    Values(Vec<f64>),
    /// So many equal parts of an axis.
    Stretches(Axis, usize),
}

impl<'a, 'b> Facets<'a, 'b> {
    /// A panel for each value of a parameter. Of too many values, an even choice gets panels; where nearly all values
    /// differ, panels have equal parts of the axis. Without a parameter there is one panel.
    pub(crate) fn of(parameter: Option<&'b Parameter<'a>>) -> Facets<'a, 'b> {
        let Some(parameter) = parameter else {
            return Facets { parameter: None, cut: Cut::Values(vec![0.0]), titles: vec![String::new()], note: None };
        };
        let name = parameter.short();
        let values = parameter.distinct().filter(|values| !is_scattered(parameter, values.len()));
        let Some(values) = values else {
            let axis = axis(parameter);
            let ends = |panel: usize| [panel, panel + 1].map(|end| rounded(end_of(&axis, end), 3)).join(" … ");
            let titles = (0..PANELS).map(|panel| format!("{name} {}", ends(panel))).collect();
            let note = Some(format!("a panel per stretch of {}", parameter.path));
            return Facets { parameter: Some(parameter), cut: Cut::Stretches(axis, PANELS), titles, note };
        };
        let shown: Vec<f64> = evenly(values.len(), PANELS).map(|index| values[index]).collect();
        let note = match shown.len() == values.len() {
            true => format!("a panel per {}", parameter.path),
            false => format!("panels for {} of the {} values of {}", shown.len(), values.len(), parameter.path),
        };
        Facets::at(parameter, shown, note)
    }

    /// A single panel, with the rows that have one value of a parameter. `note` says so.
    pub(crate) fn only(parameter: &'b Parameter<'a>, value: f64, note: String) -> Facets<'a, 'b> {
        Facets::at(parameter, vec![value], note)
    }

    fn at(parameter: &'b Parameter<'a>, values: Vec<f64>, note: String) -> Facets<'a, 'b> {
        let key = key(parameter);
        let title = |value: &f64| match (key.label(*value).unwrap_or_default(), &parameter.names) {
            (value, Some(_)) => format!("{} = {value}", parameter.short()),
            (words, None) => words,
        };
        let titles = values.iter().map(title).collect();
        Facets { parameter: Some(parameter), titles, note: Some(note), cut: Cut::Values(values) }
    }

    /// The panel of a row; `None` where its value has none.
    pub(crate) fn panel(&self, row: usize) -> Option<usize> {
        let Some(parameter) = self.parameter else { return Some(0) };
        let value = parameter.value(row);
        match &self.cut {
            Cut::Values(values) => values.binary_search_by(|known| known.total_cmp(&value)).ok(),
            Cut::Stretches(axis, count) => {
                let share = axis.share(axis.place(value)?);
                Some(((share * *count as f64) as usize).min(count - 1))
            }
        }
    }

    /// Calls `make` with the title and the rows of each panel that has rows.
    pub(crate) fn each<T>(&self, count: usize, mut make: impl FnMut(&str, Rows<'_>) -> T) -> Vec<T> {
        if self.parameter.is_none() {
            let all = (count > 0).then_some(Rows::First(count));
            return all.into_iter().map(|all| make(&self.titles[0], all)).collect();
        }
        let groups = Groups::of(|| 0..count as u32, self.titles.len(), |row| self.panel(row as usize));
        groups.iter().map(|(panel, rows)| make(&self.titles[panel], Rows::Listed(rows))).collect()
    }

    /// The parameter, where there is one.
    pub(crate) fn parameter(&self) -> Option<&'b Parameter<'a>> {
        self.parameter
    }
}

/// Whether nearly all of `count` numbers are different.
fn is_scattered(parameter: &Parameter<'_>, count: usize) -> bool {
    parameter.names.is_none() && count > PANELS && 2 * count > parameter.rows()
}

fn end_of(axis: &Axis, end: usize) -> f64 {
    let at = axis.low + (axis.high - axis.low) * end as f64 / PANELS as f64;
    if axis.is_log() { libm::exp10(at) } else { at }
}
