//! Where two experiments ask for different runs.

use super::tree::{self, Table, Tree};

/// A key at which two configs differ; `None` where a config does not have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Dotted path.
    pub key: String,
    /// Its value in the first config.
    pub first: Option<String>,
    /// Its value in the second.
    pub second: Option<String>,
}

/// Keys that change no result of a run that ends by itself.
const INDIFFERENT: [&str; 4] = ["description", "program.parallel", "program.timeout", "program.retries"];

/// The keys at which two config texts ask for different results, in the order of the second, then of the first.
/// What only charts and readers see (`description`, `[report]`) does not count, nor how
/// patiently and how many at once programs are run. A text that is no TOML has no keys.
pub fn differences(first: &str, second: &str) -> Vec<Difference> {
    let (first, second) = (leaves(first), leaves(second));
    let value = |leaves: &[(String, String)], key: &str| {
        leaves.iter().find(|(own, _)| own == key).map(|(_, value)| value.clone())
    };
    let mut keys: Vec<&String> = second.iter().chain(&first).map(|(key, _)| key).collect();
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| seen.insert(key.as_str()));
    let pairs = keys.into_iter().map(|key| Difference {
        key: key.clone(),
        first: value(&first, key),
        second: value(&second, key),
    });
    pairs.filter(|pair| pair.first != pair.second).collect()
}

/// Every value with its dotted path, in the order of the text.
fn leaves(text: &str) -> Vec<(String, String)> {
    let mut leaves = Vec::new();
    if let Ok(document) = toml_edit::Document::parse(text) {
        gather(&tree::read_table(document.as_table()), "", &mut leaves);
    }
    leaves.retain(|(key, _)| !INDIFFERENT.contains(&key.as_str()) && !key.starts_with("report."));
    leaves
}

fn gather(table: &Table, path: &str, leaves: &mut Vec<(String, String)>) {
    for entry in &table.entries {
        let key = if path.is_empty() { entry.name.clone() } else { format!("{path}.{}", entry.name) };
        match &entry.node.tree {
            Tree::Table(table) => gather(table, &key, leaves),
            _ => leaves.push((key, entry.node.inline())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_keys_that_ask_for_other_runs() {
        let first = "name = \"a\"\ndescription = \"x\"\n[train]\nsteps = 5\nloss = \"mse\"\n";
        let second = "name = \"a\"\n# a comment\n[train]\nlearning_rate = 0.1\nsteps = 6\n[report]\nx = \"steps\"\n";
        let found = differences(first, second);
        let keys: Vec<&str> = found.iter().map(|difference| difference.key.as_str()).collect();
        assert_eq!(keys, ["train.learning_rate", "train.steps", "train.loss"]);
        assert_eq!((found[1].first.as_deref(), found[1].second.as_deref()), (Some("5"), Some("6")));
        assert_eq!(found[2].second, None);
    }

    #[test]
    fn the_same_in_other_words_is_the_same() {
        assert_eq!(differences("a.b = 1\n", "[a]\nb = 1 # one\n"), []);
    }
}
