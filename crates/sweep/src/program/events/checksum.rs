//! CRC-32C (Castagnoli), as records have it.

/// The polynomial, its lowest power first.
const POLYNOMIAL: u32 = 0x82f6_3b78;

const TABLES: [[u32; 256]; 4] = tables();

/// For four bytes at once: what a byte does to the sum, and does after one, two and three bytes more.
const fn tables() -> [[u32; 256]; 4] {
    let mut tables = [[0; 256]; 4];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ POLYNOMIAL } else { sum >> 1 };
            bit += 1;
        }
        tables[0][byte] = sum;
        byte += 1;
    }
    let mut byte = 0;
    while byte < 256 {
        let mut table = 1;
        while table < 4 {
            let before = tables[table - 1][byte];
            tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            table += 1;
        }
        byte += 1;
    }
    tables
}

/// A checksum of bytes that arrive in pieces.
#[derive(Debug, Clone)]
pub(super) struct Checksum(u32);

impl Checksum {
    pub fn new() -> Checksum {
        Checksum(!0)
    }

    pub fn add(&mut self, bytes: &[u8]) {
        let (fours, rest) = bytes.as_chunks::<4>();
        for four in fours {
            let sum = self.0 ^ u32::from_le_bytes(*four);
            let of = |table: usize, shift: u32| TABLES[table][(sum >> shift & 0xff) as usize];
            self.0 = of(3, 0) ^ of(2, 8) ^ of(1, 16) ^ of(0, 24);
        }
        for byte in rest {
            self.0 = (self.0 >> 8) ^ TABLES[0][((self.0 ^ u32::from(*byte)) & 0xff) as usize];
        }
    }

    /// The sum as records store it: turned by 15 bits, and a constant added.
    pub fn masked(&self) -> u32 {
        const ADDED: u32 = 0xa282_ead8;
        (!self.0).rotate_right(15).wrapping_add(ADDED)
    }
}

/// The checksum of some bytes as records of TensorBoard event files store it: CRC-32C, turned by 15 bits, and a constant added.
pub fn masked(bytes: &[u8]) -> u32 {
    let mut sum = Checksum::new();
    sum.add(bytes);
    sum.masked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standard() {
        let plain = |bytes: &[u8]| {
            let mut sum = Checksum::new();
            sum.add(bytes);
            !sum.0
        };
        // RFC 3720, B.4, and the usual check value.
        assert_eq!(plain(b"123456789"), 0xe306_9283);
        assert_eq!(plain(&[0; 32]), 0x8a91_36aa);
        assert_eq!(plain(&[0xff; 32]), 0x62a8_ab43);
        assert_eq!(plain(&(0..32).collect::<Vec<u8>>()), 0x46dd_794e);
    }

    proptest::proptest! {
        #[test]
        fn pieces_have_the_sum_of_the_whole(bytes: Vec<u8>, cut in 0..100usize) {
            let cut = cut.min(bytes.len());
            let mut sum = Checksum::new();
            sum.add(&bytes[..cut]);
            sum.add(&bytes[cut..]);
            proptest::prop_assert_eq!(sum.masked(), masked(&bytes));
        }
    }
}
