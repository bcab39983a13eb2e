//! Random small sweeps of quadratics, whose truth is known in closed form: every claim must hold.

use etascape_core::{Purpose, Stream};

use super::*;
use crate::findings::{FindingKind, NEW_LINE};

/// A sweep: for each run its rate, its optimiser's index, its seed, whether it diverged, its first and its last loss.
struct Sweep {
    runs: Vec<(f64, usize, usize, bool, f64, f64)>,
    rates: Vec<f64>,
    seeds: usize,
}

/// Loss c (1 − ηλ)²ᵏ + floor after k steps: an "optimiser" is a λ, a seed is a c. Some sweeps have no curvature, and some
/// have rates that are all too large, or too small.
fn sweep(stream: &mut Stream) -> Sweep {
    let count = 1 + stream.below(7) as usize;
    let kind = stream.below(8);
    let scale = match kind {
        0 => 1e5,
        2 => 1e-7,
        _ => 1.0,
    };
    let low = libm::exp2(-8.0 * stream.uniform() - 3.0) * scale;
    let ratio = 1.0 + 9.0 * stream.uniform();
    let rates: Vec<f64> = (0..count).map(|at| low * libm::pow(ratio, at as f64)).collect();
    let (optimizers, seeds) = (1 + stream.below(3) as usize, 1 + stream.below(8) as usize);
    let curvatures: Vec<f64> =
        (0..optimizers).map(|_| if kind == 1 { 0.0 } else { libm::exp2(6.0 * stream.uniform() - 3.0) }).collect();
    let (floor, steps) = (stream.uniform() * stream.below(2) as f64, 1 + stream.below(200));
    let noise: Vec<f64> = (0..seeds).map(|_| libm::exp(0.5 * stream.normal())).collect();
    let mut runs = Vec::new();
    for &rate in &rates {
        for (optimizer, curvature) in curvatures.iter().enumerate() {
            for (seed, factor) in noise.iter().enumerate() {
                let start = factor + floor;
                let shrink = libm::pow((1.0 - rate * curvature).abs(), 2.0 * steps as f64);
                let last = factor * shrink + floor;
                runs.push((rate, optimizer, seed, last > 1e6 * start || !last.is_finite(), start, last));
            }
        }
    }
    Sweep { runs, rates, seeds }
}

impl Sweep {
    fn findings(&self) -> Findings {
        let head = "run_id,train.learning_rate,train.optimizer,seed,status,steps,initial_loss,final_loss,min_loss\n";
        let row =
            |(id, &(rate, optimizer, seed, diverged, first, last)): (usize, &(f64, usize, usize, bool, f64, f64))| {
                let status = if diverged { "diverged" } else { "max_steps" };
                format!("{id},{rate:e},o{optimizer},{seed},{status},100,{first:e},{last:e},{last:e}\n")
            };
        let table: String = std::iter::once(head.to_owned()).chain(self.runs.iter().enumerate().map(row)).collect();
        let subject = Subject { parameters: parameters(&[RATE, OPTIMIZER, SEED]), ..Subject::default() };
        found_in(&table, &subject, &[])
    }

    /// The median loss of a setting, by the definition.
    fn loss(&self, rate: f64, optimizer: usize) -> f64 {
        let mut losses: Vec<f64> =
            self.runs.iter().filter(|run| (run.0, run.1) == (rate, optimizer)).map(loss).collect();
        losses.sort_by(f64::total_cmp);
        let (low, high) = (losses[(losses.len() - 1) / 2], losses[losses.len() / 2]);
        if low == high { low } else { low / 2.0 + high / 2.0 }
    }

    fn best(&self) -> (f64, usize, f64) {
        let settings = self.runs.iter().map(|run| (run.0, run.1, self.loss(run.0, run.1)));
        settings.min_by(|a, b| a.2.total_cmp(&b.2)).unwrap()
    }
}

fn loss(run: &(f64, usize, usize, bool, f64, f64)) -> f64 {
    if run.3 || !run.5.is_finite() { f64::INFINITY } else { run.5 }
}

