//! Names with numbers on a line of any logger, found in one pass.
//!
//! A name is the words before a number: `train loss 2.0`, `val_loss: 0.5`, `lr=0.1`, `Epoch [3/10]`. Dates, times, versions,
//! paths, numbers with units, and averages in brackets behind a value have no name and are passed over.

mod cursor;
mod found;
mod scan;
mod value;

use cursor::Scanner;
pub(super) use found::{Found, Pair};

/// Finds the pairs of a line.
pub(super) fn find(line: &[u8], found: &mut Found) {
    found.clear();
    Scanner { line, at: 0, name: None, sign: None, is_field: true, heading: None, found }.scan();
}
