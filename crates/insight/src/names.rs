//! Short names for parameters and their values.

/// Whether a parameter is a seed: its values only choose random streams.
pub fn is_seed(path: &str) -> bool {
    path == "seed" || path.ends_with(".seed")
}

/// Whether a parameter is the learning rate, or that of a layer.
pub fn is_learning_rate(path: &str) -> bool {
    path == "train.learning_rate" || path.starts_with("train.learning_rate.")
}

/// Which of a program's parameters plays the part of η: `lr`, `learning_rate` or `eta`, else the first whose name ends so.
pub fn program_rate<'p>(paths: impl Iterator<Item = &'p str> + Clone) -> Option<&'p str> {
    const RATES: [&str; 3] = ["lr", "learning_rate", "eta"];
    let words = |path: &str| path.to_lowercase().replace(['-', '.'], "_");
    let is_named = |path: &str| RATES.contains(&words(path).as_str());
    let ends_so = |path: &str| RATES.iter().any(|rate| words(path).ends_with(&format!("_{rate}")));
    paths.clone().find(|path| is_named(path)).or_else(|| { paths }.find(|path| ends_so(path)))
}

/// The short name of a parameter: `η` for the learning rate, other paths without their table. An entry of a list, such as
/// `betas.0`, keeps the name of the list.
pub fn short_name(path: &str) -> String {
    match path.strip_prefix("train.learning_rate") {
        Some("") => "η".to_owned(),
        Some(layer) => format!("η of layer {}", layer.trim_start_matches('.')),
        None if path.chars().count() <= 12 => path.to_owned(),
        None => {
            let names = path.rmatch_indices('.').map(|(dot, _)| &path[dot + 1..]);
            names.into_iter().find(|name| !name.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(path).to_owned()
        }
    }
}

/// The short form of a value: a table with a kind as `sgd, momentum 0.9, nesterov`, other values unchanged.
pub fn short_value(value: &str) -> String {
    let inner = value.strip_prefix("{ kind = ").and_then(|rest| rest.strip_suffix(" }"));
    let Some(inner) = inner.filter(|inner| !inner.contains('{')) else { return value.to_owned() };
    let parts = parts(inner);
    let mut parts = parts.iter().map(String::as_str);
    let kind = parts.next().unwrap_or_default().trim_matches('"').to_owned();
    let rest = parts.filter(|part| !part.ends_with(" = false")).map(|part| match part.strip_suffix(" = true") {
        Some(flag) => flag.to_owned(),
        None => part.replacen(" = ", " ", 1),
    });
    std::iter::once(kind).chain(rest).collect::<Vec<String>>().join(", ")
}

/// The entries of a table, of which a list is one.
fn parts(table: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in table.split(", ") {
        match parts.last_mut().filter(|last| last.contains('[') && !last.ends_with(']')) {
            Some(list) => list.extend([", ", part]),
            None => parts.push(part.to_owned()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_of_a_list_is_named_with_the_list() {
        let paths =
            ["train.optimizer.betas.0", "model.hidden.10", "train.learning_rate.0", "init.w.0", "train.batch_size"];
        let names = ["betas.0", "hidden.10", "η of layer 0", "init.w.0", "batch_size"];
        assert_eq!(paths.map(short_name), names);
        assert_eq!(short_name("a_program_of.0.1"), "a_program_of.0.1");
    }

    #[test]
    fn the_rate_of_a_program_is_known_by_its_name() {
        let rate = |paths: &[&'static str]| program_rate(paths.iter().copied());
        assert_eq!(rate(&["width", "optimizer.lr", "eta"]), Some("eta"));
        assert_eq!(rate(&["width", "optimizer.lr", "base-LR"]), Some("optimizer.lr"));
        assert_eq!(
            rate(&["beta", "theta", "lr_decay", "color"]),
            None,
            "a name that ends in the word, not in its letters"
        );
        assert_eq!(rate(&["peak_learning_rate"]), Some("peak_learning_rate"));
    }

    #[test]
    fn tables_with_a_kind_are_said_shortly() {
        assert_eq!(short_value("{ kind = \"sgd\", momentum = 0.9, nesterov = true }"), "sgd, momentum 0.9, nesterov");
        assert_eq!(short_value("{ kind = \"adam\", betas = [0.9, 0.99], eps = 1 }"), "adam, betas [0.9, 0.99], eps 1");
        assert_eq!(short_value("{ kind = \"x\", of = { y = 1 } }"), "{ kind = \"x\", of = { y = 1 } }");
        assert_eq!(short_value("adam"), "adam");
    }
}
