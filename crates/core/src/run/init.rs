//! Where the parameters of a run start.

use std::cell::RefCell;

use crate::{Hyper, Network, Precision, Purpose, Scheme, Shape, Start, Stream};

/// The parameters that a run starts from, in the network's order.
pub(crate) fn starting_parameters(shape: &Shape, hyper: &Hyper) -> Vec<f64> {
    let mut parameters = vec![0.0; shape.network.parameters()];
    start(shape, hyper, &mut parameters);
    parameters
}

/// Writes the starting parameters of a run, in the network's order.
///
/// Layer l draws its weights, row by row, from the stream (seed, [`Purpose::Init`], l), so that no layer's size changes
/// another's draws. In f32 the same numbers are drawn, and what comes of them is rounded once, at the end.
pub(crate) fn start(shape: &Shape, hyper: &Hyper, parameters: &mut [f64]) {
    let network = &shape.network;
    match &shape.start {
        Start::Given(values) => parameters.copy_from_slice(values),
        Start::Drawn(scheme) => {
            for layer in 0..network.layers() {
                let weights = &mut parameters[network.weights(layer)];
                if layer > 0 || hyper.init_w.is_none() {
                    let (fan_in, fan_out) = (network.fan_in(layer), network.fan_out(layer));
                    Draw { scheme: *scheme, fan_in, fan_out, layer, seed: hyper.seed }.put(weights);
                    weights.iter_mut().for_each(|weight| *weight *= hyper.init_scale);
                }
                parameters[network.biases(layer)].fill(0.0);
            }
        }
    }
    adjust_first_layer(network, hyper, parameters);
    if shape.precision == Precision::F32 {
        parameters.iter_mut().for_each(|parameter| *parameter = f64::from(*parameter as f32));
    }
}

/// The values that replace the first layer's, and the offset.
fn adjust_first_layer(network: &Network, hyper: &Hyper, parameters: &mut [f64]) {
    let weights = network.weights(0);
    match hyper.init_w.as_deref() {
        Some([all]) => parameters[weights.clone()].fill(*all),
        Some(each) => parameters[weights.clone()].copy_from_slice(each),
        None => {}
    }
    if let Some(bias) = hyper.init_b {
        parameters[network.biases(0)].fill(bias);
    }
    parameters[weights].iter_mut().for_each(|weight| *weight += hyper.init_offset);
}

/// What decides the weights that a layer draws.
#[derive(Clone, Copy, PartialEq)]
struct Draw {
    scheme: Scheme,
    fan_in: usize,
    fan_out: usize,
    layer: usize,
    seed: u64,
}

thread_local! {
    /// What this thread has drawn last for each layer. Most runs of a sweep differ in other things than their seed, and so draw
    /// what the run before has drawn.
    static LATEST: RefCell<Vec<(Option<Draw>, Vec<f64>)>> = const { RefCell::new(Vec::new()) };
}

impl Draw {
    /// Writes the weights, which are drawn unless they are those that the thread has drawn last.
    fn put(self, weights: &mut [f64]) {
        LATEST.with_borrow_mut(|layers| {
            if layers.len() <= self.layer {
                layers.resize(self.layer + 1, (None, Vec::new()));
            }
            let (latest, drawn) = &mut layers[self.layer];
            if *latest != Some(self) {
                drawn.resize(weights.len(), 0.0);
                self.draw(drawn);
                *latest = Some(self);
            }
            weights.copy_from_slice(drawn);
        });
    }

    fn draw(self, weights: &mut [f64]) {
        let mut stream = Stream::new(self.seed, Purpose::Init, self.layer as u64);
        let (fan_in, fan_out) = (self.fan_in as f64, self.fan_out as f64);
        match self.scheme {
            Scheme::Zeros => weights.fill(0.0),
            Scheme::Normal => normal(1.0, &mut stream, weights),
            Scheme::Uniform => uniform(1.0, &mut stream, weights),
            Scheme::GlorotUniform => uniform((6.0 / (fan_in + fan_out)).sqrt(), &mut stream, weights),
            Scheme::GlorotNormal => normal((2.0 / (fan_in + fan_out)).sqrt(), &mut stream, weights),
            Scheme::HeUniform => uniform((6.0 / fan_in).sqrt(), &mut stream, weights),
            Scheme::HeNormal => normal((2.0 / fan_in).sqrt(), &mut stream, weights),
            Scheme::LecunNormal => normal((1.0 / fan_in).sqrt(), &mut stream, weights),
            Scheme::Orthogonal => orthogonal(self.fan_in, &mut stream, weights),
        }
    }
}

