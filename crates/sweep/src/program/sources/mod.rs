//! What a run's metrics are read from: streams of its process, and files that it writes.
//!
//! Each source is read for itself, in its own order, by a meter of its own; a record joins them by step. So a record does not
//! depend on how the streams interleave in time.

mod all;
mod discards;
mod document;
mod event_files;
mod followed;
mod join;
mod lines;
mod scan;
mod search;
mod source;
mod stream;
mod tags;
#[cfg(test)]
mod tests;

pub(super) use all::Sources;
pub(super) use scan::files_below;
