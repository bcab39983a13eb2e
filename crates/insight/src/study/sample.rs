//! Some of the runs of a long sweep, spread over all of it.

use crate::statistics::spread;
use crate::study::{Parameter, Study, settings};

/// At most so many rows in rising order, spread over the sweep, groups of seeds whole where more than one fits.
pub fn rows(study: &Study<'_>, at_most: usize) -> Vec<usize> {
    let (count, at_most) = (study.runs.len(), at_most.max(1));
    if count <= at_most || !study.parameters.iter().any(Parameter::is_seed) {
        return spread(count, at_most);
    }
    let order = settings::order(&settings::parameters(study));
    let rows = settings::sorted(study, &order);
    let mut groups: Vec<&[u32]> = rows.chunk_by(|&a, &b| order(a as usize, b as usize).is_eq()).collect();
    groups.sort_unstable_by_key(|rows| rows[0]);
    let longest = groups.iter().map(|rows| rows.len()).max().unwrap_or(1);
    let chosen = spread(groups.len(), (at_most / longest).max(1));
    let mut rows: Vec<usize> = chosen.into_iter().flat_map(|group| groups[group]).map(|&row| row as usize).collect();
    rows.sort_unstable();
    rows.truncate(at_most);
    rows
}
