//! Rows of a table sorted into groups.

/// The rows of each group, in rising order: four bytes a row, so that ten million rows are nothing.
pub(crate) struct Groups {
    /// Where the rows of each group begin among `rows`, and where the last ends.
    starts: Vec<usize>,
    rows: Vec<u32>,
}

impl Groups {
    /// Sorts rows into so many groups by the group of each; rows without one are left out.
    pub(crate) fn of<R: IntoIterator<Item = u32>>(
        rows: impl Fn() -> R,
        count: usize,
        group: impl Fn(u32) -> Option<usize>,
    ) -> Groups {
        let mut starts = vec![0; count + 1];
        rows().into_iter().filter_map(&group).for_each(|group| starts[group + 1] += 1);
        for group in 0..count {
            starts[group + 1] += starts[group];
        }
        let mut ends = starts.clone();
        let mut sorted = vec![0; starts[count]];
        for row in rows() {
            if let Some(group) = group(row) {
                sorted[ends[group]] = row;
                ends[group] += 1;
            }
        }
        Groups { starts, rows: sorted }
    }

    /// The groups that have rows, with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &[u32])> {
        let ends = self.starts.windows(2).map(|ends| &self.rows[ends[0]..ends[1]]);
        ends.enumerate().filter(|(_, rows)| !rows.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::Groups;

    #[test]
    fn rows_are_with_their_own_kind_in_order() {
        let groups = Groups::of(|| 0..10, 5, |row| (row != 7).then_some(row as usize % 3 + 1));
        let found: Vec<(usize, Vec<u32>)> = groups.iter().map(|(group, rows)| (group, rows.to_vec())).collect();
        assert_eq!(found, [(1, vec![0, 3, 6, 9]), (2, vec![1, 4]), (3, vec![2, 5, 8])]);
        assert_eq!(Groups::of(|| 0..0, 0, |_| None).iter().count(), 0);
    }
}
