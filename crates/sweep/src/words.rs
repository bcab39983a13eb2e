//! Counts in words.

use std::fmt::Display;

/// `1 layer`, `2 layers`.
pub fn counted<N: Display + PartialEq + From<u8>>(number: N, one: &str) -> String {
    let noun = noun(&number, one);
    format!("{number} {noun}")
}

/// The noun for a number of things: `layer` for 1, `layers` for any other. For numbers that are not written as they are.
pub fn noun<N: PartialEq + From<u8>>(number: &N, one: &str) -> String {
    match one.strip_suffix('y') {
        _ if *number == N::from(1) => one.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ if ["s", "x", "ch", "sh"].iter().any(|end| one.ends_with(end)) => format!("{one}es"),
        _ => format!("{one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_no_several() {
        assert_eq!([0, 1, 2].map(|number| counted(number, "run")), ["0 runs", "1 run", "2 runs"]);
        assert_eq!([1.0, 1.5].map(|number| counted(number, "step")), ["1 step", "1.5 steps"]);
        let words = ["class", "batch", "entry", "key", "learning rate"];
        assert_eq!(words.map(|word| noun(&2, word)), ["classes", "batches", "entries", "keys", "learning rates"]);
        assert_eq!(words.map(|word| noun(&1, word)), words);
    }
}
