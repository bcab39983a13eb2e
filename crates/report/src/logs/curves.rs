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
}

/// Which columns of a table are read.
struct Places {
    id: usize,
    step: usize,
    loss: usize,
    columns: Vec<usize>,
}

impl Places {
    fn of(cells: &Cells, pick: &CurvePick<'_>) -> Result<Places, Error> {
        let [id, step, loss] = ["run_id", "step", pick.loss].map(|name| cells.column(name));
        let columns = pick.columns.iter().map(|name| cells.column(name)).collect::<Result<Vec<usize>, Error>>();
        Ok(Places { id: id?, step: step?, loss: loss?, columns: columns? })
    }
}

/// Reads what is wanted of a `curves.csv`. A last line without an end was cut off, and is no row.
///
/// # Errors
/// [`Error::Io`], or the file, line and column of what is wrong.
pub fn read_curves(path: &Path, pick: &CurvePick<'_>) -> Result<Curves, Error> {
    let cells = Cells::open(path)?;
    let places = &Places::of(&cells, pick)?;
    let parts = cells.parts()?.into_par_iter().map(|bytes| part(cells.part(bytes)?, places, pick));
    match parts.collect::<Result<Vec<Curves>, Error>>() {
        Ok(parts) => Ok(Curves::joined(&parts)),
        // Where a part stumbles, the whole knows on which line, or whether it is nothing but a quote.
        Err(_) => part(cells, places, pick),
    }
}

fn part(mut cells: Cells, places: &Places, pick: &CurvePick<'_>) -> Result<Curves, Error> {
    let &Places { id, step, loss, ref columns } = places;
    let mut curves = Curves::new(columns.len());
    let mut last = None;
    let mut is_wanted = false;
    while cells.advance_whole()? {
        let run_id = cells.whole(id)?;
        if last != Some(run_id) {
            (last, is_wanted) = (Some(run_id), (pick.run)(run_id));
        }
        if !is_wanted {
            continue;
        }
        // Programs measure other things at steps of their own.
        let Some(loss) = cells.number(loss)? else { continue };
        curves.push(run_id, (cells.whole(step)?, loss), |which| cells.number(columns[which]))?;
    }
    Ok(curves)
}
