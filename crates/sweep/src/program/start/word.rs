//! Text with placeholders: a word of a command, a value of a variable, a template.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::spec::program::{LONGEST_NAME, RUN_DIR, is_name};

/// A text with placeholders for what differs between runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The value of a parameter, by its number.
    Parameter(usize),
    /// The folder of the run.
    RunDir,
}

/// What a run puts into placeholders.
pub(crate) struct Filling {
    /// The values of its parameters, as programs get them.
    pub values: Vec<String>,
    /// Its folder, as a full path.
    pub run_dir: PathBuf,
}

/// A placeholder that no parameter has the name of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnknownName {
    pub name: String,
    /// Where it begins in the text, in bytes.
    pub at: usize,
}

impl Word {
    /// Reads a text. `{name}` stands for the value of a parameter, `{run_dir}` for the run's folder, `{{name}}` for
    /// `{name}` itself. All other text stands for itself, also braces around text that cannot be a name.
    ///
    /// # Errors
    /// The first name in braces that no parameter has.
    pub fn read(whole: &str, parameters: &[&str]) -> Result<Word, UnknownName> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut rest = whole;
        while let Some(at) = rest.find('{') {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            let escaped = placeholder(&rest[1..]).and_then(|(name, after)| Some((name, after.strip_prefix('}')?)));
            if let Some((name, after)) = escaped {
                text.push_str(&format!("{{{name}}}"));
                rest = after;
            } else if let Some((name, after)) = placeholder(rest) {
                let piece = match parameters.iter().position(|own| *own == name) {
                    Some(which) => Piece::Parameter(which),
                    None if name == RUN_DIR => Piece::RunDir,
                    None => return Err(UnknownName { name: name.to_string(), at: whole.len() - rest.len() }),
                };
                pieces.extend([Piece::Text(std::mem::take(&mut text)), piece]);
                rest = after;
            } else {
                text.push('{');
                rest = &rest[1..];
            }
        }
        text.push_str(rest);
        pieces.push(Piece::Text(text));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Word(pieces))
    }

    /// The text for a run.
    pub fn fill(&self, filling: &Filling) -> OsString {
        let mut filled = OsString::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push(text),
                Piece::Parameter(which) => filled.push(&filling.values[*which]),
                Piece::RunDir => filled.push(&filling.run_dir),
            }
        }
        filled
    }

    /// Whether it holds the placeholder of a parameter.
    pub fn uses(&self, parameter: usize) -> bool {
        self.0.contains(&Piece::Parameter(parameter))
    }

    /// Whether it holds the placeholder of the run's folder.
    pub fn uses_run_dir(&self) -> bool {
        self.0.contains(&Piece::RunDir)
    }

    /// Whether it is the same for all runs.
    pub fn is_fixed(&self) -> bool {
        self.0.iter().all(|piece| matches!(piece, Piece::Text(_)))
    }
}

/// A name in braces at the start of a text, and what follows it.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('{')?;
    let end = inside.bytes().take(LONGEST_NAME + 1).position(|byte| byte == b'}')?;
    let (name, after) = inside.split_at(end);
    is_name(name).then_some((name, after.strip_prefix('}')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(word: &str) -> Result<String, UnknownName> {
        let values = vec!["0.1".to_string(), "a b'\"$HOME".to_string()];
        let filling = Filling { values, run_dir: "/r/00000".into() };
        Word::read(word, &["lr", "x.y"]).map(|word| word.fill(&filling).into_string().unwrap())
    }

    #[test]
    fn placeholders_are_filled_and_all_else_stays() {
        assert_eq!(filled("--lr={lr},{x.y}!").unwrap(), "--lr=0.1,a b'\"$HOME!");
        assert_eq!(filled("a b;rm *\n$(x) \\").unwrap(), "a b;rm *\n$(x) \\");
        assert_eq!(filled("").unwrap(), "");
        assert_eq!(filled(r#"{"lr": {lr}, "b": {}}"#).unwrap(), r#"{"lr": 0.1, "b": {}}"#);
        assert_eq!(filled("{{lr}} ${{HOME}} }").unwrap(), "{lr} ${HOME} }");
        assert_eq!(filled("x{lr").unwrap(), "x{lr");
        assert_eq!(filled("{run_dir}/m.csv {{run_dir}}").unwrap(), "/r/00000/m.csv {run_dir}");
        assert_eq!(filled("{ü} {{ lr }} {a: {lr}}").unwrap(), "{ü} {{ lr }} {a: 0.1}");
    }

    #[test]
    fn an_unknown_name_is_told_with_its_place() {
        assert_eq!(filled("ü ${HOME}"), Err(UnknownName { name: "HOME".to_string(), at: 4 }));
    }

    #[test]
    fn a_text_of_many_braces_takes_no_longer_than_another() {
        let braces = "{".repeat(1 << 20);
        assert_eq!(filled(&braces).unwrap(), braces);
    }
}