fn normal(deviation: f64, stream: &mut Stream, weights: &mut [f64]) {
    weights.iter_mut().for_each(|weight| *weight = deviation * stream.normal());
}

fn uniform(bound: f64, stream: &mut Stream, weights: &mut [f64]) {
    weights.iter_mut().for_each(|weight| *weight = bound * (2.0 * stream.uniform() - 1.0));
}

/// The Q of a Gaussian matrix's QR decomposition whose R has a positive diagonal, which makes it uniformly distributed
/// (Mezzadri 2007). Its vectors are the rows of W, or the columns where W has more rows than columns.
fn orthogonal(fan_in: usize, stream: &mut Stream, weights: &mut [f64]) {
    let fan_out = weights.len() / fan_in;
    let (count, length) = (fan_out.min(fan_in), fan_out.max(fan_in));
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(count);
    for _ in 0..count {
        let drawn = (0..length).map(|_| stream.normal()).collect();
        basis.push(orthonormalized(drawn, &basis));
    }
    for (at, weight) in weights.iter_mut().enumerate() {
        let (out, input) = (at / fan_in, at % fan_in);
        *weight = if fan_out <= fan_in { basis[out][input] } else { basis[input][out] };
    }
}

/// The part of a vector that is orthogonal to the others, scaled to length 1, by modified Gram–Schmidt. A second pass
/// removes what the rounding of the first has left.
fn orthonormalized(mut vector: Vec<f64>, basis: &[Vec<f64>]) -> Vec<f64> {
    for _ in 0..2 {
        for other in basis {
            let along = dot(&vector, other);
            vector.iter_mut().zip(other).for_each(|(x, y)| *x -= along * y);
        }
        let length = dot(&vector, &vector).sqrt();
        vector.iter_mut().for_each(|x| *x /= length);
    }
    vector
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Loss;

    fn shape(widths: &[usize], start: Start) -> Shape {
        Shape { start, ..Shape::new(Network::new(widths).unwrap(), Loss::Mse) }
    }

    fn hyper() -> Hyper {
        shape(&[1, 1], Start::Drawn(Scheme::Zeros)).hyper(0.1)
    }

    fn started(widths: &[usize], start_at: Start, hyper: &Hyper) -> Vec<f64> {
        let shape = shape(widths, start_at);
        let mut parameters = vec![f64::NAN; shape.network.parameters()];
        start(&shape, hyper, &mut parameters);
        parameters
    }

    /// Every scheme draws in f32 what it draws in f64, and scales and moves it before it is rounded.
    #[test]
    fn starts_in_f32_are_those_in_f64_rounded() {
        for scheme in [
            Scheme::Zeros,
            Scheme::Normal,
            Scheme::Uniform,
            Scheme::GlorotUniform,
            Scheme::GlorotNormal,
            Scheme::HeUniform,
            Scheme::HeNormal,
            Scheme::LecunNormal,
            Scheme::Orthogonal,
        ] {
            let single = Shape { precision: Precision::F32, ..shape(&[3, 8, 1], Start::Drawn(scheme)) };
            let hyper = Hyper { seed: 5, init_scale: 0.3, init_offset: 0.01, ..hyper() };
            let exact = started(&[3, 8, 1], Start::Drawn(scheme), &hyper);
            let rounded: Vec<f64> = exact.iter().map(|&x| f64::from(x as f32)).collect();
            assert_eq!(starting_parameters(&single, &hyper), rounded, "{scheme:?}");
        }
    }

    /// Variances of the closed forms, for 200 inputs and 300 outputs: 60,000 draws. The sample variance of n normal draws
    /// has the relative standard deviation √(2/n) = 0.58 %, that of uniform ones √(0.8/n) = 0.37 %: five of them are less
    /// than 3 %.
    #[test]
    fn variances_and_bounds_are_those_of_the_schemes() {
        let cases = [
            (Scheme::Normal, 1.0, f64::INFINITY),
            (Scheme::Uniform, 1.0 / 3.0, 1.0),
            (Scheme::GlorotUniform, 2.0 / 500.0, 0.10954451150103323),
            (Scheme::GlorotNormal, 2.0 / 500.0, f64::INFINITY),
            (Scheme::HeUniform, 2.0 / 200.0, 0.17320508075688773),
            (Scheme::HeNormal, 2.0 / 200.0, f64::INFINITY),
            (Scheme::LecunNormal, 1.0 / 200.0, f64::INFINITY),
        ];
        for (scheme, variance, bound) in cases {
            let parameters = started(&[200, 300], Start::Drawn(scheme), &hyper());
            let (weights, biases) = parameters.split_at(60_000);
            let (mean, square) = (weights.iter().sum::<f64>() / 6e4, dot(weights, weights) / 6e4);
            assert!((square / variance - 1.0).abs() < 0.03, "{scheme:?}: {square}");
            assert!(mean.abs() < 5.0 * (variance / 6e4).sqrt(), "{scheme:?}: {mean}");
            let largest = weights.iter().fold(0.0, |a: f64, w| a.max(w.abs()));
            assert!(largest <= bound && (bound.is_infinite() || largest > 0.999 * bound), "{scheme:?}: {largest}");
            assert!(biases.iter().all(|&b| b == 0.0));
        }
    }

    #[test]
    fn zeros_are_zero() {
        assert_eq!(started(&[2, 2, 1], Start::Drawn(Scheme::Zeros), &hyper()), [0.0; 9]);
    }

    #[test]
    fn orthogonal_rows_or_columns_are_orthonormal() {
        for (fan_in, fan_out) in [(40, 40), (17, 40), (40, 17), (1, 5), (5, 1), (1, 1)] {
            let w = started(&[fan_in, fan_out], Start::Drawn(Scheme::Orthogonal), &hyper());
            let row = |i: usize| w[i * fan_in..(i + 1) * fan_in].to_vec();
            let column = |i: usize| (0..fan_out).map(|out| w[out * fan_in + i]).collect();
            let vectors: Vec<Vec<f64>> =
                if fan_out <= fan_in { (0..fan_out).map(row).collect() } else { (0..fan_in).map(column).collect() };
            for (i, a) in vectors.iter().enumerate() {
                for (j, b) in vectors.iter().enumerate() {
                    let expected = f64::from(i == j);
                    assert!((dot(a, b) - expected).abs() < 1e-13, "{fan_in} × {fan_out}: {i}, {j}");
                }
            }
        }
    }

    /// Under the uniform distribution over rotations and reflections of the plane, every entry has mean 0 and variance ½,
    /// and half of the determinants are 1. Over 4000 seeds a mean strays by √(½/4000) = 0.011, a share by 0.008.
    #[test]
    fn orthogonal_matrices_are_uniformly_distributed() {
        let draws: Vec<Vec<f64>> = (0..4000)
            .map(|seed| started(&[2, 2], Start::Drawn(Scheme::Orthogonal), &Hyper { seed, ..hyper() }))
            .collect();
        for entry in 0..4 {
            let mean = draws.iter().map(|w| w[entry]).sum::<f64>() / 4000.0;
            let square = draws.iter().map(|w| w[entry] * w[entry]).sum::<f64>() / 4000.0;
            assert!(mean.abs() < 0.056 && (square - 0.5).abs() < 0.03, "{entry}: {mean} {square}");
        }
        let rotations = draws.iter().filter(|w| w[0] * w[3] - w[1] * w[2] > 0.0).count();
        assert!((1840..2160).contains(&rotations), "{rotations}");
    }

    #[test]
    fn the_scale_multiplies_drawn_weights_and_the_offset_moves_the_first_layer() {
        let scheme = || Start::Drawn(Scheme::HeNormal);
        let plain = started(&[2, 3, 1], scheme(), &hyper());
        let scaled = started(&[2, 3, 1], scheme(), &Hyper { init_scale: 2.0, init_offset: 0.5, ..hyper() });
        let expected = plain.iter().enumerate().map(|(i, x)| 2.0 * x + if i < 6 { 0.5 } else { 0.0 });
        assert_eq!(scaled, expected.collect::<Vec<_>>());
    }

    #[test]
    fn given_numbers_replace_those_of_the_first_layer() {
        let numbers = |w: &[f64]| Hyper { init_w: Some(w.into()), init_b: Some(-8.0), init_offset: 1.0, ..hyper() };
        let drawn = || Start::Drawn(Scheme::Normal);
        assert_eq!(started(&[1, 1], drawn(), &numbers(&[3.0])), [4.0, -8.0]);
        assert_eq!(started(&[2, 1], drawn(), &numbers(&[3.0])), [4.0, 4.0, -8.0]);
        assert_eq!(started(&[2, 1], drawn(), &numbers(&[3.0, 5.0])), [4.0, 6.0, -8.0]);
    }

    #[test]
    fn given_parameters_are_neither_scaled_nor_drawn() {
        let given = Start::Given([1.0, 2.0, 3.0, 4.0].into());
        let hyper = Hyper { init_scale: 7.0, init_offset: 0.25, ..hyper() };
        assert_eq!(started(&[1, 1, 1], given, &hyper), [1.25, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn layers_and_seeds_draw_different_numbers() {
        let first = started(&[1, 2, 1], Start::Drawn(Scheme::Normal), &hyper());
        let wider = started(&[1, 3, 1], Start::Drawn(Scheme::Normal), &hyper());
        assert_eq!(first[0..2], wider[0..2]);
        assert_eq!(first[4..6], wider[6..8]);
        assert_ne!(first[0], first[4]);
        assert_ne!(first[0], started(&[1, 2, 1], Start::Drawn(Scheme::Normal), &Hyper { seed: 1, ..hyper() })[0]);
    }

    /// What another run of the thread has drawn before changes nothing, whatever the two differ in.
    #[test]
    fn runs_draw_the_same_whatever_was_drawn_before() {
        let cases = [
            (vec![2, 3, 1], Scheme::HeNormal, 0),
            (vec![2, 3, 1], Scheme::HeNormal, 1),
            (vec![2, 3, 1], Scheme::HeUniform, 1),
            (vec![3, 2, 1], Scheme::HeUniform, 1),
            (vec![6, 1], Scheme::HeUniform, 1),
            (vec![1, 6, 1], Scheme::Orthogonal, 1),
        ];
        let of = |(widths, scheme, seed): &(Vec<usize>, Scheme, u64)| {
            started(widths, Start::Drawn(*scheme), &Hyper { seed: *seed, ..hyper() })
        };
        let alone =
            |case: &(Vec<usize>, Scheme, u64)| std::thread::scope(|scope| scope.spawn(|| of(case)).join().unwrap());
        for before in &cases {
            for case in &cases {
                let expected = alone(case);
                of(before);
                assert_eq!(of(case), expected);
                assert_eq!(of(case), expected);
            }
        }
    }

    /// The first draws as they are, so that a change of the logs' bytes does not go unnoticed. A separate ChaCha8 and
    /// Box–Muller gave the same bits, but for the last one of the orthogonal scheme.
    #[test]
    fn first_draws_stay_the_same_bits() {
        for (scheme, expected) in [
            (Scheme::GlorotUniform, [0x3fab526380d51421, 0xbfe874e38e8a035b]),
            (Scheme::HeNormal, [0x3fe6b2fef8db3681, 0x3fefba0e62c99f1c]),
            (Scheme::Orthogonal, [0x3fe05c7ab0fb5abf, 0xbfd33bd1776ece06]),
        ] {
            let parameters = started(&[2, 3], Start::Drawn(scheme), &Hyper { seed: 42, ..hyper() });
            let bits: Vec<u64> = parameters[..2].iter().map(|x| x.to_bits()).collect();
            assert_eq!(bits, expected, "{scheme:?}");
        }
    }
}
