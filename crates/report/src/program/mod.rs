//! The results folder of a program's sweep. Every finished run goes into a journal at once; the tables are written from the
//! journal, in run order.

mod compare;
mod entry;
mod files;
mod found;
mod index;
mod joined;
mod journal;
mod reading;
mod results;
mod stored;
mod tables;
mod tally;

pub use compare::first_difference;
pub use files::{differing_files, file_digests};
pub use found::ProgramFound;
pub use joined::JoinedJournals;
pub use results::{MendedJournal, ProgramResults};
pub use stored::{journal_damage, write_tables};
pub use tally::Tally;
