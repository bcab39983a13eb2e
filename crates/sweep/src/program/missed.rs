//! Why a run gave no metric, or not the objective, as far as the files in its folder tell.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use regex::bytes::Regex;

use super::experiment::Program;
use super::meter::shown;
use super::metrics::Reader;
use super::reading::number::number;
use super::reading::row::Row;
use super::sources::files_below;
use crate::spec::program::MetricsSource;

/// The bytes of a file that are looked at.
const LOOKED_AT: u64 = 1 << 20;
/// The streams of a run, with the files that hold them.
const STREAMS: [(&str, &str); 2] = [("stdout", "stdout.txt"), ("stderr", "stderr.txt")];

/// Why a run gave no metric, or not the objective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missed {
    /// Nothing was written to stdout and stderr.
    Silent,
    /// A line matched the pattern, but a group is no number.
    NoNumber {
        /// The name of the group.
        group: String,
        /// What it matched.
        text: String,
        /// The line.
        line: String,
    },
    /// No line matched the pattern.
    NoMatch {
        /// The line that is most like it, if any has a word of it.
        nearest: Option<String>,
    },
    /// Lines elsewhere look like metrics.
    Elsewhere {
        /// The stream.
        place: String,
        /// The first such line.
        line: String,
    },
    /// No line looks like metrics.
    NothingAlike {
        /// The stream that has a line.
        place: String,
        /// Its first line.
        line: String,
    },
    /// Files that the run wrote into its folder.
    Wrote(Vec<String>),
    /// It starts in this folder, which is not its own: what it writes there is not looked at, since other runs write there too.
    StartsElsewhere(PathBuf),
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missed::Silent => write!(f, "it wrote nothing to stdout and stderr"),
            Missed::NoNumber { group, text, line } => {
                write!(f, "the pattern matched, but {group} = {text:?} is no number: {line}")
            }
            Missed::NoMatch { nearest: None } => write!(f, "no line matched the pattern"),
            Missed::NoMatch { nearest: Some(line) } => {
                write!(f, "no line matched the pattern; the line most like it: {line}")
            }
            Missed::Elsewhere { place, line } => {
                write!(f, "{place} has lines that look like metrics; metrics = \"auto\" reads them: {line}")
            }
            Missed::NothingAlike { line, place } => {
                write!(f, "no line looks like metrics; the first of {place}: {line}")
            }
            Missed::Wrote(files) => write!(f, "it wrote {}", files.join(", ")),
            Missed::StartsElsewhere(folder) => {
                let folder = folder.display();
                write!(
                    f,
                    "it starts in {folder}; files that it writes there are not read: pass {{run_dir}} to write into"
                )
            }
        }
    }
}

impl Program {
    /// Looks in a run's folder for the reasons why its metrics were not found. What cannot be read is left out.
    pub fn missed(&self, folder: &Path) -> Vec<Missed> {
        let mut found = missed(folder, &self.metrics);
        let has_files = !matches!(self.metrics, MetricsSource::Stdout | MetricsSource::Regex(_));
        found.extend(self.start.fixed_folder().filter(|_| has_files).map(Missed::StartsElsewhere));
        found
    }
}

fn missed(folder: &Path, source: &MetricsSource) -> Vec<Missed> {
    let mut found = Vec::new();
    let streams = STREAMS.map(|(place, file)| (place, start(&folder.join(file))));
    if streams.iter().all(|(_, text)| text.trim_ascii().is_empty()) {
        found.push(Missed::Silent);
    }
    if let MetricsSource::Regex(patterns) = source {
        found.extend(by_pattern(patterns, &streams));
    }
    if !matches!(source, MetricsSource::Auto | MetricsSource::Regex(_)) {
        let elsewhere = streams.iter().filter_map(|(place, text)| Some((place.to_string(), like_metrics(text)?)));
        found.extend(elsewhere.map(|(place, line)| Missed::Elsewhere { place, line }));
    }
    if matches!(source, MetricsSource::Auto | MetricsSource::Stdout) && found.is_empty() {
        found.extend(nothing_alike(&streams));
    }
    let files = written(folder);
    found.extend((!files.is_empty()).then_some(Missed::Wrote(files)));
    found
}

/// The start of a file; empty where it cannot be read.
fn start(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut bytes));
    read.map_or_else(|_| Vec::new(), |_| bytes)
}

/// The lines of a text that are not blank.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

/// The first line that can be read as metrics.
fn like_metrics(text: &[u8]) -> Option<String> {
    let (mut reader, mut row) = (Reader::new(&MetricsSource::Auto), Row::default());
    let mut is_row = |line: &&[u8]| {
        row.clear();
        reader.read(line, &mut row).unwrap_or(false) && !row.is_empty()
    };
    lines(text).find(|line| is_row(line)).map(shown)
}

