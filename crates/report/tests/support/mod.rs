//! Sweeps to draw, made in a few lines: gradient descent on the two points (3, 7), (9, 13), and made-up losses.
#![allow(dead_code, reason = "each user needs a part")]

use std::path::Path;

use etascape_core::{CurvePoint, Metrics, RunRecord, StopReason};
use etascape_insight::subject::{FitInput, Scale, Subject, SweptParameter};
use etascape_report::{Columns, LogWriter, Rows};
use etascape_text::format_number;

const POINTS: [(f64, f64); 2] = [(3.0, 7.0), (9.0, 13.0)];

/// y = wx + b by gradient descent on ½Σ(t − y)².
pub fn descend(rate: f64, start: [f64; 2], steps: u64) -> RunRecord {
    let loss = |[w, b]: [f64; 2]| POINTS.iter().map(|(x, t)| (t - w * x - b) * (t - w * x - b) / 2.0).sum::<f64>();
    let mut theta = start;
    let mut record = RunRecord {
        stop_reason: StopReason::MaxSteps,
        steps: 0,
        initial_loss: loss(theta),
        final_loss: loss(theta),
        min_loss: loss(theta),
        parameters: Default::default(),
        curve: Vec::new(),
        extras: None,
    };
    let mut next = 1.0;
    for step in 0..=steps {
        let now = loss(theta);
        record.final_loss = now;
        record.steps = step;
        record.min_loss = record.min_loss.min(now);
        let diverged = now.is_nan() || now > 1e6 * record.initial_loss;
        let converged = now <= 1e-9;
        if step == 0 || step as f64 >= next || step == steps || diverged || converged {
            record.curve.push(CurvePoint {
                step,
                loss: now,
                metrics: Metrics::default(),
                batch_loss: None,
                sharpness: None,
                parameters: theta.as_slice().into(),
            });
            next = if step == 0 { 1.0 } else { f64::max(step as f64 + 1.0, next * 1.035) };
        }
        if diverged || converged {
            record.stop_reason = if diverged { StopReason::Diverged } else { StopReason::Converged };
            break;
        }
        let gradient = POINTS.iter().fold([0.0, 0.0], |[gw, gb], (x, t)| {
            let error = theta[0] * x + theta[1] - t;
            [gw + error * x, gb + error]
        });
        theta = [theta[0] - rate * gradient[0], theta[1] - rate * gradient[1]];
    }
    record.parameters = theta.as_slice().into();
    record
}

pub fn geomspace(low: f64, high: f64, count: usize) -> Vec<f64> {
    (0..count).map(|i| low * libm::pow(high / low, i as f64 / (count.max(2) - 1) as f64)).collect()
}

pub fn swept(path: &str, scale: Scale) -> SweptParameter {
    SweptParameter { path: path.to_owned(), scale }
}

/// Writes the tables of runs given as values and record.
pub fn write(folder: &Path, paths: &[&str], parameters: &[&str], runs: &[(Vec<String>, RunRecord)]) {
    std::fs::create_dir_all(folder).unwrap();
    let columns = Columns {
        swept: paths.iter().map(|path| path.to_string()).collect(),
        parameters: parameters.iter().map(|name| name.to_string()).collect(),
        curves: true,
        ..Columns::default()
    };
    let mut log = LogWriter::create(folder, &columns).unwrap();
    let mut rows = Rows::new(&columns);
    let sources: Vec<Option<usize>> = (0..parameters.len()).map(Some).collect();
    for (run_id, (values, record)) in runs.iter().enumerate() {
        rows.push(run_id as u64, values, record.into(), &sources);
    }
    log.append(&rows).unwrap();
    log.finish().unwrap();
}

/// The seed problem over rates and starting weights, b starting at −8.
pub fn seed(folder: &Path, rates: &[f64], weights: &[f64], steps: u64) -> Subject {
    let runs = rates.iter().flat_map(|&rate| weights.iter().map(move |&w| (rate, w)));
    let runs: Vec<_> =
        runs.map(|(rate, w)| (vec![format_number(rate), format_number(w)], descend(rate, [w, -8.0], steps))).collect();
    write(folder, &["train.learning_rate", "init.w"], &["w", "b"], &runs);
    Subject {
        name: "seed".to_owned(),
        description: "One neuron, two points: which learning rates work, and what does the start change?".to_owned(),
        parameters: vec![swept("train.learning_rate", Scale::Log), swept("init.w", Scale::Linear)],
        theory_limit: Some(0.021832400533999446),
        fit: Some(FitInput {
            points: POINTS.to_vec(),
            of_rows: POINTS.len(),
            x_name: "x".to_owned(),
            target_name: "t".to_owned(),
            parameters: vec!["w".to_owned(), "b".to_owned()],
            predict: Box::new(|theta, inputs| inputs.iter().map(|x| theta[0] * x + theta[1]).collect()),
        }),
        ..Subject::default()
    }
}

/// A made-up run: a power law down to a floor, with a little noise, diverging where told to.
pub fn made_up(speed: f64, floor: f64, noise: u64, diverges: bool) -> RunRecord {
    let mut record = descend(0.0, [1.0, 4.0], 0);
    let wobble = |step: u64| 1.0 + 0.06 * libm::sin((step * (3 + noise)) as f64 * 0.7 + noise as f64);
    let loss = |step: u64| {
        let grown = if diverges { libm::exp(speed * step as f64 / 30.0) } else { 1.0 };
        (2.3 / (1.0 + speed * step as f64) + floor) * wobble(step) * grown
    };
    let steps: Vec<u64> = (0..400).map(|k| libm::pow(1000.0, f64::from(k) / 399.0) as u64).collect();
    let mut steps: Vec<u64> = std::iter::once(0).chain(steps).collect();
    steps.dedup();
    let point = |&step: &u64| CurvePoint {
        step,
        loss: loss(step),
        metrics: Metrics::default(),
        batch_loss: None,
        sharpness: None,
        parameters: Default::default(),
    };
    record.curve = steps.iter().map(point).take_while(|point| point.loss < 1e6).collect();
    record.stop_reason = if diverges { StopReason::Diverged } else { StopReason::MaxSteps };
    record.steps = if diverges { record.curve.last().map_or(0, |point| point.step) } else { 1000 };
    record.initial_loss = loss(0);
    record.final_loss = if diverges { f64::INFINITY } else { loss(1000) };
    record.min_loss = record.final_loss.min(loss(0));
    record.parameters = Default::default();
    record
}
