//! The words of a command, with placeholders for parameters.

use std::path::Path;

use crate::spec::program::is_name;

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word(Vec<WordPart>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum WordPart {
    Text(String),
    /// The value of a parameter, by its number.
    Parameter(usize),
}

impl Word {
    /// Reads a word. `{name}` stands for the value of a parameter, `{{name}}` for `{name}` itself. All other text
    /// stands for itself, also braces around text that cannot be a name.
    ///
    /// # Errors
    /// The name in braces, where no parameter has it.
    pub fn read(word: &str, parameters: &[&str]) -> Result<Word, String> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut rest = word;
        while let Some(at) = rest.find('{') {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            let escaped = placeholder(&rest[1..]).and_then(|(name, after)| Some((name, after.strip_prefix('}')?)));
            if let Some((name, after)) = escaped {
                text.push_str(&format!("{{{name}}}"));
                rest = after;
            } else if let Some((name, after)) = placeholder(rest) {
                let which = parameters.iter().position(|own| *own == name).ok_or_else(|| name.to_string())?;
                pieces.extend([WordPart::Text(std::mem::take(&mut text)), WordPart::Parameter(which)]);
                rest = after;
            } else {
                text.push('{');
                rest = &rest[1..];
            }
        }
        text.push_str(rest);
        pieces.push(WordPart::Text(text));
        pieces.retain(|piece| *piece != WordPart::Text(String::new()));
        Ok(Word(pieces))
    }

    /// The word for the values of a run.
    pub fn fill(&self, values: &[String]) -> String {
        let piece = |piece: &WordPart| match piece {
            WordPart::Text(text) => text.clone(),
            WordPart::Parameter(which) => values[*which].clone(),
        };
        self.0.iter().map(piece).collect()
    }

    pub fn uses(&self, parameter: usize) -> bool {
        self.0.contains(&WordPart::Parameter(parameter))
    }

    /// The word; where it is a relative path to a file in `folder`, the full path of that file.
    pub fn found_in(self, folder: &Path) -> Word {
        let path = match &self.0[..] {
            [WordPart::Text(text)] => folder.join(text),
            _ => return self,
        };
        match path.canonicalize() {
            Ok(full) if path.is_file() => Word(vec![WordPart::Text(full.to_string_lossy().into_owned())]),
            _ => self,
        }
    }
}

/// A name in braces at the start of a text, and what follows it.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix('{')?.split_once('}')?;
    is_name(name).then_some((name, after))
}

/// The environment variable of a parameter.
pub(crate) fn variable(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("ETASCAPE_{}", name.chars().map(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(word: &str) -> Result<String, String> {
        let values = ["0.1".to_string(), "a b'\"$HOME".to_string()];
        Word::read(word, &["lr", "x.y"]).map(|word| word.fill(&values))
    }

    #[test]
    fn placeholders_are_filled_and_all_else_stays() {
        assert_eq!(filled("--lr={lr},{x.y}!").unwrap(), "--lr=0.1,a b'\"$HOME!");
        assert_eq!(filled("a b;rm *\n$(x) \\").unwrap(), "a b;rm *\n$(x) \\");
        assert_eq!(filled("").unwrap(), "");
        assert_eq!(filled(r#"{"lr": {lr}, "b": {}}"#).unwrap(), r#"{"lr": 0.1, "b": {}}"#);
        assert_eq!(filled("{{lr}} ${{HOME}} }").unwrap(), "{lr} ${HOME} }");
        assert_eq!(filled("x{lr").unwrap(), "x{lr");
    }

    #[test]
    fn an_unknown_name_is_told() {
        assert_eq!(filled("${HOME}"), Err("HOME".to_string()));
    }

    #[test]
    fn a_file_beside_the_experiment_is_found_from_anywhere() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("train.py"), "").unwrap();
        let word = |text: &str| Word::read(text, &["lr"]).unwrap().found_in(folder.path()).fill(&["1".into()]);
        assert_eq!(Path::new(&word("train.py")), folder.path().canonicalize().unwrap().join("train.py"));
        assert_eq!([word("."), word("python3"), word("{lr}"), word("")], [".", "python3", "1", ""]);
    }

    #[test]
    fn variables_are_upper_case() {
        assert_eq!(variable("lr.first-layer"), "ETASCAPE_LR_FIRST_LAYER");
    }
}
