//! A block of runs is watched as a [`StopMonitor`] watches each of them: generated losses and rules, ties and the ends of
//! what numbers can say among them.

use pulp::{Simd, WithSimd};

use super::*;
use crate::lanes::{Doubles, Singles};
use crate::train::InstructionSet;
use crate::{Loss, Network, Purpose, StopMonitor, Stream};

/// Losses of every kind: some are better than others by 1/8 exactly, some are neighbours of 1.
const LOSSES: [f64; 20] = [
    0.0,
    -0.0,
    f64::MIN_POSITIVE / 4.0,
    f64::MIN_POSITIVE,
    1e-9,
    0.25,
    0.5,
    0.75,
    0.875,
    1.0 - f64::EPSILON / 2.0,
    1.0,
    1.0 + f64::EPSILON,
    1.125,
    -1.0,
    8.0,
    1e300,
    f64::MAX,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];
const BELOW: [f64; 5] = [f64::NEG_INFINITY, -1.0, 0.0, f64::MIN_POSITIVE / 4.0, 0.5];
const FACTORS: [f64; 5] = [1.0, 1.125, 8.0, 1e300, f64::INFINITY];
const ABOVE: [f64; 4] = [0.75, 1.0, 8.0, f64::INFINITY];

fn pick<const N: usize>(stream: &mut Stream, values: [f64; N]) -> f64 {
    values[(stream.uniform() * N as f64) as usize]
}

/// Losses of which most are as those at the start, so that runs do not all end at once.
fn loss(stream: &mut Stream) -> f64 {
    let common = stream.uniform() < 0.8;
    if common { pick(stream, [0.75, 0.875, 1.0, 1.0, 1.125]) } else { pick(stream, LOSSES) }
}

fn shape(patience: Option<Patience>) -> Shape {
    Shape { steps: 1 << 40, patience, ..Shape::new(Network::new([1, 1]).unwrap(), Loss::Mse) }
}

/// Watches blocks of generated runs, a lane being refilled when its run ends. How many ended as each status.
struct Check {
    patience: Option<Patience>,
    seed: u64,
}

impl WithSimd for Check {
    type Output = Vec<(StopReason, usize)>;

    fn with_simd<S: Simd>(self, simd: S) -> Vec<(StopReason, usize)> {
        let of_doubles = self.ends(Doubles(simd));
        // Those of f32 are watched in pairs of vectors of f64.
        let of_singles = self.ends(Singles(simd).wide());
        of_doubles.into_iter().zip(of_singles).map(|((reason, one), (_, other))| (reason, one.min(other))).collect()
    }
}

impl Check {
    fn ends<V: Vector<Element = f64>>(&self, vector: V) -> Vec<(StopReason, usize)> {
        const STEPS: usize = 3000;
        let shape = shape(self.patience);
        let mut stream = Stream::new(self.seed, Purpose::Generator, 0);
        let mut rules = || StopRules {
            converged_below: pick(&mut stream, BELOW),
            diverged_factor: pick(&mut stream, FACTORS),
            diverged_above: pick(&mut stream, ABOVE),
            patience: shape.patience,
        };
        let mut watch = Watch::<V>::new(vector, &shape);
        let mut load = |watch: &mut Watch<V>, lane| {
            let rules = rules();
            watch.load(lane, rules);
            StopMonitor::new(rules)
        };
        let mut monitors: Vec<StopMonitor> = (0..V::LANES).map(|lane| load(&mut watch, lane)).collect();
        let mut losses = Stream::new(self.seed, Purpose::Generator, 1);
        let all = [StopReason::Converged, StopReason::Diverged, StopReason::Plateau, StopReason::MaxSteps];
        let mut ends = all.map(|reason| (reason, 0)).to_vec();
        for _ in 0..STEPS {
            let mut block = Lanes::splat(vector, 0.0);
            (0..V::LANES).for_each(|lane| block.set(lane, loss(&mut losses)));
            let expect =
                |(lane, monitor): (usize, &mut StopMonitor)| monitor.observe(watch.step(lane), block.get(lane));
            let expected: Vec<Option<StopReason>> = monitors.iter_mut().enumerate().map(expect).collect();
            let is_noticed = watch.observe(block);
            assert!(is_noticed || expected.iter().all(Option::is_none), "{expected:?} is not noticed");
            let mut ended = Vec::new();
            for lane in (0..V::LANES).filter(|_| is_noticed) {
                let found = watch.verdict(lane, block.get(lane), None);
                assert_eq!(found, expected[lane], "{:?} at {}", monitors[lane], watch.step(lane));
                watch.set_due(lane, 1 << 40);
                ended.extend(found.map(|status| (lane, status)));
            }
            watch.advance(1);
            for (lane, status) in ended {
                monitors[lane] = load(&mut watch, lane);
                ends.iter_mut().filter(|(of, _)| *of == status).for_each(|(_, count)| *count += 1);
            }
        }
        ends
    }
}

#[test]
fn a_block_is_watched_as_each_of_its_runs_would_be() {
    let patience = [(3, 0.0), (1, 0.125), (3, 0.125), (2, 0.1), (4, f64::MAX), (2, f64::MIN_POSITIVE)];
    let patience = patience.map(|(steps, min_delta)| Some(Patience { steps, min_delta }));
    let rules = patience.into_iter().chain([None]).zip(0..);
    for (set, (patience, seed)) in
        InstructionSet::available().into_iter().flat_map(|set| rules.clone().map(move |one| (set, one)))
    {
        let ends = set.dispatch(Check { patience, seed });
        for (status, count) in ends {
            let occurs = match status {
                StopReason::Converged | StopReason::Diverged => true,
                StopReason::Plateau => patience.is_some(),
                _ => false,
            };
            assert_eq!(count > 20, occurs, "{count} {status:?}, {patience:?}");
        }
    }
}
