//! The binary `etascape`, run on real files in folders of its own.

mod bad_data;
mod bad_folder;
mod bad_input;
mod bench;
mod bytes;
mod compare;
mod contract;
mod descent;
mod folder;
mod killed;
mod output;
mod resumed;
mod words;
