"""Prints the polynomials of crates/core/src/math: each interpolates its function at Chebyshev's nodes, which is within
a small factor of the best that its degree can do. Needs mpmath.
"""

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


def show(name, function, low, high, count):
    powers = interpolated(function, low, high, count)
    points = [low + (high - low) * mpf(i) / 500 for i in range(1, 501)]
    value = lambda x: sum(power * x**k for k, power in enumerate(powers))
    error = max(abs(value(x) / function(x) - 1) for x in points)
    print(f"{name}: off by 2^{float(log(error, 2)):.1f} at most")
    for power in powers:
        print(f"    {float(power)!r},")
    print(f"    the first has lost {float(powers[0] - mpf(float(powers[0])))!r}")


TINY = mpf(10) ** -40

# (h coth h − 1)/h² in h², for |h| up to 3/8 ln 2.
show("tanh", lambda s: (sqrt(s) * coth(sqrt(s)) - 1) / s, TINY, (mpf(3) / 8 * log(2)) ** 2, 6)

# (2 artanh s − 2 s)/s³ in s², where s = f/(2 + f) for 1 + f in √½ … √2.
ROOT = sqrt(mpf(2))
show("ln", lambda z: 2 * (atanh(sqrt(z)) - sqrt(z)) / (z * sqrt(z)), TINY, ((ROOT - 1) / (ROOT + 1)) ** 2, 8)

# (t + 9/4) exp(t²/2) (1 − Φ(t)) in y = (t − 7/4)/(t + 9/4), for t in 0 … 38.7.
A, M, END = mpf(9) / 4, mpf(7) / 4, mpf("38.7")


def scaled_tail(y):
    t = (M + A * y) / (1 - y)
    return (t + A) * exp(t * t / 2) * erfc(t / ROOT) / 2


show("normal", scaled_tail, -M / A, (END - M) / (END + A), 30)
