//! TensorBoard event files, read from bytes; their checksum serves those who write them too.
//!
//! A file is a series of records (TensorFlow's TFRecord), each of which holds an `Event` as a protocol buffer. Of its fields, those
//! of scalars are read.

mod checksum;
mod event;
mod message;
mod records;

pub use checksum::masked as masked_checksum;
pub(super) use event::event;
pub(super) use records::RecordCutter;
