//! The engine's transcendental functions lie within few units in the last place of the truth, as `math.rs` says of each.
//! The truth is computed here in pairs of numbers (106 bits) from series, over the whole range, densely where the
//! functions change their ways.

mod pair;

use etascape_core::scalar::{exp, ln, normal_cdf_and_density, sigmoid, softplus, tanh};
use etascape_core::{Purpose, Stream};
use pair::Pair;

/// The distance in units in the last place of the truth, those of the subnormal numbers at the least.
fn ulps(found: f64, truth: Pair) -> f64 {
    let size = truth.0.abs();
    ((found - truth.0) - truth.1).abs() / (size.next_up() - size)
}

/// Random numbers of either sign whose exponents are uniform, from 2^`from` to 2^`to`; and neighbours of `edges`, each as
/// often.
fn points(from: f64, to: f64, edges: &[f64], count: usize) -> Vec<f64> {
    let mut stream = Stream::new(3, Purpose::Generator, 0);
    let mut sign = 1.0;
    let mut spread = || {
        sign = -sign;
        sign * libm::exp2(from + (to - from) * stream.uniform())
    };
    let mut all: Vec<f64> = (0..count).map(|_| spread()).collect();
    let mut stream = Stream::new(4, Purpose::Generator, 0);
    let near = |edge: f64| edge * (1.0 + 0.02 * stream.normal());
    all.extend(edges.iter().cycle().take(count).copied().map(near));
    all
}

#[track_caller]
fn check(name: &str, bound: f64, points: &[f64], found: impl Fn(f64) -> f64, truth: impl Fn(f64) -> Pair) {
    let errors = points.iter().map(|&x| (ulps(found(x), truth(x)), x));
    let (worst, at) = errors.fold((0.0, 0.0), |worst, next| if next.0 > worst.0 { next } else { worst });
    println!("{name}: {worst:.3} ulp at {at:e}");
    assert!(worst <= bound, "{name} is off by {worst} ulp at {at:e}");
}

const COUNT: usize = 500_000;
const LN_2: f64 = std::f64::consts::LN_2;
/// Below it eˣ is subnormal, and pairs are no longer exact.
const LEAST_NORMAL_POWER: f64 = -708.3;

#[test]
fn of_exp() {
    let edges: Vec<f64> = (-5..=5).map(|n| (f64::from(n) + 0.5) * LN_2).chain([-708.4, -744.0, 709.0]).collect();
    let mut points = points(-60.0, 9.46, &edges, COUNT);
    points.retain(|x| (-744.4..=709.7).contains(x));
    check("exp", 1.1, &points, exp, |x| Pair::from(x).exp());
}

#[test]
fn of_tanh() {
    let edges: Vec<f64> = (1..=8).map(|n| f64::from(n) * 0.5 * LN_2).chain([19.0]).collect();
    check("tanh", 1.8, &points(-60.0, 4.8, &edges, COUNT), tanh, Pair::tanh);
}

#[test]
fn of_sigmoid() {
    let edges: Vec<f64> = (-8..=8).map(|n| (f64::from(n) + 0.5) * LN_2).chain([37.0]).collect();
    let one = Pair::from(1.0);
    let mut points = points(-60.0, 9.4, &edges, COUNT);
    points.retain(|&x| x >= LEAST_NORMAL_POWER);
    check("sigmoid", 1.6, &points, sigmoid, |x| one / (one + Pair::from(-x).exp()));
}

#[test]
fn of_softplus() {
    let edges: Vec<f64> = (-8..=8).map(|n| (f64::from(n) + 0.5) * LN_2).chain([37.0]).collect();
    let one = Pair::from(1.0);
    let truth = |x: f64| {
        if x < -30.0 {
            let e = Pair::from(x).exp();
            e - e * e * Pair::from(0.5)
        } else {
            (one + Pair::from(x).exp()).ln()
        }
    };
    let mut points = points(-60.0, 9.4, &edges, COUNT / 4);
    points.retain(|&x| x >= LEAST_NORMAL_POWER);
    check("softplus", 1.7, &points, softplus, truth);
}

