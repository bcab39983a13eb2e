//! `curves.csv`, read back: all of it or a part.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use etascape_insight::study::{Level, Study, Within};
use etascape_insight::tables::Curves;
use rayon::prelude::*;

use super::cells::Cells;
use crate::Error;

/// Which part of the curves is wanted, so that a long table need not fit into memory.
pub struct CurvePick<'a> {
    /// Whether a run is wanted.
    pub run: &'a (dyn Fn(u64) -> bool + Sync),
    /// The columns wanted beside `step` and the loss.
    pub columns: &'a [String],
    /// The column of the loss, or of what else is the objective.
    pub loss: &'a str,
    /// Whether the table may be without one of these columns: then there are no curves.
    pub is_optional: bool,
}

/// What looks for the first step at which each run is near the least value of the metric that the stop rules look at, in
/// the same pass.
pub(crate) struct FirstSteps<'a> {
    /// The runs.
    pub study: &'a Study<'a>,
    /// What is near.
    pub within: &'a Within,
    /// The steps found.
    pub steps: Steps,
}

/// A step of each row, or none.
pub(crate) struct Steps(Vec<AtomicU64>);

impl Steps {
    /// Stands for no step.
    const NONE: u64 = u64::MAX;

    /// None, of so many rows.
    pub(crate) fn none(rows: usize) -> Steps {
        Steps((0..rows).map(|_| AtomicU64::new(Steps::NONE)).collect())
    }

    /// The step of each row.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<u64>> {
        self.0.iter().map(|step| Some(step.load(Ordering::Relaxed)).filter(|&step| step != Steps::NONE))
    }
}

impl FirstSteps<'_> {
    /// The row of a run, and what is near for it; `None` for a run that is not looked at.
    fn level(&self, run_id: u64) -> Option<(usize, &Level)> {
        let row = self.study.runs.row(run_id)?;
        Some((row, self.within.level(self.study, row)?))
    }

    /// Looks at a point. The first step does not depend on the order of points.
    fn see(&self, row: usize, level: &Level, step: u64, value: f64) {
        if self.within.is_near(level, value) {
            self.steps.0[row].fetch_min(step, Ordering::Relaxed);
        }
    }
}

/// An open `curves.csv`.
pub(crate) struct CurveReader(Cells);

impl CurveReader {
    pub(crate) fn open(path: &Path) -> Result<CurveReader, Error> {
        Ok(CurveReader(Cells::open(path)?))
    }

    /// The names of its columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.0.names
    }

    /// Reads what is wanted, each pick by itself, in one pass, and looks for the first steps.
    pub(crate) fn read(self, picks: &[CurvePick<'_>], first: Option<&FirstSteps<'_>>) -> Result<Vec<Curves>, Error> {
        let CurveReader(cells) = self;
        let places = &Places::of(&cells, picks, first)?;
        let parts = cells.parts()?.into_par_iter().map(|bytes| part(cells.part(bytes)?, places, picks, first));
        match parts.collect::<Result<Vec<Vec<Curves>>, Error>>() {
            Ok(parts) => Ok(joined(parts, picks.len())),
            // Where a part stumbles, the whole knows on which line, or whether it is nothing but a quote.
            Err(_) => part(cells, places, picks, first),
        }
    }
}

/// Which columns of a table are read.
struct Places {
    id: usize,
    step: usize,
    /// Those of each pick, the loss first; `None` where the table lacks one.
    picks: Vec<Option<Vec<usize>>>,
    /// That of the metric whose first steps are looked for.
    first: Option<usize>,
}

impl Places {
    fn of(cells: &Cells, picks: &[CurvePick<'_>], first: Option<&FirstSteps<'_>>) -> Result<Places, Error> {
        let (id, step) = (cells.column("run_id")?, cells.column("step")?);
        let places = |pick: &CurvePick<'_>| {
            let names = [pick.loss].into_iter().chain(pick.columns.iter().map(String::as_str));
            match names.map(|name| cells.column(name)).collect() {
                Err(Error::MissingColumn { .. }) if pick.is_optional => Ok(None),
                found => found.map(Some),
            }
        };
        let first = first.map(|first| cells.column(first.study.subject.watched())).transpose()?;
        Ok(Places { id, step, picks: picks.iter().map(places).collect::<Result<_, Error>>()?, first })
    }
}

/// Reads what is wanted of a `curves.csv`, each pick by itself, in one pass. A last line without an end was cut off, and
/// is no row.
///
/// # Errors
/// [`Error::Io`], or the file, line and column of what is wrong.
pub fn read_curves<const N: usize>(path: &Path, picks: [CurvePick<'_>; N]) -> Result<[Curves; N], Error> {
    let mut read = CurveReader::open(path)?.read(&picks, None)?.into_iter();
    Ok(std::array::from_fn(|_| read.next().unwrap_or_default()))
}

/// The curves of each pick, of the parts of a table.
fn joined(parts: Vec<Vec<Curves>>, count: usize) -> Vec<Curves> {
    let mut picks = vec![Vec::new(); count];
    for part in parts {
        picks.iter_mut().zip(part).for_each(|(pick, curves)| pick.push(curves));
    }
    picks.iter().map(|parts| Curves::joined(parts)).collect()
}

fn part(
    mut cells: Cells,
    &Places { id, step, picks: ref places, first: metric }: &Places,
    picks: &[CurvePick<'_>],
    first: Option<&FirstSteps<'_>>,
) -> Result<Vec<Curves>, Error> {
    let mut curves: Vec<Curves> = picks.iter().map(|pick| Curves::new(pick.columns.len())).collect();
    let mut last = None;
    let mut is_wanted = vec![false; picks.len()];
    let mut level = None;
    while cells.advance_whole()? {
        let run_id = cells.whole(id)?;
        if last != Some(run_id) {
            last = Some(run_id);
            let wants = |(places, pick): (&Option<Vec<usize>>, &CurvePick<'_>)| places.is_some() && (pick.run)(run_id);
            is_wanted.iter_mut().zip(places.iter().zip(picks)).for_each(|(is_wanted, one)| *is_wanted = wants(one));
            level = first.and_then(|first| first.level(run_id));
        }
        if let (Some(first), Some((row, level)), Some(metric)) = (first, level, metric)
            && let Some(value) = cells.number(metric)?
        {
            first.see(row, level, cells.whole(step)?, value);
        }
        for ((curves, places), _) in curves.iter_mut().zip(places).zip(&is_wanted).filter(|(_, is_wanted)| **is_wanted)
        {
            let Some([loss, columns @ ..]) = places.as_deref() else { continue };
            // Programs measure other things at steps of their own.
            let Some(loss) = cells.number(*loss)? else { continue };
            curves.push(run_id, (cells.whole(step)?, loss), |which| cells.number(columns[which]))?;
        }
    }
    Ok(curves)
}
