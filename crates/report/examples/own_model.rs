//! A model of one's own, swept with etascape's crates as a library: it implements [`Model`], and gets the plan, the
//! rules, the logs, the charts and the page of etascape.
//!
//! The model is Rosenbrock's valley (1960), f = (1 − x)² + 100 (y − x²)², walked by gradient descent with momentum.
//! The question: which learning rates and momenta come to the minimum at (1, 1)?
//!
//! `cargo run --release -p etascape-report --example own_model`

use std::error::Error;
use std::path::Path;

use etascape_insight::subject::Subject;
use etascape_report::{ProgramResults, Provenance, draw};
use etascape_sweep::program::{Event, Guard, Model, ModelRun, Options, ProgramExperiment, Tell, execute_model};

/// The same file as for a program, without a command.
const EXPERIMENT: &str = r#"
name = "valley"
description = "Which learning rates and momenta walk down Rosenbrock's valley?"

[program]

[stop]
converged_below = 1e-9

[sweep.parameters]
lr = { geomspace = [1e-5, 1e-2, 30] }
momentum = [0.0, 0.9, 0.99]
"#;

/// Rosenbrock's valley.
struct Valley;

impl Model for Valley {
    fn train(&self, run: &ModelRun<'_>, tell: Tell<'_>) -> Result<(), Box<dyn Error + Send + Sync>> {
        let rate = run.number("lr").ok_or("no lr")?;
        let momentum = run.number("momentum").ok_or("no momentum")?;
        let (mut x, mut y, mut vx, mut vy) = (-1.2, 1.0, 0.0, 0.0);
        for step in 0..=20_000 {
            let (slope, height): (f64, f64) = (1.0 - x, y - x * x);
            let loss = slope * slope + 100.0 * height * height;
            if tell(step, &[("loss", loss), ("x", x), ("y", y)]).is_break() {
                break;
            }
            vx = momentum * vx - 2.0 * slope - 400.0 * x * height;
            vy = momentum * vy + 200.0 * height;
            x -= rate * vx;
            y -= rate * vy;
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let folder = Path::new("results/valley");
    let experiment = ProgramExperiment::parse(EXPERIMENT, Path::new("valley.toml"), &[])?;
    let mut results = ProgramResults::begin(folder, &experiment, Provenance::default())?;
    let left: Vec<u64> = (0..experiment.plan.runs()).filter(|&run| results.journal.status(run).is_none()).collect();
    let guard = Guard::none();
    let options = Options { results: folder, parallel: 4, fail_fast: false, stop: &|| false, guard: &guard };
    execute_model(&experiment, &Valley, &left, &results.journal.rungs(), &options, &mut |events| {
        let finished = events.iter().filter_map(|event| match event {
            Event::Finished(record) => Some(&**record),
            Event::Started(_) => None,
        });
        Ok(results.append(&finished.collect::<Vec<_>>())?)
    })?;
    results.finish(String::new())?;
    let drawn = draw(folder, &Subject::of_program(&experiment))?;
    println!("{}", drawn.findings);
    drawn.files.iter().for_each(|file| println!("{}", file.display()));
    Ok(())
}