#[test]
fn of_ln() {
    let edges = [1.0, 1.41, 0.71, 2.0, f64::MIN_POSITIVE, 1e-320, f64::MAX];
    let mut points: Vec<f64> = points(-1074.0, 1024.0, &edges, COUNT / 4).iter().map(|x| x.abs()).collect();
    points.retain(|&x| x > 0.0 && x < f64::INFINITY);
    check("ln", 0.9, &points, ln, |x| Pair::from(x).ln());
}

#[test]
fn of_the_normal_density() {
    let density = |x: f64| normal_cdf_and_density(x).1;
    let mut points = points(-60.0, 5.25, &[1.0, 2.0, 5.0, 36.0], COUNT);
    points.retain(|x| x.abs() <= 37.5);
    check("density", 0.6, &points, density, Pair::normal_density);
}

#[test]
fn of_the_normal_distribution_function() {
    let cdf = |x: f64| normal_cdf_and_density(x).0;
    let edges = [-0.01, -0.5, -1.0, -2.0, -5.0, -9.0, -20.0, -36.0, 0.5, 1.0, 2.0, 8.0];
    let mut points = points(-60.0, 5.25, &edges, COUNT / 4);
    points.retain(|&x| x >= -37.4);
    check("distribution function", 1.7, &points, cdf, Pair::normal_cdf);
}

#[test]
fn of_subnormal_results() {
    // mpmath at 240 bits, in units of 2⁻¹⁰⁷⁴.
    let check = |name: &str, found: f64, expected: f64| {
        let units = found.to_bits() as f64;
        assert!((units - expected).abs() <= 1.0, "{name}: {units}, expected {expected}");
    };
    let powers = [(-708.75, 3162287083686219.0), (-720.5, 24948310000.0), (-735.0, 12583.0), (-744.25, 1.0)];
    for (x, expected) in powers {
        check("exp", exp(x), expected);
        check("sigmoid", sigmoid(x), expected);
        check("softplus", softplus(x), expected);
    }
    let normal = [
        (-37.75, 28756455243475.0, 761226979921.0),
        (-38.0, 2220800133.0, 58401720.0),
        (-38.25, 161117.0, 4209.0),
        (-38.4, 513.0, 13.0),
    ];
    for (x, density, cdf) in normal {
        check("density", normal_cdf_and_density(x).1, density);
        check("distribution function", normal_cdf_and_density(x).0, cdf);
    }
}

#[test]
fn the_pairs_are_right() {
    // mpmath at 200 bits.
    let close = |found: Pair, high: f64, low: f64| {
        assert!(((found.0 - high) + (found.1 - low)).abs() <= 1e-26 * high.abs(), "{found:?} {high:e} {low:e}")
    };
    close(Pair::from(1.25).exp(), 3.4903429574618414, -4.604261945372796e-17);
    close(Pair::from(-300.5).exp(), 3.1225412772322846e-131, 2.3777947889417906e-147);
    close(Pair::from(0.001953125).exp(), 1.0019550335910028, 1.4880094000024225e-17);
    close(Pair::tanh(0.001), 0.0009999996666668, 1.7800613799166557e-20);
    close(Pair::tanh(0.4), 0.3799489622552249, 6.3008573143723185e-18);
    close(Pair::tanh(7.0), 0.9999983369439447, -1.612443653741189e-17);
    close(Pair::tanh(1e-06), 9.999999999996666e-07, -2.5868588632771325e-23);
    close(Pair::from(3.0).ln(), 1.0986122886681098, -9.07129723500153e-17);
    close(Pair::from(1e-200).ln(), -460.51701859880916, 2.2080942657241066e-14);
    close(Pair::from(1.0009765625).ln(), 0.0009760859730554589, -2.8791156534096714e-20);
    close(Pair::normal_cdf(0.5), 0.6914624612740131, -1.4568778275699303e-17);
    close(Pair::normal_cdf(-1.25), 0.10564977366685525, 3.738036792923343e-18);
    close(Pair::normal_cdf(3.0), 0.9986501019683699, 8.940996681239719e-18);
    close(Pair::normal_cdf(-4.75), 1.0170832425687032e-06, 2.5393515731608594e-24);
    close(Pair::normal_cdf(-5.5), 1.8989562465887718e-08, 1.5092774863741613e-24);
    close(Pair::normal_cdf(-20.0), 2.7536241186062337e-89, -4.205855543202273e-106);
}
