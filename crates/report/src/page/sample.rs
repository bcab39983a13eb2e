//! What a page holds of a long sweep.

use crate::settings;
use crate::study::{Parameter, Study, spread};

/// At most so many rows in rising order, spread over the sweep, groups of seeds whole where more than one fits.
pub(crate) fn rows(study: &Study<'_>, at_most: usize) -> Vec<usize> {
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
