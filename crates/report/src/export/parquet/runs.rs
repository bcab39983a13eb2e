//! Small numbers in few bits: runs of one number, and groups of eight packed side by side.

use crate::export::varint::varint;

/// How many bits hold numbers up to a greatest.
pub(super) fn bits(greatest: u32) -> u32 {
    u32::BITS - greatest.leading_zeros()
}

/// Numbers of at most so many bits in Parquet's hybrid of runs and packed groups.
pub(super) fn packed(numbers: &[u32], bits: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < numbers.len() {
        match run(&numbers[at..]) {
            run @ GROUP.. => {
                varint(&mut bytes, (run as u64) << 1);
                bytes.extend_from_slice(&numbers[at].to_le_bytes()[..bits.div_ceil(8) as usize]);
                at += run;
            }
            _ => {
                let start = at;
                while at < numbers.len() && run(&numbers[at..]) < GROUP {
                    at += GROUP;
                }
                at = at.min(numbers.len());
                groups(&mut bytes, &numbers[start..at], bits);
            }
        }
    }
    bytes
}

/// Numbers in a packed group, and in a run at least.
const GROUP: usize = 8;

/// How many equal numbers a list begins with.
fn run(numbers: &[u32]) -> usize {
    numbers.iter().take_while(|&&number| number == numbers[0]).count()
}

/// Packed groups; the last may lack some numbers, which are then zeros.
fn groups(bytes: &mut Vec<u8>, numbers: &[u32], bits: u32) {
    let count = numbers.len().div_ceil(GROUP);
    varint(bytes, (count as u64) << 1 | 1);
    let (mut held, mut width) = (0_u64, 0);
    let missing = count * GROUP - numbers.len();
    for number in numbers.iter().copied().chain(std::iter::repeat_n(0, missing)) {
        held |= u64::from(number) << width;
        width += bits;
        while width >= 8 {
            bytes.push(held as u8);
            held >>= 8;
            width -= 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads numbers back.
    fn unpacked(mut bytes: &[u8], bits: u32, count: usize) -> Vec<u32> {
        let mut numbers = Vec::new();
        let take = |bytes: &mut &[u8], length: usize| -> Vec<u8> {
            let (taken, rest) = bytes.split_at(length);
            *bytes = rest;
            taken.to_vec()
        };
        while !bytes.is_empty() {
            let (mut head, mut shift) = (0_u64, 0);
            loop {
                let byte = take(&mut bytes, 1)[0];
                head |= u64::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            let length = (head >> 1) as usize;
            if head & 1 == 0 {
                let mut value = take(&mut bytes, bits.div_ceil(8) as usize);
                value.resize(4, 0);
                numbers.extend(std::iter::repeat_n(u32::from_le_bytes(value.try_into().unwrap()), length));
            } else {
                let group = take(&mut bytes, length * bits as usize);
                let bit = |at: usize| u32::from(group[at / 8] >> (at % 8) & 1);
                let number = |n: usize| (0..bits as usize).map(|b| bit(n * bits as usize + b) << b).sum::<u32>();
                numbers.extend((0..length * GROUP).map(number));
            }
        }
        numbers.truncate(count);
        numbers
    }

    #[test]
    fn the_example_of_the_standard() {
        assert_eq!(packed(&[0, 1, 2, 3, 4, 5, 6, 7], 3), [3, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
        assert_eq!(packed(&[1; 100], 1), [200, 1, 1]);
        assert_eq!((bits(0), bits(1), bits(4), bits(255), bits(256)), (0, 1, 3, 8, 9));
    }

    proptest::proptest! {
        #[test]
        fn numbers_come_back(runs in proptest::collection::vec((0..300_u32, 1..30_usize), 0..30), wide in 9..32_u32) {
            let numbers: Vec<u32> = runs.iter().flat_map(|&(n, count)| std::iter::repeat_n(n, count)).collect();
            proptest::prop_assert_eq!(unpacked(&packed(&numbers, wide), wide, numbers.len()), numbers);
        }
    }
}
