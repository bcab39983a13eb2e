//! Numbers of variable length, as Thrift and protocol buffers have them.

/// Appends a number: seven bits a byte, the lowest first.
pub(super) fn varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}
