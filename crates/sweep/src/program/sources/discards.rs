//! Values of event files that do not count, since a writer that began again has written other ones.

use std::collections::HashMap;

/// For each tag the values that a later one takes back: those of its step and of later steps. This is what TensorBoard shows
/// of runs that were started again from a checkpoint.
#[derive(Debug, Clone, Default)]
pub(super) struct Discards {
    /// Number of a value among those of its tag, and its step; both rise.
    by_tag: HashMap<String, Vec<(u64, i64)>>,
}

impl Discards {
    /// Value `number` of a tag takes back those before it that are of its step or later ones.
    pub fn add(&mut self, tag: &str, number: u64, step: i64) {
        let discards = self.by_tag.entry(tag.to_string()).or_default();
        while discards.last().is_some_and(|(_, own)| *own >= step) {
            discards.pop();
        }
        discards.push((number, step));
    }

    /// Whether a later value takes back value `number` of a tag.
    pub fn takes_back(&self, tag: &str, number: u64, step: i64) -> bool {
        let Some(discards) = self.by_tag.get(tag) else { return false };
        let later = discards.partition_point(|(own, _)| *own <= number);
        discards.get(later).is_some_and(|(_, own)| *own <= step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_left_is_what_no_later_value_takes_back(steps in proptest::collection::vec(0..6_i64, 0..12)) {
            let mut discards = Discards::default();
            for (number, two) in (1..).zip(steps.windows(2)) {
                if two[1] < two[0] {
                    discards.add("a", number, two[1]);
                }
            }
            for (number, step) in steps.iter().enumerate() {
                let later = &steps[number + 1..];
                let is_back = |other: usize| steps[other] < steps[other - 1] && steps[other] <= *step;
                let expected = (number + 1..steps.len()).any(is_back);
                proptest::prop_assert_eq!(discards.takes_back("a", number as u64, *step), expected, "{:?} {:?}", steps, later);
            }
        }
    }
}
