//! Sets of keys.

/// A set of keys, by their numbers, which are below 128.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct KeySet(u128);

impl KeySet {
    pub fn has(self, key: impl Into<u8>) -> bool {
        self.0 >> key.into() & 1 == 1
    }

    pub fn insert(&mut self, key: impl Into<u8>) {
        self.0 |= 1 << key.into();
    }

    /// The keys of it that are not of another.
    pub fn without(self, other: KeySet) -> KeySet {
        KeySet(self.0 & !other.0)
    }

    /// The keys of either.
    pub fn or(self, other: KeySet) -> KeySet {
        KeySet(self.0 | other.0)
    }

    /// The keys of both.
    pub fn and(self, other: KeySet) -> KeySet {
        KeySet(self.0 & other.0)
    }
}
