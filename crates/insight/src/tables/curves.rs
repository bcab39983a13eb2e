//! Curves of runs as a table.

use rayon::prelude::*;

/// Curves of runs, in the table's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curves {
    ids: Vec<u64>,
    ends: Vec<usize>,
    steps: Vec<u64>,
    loss: Vec<f64>,
    columns: Vec<Vec<Option<f64>>>,
}

/// The logged points of one run.
#[derive(Debug, Clone, Copy)]
pub struct Curve<'a> {
    /// The id of the run.
    pub run_id: u64,
    /// Updates made at each point.
    pub steps: &'a [u64],
    /// Training loss at each point; infinite or NaN where it overflowed.
    pub loss: &'a [f64],
    first: usize,
    columns: &'a [Vec<Option<f64>>],
}

impl Curve<'_> {
    /// The values at a point beside its loss, in the order of their columns.
    pub fn values(&self, point: usize) -> impl Iterator<Item = Option<f64>> {
        self.columns.iter().map(move |column| column[self.first + point])
    }

    /// Steps and losses as points.
    pub fn points(&self) -> Vec<(f64, f64)> {
        self.steps.iter().map(|&step| step as f64).zip(self.loss.iter().copied()).collect()
    }
}

impl Curves {
    /// An empty table. Points have `columns` values beside the loss.
    pub fn new(columns: usize) -> Curves {
        Curves { columns: vec![Vec::new(); columns], ..Curves::default() }
    }

    /// Adds a point after the other points of its run: the step, the loss, and the other values by their index.
    ///
    /// # Errors
    /// The error of `value`. The table then has half a point and must not be used.
    pub fn push<E>(
        &mut self,
        run_id: u64,
        (step, loss): (u64, f64),
        mut value: impl FnMut(usize) -> Result<Option<f64>, E>,
    ) -> Result<(), E> {
        self.steps.push(step);
        self.loss.push(loss);
        self.end(run_id, self.steps.len());
        for (place, column) in self.columns.iter_mut().enumerate() {
            column.push(value(place)?);
        }
        Ok(())
    }

    /// Joins parts of a table, in its order.
    pub fn joined(parts: &[Curves]) -> Curves {
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

    /// Assigns the points up to `end` that have no run yet to a run, which may be the run of the points before them.
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
