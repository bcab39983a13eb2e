//! What an experiment's data are, before training: facts for the plan, and doubts.

mod doubts;
mod facts;
mod summary;

pub use doubts::doubts;
pub use facts::facts;
