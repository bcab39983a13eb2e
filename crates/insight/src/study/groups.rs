//! Rows of a table sorted into groups.

use std::ops::Range;

/// About the most rows that [`each`] has in memory at a time.
const AT_A_TIME: usize = 1 << 21;

/// The rows of each group, in rising order, at four bytes a row.
pub struct Groups {
    /// Where the rows of each group begin in `rows`, and where those of the last group end.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

/// Some rows of a table, in rising order.
#[derive(Debug, Clone, Copy)]
pub enum Rows<'a> {
    /// All rows below a number.
    First(usize),
    /// These.
    Listed(&'a [u32]),
}

impl<'a> Rows<'a> {
    /// The rows, rising.
    pub fn iter(self) -> impl Iterator<Item = u32> + Clone + 'a {
        let (first, listed) = match self {
            Rows::First(count) => (0..count as u32, &[][..]),
            Rows::Listed(rows) => (0..0, rows),
        };
        first.chain(listed.iter().copied())
    }
}

impl Groups {
    /// Sorts rows into `count` groups. Rows without a group are left out.
    pub fn of<R: IntoIterator<Item = u32>>(
        rows: impl Fn() -> R,
        count: usize,
        group: impl Fn(u32) -> Option<usize>,
    ) -> Groups {
        // Starts are stored one index too high: adding the rows of a group moves its start to that of the next group.
        let mut starts = vec![0; count + 2];
        rows().into_iter().filter_map(&group).for_each(|group| starts[group + 2] += 1);
        for group in 0..count {
            starts[group + 2] += starts[group + 1];
        }
        let mut sorted = vec![0; starts[count + 1] as usize];
        for row in rows() {
            if let Some(group) = group(row) {
                sorted[starts[group + 1] as usize] = row;
                starts[group + 1] += 1;
            }
        }
        starts.pop();
        Groups { starts, rows: sorted }
    }

    /// The groups that have rows, with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &[u32])> {
        let ends = self.starts.windows(2).map(|ends| &self.rows[ends[0] as usize..ends[1] as usize]);
        ends.enumerate().filter(|(_, rows)| !rows.is_empty())
    }
}

/// Makes something of each of `count` groups that has rows, in order. To save memory, only about `AT_A_TIME` rows of
/// neighbouring groups are sorted at a time; the table is read once for each such part.
pub fn each<T>(
    rows: Rows<'_>,
    count: usize,
    group: impl Fn(u32) -> Option<usize>,
    make: impl Fn(usize, &[u32]) -> Option<T>,
) -> Vec<T> {
    let mut made = Vec::new();
    for part in parts(rows, count, &group) {
        let in_part = |row: u32| group(row).filter(|group| part.contains(group)).map(|group| group - part.start);
        let groups = Groups::of(|| rows.iter(), part.len(), in_part);
        made.extend(groups.iter().filter_map(|(group, rows)| make(part.start + group, rows)));
    }
    made
}

/// Parts of neighbouring groups, each with about [`AT_A_TIME`] rows.
fn parts(rows: Rows<'_>, count: usize, group: impl Fn(u32) -> Option<usize>) -> Vec<Range<usize>> {
    let mut sizes = vec![0_u32; count];
    rows.iter().filter_map(group).for_each(|group| sizes[group] += 1);
    let (mut parts, mut start, mut held) = (Vec::new(), 0, 0);
    for (group, size) in sizes.into_iter().enumerate() {
        held += size as usize;
        if held >= AT_A_TIME {
            parts.push(start..group + 1);
            (start, held) = (group + 1, 0);
        }
    }
    parts.extend((held > 0).then_some(start..count));
    parts
}

#[cfg(test)]
mod tests {
    use super::{AT_A_TIME, Groups, Rows, each};

    #[test]
    fn groups_of_many_rows_are_made_in_parts() {
        let count = 2 * AT_A_TIME + 7;
        let group = |row: u32| (row != 7).then_some((row as usize).wrapping_mul(31) % 100);
        let made = each(Rows::First(count), 101, group, |group, rows| {
            assert!(rows.is_sorted() && rows.iter().all(|&row| row as usize * 31 % 100 == group));
            (group != 50).then_some((group, rows.len()))
        });
        assert_eq!(made.len(), 99);
        assert!(made.is_sorted());
        let expected = (0..count).filter(|&row| row != 7 && row * 31 % 100 != 50).count();
        assert_eq!(made.iter().map(|(_, rows)| rows).sum::<usize>(), expected);
        assert_eq!(each(Rows::Listed(&[]), 3, group, |group, _| Some(group)), [0_usize; 0]);
    }

    #[test]
    fn rows_are_with_their_own_kind_in_order() {
        let groups = Groups::of(|| 0..10, 5, |row| (row != 7).then_some(row as usize % 3 + 1));
        let found: Vec<(usize, Vec<u32>)> = groups.iter().map(|(group, rows)| (group, rows.to_vec())).collect();
        assert_eq!(found, [(1, vec![0, 3, 6, 9]), (2, vec![1, 4]), (3, vec![2, 5, 8])]);
        assert_eq!(Groups::of(|| 0..0, 0, |_| None).iter().count(), 0);
    }
}
