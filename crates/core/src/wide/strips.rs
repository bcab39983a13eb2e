//! How the weights of a layer lie where a lane is a unit.

use std::ops::Range;

use pulp::Simd;

use crate::lanes::Lanes;

/// Where the numbers of a matrix lie in a buffer. Its columns are taken in vectors, the last one padded, and the vectors in
/// strips of a few: `[strip][row][vector of the strip]`. So a product reads a strip from its start to its end.
#[derive(Clone, Copy)]
pub(super) struct Strips {
    rows: usize,
    columns: usize,
    lanes: usize,
    /// Vectors of a row.
    vectors: usize,
    /// Vectors of the narrower strips.
    width: usize,
    /// How many strips come first that have one more.
    wider: usize,
}

/// A strip of a matrix.
pub(super) struct Strip {
    /// Its first vector of each row.
    pub vector: usize,
    /// Vectors of a row in it.
    pub width: usize,
    /// Where it lies.
    pub range: Range<usize>,
}

/// Vectors of a strip at most. AVX2 has 16 registers, which hold 6 × 2 sums and their factors; the others have 32 (with one
/// lane it does not matter).
pub(super) const fn widest<S: Simd>() -> usize {
    if S::F64_LANES == 4 { 2 } else { 4 }
}

impl Strips {
    pub fn new<S: Simd>(rows: usize, columns: usize) -> Strips {
        let vectors = columns.div_ceil(S::F64_LANES);
        let strips = vectors.div_ceil(widest::<S>());
        Strips { rows, columns, lanes: S::F64_LANES, vectors, width: vectors / strips, wider: vectors % strips }
    }

    /// Vectors of the matrix.
    pub fn len(self) -> usize {
        self.rows * self.vectors
    }

    pub fn rows(self) -> usize {
        self.rows
    }

    pub fn strips(self) -> impl Iterator<Item = Strip> {
        let mut vector = 0;
        std::iter::from_fn(move || {
            let strip = (vector < self.vectors).then(|| self.strip_of(vector))?;
            vector += strip.width;
            Some(strip)
        })
    }

    /// The strip that has a vector.
    #[inline(always)]
    fn strip_of(self, vector: usize) -> Strip {
        let (wide, rest) = (self.width + 1, self.wider * (self.width + 1));
        let (first, width) = match vector < rest {
            true => (vector - vector % wide, wide),
            false => (vector - (vector - rest) % self.width, self.width),
        };
        Strip { vector: first, width, range: self.rows * first..self.rows * (first + width) }
    }

    /// Where the vector of a row lies.
    #[inline(always)]
    fn place(self, row: usize, vector: usize) -> usize {
        let strip = self.strip_of(vector);
        strip.range.start + row * strip.width + vector - strip.vector
    }

    #[inline(always)]
    pub fn get<S: Simd>(self, matrix: &[Lanes<S>], row: usize, column: usize) -> f64 {
        matrix[self.place(row, column / self.lanes)].get(column % self.lanes)
    }

    #[inline(always)]
    pub fn set<S: Simd>(self, matrix: &mut [Lanes<S>], row: usize, column: usize, value: f64) {
        matrix[self.place(row, column / self.lanes)].set(column % self.lanes, value);
    }

    /// Writes the transposed of `matrix`, which lies so, into `target`, where it lies as `other` says.
    #[inline(always)]
    pub fn transpose<S: Simd>(self, matrix: &[Lanes<S>], other: Strips, target: &mut [Lanes<S>]) {
        for strip in self.strips() {
            for vector in strip.vector..strip.vector + strip.width {
                let column = vector * S::F64_LANES;
                let columns = (self.columns - column).min(S::F64_LANES);
                for block in 0..other.vectors {
                    let row = block * S::F64_LANES;
                    let rows = (self.rows - row).min(S::F64_LANES);
                    let from = strip.range.start + row * strip.width + vector - strip.vector;
                    let to = other.strip_of(block);
                    let start = to.range.start + column * to.width + block - to.vector;
                    for c in 0..columns {
                        let own = &mut target[start + c * to.width];
                        for r in 0..rows {
                            own.set(r, matrix[from + r * strip.width].get(c));
                        }
                    }
                }
            }
        }
    }
}
