//! The neuron again, by a reading of its own: y = w·x + b, E = ½ Σ (t − y)², and the updates as people write them.

use std::collections::HashMap;

use crate::bench::{Bench, SMALL, rows};

const POINTS: [[f64; 2]; 2] = [[3.0, 7.0], [9.0, 13.0]];

/// The losses, w and b after 0, 1, 2 … updates.
fn descend(rate: f64, mut w: f64, mut b: f64, updates: u64) -> Vec<[f64; 3]> {
    let mut states = Vec::new();
    for _ in 0..=updates {
        let (mut error, mut slope_w, mut slope_b) = (0.0, 0.0, 0.0);
        for [x, t] in POINTS {
            let y = w * x + b;
            error += (t - y) * (t - y) / 2.0;
            slope_w += (y - t) * x;
            slope_b += y - t;
        }
        states.push([error, w, b]);
        w -= rate * slope_w;
        b -= rate * slope_b;
    }
    states
}

fn is_close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-12 * expected.abs()
}

#[test]
fn every_logged_point_is_that_of_gradient_descent() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    let [runs, curves] = bench.tables("results/small");
    let number = |cell: &String| cell.parse::<f64>().unwrap();
    let start = |row: &Vec<String>| (row[0].clone(), descend(number(&row[1]), number(&row[2]), -8.0, 300));
    let expected: HashMap<String, Vec<[f64; 3]>> = rows(&runs)[1..].iter().map(start).collect();
    let points = &rows(&curves)[1..];
    for row in points {
        let state = expected[&row[0]][number(&row[1]) as usize];
        let found: Vec<f64> = row[2..].iter().map(number).collect();
        assert!(found.iter().zip(state).all(|(&a, b)| is_close(a, b)), "{row:?}, expected {state:?}");
    }
    assert!(points.len() > 100, "only {} points were compared", points.len());
}

#[test]
fn status_steps_and_least_loss_are_those_of_every_step_taken() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    for row in &rows(&bench.tables("results/small")[0])[1..] {
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        let losses: Vec<f64> = descend(number(1), number(2), -8.0, 300).iter().map(|state| state[0]).collect();
        let end = losses.iter().position(|&loss| loss <= 0.5 || loss > 1e6 * losses[0]);
        let status = end.map_or("max_steps", |end| if losses[end] <= 0.5 { "converged" } else { "diverged" });
        let end = end.unwrap_or(300);
        assert_eq!((row[3].as_str(), number(4) as usize), (status, end), "{row:?}");
        let least = losses[..=end].iter().copied().fold(f64::INFINITY, f64::min);
        let expected = [losses[0], losses[end], least];
        assert!((5..8).zip(expected).all(|(column, b)| is_close(number(column), b)), "{row:?}, {expected:?}");
    }
}
