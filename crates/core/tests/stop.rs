//! The one judge of runs, against its definition in words, and the engine's runs against it.

mod common;

use common::{data, hyper, losses, shape, train_one};
use etascape_core::{
    Data, Hyper, LearningRate, Optimizer, Patience, Precision, Purpose, RunRecord, Sgd, Shape, StopMonitor, StopReason,
    StopRules, Stream, train,
};

const SGD: Optimizer = Optimizer::Sgd(Sgd { momentum: 0.0, dampening: 0.0, weight_decay: 0.0, nesterov: false });

/// The first step at which a rule holds, and how the run ends there, worked out anew at every step from all losses so
/// far.
fn by_definition(rules: &StopRules, losses: &[f64]) -> Option<(u64, StopReason)> {
    (0..losses.len()).find_map(|step| Some((step as u64, ended(rules, &losses[..=step])?)))
}

fn ended(rules: &StopRules, losses: &[f64]) -> Option<StopReason> {
    let (start, last) = (losses[0], losses[losses.len() - 1]);
    let is_beyond_factor = start != 0.0 && last > rules.diverged_factor * start.abs();
    let improved = |min_delta: f64| {
        let mut improvements = vec![0];
        for step in 1..losses.len() {
            let best = losses[improvements[improvements.len() - 1]];
            improvements.extend((losses[step] < best - min_delta).then_some(step));
        }
        improvements[improvements.len() - 1]
    };
    let waits_too_long =
        |patience: Patience| losses.len() - 1 - improved(patience.min_delta) >= patience.steps as usize;
    match rules.patience {
        _ if !last.is_finite() || is_beyond_factor || last > rules.diverged_above => Some(StopReason::Diverged),
        _ if last <= rules.converged_below => Some(StopReason::Converged),
        Some(patience) if waits_too_long(patience) => Some(StopReason::Plateau),
        _ => None,
    }
}

fn watched(rules: &StopRules, losses: &[f64]) -> Option<(u64, StopReason)> {
    let mut monitor = StopMonitor::new(*rules);
    (0..).zip(losses).find_map(|(step, &loss)| Some((step, monitor.observe(step, loss)?)))
}

fn pick<T: Copy>(stream: &mut Stream, values: &[T]) -> T {
    values[(stream.uniform() * values.len() as f64) as usize]
}

fn rules(stream: &mut Stream, below: &[f64], factors: &[f64], above: &[f64], min_deltas: &[f64]) -> StopRules {
    let patience = Patience { steps: pick(stream, &[1, 2, 3, 7]), min_delta: pick(stream, min_deltas) };
    StopRules {
        converged_below: pick(stream, below),
        diverged_factor: pick(stream, factors),
        diverged_above: pick(stream, above),
        patience: (stream.uniform() < 0.5).then_some(patience),
    }
}

const INF: f64 = f64::INFINITY;
const LEAST: f64 = f64::from_bits(1);

#[test]
fn a_monitor_ends_a_run_where_the_definition_does() {
    let common = [0.75, 0.875, 1.0, 1.0, 1.125];
    let rare =
        [0.0, -0.0, LEAST, 1e-310, 0.5, 1.0 - 1e-16, 1.0 + 3e-16, 8.0, -2.0, 1e300, f64::MAX, INF, -INF, f64::NAN];
    let mut stream = Stream::new(3, Purpose::Generator, 0);
    let mut counts = [0; 3];
    for _ in 0..50_000 {
        let rules = rules(
            &mut stream,
            &[-INF, -1.0, 0.0, LEAST, 0.5],
            &[1.0, 1.125, 8.0, 1e300, INF],
            &[1.0, 8.0, INF],
            &[0.0, 0.125, 0.1],
        );
        let length = 1 + (stream.uniform() * 12.0) as usize;
        let draw = |_| if stream.uniform() < 0.75 { pick(&mut stream, &common) } else { pick(&mut stream, &rare) };
        let losses: Vec<f64> = (0..length).map(draw).collect();
        let expected = by_definition(&rules, &losses);
        assert_eq!(watched(&rules, &losses), expected, "{rules:?}, {losses:?}");
        let statuses = [StopReason::Converged, StopReason::Diverged, StopReason::Plateau];
        expected.iter().for_each(|end| counts[statuses.iter().position(|status| *status == end.1).unwrap()] += 1);
    }
    assert!(counts.iter().all(|&count| count > 2000), "{counts:?}");
}

/// Runs end where a monitor of their losses ends them: those of small linear models, which take many steps at a stretch,
/// and those that are looked at at every step. The losses are those of the same runs without rules.
#[test]
fn the_engine_ends_runs_where_a_monitor_does() {
    let points = data(&[&[3.0], &[9.0]], &[7.0, 13.0]);
    let exact = data(&[&[1.0], &[2.0]], &[5.0, 6.0]);
    let mut batches = shape(&[1, 2, 1], true, &[0.5, -1.0, 0.1, 0.2, 1.0, -0.7, 0.3], 60);
    batches.batch_size = 1;
    // From (1, 4), which both data lie on, and from beside it by a rounding.
    for (index, (shape, data)) in [
        (shape(&[1, 1], true, &[3.0, -8.0], 60), &points),
        (shape(&[1, 1], true, &[1.0, 4.0], 60), &exact),
        (shape(&[1, 1], true, &[1.0, 4.0 + 1e-15], 60), &exact),
        (shape(&[1, 1], true, &[-1e160, 0.0], 60), &points),
        (batches, &points),
    ]
    .into_iter()
    .enumerate()
    {
        for precision in [Precision::F64, Precision::F32] {
            ends_as_monitored(index as u64, Shape { precision, ..shape.clone() }, data);
        }
    }
}

