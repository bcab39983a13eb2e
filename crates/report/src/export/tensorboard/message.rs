//! Protocol buffers and records of event files, as they are written.

use etascape_sweep::program::masked_checksum;

use crate::export::varint::varint;

/// A message that is being written.
#[derive(Debug, Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    pub fn varint(mut self, field: u8, number: u64) -> Message {
        self.0.push(field << 3);
        varint(&mut self.0, number);
        self
    }

    pub fn double(mut self, field: u8, number: f64) -> Message {
        self.0.push(field << 3 | 1);
        self.0.extend(number.to_le_bytes());
        self
    }

    pub fn float(mut self, field: u8, number: f32) -> Message {
        self.0.push(field << 3 | 5);
        self.0.extend(number.to_le_bytes());
        self
    }

    pub fn bytes(mut self, field: u8, bytes: &[u8]) -> Message {
        self.0.push(field << 3 | 2);
        varint(&mut self.0, bytes.len() as u64);
        self.0.extend(bytes);
        self
    }

    pub fn text(self, field: u8, text: &str) -> Message {
        self.bytes(field, text.as_bytes())
    }

    pub fn message(self, field: u8, message: Message) -> Message {
        self.bytes(field, &message.0)
    }

    /// The message as a record: its length and the checksum of that, the message and its checksum.
    pub fn record(self) -> Vec<u8> {
        let length = (self.0.len() as u64).to_le_bytes();
        let sum = |bytes: &[u8]| masked_checksum(bytes).to_le_bytes();
        [&length[..], &sum(&length), &self.0, &sum(&self.0)].concat()
    }
}
