//! `curves.csv`, read back: all of it or a part.

use std::path::Path;

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

/// Curves of runs, in the table's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curves {
    ids: Vec<u64>,
    ends: Vec<usize>,
    steps: Vec<u64>,
    loss: Vec<f64>,
    columns: Vec<Vec<Option<f64>>>,
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

/// The logged points of one run.
#[derive(Debug, Clone, Copy)]
pub struct Curve<'a> {
    /// Whose they are.
    pub run_id: u64,
    /// Updates made at each point.
    pub steps: &'a [u64],
    /// Training loss at each point; infinite or NaN where it overflowed.
    pub loss: &'a [f64],
    first: usize,
    columns: &'a [Vec<Option<f64>>],
}

impl Curve<'_> {
    /// The values at a point of the columns asked for in [`CurvePick::columns`].
    pub fn values(&self, point: usize) -> impl Iterator<Item = Option<f64>> {
        self.columns.iter().map(move |column| column[self.first + point])
    }

    /// Steps and losses as the places of a line.
    pub(crate) fn points(&self) -> Vec<(f64, f64)> {
        self.steps.iter().map(|&step| step as f64).zip(self.loss.iter().copied()).collect()
    }
}

impl Curves {
    /// Reads what is wanted of a `curves.csv`. A last line without an end was cut off, and is no row.
    ///
    /// # Errors
    /// [`Error::Io`], or the file, line and column of what is wrong.
    pub fn read(path: &Path, pick: &CurvePick<'_>) -> Result<Curves, Error> {
        let cells = Cells::open(path)?;
        let places = &Places::of(&cells, pick)?;
        let parts = cells.parts()?.into_par_iter().map(|bytes| Curves::of(cells.part(bytes)?, places, pick));
        match parts.collect::<Result<Vec<Curves>, Error>>() {
            Ok(parts) => Ok(Curves::joined(&parts)),
            // Where a part stumbles, the whole knows on which line, or whether it is nothing but a quote.
            Err(_) => Curves::of(cells, places, pick),
        }
    }

    fn of(mut cells: Cells, places: &Places, pick: &CurvePick<'_>) -> Result<Curves, Error> {
        let &Places { id, step, loss, ref columns } = places;
        let mut curves = Curves { columns: vec![Vec::new(); columns.len()], ..Curves::default() };
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
            curves.steps.push(cells.whole(step)?);
            curves.loss.push(loss);
            curves.end(run_id, curves.steps.len());
            for (column, &place) in curves.columns.iter_mut().zip(columns) {
                column.push(cells.number(place)?);
            }
        }
        Ok(curves)
    }

    /// Parts of a table, in its order, as one.
    fn joined(parts: &[Curves]) -> Curves {
        let mut all = Curves::default();
        let mut before = 0;
        for part in parts {
            part.ids.iter().zip(&part.ends).for_each(|(&id, end)| all.end(id, before + end));
            before += part.steps.len();
        }
        let columns = 0..parts.first().map_or(0, |part| part.columns.len());
        let column = |which: usize| concat(parts, |part| &part.columns[which]);
        let numbers = || rayon::join(|| concat(parts, |part| &part.steps), || concat(parts, |part| &part.loss));
        let ((steps, loss), columns) = rayon::join(numbers, || columns.into_par_iter().map(column).collect());
        Curves { steps, loss, columns, ..all }
    }

    /// The points up to `end` that have no run yet are those of a run, which may be that of the points before them.
    fn end(&mut self, run_id: u64, end: usize) {
        match self.ids.last() == Some(&run_id) {
            true => self.ends.truncate(self.ids.len() - 1),
            false => self.ids.push(run_id),
        }
        self.ends.push(end);
    }

    /// How many runs have a curve here.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The curves, one run after another.
    pub fn iter(&self) -> impl Iterator<Item = Curve<'_>> {
        (0..self.ids.len()).map(|index| {
            let first = if index == 0 { 0 } else { self.ends[index - 1] };
            let points = first..self.ends[index];
            Curve {
                run_id: self.ids[index],
                steps: &self.steps[points.clone()],
                loss: &self.loss[points],
                first,
                columns: &self.columns,
            }
        })
    }
}

/// One column of several parts, in their order.
fn concat<T: Copy>(parts: &[Curves], column: impl Fn(&Curves) -> &[T]) -> Vec<T> {
    parts.iter().map(column).collect::<Vec<_>>().concat()
}
