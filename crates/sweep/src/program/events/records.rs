//! Bytes that arrive in pieces, cut into records.
//!
//! A record is the length of its data (8 bytes, the lowest first), the checksum of these, the data, and their checksum.

use super::checksum::{Checksum, masked};

const LENGTH: usize = 8;
const SUM: usize = 4;
const HEAD: usize = LENGTH + SUM;
/// Longer records are passed over: no scalar is that long, only pictures and graphs are.
const LONGEST: u64 = 1 << 20;

/// A record that is not what was written. Nothing after it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::program) struct Damage {
    /// Where the record begins, in bytes.
    pub at: u64,
}

/// Cuts bytes into records, in bounded memory. What is half there waits.
#[derive(Debug, Default)]
pub(in crate::program) struct RecordCutter {
    held: Vec<u8>,
    /// Where the present record begins.
    at: u64,
    /// The rest of a long record that is being passed over.
    passing: Option<Passing>,
    damage: Option<Damage>,
}

#[derive(Debug)]
struct Passing {
    length: u64,
    left: u64,
    sum: Checksum,
}

impl RecordCutter {
    /// The record at which reading has ended.
    pub fn damage(&self) -> Option<Damage> {
        self.damage
    }

    /// Calls `take` with the data of the records that end in `bytes`; false once `take` has returned false, or a record is
    /// damaged.
    pub fn push(&mut self, mut bytes: &[u8], take: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        while !bytes.is_empty() && self.damage.is_none() {
            let wanted = self.wanted();
            let length = wanted.min(bytes.len() as u64) as usize;
            let piece;
            (piece, bytes) = bytes.split_at(length);
            match &mut self.passing {
                Some(passing) if passing.left > 0 => {
                    passing.sum.add(piece);
                    passing.left -= length as u64;
                }
                _ => self.held.extend_from_slice(piece),
            }
            if length as u64 == wanted && !self.step(take) {
                return false;
            }
        }
        self.damage.is_none()
    }

    /// How many bytes are needed before something can be done.
    fn wanted(&self) -> u64 {
        match &self.passing {
            Some(passing) if passing.left > 0 => passing.left,
            Some(_) => (SUM - self.held.len()) as u64,
            None if self.held.len() < HEAD => (HEAD - self.held.len()) as u64,
            None => self.length() + (HEAD + SUM) as u64 - self.held.len() as u64,
        }
    }

    /// The length in the head of the present record.
    fn length(&self) -> u64 {
        u64::from_le_bytes(self.held[..LENGTH].try_into().unwrap_or_default())
    }

    /// Uses what has come, since it is as much as was wanted.
    fn step(&mut self, take: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        let stored = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap_or_default());
        if let Some(passing) = &self.passing {
            if passing.left > 0 || self.held.is_empty() {
                return true;
            }
            let (length, is_right) = (passing.length, passing.sum.masked() == stored(&self.held));
            self.passing = None;
            return self.end(is_right, length);
        }
        let (length, held) = (self.length(), self.held.len());
        if held == HEAD {
            if masked(&self.held[..LENGTH]) != stored(&self.held[LENGTH..]) {
                return self.end(false, length);
            }
            if length > LONGEST {
                self.passing = Some(Passing { length, left: length, sum: Checksum::new() });
                self.held.clear();
            }
            return true;
        }
        let data = &self.held[HEAD..held - SUM];
        let is_right = masked(data) == stored(&self.held[held - SUM..]);
        let goes_on = !is_right || take(data);
        self.end(is_right, length) && goes_on
    }

    /// Ends the present record.
    fn end(&mut self, is_right: bool, length: u64) -> bool {
        self.held.clear();
        match is_right {
            true => self.at = self.at.saturating_add(length).saturating_add((HEAD + SUM) as u64),
            false => self.damage = Some(Damage { at: self.at }),
        }
        is_right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(data: &[u8]) -> Vec<u8> {
        let length = (data.len() as u64).to_le_bytes();
        [&length[..], &masked(&length).to_le_bytes(), data, &masked(data).to_le_bytes()].concat()
    }

    /// The data of the records in some pieces, and where a damaged one begins.
    fn cut<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Vec<u8>>, Option<u64>) {
        let (mut cutter, mut records) = (RecordCutter::default(), Vec::new());
        for piece in pieces {
            cutter.push(piece, &mut |data| {
                records.push(data.to_vec());
                true
            });
            assert!(cutter.held.len() <= LONGEST as usize + HEAD + SUM);
        }
        (records, cutter.damage().map(|damage| damage.at))
    }

    #[test]
    fn records_come_when_they_are_whole() {
        let bytes = [record(b"one"), record(b""), record(b"three")].concat();
        for size in 1..=bytes.len() {
            let (records, damage) = cut(bytes.chunks(size));
            assert_eq!((records, damage), (vec![b"one".to_vec(), Vec::new(), b"three".to_vec()], None));
        }
        for end in 0..bytes.len() {
            let (records, damage) = cut([&bytes[..end]]);
            let expected = usize::from(end >= 19) + usize::from(end >= 35);
            assert_eq!((records.len(), damage), (expected, None), "{end}");
        }
    }

    #[test]
    fn long_records_are_passed_over() {
        let long = vec![7; LONGEST as usize + 5];
        let bytes = [record(b"one"), record(&long), record(b"three")].concat();
        for size in [1 << 10, 1 << 16, usize::MAX] {
            assert_eq!(cut(bytes.chunks(size)), (vec![b"one".to_vec(), b"three".to_vec()], None));
        }
        let mut bytes = bytes;
        bytes[1000] = 8;
        assert_eq!(cut([&bytes[..]]), (vec![b"one".to_vec()], Some(19)));
    }

    #[test]
    fn nothing_is_read_after_a_damaged_record() {
        let bytes = [record(b"one"), record(b"two"), record(b"three")].concat();
        for at in 19..38 {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            let (records, damage) = cut([&bytes[..]]);
            assert_eq!((records, damage), (vec![b"one".to_vec()], Some(19)), "{at}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, cut_at in 0..64usize) {
            let all = [record(b"one"), bytes].concat();
            cut([&all[..cut_at.min(all.len())], &all[cut_at.min(all.len())..]]);
        }
    }
}
