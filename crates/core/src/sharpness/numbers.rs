//! Numbers that no vector straddles: none of theirs lies in two cache lines.

use aligned_vec::{AVec, ConstAlign};

pub(super) type Numbers = AVec<f64, ConstAlign<64>>;

/// So many zeros.
pub(super) fn zeros(count: usize) -> Numbers {
    AVec::from_iter(64, std::iter::repeat_n(0.0, count))
}