/// The first line of the streams, where none looks like metrics.
fn nothing_alike(streams: &[(&str, Vec<u8>)]) -> Option<Missed> {
    if streams.iter().any(|(_, text)| like_metrics(text).is_some()) {
        return None;
    }
    let (place, line) = streams.iter().find_map(|(place, text)| Some((place, lines(text).next()?)))?;
    Some(Missed::NothingAlike { line: shown(line), place: place.to_string() })
}

/// What is wrong with patterns, or with the lines that they are for; `None` where a line gave a number.
fn by_pattern(patterns: &[Regex], streams: &[(&str, Vec<u8>)]) -> Option<Missed> {
    let all = || streams.iter().flat_map(|(_, text)| lines(text));
    for line in all() {
        for found in patterns.iter().filter_map(|regex| Some((regex, regex.captures(line)?))) {
            let (regex, groups) = found;
            let texts = regex.capture_names().flatten().filter_map(|name| Some((name, groups.name(name)?.as_bytes())));
            if let Some((group, text)) = texts.into_iter().find(|(_, text)| number(text).is_none()) {
                return Some(Missed::NoNumber { group: group.into(), text: shown(text), line: shown(line) });
            }
        }
    }
    if all().any(|line| patterns.iter().any(|regex| regex.is_match(line))) {
        return None;
    }
    let words: Vec<String> = patterns.iter().flat_map(|regex| words(regex.as_str())).collect();
    let alike = |line: &[u8]| {
        let line = String::from_utf8_lossy(line).to_lowercase();
        words.iter().filter(|word| line.contains(word.as_str())).count()
    };
    // The first of those that have most words.
    let best = all().map(|line| (alike(line), line)).reduce(|best, next| if next.0 > best.0 { next } else { best });
    let nearest = best.filter(|(count, _)| *count > 0).map(|(_, line)| shown(line));
    Some(Missed::NoMatch { nearest })
}

/// The words in a pattern that lines may have too.
fn words(pattern: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            letters.next();
        }
        plain.push(if letter.is_alphanumeric() { letter } else { ' ' });
    }
    let words = plain.split(' ').filter(|word| word.chars().count() > 1 && word.chars().all(char::is_alphabetic));
    words.map(str::to_lowercase).collect()
}

/// Files that a run wrote into its folder, beside those that etascape makes.
fn written(folder: &Path) -> Vec<String> {
    const SHOWN: usize = 3;
    const DEEPEST: usize = 5;
    let near = files_below(folder).into_iter().filter(|path| path.len() <= DEEPEST);
    let mut files: Vec<String> = near.map(|path| path.join("/")).collect();
    files.retain(|file| file != "parameters.json" && STREAMS.iter().all(|(_, own)| file != own));
    files.sort();
    files.truncate(SHOWN);
    files
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn found(source: &MetricsSource, files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            fs::create_dir_all(folder.path().join(file).parent().unwrap()).unwrap();
            fs::write(folder.path().join(file), text).unwrap();
        }
        missed(folder.path(), source).iter().map(Missed::to_string).collect()
    }

    fn regex(pattern: &str) -> MetricsSource {
        MetricsSource::Regex(vec![Regex::new(pattern).unwrap()])
    }

    #[test]
    fn a_pattern_that_matched_what_is_no_number_is_told_from_one_that_never_matched() {
        let source = regex(r"step (?P<step>\d+).*loss (?P<loss>\S+)");
        let stdout = |text| [("stdout.txt", text)];
        let said = found(&source, &stdout("start\nstep 1: loss 9.0000abc, 3 ms\n"));
        assert_eq!(said, ["the pattern matched, but loss = \"9.0000abc,\" is no number: step 1: loss 9.0000abc, 3 ms"]);
        let said = found(&source, &stdout("start of it\nstep 1 err 3\nSTEP 1 Loss: 3\n"));
        assert_eq!(said, ["no line matched the pattern; the line most like it: STEP 1 Loss: 3"]);
        assert_eq!(found(&source, &stdout("hello\n")), ["no line matched the pattern"]);
    }

    #[test]
    fn what_was_written_elsewhere_is_found() {
        let csv = MetricsSource::Csv { path: "m.csv".into(), step: None };
        assert_eq!(found(&csv, &[]), ["it wrote nothing to stdout and stderr"]);
        let files = [("stderr.txt", "INFO:root:step=1 loss=0.5\n"), ("parameters.json", "{}"), ("tb/e.1", "x")];
        let elsewhere =
            "stderr has lines that look like metrics; metrics = \"auto\" reads them: INFO:root:step=1 loss=0.5";
        assert_eq!(found(&csv, &files), [elsewhere, "it wrote tb/e.1"]);
        assert_eq!(found(&MetricsSource::Stdout, &files), [elsewhere, "it wrote tb/e.1"]);
        let nothing = "no line looks like metrics; the first of stdout: hello";
        assert_eq!(found(&MetricsSource::Auto, &[("stdout.txt", "\nhello\n"), ("stderr.txt", "you\n")]), [nothing]);
    }
}
