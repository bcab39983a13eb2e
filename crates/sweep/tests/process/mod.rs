//! Runs a shell script as the program of an experiment.

use std::convert::Infallible;
use std::fs;

use etascape_sweep::program::{
    Event, Guard, Options, ProgramExperiment, Record, Surroundings, Understood, execute_program,
};
use etascape_sweep::{CancellationToken, Delivery};

/// The record of a script that runs once, with the lines `program` in its `[program]` and the file.
pub fn record(program: &str, script: &str) -> Record {
    attempt(program, script).0
}

/// The same, and how its output was understood.
pub fn attempt(program: &str, script: &str) -> (Record, Understood) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("script.sh"), script).unwrap();
    let text =
        format!("name = \"t\"\n[program]\ncommand = [\"sh\", \"script.sh\"]\n{program}\n[sweep.parameters]\ni = [1]\n");
    let experiment = ProgramExperiment::parse(&text, &folder.path().join("t.toml"), &[]).unwrap();
    let (guard, cancel) = (Guard::none(), CancellationToken::default());
    let options = Options { results: folder.path(), parallel: 1, fail_fast: false, cancel: &cancel, guard: &guard };
    let mut records = Vec::new();
    execute_program::<Infallible>(&experiment, &Surroundings::default(), &[0], &[], &options, &mut |delivery| {
        if let Delivery::Batch(events) = delivery {
            let record = |event| match event {
                Event::Finished(record, understood) => Some((*record, *understood)),
                Event::Started(_) => None,
            };
            records.extend(events.into_iter().filter_map(record));
        }
        Ok(())
    })
    .unwrap();
    records.pop().unwrap()
}
