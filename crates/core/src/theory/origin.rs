//! Where a descent begins.

/// The start of a run on a quadratic. [`LinearTheory::origin`](super::LinearTheory::origin) makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The parameters, in the network's order.
    pub parameters: Vec<f64>,
    /// The loss there, to the bit what training logs at step 0.
    pub loss: f64,
    /// Each eigenvalue λ with ½ λ c², c being the distance from the solution along its eigenvector. None where the gradient
    /// is exactly 0: then nothing ever moves, whatever the rounding errors of the distance.
    pub shares: Vec<(f64, f64)>,
}
