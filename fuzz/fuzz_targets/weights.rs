//! Any bytes as a safetensors file: finite parameters, or an error that renders.
#![no_main]

use etascape_core::Network;
use etascape_sweep::data::read_weights;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("fuzz-weights-{}", std::process::id()));
    std::fs::write(&path, bytes).expect("the temporary folder takes a file");
    let network = Network::new([2, 2, 1]).expect("a network of three layers");
    match read_weights(&path, &network) {
        Ok(parameters) => {
            assert_eq!(parameters.len(), network.parameters());
            assert!(parameters.iter().all(|x| x.is_finite()));
        }
        Err(error) => assert!(!error.to_string().contains('\u{1b}')),
    }
});
