//! How the weights of a layer lie where a lane is a unit.

use std::ops::Range;

use pulp::Simd;

use crate::lanes::{Lanes, Vector};

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
    pub place: usize,
    /// Vectors of a row in it.
    pub width: usize,
    /// Where it lies.
    pub range: Range<usize>,
}

/// Vectors of a strip at most: 16 registers hold 6 × 2 sums and their factors, 32 hold 6 × 4.
pub(super) const fn widest<V: Vector>() -> usize {
    if V::Simd::REGISTER_COUNT >= 32 { 4 } else { 2 }
}

impl Strips {
    pub fn new<V: Vector>(rows: usize, columns: usize) -> Strips {
        let vectors = columns.div_ceil(V::LANES);
        let strips = vectors.div_ceil(widest::<V>());
        Strips { rows, columns, lanes: V::LANES, vectors, width: vectors / strips, wider: vectors % strips }
    }

    /// Vectors of the matrix.
    pub fn len(self) -> usize {
        self.rows * self.vectors
    }

    pub fn rows(self) -> usize {
        self.rows
    }

    pub fn strips(self) -> impl Iterator<Item = Strip> {
        let mut place = 0;
        std::iter::from_fn(move || {
            let strip = (place < self.vectors).then(|| self.strip_of(place))?;
            place += strip.width;
            Some(strip)
        })
    }

    /// The strip that has a vector of each row.
    #[inline(always)]
    fn strip_of(self, place: usize) -> Strip {
        let (wide, rest) = (self.width + 1, self.wider * (self.width + 1));
        let (first, width) = match place < rest {
            true => (place - place % wide, wide),
            false => (place - (place - rest) % self.width, self.width),
        };
        Strip { place: first, width, range: self.rows * first..self.rows * (first + width) }
    }

    /// Where the vector of a row lies that has a column.
    fn index(self, row: usize, column: usize) -> usize {
        let place = column / self.lanes;
        let strip = self.strip_of(place);
        strip.range.start + row * strip.width + place - strip.place
    }

    pub fn get<V: Vector>(self, matrix: &[Lanes<V>], row: usize, column: usize) -> f64 {
        matrix[self.index(row, column)].get(column % self.lanes)
    }

    /// Writes the number of every row and column, but not into the padding.
    pub fn fill<V: Vector>(self, matrix: &mut [Lanes<V>], number: impl Fn(usize, usize) -> f64) {
        for strip in self.strips() {
            for (row, vectors) in matrix[strip.range].chunks_exact_mut(strip.width).enumerate() {
                for (place, vector) in (strip.place..).zip(vectors) {
                    let first = place * self.lanes;
                    for lane in 0..self.lanes.min(self.columns - first) {
                        vector.set(lane, number(row, first + lane));
                    }
                }
            }
        }
    }

    /// Writes the transposed of `matrix`, which lies so, into `target`, where it lies as `other` says.
    #[inline(always)]
    pub fn transpose<V: Vector>(self, matrix: &[Lanes<V>], other: Strips, target: &mut [Lanes<V>]) {
        match V::LANES {
            16 => self.transpose_squares::<V, 16>(matrix, other, target),
            8 => self.transpose_squares::<V, 8>(matrix, other, target),
            4 => self.transpose_squares::<V, 4>(matrix, other, target),
            2 => self.transpose_squares::<V, 2>(matrix, other, target),
            _ => self.transpose_squares::<V, 1>(matrix, other, target),
        }
    }

    /// By squares of `L` × `L` numbers, `L` being the lanes.
    #[inline(always)]
    fn transpose_squares<V: Vector, const L: usize>(self, matrix: &[Lanes<V>], other: Strips, target: &mut [Lanes<V>]) {
        let nothing = [V::Element::default(); L];
        for strip in self.strips() {
            for place in strip.place..strip.place + strip.width {
                let columns = (self.columns - place * L).min(L);
                for block in 0..other.vectors {
                    let rows = (self.rows - block * L).min(L);
                    let from = &matrix[strip.range.start + block * L * strip.width + place - strip.place..];
                    let mut square = [&nothing; L];
                    for (row, values) in square.iter_mut().zip(from.iter().step_by(strip.width)).take(rows) {
                        *row = values.as_slice().first_chunk().expect("there are so many lanes");
                    }
                    let to = other.strip_of(block);
                    let target = &mut target[to.range.start + place * L * to.width + block - to.place..];
                    let columns = target.iter_mut().step_by(to.width).take(columns);
                    for (column, values) in columns.enumerate() {
                        let values: &mut [V::Element; L] =
                            values.as_mut_slice().first_chunk_mut().expect("there are so many lanes");
                        for row in 0..L {
                            values[row] = square[row][column];
                        }
                    }
                }
            }
        }
    }
}