#[test]
fn every_claim_holds() {
    let mut stream = Stream::new(1, Purpose::Generator, 0);
    let mut claims: std::collections::BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..400 {
        let sweep = sweep(&mut stream);
        let found = sweep.findings();
        for one in found.found.iter().chain(&found.next).chain(&found.nothing_learned) {
            assert!(!one.sentence.is_empty() && !one.sentence.contains(NEW_LINE));
            *claims.entry(check(&sweep, &one.kind)).or_default() += 1;
        }
        let all_diverged = sweep.runs.iter().all(|run| run.3);
        let is_said = found.headline().starts_with("All") || found.headline() == "The run diverged";
        assert_eq!(all_diverged, is_said, "{}", found.headline());
    }
    for kind in ["range", "compared", "edge", "coarse", "nothing", "smaller", "still", "value"] {
        assert!(claims.get(kind).is_some_and(|&count| count >= 3), "{kind} is hardly said: {claims:?}");
    }
}

/// Checks a claim against the sweep; its kind in a word.
fn check(sweep: &Sweep, kind: &FindingKind) -> &'static str {
    let (rate, optimizer, best) = sweep.best();
    let good = |rate: f64| sweep.loss(rate, optimizer) <= best + 0.05 * best.abs() + 1e-10;
    let lowest = sweep.rates[0];
    let highest = *sweep.rates.last().unwrap();
    match kind {
        FindingKind::GoodRange { best: ends, objective, range, below, above, .. } => {
            assert_eq!(*objective, best);
            assert!((ends[0]..=ends[1]).contains(&rate));
            let within = sweep.rates.iter().filter(|rate| (range[0]..=range[1]).contains(*rate));
            within.for_each(|&rate| assert!(good(rate), "{rate} in {range:?}"));
            let next = |below: bool| {
                let mut outside =
                    sweep.rates.iter().copied().filter(|&one| if below { one < range[0] } else { one > range[1] });
                if below { outside.next_back() } else { outside.next() }
            };
            assert_eq!([*below, *above], [next(true), next(false)]);
            [below, above].into_iter().flatten().for_each(|&rate| assert!(sweep.loss(rate, optimizer) > best * 1.05));
            "range"
        }
        FindingKind::Compared { settings, difference, seeds, is_sure, .. } => {
            assert!(*seeds <= sweep.seeds && settings[0] != settings[1]);
            assert!(difference.is_none_or(|[mean, low, high]| mean >= 0.0 && low <= mean && mean <= high));
            let is_clear = difference.is_some_and(|[_, low, _]| low > 0.0);
            let largest = sweep.runs.iter().map(loss).filter(|loss| loss.is_finite()).fold(0.0, f64::max);
            let is_nothing = difference.is_some_and(|[mean, ..]| mean <= 1e-3 * largest);
            assert!(*is_sure == is_clear || is_clear && is_nothing, "{difference:?} of {largest}");
            "compared"
        }
        FindingKind::BestAtEdge { best: at, is_highest, .. } => {
            assert_eq!(*at, if *is_highest { highest } else { lowest });
            assert_eq!(sweep.loss(*at, optimizer), best);
            "edge"
        }
        FindingKind::TooCoarse { best: at, below, above } => {
            let is_worse = |rate: f64| sweep.loss(rate, optimizer) > 1.05 * best;
            assert!(is_worse(*below) && is_worse(*above) && sweep.loss(*at, optimizer) == best);
            "coarse"
        }
        FindingKind::NothingLearned { at_start: true, .. } => {
            assert!(sweep.runs.iter().all(|run| loss(run) >= run.4 * (1.0 - 1e-8)));
            "nothing"
        }
        FindingKind::HardlyMoved { objective, start } => {
            assert!(*objective <= *start && sweep.runs.iter().all(|run| loss(run) >= 0.99 * run.4));
            "still"
        }
        FindingKind::ValueAtEdge { values, best: at, is_highest, .. } => {
            assert_eq!(*at, if *is_highest { highest } else { lowest });
            for value in values {
                let optimizer: usize = value[1..].parse().unwrap();
                assert!(
                    sweep
                        .rates
                        .iter()
                        .all(|&rate| rate == *at || sweep.loss(rate, optimizer) > sweep.loss(*at, optimizer))
                );
            }
            "value"
        }
        FindingKind::LargerRates { greatest, limit: None } => {
            assert!(*greatest == highest && sweep.runs.iter().all(|run| loss(run) >= 0.99 * run.4));
            "larger"
        }
        FindingKind::SmallerRates { least } => {
            assert!(*least == lowest && sweep.runs.iter().all(|run| run.3));
            "smaller"
        }
        other => panic!("{other:?} cannot be known from this table"),
    }
}
