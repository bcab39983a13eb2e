//! Makes findings, charts and a page from a results folder.

mod gathered;
mod options;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::{fs, io};

use etascape_insight::findings::Findings;
use etascape_insight::subject::Subject;
use etascape_insight::theory::{UNPREDICTED, WHY, extremes, regions};
use etascape_text::counted;
use gathered::{CHARTS, Gathered, Sketches};
use rayon::prelude::*;

use crate::Error;
use crate::charts::FitAnimation;
use crate::logs::{Manifest, RunState, write_atomically};
use crate::page::{self, Data, ImportanceWords, TheoryWords, Words};

pub use options::{DrawOptions, Format};

/// The animation of the fit.
const ANIMATION: &str = "fit-animation.png";

/// What was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// What the sweep found.
    pub findings: Findings,
    /// The files written, charts first, then the page.
    pub files: Vec<PathBuf>,
    /// What was asked for and cannot be drawn, and why: an animation, a column as colour.
    pub notes: Vec<String>,
}

/// Draws the charts, as PNGs, and the page of a results folder, as [`draw_as`] does.
///
/// # Errors
/// [`Error`] where a table cannot be read or a file cannot be written.
pub fn draw(folder: &Path, subject: &Subject) -> Result<Drawn, Error> {
    draw_as(folder, subject, &DrawOptions::default())
}

/// Draws the charts, in the formats asked for, and the page of a results folder. The same tables give the same bytes.
///
/// Charts that are no longer drawn, or have another format, are removed, so that none is older than the page. Other files
/// stay.
///
/// # Errors
/// [`Error`] where a table cannot be read or a file not be written.
pub fn draw_as(folder: &Path, subject: &Subject, options: &DrawOptions) -> Result<Drawn, Error> {
    draw_into(folder, subject, options, folder)
}

/// The same; charts and page go into the folder `to`.
///
/// # Errors
/// As [`draw_as`].
pub(crate) fn draw_into(folder: &Path, subject: &Subject, options: &DrawOptions, to: &Path) -> Result<Drawn, Error> {
    let Gathered { findings, importance, sketches, animation, data, mut notes } =
        Gathered::from(folder, subject, options.animation)?;
    let charts = to.join("charts");
    fs::create_dir_all(&charts).map_err(Error::io("create", &charts))?;
    let mut hints = hints(folder, subject, &findings, &data);
    hints.extend(notes.iter().map(|note| sentence(note)));
    let (animation, note) =
        animation.map_or((None, None), |one| (one.as_ref().ok().and_then(FitAnimation::draw), one.err()));
    // A fit that is left out already has its own reason.
    notes.extend(note.filter(|_| subject.left_out.is_none()).map(String::from));
    let names: Vec<String> =
        names(&sketches, options).chain(animation.as_ref().map(|_| ANIMATION.to_owned())).collect();
    let path = to.join("report.html");
    let importance = importance.map(|found| ImportanceWords::of(&found, &findings.objective.title));
    let words = Words { importance, ..words(subject, &findings, hints, &names) };
    writing(|files| {
        files.put(charts.join(ANIMATION), animation);
        rayon::join(
            || draw_charts(&charts, &sketches, options, files),
            || files.put(path.clone(), Some(page::html(&words, &data).into_bytes())),
        );
    })?;
    let files = names.iter().map(|name| charts.join(name)).chain([path]).collect();
    Ok(Drawn { findings, files, notes })
}

/// The files of the charts that make sense.
fn names(sketches: &Sketches<'_>, options: &DrawOptions) -> impl Iterator<Item = String> {
    let charts = CHARTS.into_iter().zip(sketches).filter(|(_, sketch)| sketch.is_some());
    let formats = || Format::ALL.into_iter().filter(|&format| options.has(format));
    charts.flat_map(move |(chart, _)| formats().map(move |format| file_name(chart, format)))
}

fn file_name(chart: &str, format: Format) -> String {
    format!("{chart}.{}", format.ending())
}

