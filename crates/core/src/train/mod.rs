//! Training: many runs of one shape in, a record for each out.

mod block;

use pulp::{Simd, WithSimd};

use crate::lanes::{Doubles, Singles, Vector, vectorize};
use crate::layout::{Kernels, Layout, Task};
use crate::narrow::Narrow;
use crate::reduce::Objective;
use crate::wide::{self, Wide};
use crate::windowed;
use crate::{Data, Error, Hyper, InstructionSet, Precision, RunRecord, Runs, Shape};

use block::Block;

/// Trains every run of `runs`, all of the shape `shape`, on `data`, and returns their records in the same order.
///
/// A record depends on the run alone: not on its neighbours, their number or the machine.
///
/// # Errors
/// Where shape, data and runs do not fit together. Then nothing is returned of any run.
///
/// ```
/// use etascape_core::{Data, Loss, Network, Rows, Shape, Start, train};
///
/// // y = w x + b through (3, 7) and (9, 13), from w = 3, b = −8: one update of plain gradient descent.
/// let data = Data::from(Rows { inputs: 1, features: vec![3.0, 9.0], targets: vec![7.0, 13.0] });
/// let start = Start::Given([3.0, -8.0].into());
/// let shape = Shape { steps: 1, start, log_parameters: true, ..Shape::new(Network::new([1, 1])?, Loss::HalfSse) };
/// let records = train(&shape, &data, &[shape.hyper(1.0 / 64.0)])?;
/// assert_eq!(records[0].initial_loss, 36.0);
/// // ∂E/∂w = 36, ∂E/∂b = 0.
/// assert_eq!(*records[0].parameters, [3.0 - 36.0 / 64.0, -8.0]);
/// # Ok::<(), etascape_core::Error>(())
/// ```
pub fn train(shape: &Shape, data: &Data, runs: &[Hyper]) -> Result<Vec<RunRecord>, Error> {
    train_with(InstructionSet::best(), shape, data, &mut runs.iter())
}

/// [`train`] with chosen instructions, or the portable ones where this processor lacks them, and runs from wherever they
/// come.
///
/// # Errors
/// As [`train`].
pub fn train_with(
    set: InstructionSet,
    shape: &Shape,
    data: &Data,
    runs: &mut dyn Runs,
) -> Result<Vec<RunRecord>, Error> {
    train_checked(set, None, shape, data, runs)
}

/// [`train_with`] in a chosen layout, rather than in the quicker one. For tests and for measurements.
///
/// # Errors
/// As [`train`].
pub fn train_in(
    layout: Layout,
    set: InstructionSet,
    shape: &Shape,
    data: &Data,
    runs: &mut dyn Runs,
) -> Result<Vec<RunRecord>, Error> {
    train_checked(set, Some(layout), shape, data, runs)
}

/// How many of so many runs of a shape take each step together, with the best instructions of this processor. Fewer leave
/// lanes idle.
pub fn runs_at_once(shape: &Shape, data: &Data, runs: usize) -> usize {
    InstructionSet::best().dispatch(Together { shape, data, runs })
}

struct Together<'a> {
    shape: &'a Shape,
    data: &'a Data,
    runs: usize,
}

impl WithSimd for Together<'_> {
    type Output = usize;

    fn with_simd<S: Simd>(self, _: S) -> usize {
        match self.shape.precision {
            Precision::F64 => self.places::<Doubles<S>>(),
            Precision::F32 => self.places::<Singles<S>>(),
        }
    }
}

impl Together<'_> {
    fn places<V: Vector>(&self) -> usize {
        quicker::<V>(self.shape, self.data, self.runs).places::<V>()
    }
}

/// The layout that is quicker for so many runs of a shape, with such vectors.
fn quicker<V: Vector>(shape: &Shape, data: &Data, runs: usize) -> Layout {
    let rows = if shape.is_full_batch(data) { data.train.len() } else { shape.batch_size };
    if wide::is_quicker::<V>(&shape.network, rows, runs) { Layout::Wide } else { Layout::Narrow }
}

fn train_checked(
    set: InstructionSet,
    layout: Option<Layout>,
    shape: &Shape,
    data: &Data,
    runs: &mut dyn Runs,
) -> Result<Vec<RunRecord>, Error> {
    shape.check(data)?;
    let mut checked = Checked { shape, runs, error: None };
    let records = set.dispatch(Training { layout, shape, data, runs: &mut checked });
    checked.error.map_or(Ok(records), Err)
}

/// Runs up to the first that does not fit its shape.
struct Checked<'a> {
    shape: &'a Shape,
    runs: &'a mut dyn Runs,
    error: Option<Error>,
}

impl Runs for Checked<'_> {
    fn left(&self) -> usize {
        self.runs.left()
    }

    fn next_run(&mut self) -> Option<&Hyper> {
        if self.error.is_some() {
            return None;
        }
        let hyper = self.runs.next_run()?;
        match self.shape.check_run(hyper) {
            Ok(()) => Some(hyper),
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }
}

struct Training<'a> {
    /// `None`: the quicker one.
    layout: Option<Layout>,
    shape: &'a Shape,
    data: &'a Data,
    runs: &'a mut dyn Runs,
}

impl WithSimd for Training<'_> {
    type Output = Vec<RunRecord>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<RunRecord> {
        match self.shape.precision {
            Precision::F64 => self.train(Doubles(simd)),
            Precision::F32 => self.train(Singles(simd)),
        }
    }
}

impl Training<'_> {
    #[inline(always)]
    fn train<V: Vector>(self, vector: V) -> Vec<RunRecord> {
        let Training { layout, shape, data, runs } = self;
        let objective = &Objective::of(shape, data);
        let task = Task { shape, data, objective };
        let layout = layout.unwrap_or_else(|| quicker::<V>(shape, data, runs.left()));
        if layout == Layout::Wide && !objective.is_reduced() {
            return step_by_step(vector, task, Wide::new(vector, task), runs);
        }
        if !windowed::fits(shape, data, objective) {
            return step_by_step(vector, task, Narrow::new(vector, task), runs);
        }
        let (mut records, others) = windowed::train(vector, shape, objective, runs);
        let (places, others): (Vec<usize>, Vec<Hyper>) = others.into_iter().unzip();
        let trained = step_by_step(vector, task, Narrow::new(vector, task), &mut others.iter());
        places.into_iter().zip(trained).for_each(|(place, record)| records[place] = record);
        records
    }
}

fn step_by_step<V: Vector>(
    vector: V,
    task: Task<'_, V::Element>,
    kernels: impl Kernels<V>,
    runs: &mut dyn Runs,
) -> Vec<RunRecord> {
    vectorize(
        vector,
        #[inline(always)]
        || Block::new(vector, task.shape, task.data, kernels, runs).train(),
    )
}
