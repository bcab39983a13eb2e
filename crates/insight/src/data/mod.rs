//! What an experiment's data are, before training: facts for the plan, and doubts.

mod doubts;
mod facts;

pub use doubts::doubts;
pub use facts::facts;
