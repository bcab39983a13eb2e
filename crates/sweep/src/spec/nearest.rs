//! Known keys and words nearest to an unknown one.

use super::keys::Key;

/// Names of the keys directly in a table; `""` is the top.
pub(crate) fn children(table: &str) -> Vec<&'static str> {
    let paths = Key::ALL.iter().map(|key| key.path());
    paths
        .filter_map(|path| match table {
            "" => Some(path),
            _ => path.strip_prefix(table)?.strip_prefix('.'),
        })
        .filter(|name| !name.contains('.'))
        .collect()
}

/// The one of `words` with the fewest edits to `word`. `None` where it takes more than one edit, or one per three
/// characters.
pub fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 100;
    let word: String = word.chars().take(LONGEST).collect();
    let length = word.chars().count();
    words
        .map(|other| (strsim::damerau_levenshtein(&word, other), other))
        .filter(|(errors, _)| *errors < length && *errors <= (length / 3).max(1))
        .min_by_key(|(errors, _)| *errors)
        .map(|(_, word)| word)
}

/// The known key nearest to an unknown one: in its own table first, also one that it shortens (`sep` for `separator`), then by
/// its last name anywhere.
pub(crate) fn nearest_key(table: &str, name: &str) -> Option<String> {
    const SHORTEST: usize = 3;
    let of_table = children(table);
    let shortened = || of_table.iter().copied().find(|key| name.len() >= SHORTEST && key.starts_with(name));
    if let Some(near) = nearest(name, of_table.iter().copied()).or_else(shortened) {
        return Some(near.to_string());
    }
    let near = nearest(name, Key::ALL.iter().map(|key| key.name()))?;
    Key::ALL.iter().find(|key| key.name() == near).map(|key| key.path().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_keys_are_found_in_their_table_and_elsewhere() {
        assert_eq!(nearest_key("train", "learning_rat").as_deref(), Some("learning_rate"));
        assert_eq!(nearest_key("", "learning_rate").as_deref(), Some("train.learning_rate"));
        assert_eq!(nearest_key("", "trian").as_deref(), Some("train"));
        assert_eq!(nearest_key("data.csv", "sep").as_deref(), Some("separator"));
        assert_eq!(nearest_key("train", "xyzzy"), None);
    }
}
