//! Where a run is in its sweep, in words.

use etascape_text::{rounded, spelt_out};

use crate::names::short_value;
use crate::study::{Parameter, Study};

/// Numbers to three digits, or to as many more as tell them apart.
pub fn apart(numbers: &[f64]) -> Vec<String> {
    const DIGITS: std::ops::Range<usize> = 3..17;
    let to = |digits: usize| numbers.iter().map(|&number| rounded(number, digits)).collect::<Vec<String>>();
    let is_apart = |words: &[String]| {
        let mut pairs = (0..words.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        pairs.all(|(a, b)| words[a] != words[b] || numbers[a] == numbers[b])
    };
    DIGITS.map(to).find(|words| is_apart(words)).unwrap_or_else(|| to(17))
}

/// The value of a parameter in a run, with its name: `η = 0.1`.
pub fn named(study: &Study<'_>, parameter: &Parameter<'_>, row: usize) -> String {
    let text = study.runs.text(&parameter.path, row).unwrap_or_default();
    let value = match parameter.names {
        None => rounded(parameter.value(row), 3),
        Some(_) => spelt_out(&short_value(&text)).into_owned(),
    };
    format!("{} = {value}", parameter.short())
}

/// The values in which a run differs from another, seeds and given starting weights left out.
pub fn differing(study: &Study<'_>, row: usize, other: usize) -> Vec<String> {
    let differs = |one: &&Parameter<'_>| !one.is_start() && one.value(row) != one.value(other);
    study.parameters.iter().filter(differs).map(|one| named(study, one, row)).collect()
}

/// The values of a run that the sweep varies, those of `but`, seeds and given starting weights left out.
pub fn others(study: &Study<'_>, row: usize, but: &str) -> Vec<String> {
    let is_told = |one: &&Parameter<'_>| !one.is_start() && one.path != but && one.varies();
    study.parameters.iter().filter(is_told).map(|one| named(study, one, row)).collect()
}

/// The loss of a run, where the sweep varies it: ` of mae`.
pub fn of_loss(study: &Study<'_>, row: usize) -> String {
    let word = study.losses().and_then(|losses| study.runs.text(&losses.path, row));
    word.map_or_else(String::new, |word| format!(" of {word}"))
}

/// The line of a file's `[sweep.parameters]` that gives a parameter an axis.
pub fn line(path: &str, axis: &str) -> String {
    format!("{} = {axis}", toml_key(path))
}

/// A path as a key in a file's `[sweep.parameters]`.
fn toml_key(path: &str) -> String {
    let is_bare = path.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    if is_bare { path.to_owned() } else { format!("\"{path}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_tell_them_apart() {
        assert_eq!(apart(&[0.1, 0.3]), ["0.1", "0.3"]);
        assert_eq!(apart(&[0.0217, 0.021739, 0.0217]), ["0.0217", "0.02174", "0.0217"]);
        assert_eq!(apart(&[0.1, 0.1 + 1e-18]), ["0.1", "0.1"]);
    }

    #[test]
    fn keys_are_quoted_where_toml_needs_it() {
        assert_eq!(["lr", "train.learning_rate"].map(toml_key), ["lr", "\"train.learning_rate\""]);
    }
}
