//! TensorBoard event files, read from bytes.
//!
//! A file is a series of records (TensorFlow's TFRecord), each of which holds an `Event` as a protocol buffer. Of its fields, those
//! of scalars are read.

mod checksum;
mod event;
mod message;
mod records;

pub(super) use event::event;
pub(super) use records::RecordCutter;
