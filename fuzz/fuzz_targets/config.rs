//! Any text as an experiment file: an experiment, or an error that renders.
#![no_main]

use std::path::Path;

use etascape_sweep::{Experiment, differences};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (text, set) = text.split_once('\u{1}').unwrap_or((text, ""));
    let sets: Vec<String> = set.lines().map(String::from).collect();
    match Experiment::parse(text, Path::new("/nowhere/e.toml"), &sets) {
        Ok(experiment) => {
            let last = experiment.plan.runs() - 1;
            let _ = experiment.plan.values(last);
            if let Ok(job) = experiment.plan.job(last) {
                let _ = experiment.plan.hyper(&job, last);
            }
            assert!(differences(&experiment.toml, &experiment.toml).is_empty());
        }
        Err(error) => assert!(!error.to_string().contains('\u{1b}')),
    }
});
