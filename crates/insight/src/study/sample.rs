//! A sample of the runs of a long sweep, spread over all of it.

use std::collections::BTreeMap;

use crate::statistics::spread;

/// Rows of a table from which some are chosen that are spread over the sweep; the rows of fewer are among those of more.
pub struct Sample {
    /// Rows of the table.
    rows: usize,
    /// Where a seed is swept: the groups of rows that are chosen as a whole.
    groups: Option<Groups>,
}

/// Groups of rows that differ in nothing but their seeds.
struct Groups {
    /// How many there are in the table.
    count: usize,
    /// Rows of the longest.
    longest: usize,
    /// Most rows that are chosen from these, where they are not all.
    most: usize,
    /// The rows of those that can be chosen, by the number of the group.
    kept: BTreeMap<usize, Vec<u32>>,
}

impl Sample {
    /// Rows of which each is chosen by itself.
    pub fn of_rows(rows: usize) -> Sample {
        Sample { rows, groups: None }
    }

    /// All rows of a table in groups, each in rising order, the groups in that of their first rows. At most so many rows
    /// are kept to be chosen.
    pub fn of_groups(groups: &[&[u32]], most: usize) -> Sample {
        let (rows, most) = (groups.iter().map(|rows| rows.len()).sum(), most.max(1));
        let longest = groups.iter().map(|rows| rows.len()).max().unwrap_or(1);
        let kept = spread(groups.len(), if rows <= most { rows } else { (most / longest).max(1) });
        // Of a group that is too long its first rows; it is the only one.
        let kept = kept.into_iter().map(|group| (group, groups[group].iter().take(most).copied().collect())).collect();
        Sample { rows, groups: Some(Groups { count: groups.len(), longest, most, kept }) }
    }

    /// At most so many rows in rising order, and no more than are kept, groups of seeds whole where more than one fits.
    pub fn rows(&self, at_most: usize) -> Vec<usize> {
        let at_most = at_most.max(1);
        let Some(groups) = self.groups.as_ref().filter(|groups| self.rows > at_most.min(groups.most)) else {
            return spread(self.rows, at_most);
        };
        let at_most = at_most.min(groups.most);
        let chosen = spread(groups.count, (at_most / groups.longest).max(1));
        let rows = chosen.into_iter().filter_map(|group| groups.kept.get(&group)).flatten();
        let mut rows: Vec<usize> = rows.map(|&row| row as usize).collect();
        rows.sort_unstable();
        rows.truncate(at_most);
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;

    #[test]
    fn groups_are_whole_where_more_than_one_fits() {
        let rows: Vec<u32> = (0..30).collect();
        let groups: Vec<&[u32]> = rows.chunks(3).collect();
        let chosen = |most, at_most| Sample::of_groups(&groups, most).rows(at_most);
        assert_eq!(chosen(30, 30), (0..30).collect::<Vec<usize>>());
        assert_eq!(chosen(30, 7), [0, 1, 2, 18, 19, 20]);
        assert_eq!(chosen(30, 2), [0, 1], "as much of one as fits");
        assert_eq!(chosen(30, 0), [0]);
        for most in 1..=30 {
            assert!((0..=most).all(|at_most| chosen(most, at_most) == chosen(30, at_most)), "of {most} kept");
            assert_eq!(chosen(most, 40), chosen(30, most), "no more than are kept");
        }
    }

    #[test]
    fn rows_without_a_seed_are_chosen_one_by_one() {
        assert_eq!(Sample::of_rows(10).rows(3), [0, 2, 6]);
        assert_eq!(Sample::of_rows(3).rows(9), [0, 1, 2]);
        assert_eq!([Sample::of_rows(0), Sample::of_groups(&[], 9)].map(|sample| sample.rows(9)), [[0; 0]; 2]);
    }
}
