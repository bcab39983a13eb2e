//! A model of one's own, swept with etascape's crates as a library: it implements [`Model`], and gets the plan, the
//! rules, the logs, the charts and the page of etascape.
//!
//! The model is Rosenbrock's valley (1960), f = (1 − x)² + 100 (y − x²)², walked by gradient descent with momentum.
//! The question: which learning rates and momenta come to the minimum at (1, 1)?
//!
//! `cargo run --release -p etascape-report --example own_model`

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use etascape_report::{
    DrawOptions, EntryPoint, Holder, ModelExecutor, Part, ProgramSweep, Provenance, Session, SessionSettings,
};
use etascape_sweep::CancellationToken;
use etascape_sweep::program::{Model, ModelRun, ProgramExperiment, ReportMetrics};

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
    type Error = &'static str;

    fn train(&self, run: &ModelRun<'_>, report: ReportMetrics<'_>) -> Result<(), &'static str> {
        let rate = run.number("lr").ok_or("no lr")?;
        let momentum = run.number("momentum").ok_or("no momentum")?;
        let (mut x, mut y, mut vx, mut vy) = (-1.2, 1.0, 0.0, 0.0);
        for step in 0..=20_000 {
            let (slope, height): (f64, f64) = (1.0 - x, y - x * x);
            let loss = slope * slope + 100.0 * height * height;
            if report(step, &[("loss", loss), ("x", x), ("y", y)]).is_break() {
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

fn main() -> Result<(), Box<dyn Error>> {
    let experiment = ProgramExperiment::parse(EXPERIMENT, Path::new("valley.toml"), &[])?;
    let part = Part::whole(experiment.plan.runs());
    let sweep = ProgramSweep { experiment: &experiment, part, retry_failed: false };
    let session = Session::open(Path::new("results/valley"), &Holder::default())?;
    match session.inspect(&sweep, env!("CARGO_PKG_VERSION"), &mut |_| {})? {
        EntryPoint::At(position) => {
            let executor = ModelExecutor { experiment: &experiment, model: &Valley, parallel: 4 };
            let provenance = Provenance { version: env!("CARGO_PKG_VERSION").into(), ..Provenance::default() };
            let settings = SessionSettings { provenance, pause: Duration::from_secs(2), now: String::new };
            session.train(&sweep, &executor, position, settings, &CancellationToken::default(), &mut |_| {})?;
        }
        EntryPoint::Complete => println!("complete already"),
        EntryPoint::Other(_) | EntryPoint::Foreign(_) => return Err("results/valley holds something else".into()),
    }
    let drawn = session.draw(&sweep, &DrawOptions::default())?;
    println!("{}", drawn.findings);
    drawn.files.iter().for_each(|file| println!("{}", file.display()));
    Ok(())
}
