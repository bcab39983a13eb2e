//! What computes the runs of a block: their parameters, losses, gradients and updates. There are two ways, with the same
//! bits: [`crate::narrow`], in which a lane is a run, and [`crate::wide`], in which it is a unit.

use crate::lanes::{Element, Lanes, Vector};
use crate::reduce::Objective;
use crate::{Data, Hyper, Rows, Shape};

/// What a lane of a vector is. Results do not depend on it, speed does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A run: as many runs as there are lanes take each step together. For narrow networks.
    Narrow,
    /// A unit of a layer, or a row where the layer has few: one run after another. For wide networks, of which the weights of
    /// many runs fit no cache. Many rows of a linear model, which are reduced to few, stay with [`Narrow`](Self::Narrow).
    Wide,
}

impl Layout {
    /// How many runs take each step together.
    pub(crate) fn places<V: Vector>(self) -> usize {
        match self {
            Layout::Narrow => V::LANES,
            Layout::Wide => 1,
        }
    }
}

/// The runs that are under way together, each at a place from 0 on. What is said of all of them has the lane of that number
/// for each; the other lanes mean nothing.
pub(crate) trait Kernels<V: Vector> {
    /// How many runs there are at most.
    fn places(&self) -> usize;

    /// Puts a run at a place, which starts from these parameters.
    fn load(&mut self, place: usize, start: &[f64], hyper: &Hyper);

    /// Leaves a place without a run.
    fn clear(&mut self, place: usize);

    /// Computes losses over all rows that train, and gradients where an update follows.
    fn descend_all(&mut self, is_updated: bool) -> Lanes<V>;

    /// Computes losses and gradients over the next batch of each run.
    fn descend_batch(&mut self) -> Lanes<V>;

    /// Updates the parameters by the latest gradients, with the learning rates times `factor`.
    fn update(&mut self, factor: Lanes<V::Wide>);

    /// The losses of some of the runs over rows, through the shape's own network.
    fn losses(&mut self, places: &[usize], rows: &Rows<V::Element>) -> Lanes<V>;

    /// The shares of the rows that some of the runs classify rightly.
    fn accuracies(&mut self, places: &[usize], rows: &Rows<V::Element>) -> Lanes<V>;

    /// The parameters of a run, in the network's order.
    fn parameters(&self, place: usize) -> Vec<f64>;
}

/// What kernels are made for.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a, E: Element> {
    pub shape: &'a Shape,
    pub data: &'a Data,
    pub objective: &'a Objective<'a, E>,
}
