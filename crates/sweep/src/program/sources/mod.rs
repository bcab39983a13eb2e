//! What a run's metrics are read from: streams of its process, and files that it writes.
//!
//! Each source is read for itself, in its own order, by a meter of its own; a record joins them by step. So a record does not
//! depend on how the streams interleave in time.

mod all;
mod followed;
mod join;
mod lines;
mod source;
mod stream;

pub(super) use all::Sources;
