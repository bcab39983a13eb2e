//! A results folder to findings, charts and a page.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Error;
use crate::canvas::Canvas;
use crate::charts::FitAnimation;
use crate::findings::Findings;
use crate::gathered::{CHARTS, Gathered, Sketch};
use crate::logs::{Manifest, RunState, write_atomically};
use crate::page::{self, Data, TheoryWords, Words};
use crate::subject::Subject;
use crate::theory::{UNPREDICTED, WHY, extremes, regions};
use crate::wanted::{Format, Wanted};

/// The fit as it moves.
const ANIMATION: &str = "fit-animation.png";

/// What was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// What the sweep found.
    pub findings: Findings,
    /// The files written, charts first, then the page.
    pub files: Vec<PathBuf>,
    /// Why there is no animation, where one was asked for.
    pub note: Option<&'static str>,
}

/// Draws the charts, as PNGs, and the page of a results folder, as [`draw_as`] does.
///
/// # Errors
/// [`Error`] where a table cannot be read or a file not be written.
pub fn draw(folder: &Path, subject: &Subject) -> Result<Drawn, Error> {
    draw_as(folder, subject, &Wanted::default())
}

/// Draws the charts, each in some formats, and the page of a results folder from its tables alone: the same tables, the
/// same bytes.
///
/// Charts that no longer make sense, or have another format, are removed, so that none is older than the page; files that
/// are not ours stay.
///
/// # Errors
/// [`Error`] where a table cannot be read or a file not be written.
pub fn draw_as(folder: &Path, subject: &Subject, wanted: &Wanted) -> Result<Drawn, Error> {
    let Gathered { findings, sketches, animation, data } = Gathered::from(folder, subject, wanted.animation)?;
    let pictures = draw_all(&sketches, &wanted.formats);
    let mut shown = write_charts(&folder.join("charts"), &pictures)?;
    let (animation, note) =
        animation.map_or((None, None), |one| (one.as_ref().ok().and_then(FitAnimation::draw), one.err()));
    shown.extend(write_or_remove(&folder.join("charts"), ANIMATION, animation.as_deref())?);
    let path = folder.join("report.html");
    let words = words(subject, &findings, notes(folder, &findings, &data), &shown);
    write_atomically(&path, page::html(&words, &data).as_bytes())?;
    let charts = shown.iter().map(|name| folder.join("charts").join(name));
    let files = charts.chain([path]).collect();
    Ok(Drawn { findings, files, note })
}

/// A chart in the formats asked for; none where it makes no sense.
type Picture = Vec<(Format, Vec<u8>)>;

/// Writes the charts into their folder and removes what else there is of them. The names of those written.
fn write_charts(folder: &Path, pictures: &[Picture]) -> Result<Vec<String>, Error> {
    fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    let mut shown = Vec::new();
    for (chart, picture) in CHARTS.iter().zip(pictures) {
        for format in Format::ALL {
            let name = format!("{chart}.{}", format.ending());
            let bytes = picture.iter().find(|(of, _)| *of == format).map(|(_, bytes)| &bytes[..]);
            shown.extend(write_or_remove(folder, &name, bytes)?);
        }
    }
    Ok(shown)
}

fn words(subject: &Subject, findings: &Findings, notes: Vec<String>, shown: &[String]) -> Words {
    let (head, rows) = findings.table();
    let title = if findings.settings.is_empty() { "Best runs" } else { "Best settings, seeds as statistics" };
    Words {
        name: subject.name.clone(),
        headline: findings.headline(),
        tally: findings.tally(),
        description: subject.description.clone(),
        notes,
        tables: vec![(title.to_owned(), head, rows)],
        theory: theory_words(subject, findings),
        failures: findings.failures.to_string(),
        pictures: shown.iter().map(|name| format!("charts/{name}")).collect(),
    }
}

/// Why the learning rates do what they do, and how far the runs bear it out.
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

/// What a reader of the page should know: how far the sweep is, what the page leaves out.
fn notes(folder: &Path, findings: &Findings, data: &Data) -> Vec<String> {
    let manifest = Manifest::read(folder).ok().filter(|manifest| manifest.state != RunState::Complete);
    let unfinished = manifest.map(|manifest| {
        let state = if manifest.state == RunState::Running { "still running, or was cut off" } else { "interrupted" };
        format!("This sweep is {state}: {} of its {} runs are logged.", findings.runs, manifest.runs)
    });
    unfinished.into_iter().chain(data.notes()).collect()
}

/// The pictures of the charts. Each thread takes the next one, the largest first.
fn draw_all(sketches: &[Sketch<'_>; CHARTS.len()], formats: &[Format]) -> [Picture; CHARTS.len()] {
    let (next, drawn) = (AtomicUsize::new(0), CHARTS.map(|_| OnceLock::new()));
    let draw = || {
        while let Some((sketch, place)) = sketches.iter().zip(&drawn).nth(next.fetch_add(1, Ordering::Relaxed)) {
            place.get_or_init(|| sketch.as_ref().map_or_else(Picture::new, |draw| in_formats(&draw(), formats)));
        }
    };
    std::thread::scope(|scope| {
        let others = std::thread::available_parallelism().map_or(1, usize::from).min(CHARTS.len()) - 1;
        (0..others).for_each(|_| drop(scope.spawn(draw)));
        draw();
    });
    drawn.map(|picture| picture.into_inner().unwrap_or_default())
}

fn in_formats(canvas: &Canvas, formats: &[Format]) -> Picture {
    formats.iter().map(|&format| (format, format.bytes(canvas))).collect()
}

/// Writes a file, or removes what is there of it; its name if it was written.
fn write_or_remove(folder: &Path, name: &str, bytes: Option<&[u8]>) -> Result<Option<String>, Error> {
    let path = folder.join(name);
    match bytes {
        Some(bytes) => write_atomically(&path, bytes).map(|()| Some(name.to_owned())),
        None => match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", &path)(error)),
            _ => Ok(None),
        },
    }
}
