//! The binary `etascape`.

fn main() {}
