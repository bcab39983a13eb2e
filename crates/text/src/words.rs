//! Counts and shares in words.

use std::fmt::Display;

/// `1 layer`, `2 layers`.
pub fn counted<N: Display + PartialEq + From<u8>>(number: N, one: &str) -> String {
    let noun = noun(&number, one);
    format!("{number} {noun}")
}

/// That so many more are exactly as good as the one named: ` and 2 more`; empty for 0.
pub fn and_more(others: usize) -> String {
    if others == 0 { String::new() } else { format!(" and {others} more") }
}

/// The noun for a number of things: `layer` for 1, `layers` for any other. Use it where the number is written in
/// another way.
pub fn noun<N: PartialEq + From<u8>>(number: &N, one: &str) -> String {
    match one.strip_suffix('y') {
        _ if *number == N::from(1) => one.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ if ["s", "x", "ch", "sh"].iter().any(|end| one.ends_with(end)) => format!("{one}es"),
        _ => format!("{one}s"),
    }
}

/// Texts between commas, so many at most: `a, b and 3 more`.
pub fn listed(texts: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    let more = texts.len().saturating_sub(most);
    let shown = texts.take(most).collect::<Vec<String>>().join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// A part of a whole as `42 %`. Only nothing is `0 %` and only the whole is `100 %`: near these a share has enough
/// decimals to differ from them.
pub fn percent(part: usize, whole: usize) -> String {
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    let apart = share.min(100.0 - share);
    let places = if apart > 0.0 && apart < 1.0 { -libm::log10(apart).floor() as usize } else { 0 };
    format!("{share:.places$} %")
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

    #[test]
    fn a_share_that_is_neither_nothing_nor_all_is_not_shown_so() {
        assert_eq!([percent(0, 300), percent(300, 300), percent(150, 300)], ["0 %", "100 %", "50 %"]);
        assert_eq!([percent(1, 300), percent(299, 300)], ["0.3 %", "99.7 %"]);
        assert_eq!([percent(1, 262_144), percent(262_143, 262_144)], ["0.0004 %", "99.9996 %"]);
        assert_eq!([percent(4, 300), percent(1, 101), percent(100, 101)], ["1 %", "1.0 %", "99.0 %"]);
        for whole in 1..400 {
            for part in 1..whole {
                let text = percent(part, whole);
                let number: f64 = text.trim_end_matches(" %").parse().unwrap();
                assert!(number > 0.0 && number < 100.0, "{part} of {whole}: {text}");
            }
        }
    }
}
