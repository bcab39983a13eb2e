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
mod export;
mod folder;
mod infinite;
mod input;
mod journal;
mod json;
mod killed;
mod list;
#[cfg(target_os = "linux")]
mod memory;
mod output;
mod program;
mod reproduced;
mod resumed;
mod schemas;
mod starting;
mod stopped;
mod understood;
mod words;
