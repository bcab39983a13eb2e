//! Which parameters are swept, and how their values are combined.

use super::keys::Key;
use super::parameter::Parameter;
use super::setter::Setter;

/// How the values of parameters are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Every combination; the last-named parameter varies fastest.
    Grid,
    /// Drawn independently.
    Random { samples: u64, seed: u64 },
    /// Points of an Owen-scrambled Sobol sequence (Burley 2020).
    Sobol { samples: u64, seed: u64 },
}

/// The content of `[sweep]`.
pub(crate) struct SweepSpec {
    pub method: Method,
    pub parameters: Vec<Parameter>,
    /// Groups of parameters, by index, that advance together. Every parameter is in exactly one group.
    pub groups: Vec<Vec<usize>>,
}

/// What a parameter of an engine experiment sets.
pub(crate) struct Target {
    pub key: Key,
    pub setter: Setter,
}
