//! Draws the loss curves of one network at several learning rates as SVG:
//!
//! ```text
//! cargo run --release --example curves > curves.svg
//! ```

use std::f64::consts::PI;
use std::fmt::Write;

use etascape_core::{Activation, CurvePoint, Data, Error, Loss, Network, Rows, RunRecord, Shape, StopReason, train};

/// Updates of each run.
const STEPS: u64 = 2000;
/// The picture, and the frame of the curves in it, in pixels.
const SIZE: [f64; 2] = [760.0, 440.0];
const LEFT: f64 = 70.0;
const RIGHT: f64 = 600.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 390.0;
/// Decades of the loss from the top of the frame to its bottom.
const DECADES: [f64; 2] = [1.0, -4.0];

fn main() -> Result<(), Error> {
    let network = Network::new([1, 16, 16, 1])?.activation(Activation::Tanh);
    let shape = Shape { steps: STEPS, ..Shape::new(network, Loss::Mse) };
    let rates = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0];
    // Every run starts from the same weights: all have seed 0.
    let runs = rates.map(|rate| shape.hyper(rate));
    let records = train(&shape, &sine(), &runs)?;
    println!("{}", picture(&rates, &records));
    Ok(())
}

/// One period of a sine: 64 rows of one input.
fn sine() -> Data {
    let features: Vec<f64> = (0..64).map(|row| f64::from(row) / 32.0 - 1.0).collect();
    let targets = features.iter().map(|x| libm::sin(PI * x)).collect();
    Data::from(Rows { inputs: 1, features, targets })
}

/// A line for each run, with its learning rate at its end.
fn picture(rates: &[f64], records: &[RunRecord]) -> String {
    let mut svg = String::new();
    let [width, height] = SIZE;
    let _ = writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">"#
    );
    let _ = writeln!(svg, r#"<rect width="{width}" height="{height}" fill="white"/>"#);
    axes(&mut svg);
    for (which, (rate, record)) in rates.iter().zip(records).enumerate() {
        // From blue to red as the rate rises.
        let color = format!("hsl({:.0} 70% 45%)", 220.0 - 220.0 * which as f64 / (rates.len() - 1) as f64);
        curve(&mut svg, &color, rate, record);
    }
    svg + "</svg>"
}

/// A label for each decade of the loss, and for the first and the last step.
fn axes(svg: &mut String) {
    for decade in (DECADES[1] as i32)..=(DECADES[0] as i32) {
        let y = down(libm::pow(10.0, f64::from(decade)));
        let _ = writeln!(svg, r##"<line x1="{LEFT}" y1="{y}" x2="{RIGHT}" y2="{y}" stroke="#ddd"/>"##);
        let _ = writeln!(svg, r#"<text x="{}" y="{}" text-anchor="end">1e{decade}</text>"#, LEFT - 8.0, y + 4.0);
    }
    for step in [0, STEPS / 2, STEPS] {
        let (x, y) = (across(step), BOTTOM + 20.0);
        let _ = writeln!(svg, r#"<text x="{x}" y="{y}" text-anchor="middle">{step}</text>"#);
    }
    let _ = writeln!(svg, r#"<text x="{LEFT}" y="24">loss after so many steps of gradient descent</text>"#);
}

fn curve(svg: &mut String, color: &str, rate: &f64, record: &RunRecord) {
    // Zero and what is not finite have no place on a logarithmic axis.
    let shown: Vec<&CurvePoint> =
        record.curve.iter().filter(|point| point.loss > 0.0 && point.loss.is_finite()).collect();
    let places: Vec<String> =
        shown.iter().map(|point| format!("{:.1},{:.1}", across(point.step), down(point.loss))).collect();
    let _ = writeln!(svg, r#"<polyline points="{}" fill="none" stroke="{color}"/>"#, places.join(" "));
    if let Some(last) = shown.last() {
        let how = if record.stop_reason == StopReason::Diverged { " diverged" } else { "" };
        let (x, y) = (across(last.step) + 6.0, down(last.loss) + 4.0);
        let _ = writeln!(svg, r#"<text x="{x:.1}" y="{y:.1}" fill="{color}">η = {rate}{how}</text>"#);
    }
}

/// Where a step stands.
fn across(step: u64) -> f64 {
    LEFT + (RIGHT - LEFT) * step as f64 / STEPS as f64
}

/// Where a loss stands on the logarithmic axis; at the edge of the frame if it is beyond.
fn down(loss: f64) -> f64 {
    let share = (DECADES[0] - libm::log10(loss)) / (DECADES[0] - DECADES[1]);
    TOP + (BOTTOM - TOP) * share.clamp(0.0, 1.0)
}
