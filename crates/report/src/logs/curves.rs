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

/// Which columns of a table are read.
struct Places<const N: usize> {
    id: usize,
    step: usize,
    /// Those of each pick, the loss first; `None` where the table lacks one.
    picks: [Option<Vec<usize>>; N],
}

impl<const N: usize> Places<N> {
    fn of(cells: &Cells, picks: &[CurvePick<'_>; N]) -> Result<Places<N>, Error> {
        let (id, step) = (cells.column("run_id")?, cells.column("step")?);
        let mut places = [const { None }; N];
        for (places, pick) in places.iter_mut().zip(picks) {
            let names = [pick.loss].into_iter().chain(pick.columns.iter().map(String::as_str));
            match names.map(|name| cells.column(name)).collect() {
                Err(Error::MissingColumn { .. }) if pick.is_optional => {}
                found => *places = Some(found?),
            }
        }
        Ok(Places { id, step, picks: places })
    }
}

/// Reads what is wanted of a `curves.csv`, each pick by itself, in one pass. A last line without an end was cut off, and
/// is no row.
///
/// # Errors
/// [`Error::Io`], or the file, line and column of what is wrong.
pub fn read_curves<const N: usize>(path: &Path, picks: [CurvePick<'_>; N]) -> Result<[Curves; N], Error> {
    let cells = Cells::open(path)?;
    let places = &Places::of(&cells, &picks)?;
    let parts = cells.parts()?.into_par_iter().map(|bytes| part(cells.part(bytes)?, places, &picks));
    match parts.collect::<Result<Vec<[Curves; N]>, Error>>() {
        Ok(parts) => Ok(joined(parts)),
        // Where a part stumbles, the whole knows on which line, or whether it is nothing but a quote.
        Err(_) => part(cells, places, &picks),
    }
}

/// The curves of each pick, of the parts of a table.
fn joined<const N: usize>(parts: Vec<[Curves; N]>) -> [Curves; N] {
    let mut picks = [const { Vec::new() }; N];
    for part in parts {
        picks.iter_mut().zip(part).for_each(|(pick, curves)| pick.push(curves));
    }
    picks.map(|parts| Curves::joined(&parts))
}

fn part<const N: usize>(
    mut cells: Cells,
    &Places { id, step, picks: ref places }: &Places<N>,
    picks: &[CurvePick<'_>; N],
) -> Result<[Curves; N], Error> {
    let mut curves: [Curves; N] = std::array::from_fn(|pick| Curves::new(picks[pick].columns.len()));
    let mut last = None;
    let mut is_wanted = [false; N];
    while cells.advance_whole()? {
        let run_id = cells.whole(id)?;
        if last != Some(run_id) {
            last = Some(run_id);
            is_wanted = std::array::from_fn(|pick| places[pick].is_some() && (picks[pick].run)(run_id));
        }
        for ((curves, places), _) in curves.iter_mut().zip(places).zip(is_wanted).filter(|(_, is_wanted)| *is_wanted) {
            let Some([loss, columns @ ..]) = places.as_deref() else { continue };
            // Programs measure other things at steps of their own.
            let Some(loss) = cells.number(*loss)? else { continue };
            curves.push(run_id, (cells.whole(step)?, loss), |which| cells.number(columns[which]))?;
        }
    }
    Ok(curves)
}
