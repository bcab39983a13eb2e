//! From a config file to a plan of runs to their records.

pub mod data;
