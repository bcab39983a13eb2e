//! The functions of f32 at every number, or at every few, against those of f64, whose error is nothing in f32.

use pulp::{Simd, WithSimd};

use crate::InstructionSet;
use crate::lanes::{Lanes, Singles, Vector};
use crate::math::{exp, ln, normal_cdf_and_density, sigmoid, softplus_and_sigmoid, tanh};
use crate::number::Element;

/// The largest distance of f32 from f64 that was found of a function, in units in the last place of the true value, those of
/// the subnormal numbers at the least, and where.
struct Worst {
    name: &'static str,
    ulps: f64,
    at: f64,
}

/// Bounds of the module's table.
const BOUNDS: [(&str, f64); 7] = [
    ("exp", 1.1),
    ("ln", 0.9),
    ("tanh", 1.8),
    ("sigmoid", 1.7),
    ("softplus", 1.9),
    ("distribution function", 1.91),
    ("density", 1.1),
];

/// The numbers whose bits are `first`, `first + stride` …
struct Numbers {
    first: u32,
    stride: u32,
}

impl WithSimd for Numbers {
    type Output = [Worst; 7];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [Worst; 7] {
        let vector = Singles(simd);
        [
            self.worst(vector, "exp", exp, exp),
            self.worst(vector, "ln", ln, ln),
            self.worst(vector, "tanh", tanh, tanh),
            self.worst(vector, "sigmoid", sigmoid, sigmoid),
            self.worst(vector, "softplus", |x| softplus_and_sigmoid(x).0, |x| softplus_and_sigmoid(x).0),
            self.worst(
                vector,
                "distribution function",
                |x| normal_cdf_and_density(x).0,
                |x| normal_cdf_and_density(x).0,
            ),
            self.worst(vector, "density", |x| normal_cdf_and_density(x).1, |x| normal_cdf_and_density(x).1),
        ]
    }
}

impl Numbers {
    #[inline(always)]
    fn worst<V: Vector<Element = f32>>(
        &self,
        vector: V,
        name: &'static str,
        f: impl Fn(Lanes<V>) -> Lanes<V>,
        truth: impl Fn(Lanes<V::Wide>) -> Lanes<V::Wide>,
    ) -> Worst {
        crate::lanes::vectorize(
            vector,
            #[inline(always)]
            || {
                let mut x = Lanes::splat(vector, 0.0);
                let mut worst = x.widened();
                let mut at = x.widened();
                let mut bits = u64::from(self.first);
                while bits <= u64::from(u32::MAX) {
                    for lane in x.as_mut_slice() {
                        *lane = f32::from_bits(bits.min(u64::from(u32::MAX)) as u32);
                        bits += u64::from(self.stride);
                    }
                    let error = ulps(f(x), truth(x.widened()));
                    let is_worse = error.le(worst).not();
                    if is_worse.any() {
                        worst = is_worse.select(error, worst);
                        at = is_worse.select(x.widened(), at);
                    }
                }
                let (lane, ulps) = worst.as_slice()[..V::LANES]
                    .iter()
                    .copied()
                    .enumerate()
                    .fold((0, 0.0), |most, next| if next.1 <= most.1 { most } else { next });
                Worst { name, ulps, at: at.get(lane) }
            },
        )
    }
}

/// The distances in units in the last place; 0 where what was found is what the truth rounds to, which may be infinite or NaN.
#[inline(always)]
fn ulps<V: Vector<Element = f32>>(found: Lanes<V>, truth: Lanes<V::Wide>) -> Lanes<V::Wide> {
    let (found, rounded) = (found.widened(), found.rounded(truth).widened());
    let zero = truth.like(0.0);
    let both_nan = found.eq(found).or(rounded.eq(rounded)).not();
    let least_normal = truth.like(f32::LEAST_NORMAL);
    let size = least_normal.max(truth.abs());
    let (_, exponent) = size.mantissa_and_exponent();
    let units = (truth.like(f64::from(f32::FRACTION_BITS)) - exponent).exp2_whole();
    found.eq(rounded).or(both_nan).select(zero, (found - truth).abs() * units)
}

fn check(numbers: Numbers) {
    let found = InstructionSet::best().dispatch(numbers);
    let beyond = found.iter().zip(BOUNDS).filter_map(|(worst, (name, bound))| {
        let Worst { name: of, ulps, at } = worst;
        let is_beyond = *of != name || ulps.partial_cmp(&bound).is_none_or(|order| order.is_gt());
        is_beyond.then(|| format!("{of} is off by {ulps} ulp at {at:e}, the bound of {name} is {bound}"))
    });
    assert_eq!(beyond.collect::<Vec<String>>(), [""; 0]);
}

#[test]
fn functions_of_f32_are_within_their_bounds() {
    check(Numbers { first: 77, stride: 9973 });
}

#[test]
#[ignore = "a minute of a processor: every 31st number there is"]
fn functions_of_f32_are_within_their_bounds_at_many_numbers() {
    std::thread::scope(|scope| {
        for first in [0, 31] {
            scope.spawn(move || check(Numbers { first, stride: 62 }));
        }
    });
}

#[test]
#[ignore = "four minutes of a processor, optimised: every number there is"]
fn functions_of_f32_are_within_their_bounds_at_every_number() {
    check(Numbers { first: 0, stride: 1 });
}
