//! A results folder to findings, charts and a page.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::edge;
use crate::findings::Findings;
use crate::logs::{CurvePick, Curves, Manifest, RunState, Runs, write_atomically};
use crate::page::{self, Data, Part, TheoryWords, Words};
use crate::pictures::{self, CURVES};
use crate::pictures_surface::surface;
use crate::study::Study;
use crate::subject::{FitInput, Subject};
use crate::theory::{UNPREDICTED, WHY, extremes, regions};

/// Every chart that we draw, in the order of the page.
const CHARTS: [&str; 6] =
    ["loss-curves.png", "convergence.png", "heatmap.png", "surface.png", "fit.png", "sharpness.png"];

/// Bytes of a table that is read whole.
const SHORT: u64 = 16 << 20;

/// What was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// What the sweep found.
    pub findings: Findings,
    /// The files written, charts first, then the page.
    pub files: Vec<PathBuf>,
}

/// Draws the charts and the page of a results folder from its tables alone: the same tables, the same bytes.
///
/// Charts that no longer make sense are removed; files that are not ours stay.
///
/// # Errors
/// [`Error`] where a table cannot be read or a file not be written.
pub fn draw(folder: &Path, subject: &Subject) -> Result<Drawn, Error> {
    let runs = read_runs(folder, subject)?;
    let study = Study::new(subject, &runs)?;
    let curves = read_curves(folder, &study, CURVES)?;
    let sharpness = edge::read(folder, &study, CURVES)?;
    let findings = Findings::of(&study);
    let charts = folder.join("charts");
    fs::create_dir_all(&charts).map_err(Error::io("create", &charts))?;
    let (pictures, data) = draw_all(&study, &findings, &curves, sharpness.as_ref());
    let mut files = Vec::new();
    let mut shown = Vec::new();
    for (name, picture) in CHARTS.into_iter().zip(pictures) {
        let path = charts.join(name);
        match picture {
            Some(png) => {
                write_atomically(&path, &png)?;
                shown.push(name);
                files.push(path);
            }
            None => remove_if_there(&path)?,
        }
    }
    let path = folder.join("report.html");
    let words = words(subject, &findings, notes(folder, &findings, &data), &shown);
    write_atomically(&path, page::html(&words, &data).as_bytes())?;
    files.push(path);
    Ok(Drawn { findings, files })
}

fn words(subject: &Subject, findings: &Findings, notes: Vec<String>, shown: &[&str]) -> Words {
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

/// The runs of a folder: every column, or, where the table is long, those that are shown.
pub(crate) fn read_runs(folder: &Path, subject: &Subject) -> Result<Runs, Error> {
    let path = folder.join("runs.csv");
    let length = fs::metadata(&path).map_err(Error::io("read", &path))?.len();
    Runs::read_columns(&path, |name| length <= SHORT || is_shown(subject, name))
}

/// Whether findings, charts or the page of a long table look at a column of `runs.csv`.
fn is_shown(subject: &Subject, name: &str) -> bool {
    let is_fitted = |fit: &FitInput| fit.parameters.iter().any(|parameter| parameter == name);
    ["steps", "min_loss", "val_loss", "val_accuracy"].contains(&name)
        || ["exit_code", "unread_lines", "first_unread", "reason", "stderr"].contains(&name)
        || name == subject.objective.last()
        || subject.parameters.iter().any(|parameter| parameter.path == name)
        || subject.choice.color.as_deref() == Some(name)
        || subject.fit.as_ref().is_some_and(is_fitted)
}

/// The pictures in the order of [`CHARTS`], the largest drawn by a thread of its own, and the data of the page.
fn draw_all(
    study: &Study<'_>,
    findings: &Findings,
    curves: &Curves,
    sharpness: Option<&Curves>,
) -> ([Option<Vec<u8>>; 6], Data) {
    std::thread::scope(|scope| {
        let loss = scope.spawn(|| pictures::loss_curves(study, findings, curves).map(|chart| chart.draw()));
        let convergence = pictures::convergence(study, findings).map(|chart| chart.draw());
        let heat = pictures::heat_map(study, findings).map(|chart| chart.draw());
        let fit = study.subject.fit.as_ref().and_then(|input| pictures::fit(study, input, curves));
        let fit = fit.map(|chart| chart.draw());
        let surface = study.subject.surface.as_ref().and_then(|input| surface(study, findings, input, curves));
        let surface = surface.map(|chart| chart.draw());
        let data = Data::of(&[Part { name: study.subject.name.clone(), study, curves, sharpness }]);
        let loss = loss.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        ([loss, convergence, heat, surface, fit, sharpness.map(|curves| edge::chart(study, curves).draw())], data)
    })
}

/// The curves of at most so many runs, seeds of one group together; none where none are logged.
pub(crate) fn read_curves(folder: &Path, study: &Study<'_>, at_most: usize) -> Result<Curves, Error> {
    let path = folder.join("curves.csv");
    if !path.exists() {
        return Ok(Curves::default());
    }
    let mut ids: Vec<u64> = page::rows(study, at_most).into_iter().map(|row| study.runs.id(row)).collect();
    ids.sort_unstable();
    let columns = study.subject.curve_columns();
    Curves::read(
        &path,
        &CurvePick { run: &|id| ids.binary_search(&id).is_ok(), columns, loss: &study.subject.objective.name },
    )
}

fn remove_if_there(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
        _ => Ok(()),
    }
}
