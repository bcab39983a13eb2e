//! Thrift's compact protocol, as far as the heads of a Parquet file need it.

use crate::export::varint::varint;

/// A message that is being written: fields by rising numbers, ended by [`Message::end`].
#[derive(Debug, Default)]
pub(super) struct Message {
    bytes: Vec<u8>,
    /// The number of the field before.
    last: i16,
}

const INT32: u8 = 5;
const INT64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// A signed number, small where its magnitude is.
fn zigzag(bytes: &mut Vec<u8>, number: i64) {
    varint(bytes, (number << 1 ^ number >> 63) as u64);
}

impl Message {
    pub fn int32(mut self, field: i16, number: i32) -> Message {
        self.head(field, INT32);
        zigzag(&mut self.bytes, number.into());
        self
    }

    pub fn int64(mut self, field: i16, number: i64) -> Message {
        self.head(field, INT64);
        zigzag(&mut self.bytes, number);
        self
    }

    pub fn text(mut self, field: i16, text: &str) -> Message {
        self.head(field, BINARY);
        binary(&mut self.bytes, text);
        self
    }

    pub fn message(mut self, field: i16, message: Message) -> Message {
        self.head(field, STRUCT);
        self.bytes.extend(message.end());
        self
    }

    pub fn messages(mut self, field: i16, messages: Vec<Message>) -> Message {
        self.list(field, STRUCT, messages.len());
        messages.into_iter().for_each(|message| self.bytes.extend(message.end()));
        self
    }

    pub fn int32s(mut self, field: i16, numbers: &[i32]) -> Message {
        self.list(field, INT32, numbers.len());
        numbers.iter().for_each(|&number| zigzag(&mut self.bytes, number.into()));
        self
    }

    pub fn texts(mut self, field: i16, texts: &[&str]) -> Message {
        self.list(field, BINARY, texts.len());
        texts.iter().for_each(|text| binary(&mut self.bytes, text));
        self
    }

    /// Its bytes.
    pub fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }

    /// The head of a field: its distance from the field before, and its type. All distances here are below 16.
    fn head(&mut self, field: i16, kind: u8) {
        self.bytes.push(((field - self.last) as u8) << 4 | kind);
        self.last = field;
    }

    fn list(&mut self, field: i16, kind: u8, length: usize) {
        const LONG: usize = 15;
        self.head(field, LIST);
        self.bytes.push((length.min(LONG) as u8) << 4 | kind);
        if length >= LONG {
            varint(&mut self.bytes, length as u64);
        }
    }
}

fn binary(bytes: &mut Vec<u8>, text: &str) {
    varint(bytes, text.len() as u64);
    bytes.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_lists_and_numbers_have_their_compact_form() {
        let inner = Message::default().int32(1, -1);
        let message = Message::default().int32(1, 150).int64(4, -3).text(5, "ab").message(7, inner);
        assert_eq!(message.end(), [0x15, 0xac, 2, 0x36, 5, 0x18, 2, b'a', b'b', 0x2c, 0x15, 1, 0, 0]);
        assert_eq!(Message::default().int32s(2, &[0, 8]).end(), [0x29, 0x25, 0, 16, 0]);
        let long = Message::default().int32s(2, &[1; 20]).end();
        assert_eq!((&long[..3], long.len()), (&[0x29, 0xf5, 20][..], 24));
        assert_eq!(Message::default().int64(1, i64::MIN).end().len(), 12);
    }
}
