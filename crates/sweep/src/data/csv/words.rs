//! A column of words, and the columns of 0 and 1 that are made of it.

use std::collections::HashMap;

use crate::data::error::quoted;

/// Different words of a column at most.
const MOST_WORDS: usize = 256;

/// The words of a column while it is read.
pub(super) struct Words {
    texts: Vec<String>,
    index: HashMap<String, u32>,
    /// Where the first word stands, in words: ` (line 2)`.
    first: String,
    cells: u64,
}

impl Words {
    /// What helps where there are too many.
    pub(super) const ALLOWED: &'static str =
        "at most 256 different words in a column; data.csv.features leaves a name or an id out";

    /// A column whose first word is this.
    pub(super) fn new(first: String, word: &str) -> Words {
        Words { texts: vec![word.to_string()], index: HashMap::from([(word.to_string(), 0)]), first, cells: 0 }
    }

    /// The first word, and where it stands.
    pub(super) fn first(&self) -> (&str, &str) {
        (&self.first, &self.texts[0])
    }

    /// The index of the next cell's word, as a number. The error says how many there are.
    pub(super) fn index(&mut self, word: &str) -> Result<f64, String> {
        self.cells += 1;
        if let Some(index) = self.index.get(word) {
            return Ok(f64::from(*index));
        }
        if self.texts.len() == MOST_WORDS {
            let (count, cells) = (MOST_WORDS + 1, self.cells);
            return Err(format!("{count} different words in {cells} rows, such as {}", quoted(word)));
        }
        let next = self.texts.len() as u32;
        self.index.insert(word.to_string(), next);
        self.texts.push(word.to_string());
        Ok(f64::from(next))
    }

    /// The words by their indices.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }

    /// The words by their indices.
    pub(super) fn into_texts(self) -> Vec<String> {
        self.texts
    }
}

/// Features without words.
pub(super) struct Expanded {
    pub names: Vec<String>,
    /// `[row][feature]`; NaN stands for a missing cell.
    pub features: Vec<f64>,
}

/// Makes of each column of words a column of 0 and 1 for each word, called `name=word`, in the order of the words' bytes. A
/// missing cell is missing in all of them. `features` is `[row][column]`, with the index of the word in columns of words.
pub(super) fn expand(names: &[&str], words: &[Option<Vec<String>>], features: Vec<f64>) -> Expanded {
    if words.iter().all(Option::is_none) {
        return Expanded { names: names.iter().map(|name| name.to_string()).collect(), features };
    }
    let ranks: Vec<Option<Vec<usize>>> = words.iter().map(|words| words.as_deref().map(ranks)).collect();
    let width: usize = words.iter().map(|words| words.as_ref().map_or(1, Vec::len)).sum();
    let rows = features.len() / names.len();
    let mut expanded = features;
    expanded.resize(rows * width, 0.0);
    let mut wide = Vec::with_capacity(width);
    // A row's columns end behind those of the file, so the last row is expanded first.
    for row in (0..rows).rev() {
        wide.clear();
        for (number, ranks) in expanded[row * names.len()..(row + 1) * names.len()].iter().zip(&ranks) {
            match ranks {
                None => wide.push(*number),
                Some(ranks) => {
                    let rank = (!number.is_nan()).then(|| ranks[*number as usize]);
                    let indicator = |at: usize| rank.map_or(f64::NAN, |rank| if rank == at { 1.0 } else { 0.0 });
                    wide.extend((0..ranks.len()).map(indicator));
                }
            }
        }
        expanded[row * width..(row + 1) * width].copy_from_slice(&wide);
    }
    Expanded {
        names: names.iter().zip(words).flat_map(|(name, words)| columns_of(name, words)).collect(),
        features: expanded,
    }
}

/// The place of each word among the sorted ones.
fn ranks(words: &[String]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..words.len()).collect();
    order.sort_by_key(|index| &words[*index]);
    let mut ranks = vec![0; words.len()];
    order.iter().enumerate().for_each(|(rank, index)| ranks[*index] = rank);
    ranks
}

fn columns_of(name: &str, words: &Option<Vec<String>>) -> Vec<String> {
    match words {
        None => vec![name.to_string()],
        Some(words) => {
            let mut sorted = words.clone();
            sorted.sort();
            sorted.iter().map(|word| format!("{name}={word}")).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_words_becomes_one_for_each_in_their_order() {
        let words = [None, Some(vec!["red".to_string(), "blue".into(), "green".into()])];
        let expanded = expand(&["x", "colour"], &words, vec![7.0, 0.0, 8.0, 1.0, 9.0, f64::NAN]);
        assert_eq!(expanded.names, ["x", "colour=blue", "colour=green", "colour=red"]);
        assert_eq!(expanded.features[..8], [7.0, 0.0, 0.0, 1.0, 8.0, 1.0, 0.0, 0.0]);
        assert!(expanded.features[8] == 9.0 && expanded.features[9..].iter().all(|x| x.is_nan()));
    }

    #[test]
    fn too_many_words_are_counted_with_an_example() {
        let mut words = Words::new(String::new(), "w0");
        (0..256).for_each(|i| assert_eq!(words.index(&format!("w{i}")), Ok(f64::from(i))));
        assert_eq!(words.index("w9"), Ok(9.0));
        assert_eq!(words.index("x"), Err("257 different words in 258 rows, such as `x`".into()));
    }
}
