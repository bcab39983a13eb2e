//! The binary `etascape`, run on real files in folders of its own.

mod bad_data;
mod bad_folder;
mod bad_input;
mod beginnings;
mod bench;
mod bytes;
mod changed;
mod charts;
mod compare;
mod contract;
mod damaged;
mod data;
mod descent;
mod folder;
mod infinite;
mod journal;
mod json;
mod killed;
#[cfg(target_os = "linux")]
mod memory;
mod output;
mod precision;
mod program;
mod reproduced;
mod resumed;
mod starting;
mod stopped;
mod understood;
mod words;
