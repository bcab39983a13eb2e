//! Where the values of a spec were written, for errors.

use std::path::PathBuf;

use crate::error::{Problem, shorten};

/// Where something was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SourceSpan {
    /// Byte offset in the file.
    At(u32),
    /// Number of the `--set` argument.
    Set(u32),
    /// No place: a default, or a missing key.
    Nowhere,
}

/// A written key and value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// The span of the key. It stays in the file where `--set` changes the value.
    pub key: SourceSpan,
    /// The value.
    pub span: SourceSpan,
    /// The value as TOML on one line, shortened.
    pub text: String,
}

impl Written {
    /// Makes one; of a long text only the beginning is kept.
    pub fn new(key: SourceSpan, span: SourceSpan, mut text: String) -> Written {
        const KEPT: usize = 100;
        if let Some((end, _)) = text.char_indices().nth(KEPT) {
            text.truncate(end);
            text.shrink_to_fit();
        }
        Written { key, span, text }
    }
}

/// The text that a spec was read from. It turns spans into lines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source {
    pub file: PathBuf,
    pub text: String,
    pub sets: Vec<String>,
}

impl Source {
    /// A file whose text has not been read.
    pub fn unread(file: impl Into<PathBuf>) -> Source {
        Source { file: file.into(), ..Source::default() }
    }

    /// A problem at a place.
    pub fn problem(&self, span: SourceSpan, path: &str, message: impl Into<String>) -> Problem {
        let (line, set) = match span {
            SourceSpan::At(offset) => (Some(self.line(offset as usize)), None),
            SourceSpan::Set(number) => (None, self.sets.get(number as usize).cloned()),
            SourceSpan::Nowhere => (None, None),
        };
        Problem {
            file: self.file.clone(),
            line,
            set,
            key: path.to_string(),
            message: message.into(),
            ..Default::default()
        }
    }

    /// A problem with a value at a key, which is shown.
    pub fn problem_with(&self, path: &str, written: &Written, message: impl Into<String>) -> Problem {
        let name = path.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or(path);
        let found = Some(shorten(&format!("{name} = {}", written.text)));
        Problem { found, ..self.problem(written.span, path, message) }
    }

    pub fn line(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
    }
}