/// Draws the charts in parallel, and removes their old files from the folder.
fn draw_charts(folder: &Path, sketches: &Sketches<'_>, options: &DrawOptions, files: &Files) {
    CHARTS.into_par_iter().zip(sketches).for_each(|(chart, sketch)| {
        let canvas = sketch.as_ref().map(|draw| draw());
        for format in Format::ALL {
            let canvas = canvas.as_ref().filter(|_| options.has(format));
            files.put(folder.join(file_name(chart, format)), canvas.map(|canvas| format.bytes(canvas)));
        }
    });
}

/// The words of the page, without the importance of the parameters.
fn words(subject: &Subject, findings: &Findings, notes: Vec<String>, shown: &[String]) -> Words {
    let (head, rows) = findings.table();
    let title = if findings.settings.is_empty() { "Best runs" } else { "Best settings, seeds as statistics" };
    Words {
        name: subject.name.clone(),
        headline: findings.headline(),
        tally: findings.tally(),
        description: subject.description.clone(),
        notes,
        found: findings.found.clone(),
        next: findings.next.clone(),
        experiments: Vec::new(),
        tables: std::iter::once((title.to_owned(), head, rows)).chain(good_rates(findings)).collect(),
        importance: None,
        theory: theory_words(subject, findings),
        failures: findings.failures.to_string(),
        pictures: shown.iter().map(|name| format!("charts/{name}")).collect(),
    }
}

/// The good rates of each value of a parameter, as tables with titles.
fn good_rates(findings: &Findings) -> impl Iterator<Item = (String, Vec<String>, Vec<Vec<String>>)> {
    findings.good_tables().into_iter().map(|(head, rows)| (format!("Good rates for each {}", head[0]), head, rows))
}

/// The theory in words, and how well the runs agree with it.
fn theory_words(subject: &Subject, findings: &Findings) -> Option<TheoryWords> {
    let theory = subject.theory.as_ref()?;
    let landscape = &theory.landscape;
    let (regions, verdict) = match theory.is_plain {
        true => (Some(regions(landscape)), None),
        false => (None, Some(format!("Here {UNPREDICTED}."))),
    };
    Some(TheoryWords {
        why: format!("{WHY} Here {}.", extremes(landscape)),
        regions,
        verdict: findings.agreement.as_ref().map(|agreement| format!("{}.", agreement.verdict())).or(verdict),
        table: findings.agreement.as_ref().map(|agreement| agreement.table.clone()),
    })
}

/// Notes for the reader of the page: how far the sweep is, what the charts and the page leave out.
fn hints(folder: &Path, subject: &Subject, findings: &Findings, data: &Data) -> Vec<String> {
    let manifest = Manifest::read(folder).ok().filter(|manifest| manifest.state != RunState::Complete);
    let unfinished = manifest.map(|manifest| {
        let state = if manifest.state == RunState::Running { "still running, or was cut off" } else { "interrupted" };
        format!("This sweep is {state}, with {} of its {} logged.", findings.runs, counted(manifest.runs, "run"))
    });
    let remarks = findings.remarks().into_iter().map(|remark| format!("{remark}."));
    let left_out = subject.left_out.iter().map(|words| sentence(words));
    unfinished.into_iter().chain(remarks).chain(left_out).chain(data.notes()).collect()
}

/// Words as a sentence: capital letter, full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}

/// A queue of files to write.
struct Files(Sender<(PathBuf, Option<Vec<u8>>)>);

impl Files {
    /// Queues a file with some bytes; `None` removes the file. After an error, files are ignored.
    fn put(&self, path: PathBuf, bytes: Option<Vec<u8>>) {
        let _ = self.0.send((path, bytes));
    }
}

/// Makes files. A separate thread writes them, so that other threads do not wait for the disk.
fn writing(make: impl FnOnce(&Files)) -> Result<(), Error> {
    let (sender, made) = mpsc::channel::<(PathBuf, Option<Vec<u8>>)>();
    std::thread::scope(|scope| {
        let writer =
            scope.spawn(|| made.into_iter().try_for_each(|(path, bytes)| write_or_remove(&path, bytes.as_deref())));
        make(&Files(sender));
        writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn write_or_remove(path: &Path, bytes: Option<&[u8]>) -> Result<(), Error> {
    match bytes {
        Some(bytes) => write_atomically(path, bytes),
        None => match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
            _ => Ok(()),
        },
    }
}
