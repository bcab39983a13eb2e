//! `curves.csv`, read back: all of it or a part.

use std::path::Path;

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

    /// Reads what is wanted, each pick by itself, in one pass.
    pub(crate) fn read(self, picks: &[CurvePick<'_>]) -> Result<Vec<Curves>, Error> {
        let CurveReader(cells) = self;
        let places = &Places::of(&cells, picks)?;
        let parts = cells.parts()?.into_par_iter().map(|bytes| part(cells.part(bytes)?, places, picks));
        match parts.collect::<Result<Vec<Vec<Curves>>, Error>>() {
            Ok(parts) => Ok(joined(parts, picks.len())),
            // Where a part stumbles, the whole knows on which line, or whether it is nothing but a quote.
            Err(_) => part(cells, places, picks),
        }
    }
}

/// Which columns of a table are read.
struct Places {
    id: usize,
    step: usize,
    /// Those of each pick, the loss first; `None` where the table lacks one.
    picks: Vec<Option<Vec<usize>>>,
}

impl Places {
    fn of(cells: &Cells, picks: &[CurvePick<'_>]) -> Result<Places, Error> {
        let (id, step) = (cells.column("run_id")?, cells.column("step")?);
        let places = |pick: &CurvePick<'_>| {
            let names = [pick.loss].into_iter().chain(pick.columns.iter().map(String::as_str));
            match names.map(|name| cells.column(name)).collect() {
                Err(Error::MissingColumn { .. }) if pick.is_optional => Ok(None),
                found => found.map(Some),
            }
        };
        Ok(Places { id, step, picks: picks.iter().map(places).collect::<Result<_, Error>>()? })
    }
}

/// Reads what is wanted of a `curves.csv`, each pick by itself, in one pass. A last line without an end was cut off, and
/// is no row.
///
/// # Errors
/// [`Error::Io`], or the file, line and column of what is wrong.
pub fn read_curves<const N: usize>(path: &Path, picks: [CurvePick<'_>; N]) -> Result<[Curves; N], Error> {
    let mut read = CurveReader::open(path)?.read(&picks)?.into_iter();
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
    &Places { id, step, picks: ref places }: &Places,
    picks: &[CurvePick<'_>],
) -> Result<Vec<Curves>, Error> {
    let mut curves: Vec<Curves> = picks.iter().map(|pick| Curves::new(pick.columns.len())).collect();
    let mut last = None;
    let mut is_wanted = vec![false; picks.len()];
    while cells.advance_whole()? {
        let run_id = cells.whole(id)?;
        if last != Some(run_id) {
            last = Some(run_id);
            let wants = |(places, pick): (&Option<Vec<usize>>, &CurvePick<'_>)| places.is_some() && (pick.run)(run_id);
            is_wanted.iter_mut().zip(places.iter().zip(picks)).for_each(|(is_wanted, one)| *is_wanted = wants(one));
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
