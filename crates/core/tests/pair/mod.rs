//! Numbers as unevaluated sums of two (Dekker 1971), and functions of them to about 100 bits.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// `self.0 + self.1`, the second at most half a unit in the last place of the first.
#[derive(Debug, Clone, Copy)]
pub struct Pair(pub f64, pub f64);

const LN_2: Pair = Pair(std::f64::consts::LN_2, 2.3190468138462996e-17);

impl From<f64> for Pair {
    fn from(x: f64) -> Pair {
        Pair(x, 0.0)
    }
}

/// The sum of two numbers and its rounding error (Knuth).
fn sum(a: f64, b: f64) -> Pair {
    let s = a + b;
    let rest = s - a;
    Pair(s, (a - (s - rest)) + (b - rest))
}

/// The product of two numbers and its rounding error.
fn product(a: f64, b: f64) -> Pair {
    let p = a * b;
    Pair(p, a.mul_add(b, -p))
}

impl Add for Pair {
    type Output = Pair;
    fn add(self, other: Pair) -> Pair {
        let Pair(high, low) = sum(self.0, other.0);
        let Pair(high_low, low_low) = sum(self.1, other.1);
        let Pair(high, low) = sum(high, low + high_low);
        sum(high, low + low_low)
    }
}

impl Neg for Pair {
    type Output = Pair;
    fn neg(self) -> Pair {
        Pair(-self.0, -self.1)
    }
}

impl Sub for Pair {
    type Output = Pair;
    fn sub(self, other: Pair) -> Pair {
        self + -other
    }
}

impl Mul for Pair {
    type Output = Pair;
    fn mul(self, other: Pair) -> Pair {
        let Pair(high, low) = product(self.0, other.0);
        sum(high, low + (self.0 * other.1 + self.1 * other.0))
    }
}

impl Div for Pair {
    type Output = Pair;
    fn div(self, other: Pair) -> Pair {
        let first = Pair::from(self.0 / other.0);
        let second = Pair::from((self - first * other).0 / other.0);
        let third = Pair::from((self - (first + second) * other).0 / other.0);
        first + second + third
    }
}

impl Pair {
    /// `self · 2ⁿ`, in steps that stay among the normal numbers where the result does.
    fn scaled(self, n: i32) -> Pair {
        Pair(libm::scalbn(self.0, n), libm::scalbn(self.1, n))
    }

    /// `eˣ`: `x = n ln 2 + 16 r`, the series of `eʳ`, then four squarings.
    pub fn exp(self) -> Pair {
        let n = (self.0 / LN_2.0).round();
        let r = (self - LN_2 * Pair::from(n)).scaled(-4);
        let mut series = Pair::from(1.0);
        for k in (1..=18).rev() {
            series = Pair::from(1.0) + series * r / Pair::from(f64::from(k));
        }
        (0..4).fold(series, |power, _| power * power).scaled(n as i32)
    }

    /// ln x by Halley's step for `eʸ = x` from libm's y, in two parts so that no power overflows.
    pub fn ln(self) -> Pair {
        let exponent = libm::ilogb(self.0);
        let x = self.scaled(-exponent);
        let y = Pair::from(libm::log(x.0));
        let e = y.exp();
        y + Pair::from(2.0) * ((x - e) / (x + e)) + LN_2 * Pair::from(f64::from(exponent))
    }

    /// tanh x: its series near 0, else from `e²ˣ`.
    pub fn tanh(x: f64) -> Pair {
        let (x, one) = (Pair::from(x), Pair::from(1.0));
        if x.0.abs() < 1e-3 {
            let square = x * x;
            let third = |n: f64, d: f64| Pair::from(n) / Pair::from(d);
            let rest = [third(-1.0, 3.0), third(2.0, 15.0), third(-17.0, 315.0), third(62.0, 2835.0)];
            return x * (one + square * rest.iter().rev().fold(Pair::from(0.0), |sum, &term| sum * square + term));
        }
        let power = (x + x).exp();
        (power - one) / (power + one)
    }

    /// The standard normal density at x.
    pub fn normal_density(x: f64) -> Pair {
        let inverse_root_tau = Pair(0.3989422804014327, -2.4923272022777433e-17);
        (Pair::from(x) * Pair::from(x) * Pair::from(-0.5)).exp() * inverse_root_tau
    }

    /// The standard normal distribution function at x: for |x| below 3 from the series
    /// `Φ(t) − ½ = φ(t) (t + t³/3 + t⁵/(3·5) + …)`, beyond from the continued fraction
    /// `φ(t)/(1 − Φ(t)) = t + 1/(t + 2/(t + 3/(t + …)))`.
    pub fn normal_cdf(x: f64) -> Pair {
        let (t, density) = (Pair::from(x.abs()), Pair::normal_density(x));
        let (one, half) = (Pair::from(1.0), Pair::from(0.5));
        let tail = if t.0 < 3.0 {
            let (mut term, mut sum, mut odd) = (t, t, 1.0);
            while term.0 > 1e-35 * sum.0 {
                odd += 2.0;
                term = term * t * t / Pair::from(odd);
                sum = sum + term;
            }
            half - density * sum
        } else {
            let terms = 20 + (1200.0 / (t.0 * t.0)) as u32;
            density / (1..terms).rev().fold(t, |rest, k| t + Pair::from(f64::from(k)) / rest)
        };
        if x < 0.0 { tail } else { one - tail }
    }
}
