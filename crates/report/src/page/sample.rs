//! What a page holds of a long sweep.

use std::collections::BTreeMap;

use crate::study::{Study, spread};

/// The groups of runs that differ in nothing but their seed: rows by the values of all other parameters.
pub(crate) fn groups(study: &Study<'_>) -> Vec<Vec<usize>> {
    let others: Vec<_> = study.parameters.iter().filter(|parameter| !parameter.is_seed()).collect();
    if others.len() == study.parameters.len() {
        return (0..study.runs.len()).map(|row| vec![row]).collect();
    }
    let mut groups: BTreeMap<Vec<u64>, Vec<usize>> = BTreeMap::new();
    for row in 0..study.runs.len() {
        let values = others.iter().map(|parameter| parameter.values[row].to_bits());
        groups.entry(values.collect()).or_default().push(row);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    groups.sort_by_key(|rows| rows[0]);
    groups
}

/// At most so many rows in rising order, spread over the sweep, groups of seeds whole where more than one fits.
pub(crate) fn rows(study: &Study<'_>, at_most: usize) -> Vec<usize> {
    let groups = groups(study);
    let longest = groups.iter().map(Vec::len).max().unwrap_or(1);
    let room = if study.runs.len() <= at_most { groups.len() } else { (at_most / longest).max(1) };
    let chosen = spread(groups.len(), room);
    let mut rows: Vec<usize> = chosen.into_iter().flat_map(|group| groups[group].iter().copied()).collect();
    rows.sort_unstable();
    rows.truncate(at_most.max(1));
    rows
}

/// As many of some items as a total weight allows, spread over them.
pub(super) fn evenly_by_weight<T>(items: &[T], weight: impl Fn(&T) -> usize, at_most: usize) -> Vec<&T> {
    let total: usize = items.iter().map(&weight).sum();
    let count = if total <= at_most { items.len() } else { items.len() * at_most / total };
    spread(items.len(), count).into_iter().map(|index| &items[index]).collect()
}

/// Indices of points at even distances, at most so many, the first and the last among them.
pub(super) fn thinned(count: usize, at_most: usize) -> impl Iterator<Item = usize> {
    let kept = count.min(at_most.max(2));
    (0..kept).map(move |k| if kept == count { k } else { k * (count - 1) / (kept - 1) })
}

#[cfg(test)]
mod tests {
    use super::{evenly_by_weight, thinned};

    #[test]
    fn thinned_points_keep_their_ends() {
        assert_eq!(thinned(5, 9).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert_eq!(thinned(100, 4).collect::<Vec<_>>(), [0, 33, 66, 99]);
        assert_eq!(thinned(0, 4).count(), 0);
    }

    #[test]
    fn a_weight_is_kept_to() {
        let items = [10_usize; 50];
        assert_eq!(evenly_by_weight(&items, |&weight| weight, 500).len(), 50);
        assert!(evenly_by_weight(&items, |&weight| weight, 100).len() <= 10);
    }
}