fn ends_as_monitored(seed: u64, shape: Shape, data: &Data) {
    let mut stream = Stream::new(seed, Purpose::Generator, 0);
    let free: Vec<Hyper> = (0..40).map(|_| hyper(SGD, libm::pow(10.0, -4.0 + 3.5 * stream.uniform()))).collect();
    let free: Vec<(Hyper, Vec<f64>)> =
        train(&shape, data, &free).unwrap().iter().map(losses).zip(free).map(|(l, h)| (h, l)).collect();
    for patience in [None, Some(Patience { steps: 3, min_delta: 0.0 }), Some(Patience { steps: 5, min_delta: 0.5 })] {
        let asked = Shape { patience, ..shape.clone() };
        let mut ruled = Vec::new();
        for (run, losses) in &free {
            // Bounds among the losses themselves, to be met exactly.
            let own = |stream: &mut Stream| pick(stream, losses);
            let below = [-INF, 0.0, 1e-9, own(&mut stream), own(&mut stream)];
            let above = [INF, 1e300, own(&mut stream), own(&mut stream)];
            let factors = [1.0, 1.0 + 1e-12, 2.0, 1e6, 1e300, INF, own(&mut stream) / losses[0]];
            let factors = factors.map(|factor| if factor >= 1.0 { factor } else { 1.0 });
            for _ in 0..20 {
                let StopRules { converged_below, diverged_factor, diverged_above, .. } =
                    rules(&mut stream, &below, &factors, &above, &[0.0]);
                ruled.push((Hyper { converged_below, diverged_factor, diverged_above, ..run.clone() }, losses));
            }
        }
        let runs: Vec<Hyper> = ruled.iter().map(|(run, _)| run.clone()).collect();
        for (record, (run, losses)) in train(&asked, data, &runs).unwrap().iter().zip(&ruled) {
            let expected = watched(&asked.stop_rules(run), losses);
            let expected = expected.unwrap_or((asked.steps, StopReason::MaxSteps));
            assert_eq!((record.steps, record.stop_reason), expected, "{run:?}, {losses:?}");
        }
    }
}

/// E = ½w² with η = 3: w doubles, and the loss is ½ 4ᵏ from w = 1.
fn doubling(start: f64, change: impl Fn(&mut Hyper)) -> RunRecord {
    let mut run = Hyper { learning_rate: LearningRate::Same(3.0), ..hyper(SGD, 0.0) };
    change(&mut run);
    train_one(&shape(&[1, 1], false, &[start], 3000), &data(&[&[1.0]], &[0.0]), &run)
}

#[test]
fn the_limit_is_so_many_times_the_loss_at_the_start() {
    let ends = |record: RunRecord| (record.stop_reason, record.steps);
    // 4ᵏ > 10⁶ from k = 10 on, whatever the loss at the start.
    for start in [1.0, 1e-100, 1e100] {
        assert_eq!(ends(doubling(start, |run| run.diverged_factor = 1e6)), (StopReason::Diverged, 10), "from {start}");
    }
    let exactly = |factor| ends(doubling(1.0, |run| run.diverged_factor = factor)).1;
    assert_eq!((exactly(64.0), exactly(63.9)), (4, 3), "at the limit is not above it");
    assert_eq!(exactly(1.0), 1);
    let both = |factor, above| ends(doubling(1.0, |run| (run.diverged_factor, run.diverged_above) = (factor, above))).1;
    assert_eq!((both(64.0, 1e6), both(1e6, 32.0)), (4, 4), "either ends it");
    // A limit beyond all numbers, and none: only what is not finite has diverged, |w| ≥ 2⁵¹² from 1.
    for factor in [1e308, INF] {
        let record = doubling(1e10, |run| run.diverged_factor = factor);
        assert_eq!((record.stop_reason, record.final_loss), (StopReason::Diverged, INF), "{factor:e}");
    }
}

#[test]
fn a_loss_of_0_at_the_start_sets_no_limit() {
    let rules = StopRules { diverged_factor: 1e6, ..StopRules::NONE };
    assert_eq!(watched(&rules, &[0.0, 1e300, -0.0, f64::MAX]), None);
    assert_eq!(watched(&rules, &[-0.0, 1e300, INF]), Some((2, StopReason::Diverged)));
    assert_eq!(watched(&StopRules { diverged_above: 5.0, ..rules }, &[0.0, 5.0, 6.0]), Some((2, StopReason::Diverged)));
}

#[test]
fn the_limit_of_a_negative_start_is_so_many_times_its_magnitude() {
    let rules = StopRules { diverged_factor: 10.0, ..StopRules::NONE };
    assert_eq!(watched(&rules, &[-2.0, -1.0, 0.0, 20.0, -1e9]), None, "20 is not above 10 · 2");
    assert_eq!(watched(&rules, &[-2.0, 20.5]), Some((1, StopReason::Diverged)));
    assert_eq!(watched(&rules, &[f64::NAN]), Some((0, StopReason::Diverged)));
    assert_eq!(watched(&rules, &[INF]), Some((0, StopReason::Diverged)));
}
