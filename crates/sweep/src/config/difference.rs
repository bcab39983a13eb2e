//! Where two experiments ask for different runs.

use super::axis::axis_name;
use super::tree::{self, Table, Tree};
use crate::spec::source::SourceSpan;

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
const INDIFFERENT: [&str; 5] =
    ["description", "program.parallel", "program.timeout", "program.retries", "program.keep_runs"];

/// Where the swept parameters are named.
const PARAMETERS: &str = "sweep.parameters";

/// The keys at which two config texts ask for different results: first those of the second text, in its order, then
/// those only the first has. Keys that change no result do not count: `description`, `[report]`, and how many programs
/// run at once, for how long, and what is kept of them. The order of the swept parameters counts: it decides which run has which values. A
/// text that is not TOML has no keys.
pub fn differences(first: &str, second: &str) -> Vec<Difference> {
    let (first, second) = (asked(first), asked(second));
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

/// A config text in its canonical form. Two texts have the same form exactly where [`differences`] finds none.
pub fn canonical(text: &str) -> String {
    let mut lines: Vec<String> = asked(text).into_iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    lines.sort();
    lines.concat()
}

/// Every key that can change a result, with its value, in the order of the text; then the order of the swept parameters.
fn asked(text: &str) -> Vec<(String, String)> {
    let mut leaves = Vec::new();
    if let Ok(document) = toml_edit::Document::parse(text) {
        gather(&tree::read_table(document.as_table()), "", &mut leaves);
    }
    leaves.retain(|leaf| !INDIFFERENT.contains(&leaf.key.as_str()) && !leaf.key.starts_with("report."));
    let order = order(&leaves);
    leaves.into_iter().map(|leaf| (leaf.key, leaf.value)).chain(order).collect()
}

/// A value with its dotted path.
struct Leaf {
    key: String,
    value: String,
    span: SourceSpan,
}

fn gather(table: &Table, path: &str, leaves: &mut Vec<Leaf>) {
    for entry in &table.entries {
        let key = if path.is_empty() { entry.name.clone() } else { format!("{path}.{}", entry.name) };
        match &entry.node.tree {
            Tree::Table(table) => gather(table, &key, leaves),
            _ => leaves.push(Leaf { key, value: entry.node.inline(), span: entry.span }),
        }
    }
}

/// The swept parameters in their order, where there are several.
fn order(leaves: &[Leaf]) -> Option<(String, String)> {
    let parameter = |leaf: &Leaf| {
        let path = leaf.key.strip_prefix(PARAMETERS)?.strip_prefix('.')?;
        Some((leaf.span, axis_name(path).map_or(path, |(parameter, _)| parameter).to_string()))
    };
    let mut named: Vec<(SourceSpan, String)> = leaves.iter().filter_map(parameter).collect();
    named.sort();
    let paths: Vec<String> = named.into_iter().map(|(_, path)| path).collect();
    (paths.len() > 1).then(|| (PARAMETERS.to_string(), paths.join(", ")))
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
        let [first, second] = ["c = 2\na.b = 1\n", "# one\n[a]\nb = 1 # one\n[program]\nretries = 3\n"];
        let second = &format!("c = 2\n{second}");
        assert_eq!(differences(first, second), []);
        assert_eq!(canonical(first), canonical(second));
        assert_ne!(canonical(first), canonical("c = 2\na.b = 2\n"));
    }

    #[test]
    fn another_order_of_the_parameters_is_another_sweep() {
        let first = "[sweep.parameters]\n\"train.learning_rate\" = { geomspace = [1, 2, 3] }\ninit.w = [1, 2]\n";
        let second = "[sweep.parameters]\ninit.w = [1, 2]\ntrain.learning_rate = { geomspace = [1, 2, 3] }\n";
        let orders =
            ["train.learning_rate, init.w", "init.w, train.learning_rate"].map(|order| Some(order.to_string()));
        let [first_order, second_order] = orders;
        let expected = Difference { key: PARAMETERS.into(), first: first_order, second: second_order };
        assert_eq!(differences(first, second), [expected]);
        assert_ne!(canonical(first), canonical(second));
    }
}
