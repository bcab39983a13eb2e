"""Prints the polynomials of crates/core/src/number/coefficients: each interpolates its function at Chebyshev's nodes, which is within
a small factor of the best that its degree can do. Needs mpmath.
"""

from struct import pack, unpack

from mpmath import atanh, cos, coth, erfc, exp, log, mp, mpf, pi, sqrt

mp.prec = 240


def interpolated(function, low, high, count):
    """The coefficients, in powers of x from 0, of the polynomial that meets the function at Chebyshev's nodes."""
    nodes = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * k + 1) / (2 * count)) for k in range(count)]
    # Newton's divided differences, then the powers multiplied out.
    differences = [function(x) for x in nodes]
    for order in range(1, count):
        for i in range(count - 1, order - 1, -1):
            differences[i] = (differences[i] - differences[i - 1]) / (nodes[i] - nodes[i - order])
    powers = [mpf(0)] * count
    for difference, node in zip(reversed(differences), reversed(nodes)):
        shifted = [mpf(0)] + powers[:-1]
        powers = [up - node * same for up, same in zip(shifted, powers)]
        powers[0] += difference
    return powers


def single(x):
    """The number of f32 nearest to x."""
    return unpack("f", pack("f", x))[0]


def show(name, function, low, high, count, rounded=float):
    powers = interpolated(function, low, high, count)
    points = [low + (high - low) * mpf(i) / 500 for i in range(1, 501)]
    value = lambda x: sum(power * x**k for k, power in enumerate(powers))
    error = max(abs(value(x) / function(x) - 1) for x in points)
    print(f"{name}: off by 2^{float(log(error, 2)):.1f} at most")
    for power in powers:
        print(f"    {float(power)!r},")
    first = rounded(powers[0])
    print(f"    the first is {first!r} and has lost {rounded(powers[0] - mpf(first))!r}")


TINY = mpf(10) ** -40
HALF = mpf(1) / 2

# (eʳ − 1 − r)/r² in r, for |r| up to ½ ln 2. That of f64 is the series of Taylor.
power = lambda r: (exp(r) - 1 - r) / r**2 if abs(r) > mpf(10) ** -30 else HALF
show("exp in f32", power, -log(2) / 2, log(2) / 2, 5, single)

# (h coth h − 1)/h² in h², for |h| up to 3/8 ln 2.
cotangent = lambda s: (sqrt(s) * coth(sqrt(s)) - 1) / s
show("tanh", cotangent, TINY, (mpf(3) / 8 * log(2)) ** 2, 6)
show("tanh in f32", cotangent, TINY, (mpf(3) / 8 * log(2)) ** 2, 3, single)

# (2 artanh s − 2 s)/s³ in s², where s = f/(2 + f) for 1 + f in √½ … √2.
ROOT = sqrt(mpf(2))
tangent = lambda z: 2 * (atanh(sqrt(z)) - sqrt(z)) / (z * sqrt(z))
show("ln", tangent, TINY, ((ROOT - 1) / (ROOT + 1)) ** 2, 8)
show("ln in f32", tangent, TINY, ((ROOT - 1) / (ROOT + 1)) ** 2, 4, single)

# (t + 9/4) exp(t²/2) (1 − Φ(t)) in y = (t − 7/4)/(t + 9/4), for t in 0 … 38.7, or 14.5 in f32.
A, M = mpf(9) / 4, mpf(7) / 4


def scaled_tail(y):
    t = (M + A * y) / (1 - y)
    return (t + A) * exp(t * t / 2) * erfc(t / ROOT) / 2


for name, end, count, rounded in (("normal", "38.7", 30, float), ("normal in f32", "14.5", 12, single)):
    end = mpf(end)
    show(name, scaled_tail, -M / A, (end - M) / (end + A), count, rounded)
