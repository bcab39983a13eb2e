"""What one writes in Python for the work that compare.py gives to etascape.

    python3 peers.py seed whole|CHUNK     2^20 learning rates of one neuron on two points, 500 steps (JAX)
    python3 peers.py map whole|CHUNK      64 x 64 rates of two layers of a tanh network, 272 rows, 200 steps (JAX)
    python3 peers.py charts FOLDER        1200 curves of 2000 steps as CSV and two charts (NumPy, pandas, Matplotlib)
    python3 peers.py NETWORK whole|CHUNK f64|f32      an experiment of networks/ (JAX)

`whole` maps all runs at once, as tutorials do; a number trains so many at a time, which fits a processor's caches.
All but the charts print the seconds of the second of two calls, so that compiling does not count.
"""

import dataclasses
import pathlib
import sys
import time

STEPS = {"seed": 500, "map": 200}


def in_chunks(train, runs, chunk):
    """`train` over all runs: at once, or so many at a time where there are more."""
    import jax

    if chunk == "whole" or int(chunk) >= len(runs):
        return jax.jit(jax.vmap(train))
    pieces = (-1, int(chunk)) + runs.shape[1:]
    return jax.jit(lambda runs: jax.lax.map(jax.vmap(train), runs.reshape(pieces)).ravel())


def descent(loss, start, rates, steps, unroll):
    """The loss after so many steps of gradient descent with a rate for each part of the parameters."""
    import jax

    def step(parameters, _):
        gradient = jax.grad(loss)(parameters)
        return [part - rate * slope for part, rate, slope in zip(parameters, rates, gradient)], None

    return loss(jax.lax.scan(step, start, None, length=steps, unroll=unroll)[0])


def seed(chunk):
    import jax.numpy as jnp

    inputs, targets = jnp.array([3.0, 9.0]), jnp.array([7.0, 13.0])

    def loss(parameters):
        weight, bias = parameters
        return 0.5 * jnp.sum((weight * inputs + bias - targets) ** 2)

    rates = jnp.linspace(1e-4, 0.0301, 1 << 20)
    start = [jnp.float64(3.0), jnp.float64(-8.0)]
    unroll = 1 if chunk == "whole" else 4
    return in_chunks(lambda rate: descent(loss, start, [rate, rate], STEPS["seed"], unroll), rates, chunk), rates


def map_of_rates(chunk):
    import jax
    import jax.numpy as jnp

    width, rows, side = 16, 272, 64
    keys = jax.random.split(jax.random.PRNGKey(1), 4)
    shapes = [(width, width), (width, 1), (rows, width), (rows, 1)]
    first, second, inputs, targets = (jax.random.normal(key, shape) for key, shape in zip(keys, shapes))

    def loss(parameters):
        hidden = jnp.tanh(inputs @ parameters[0] * jnp.sqrt(2.0 / width))
        return jnp.mean((hidden @ parameters[1] / width - targets) ** 2)

    axis = jnp.logspace(-3, 6, side)
    rates = jnp.stack(jnp.meshgrid(axis, axis), -1).reshape(-1, 2)
    return in_chunks(lambda pair: descent(loss, [first, second], pair, STEPS["map"], 1), rates, chunk), rates


@dataclasses.dataclass
class Work:
    """An experiment of networks/."""

    widths: list
    rows: int
    runs: int
    steps: int
    adam: bool
    rates: tuple
    batch: int = 0


NETWORKS = {
    "narrow": Work([8, 8, 1], 72, 2048, 300, False, (1e-3, 1e-1)),
    "adam-32": Work([8, 32, 32, 1], 128, 256, 200, True, (1e-4, 1e-2)),
    "adam-64": Work([16, 64, 64, 1], 256, 128, 100, True, (1e-4, 1e-2)),
    "deep": Work([16] + [32] * 6 + [1], 256, 128, 100, False, (1e-3, 1e-1)),
    "wide": Work([64, 256, 256, 1], 256, 16, 50, False, (1e-3, 1e-1)),
    "digits": Work([64, 64, 64, 10], 1797, 32, 840, True, (1e-4, 1e-2), batch=64),
}


def digits():
    """The features, each with mean 0 and variance 1 but for those that are constant, and the classes."""
    import numpy as np

    path = pathlib.Path(__file__).resolve().parent.parent / "experiments" / "data" / "digits.csv"
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    features, spread = table[:, :-1], table[:, :-1].std(0)
    return (features - features.mean(0)) / np.where(spread > 0, spread, 1), table[:, -1].astype(int)


def network(name, chunk, precision):
    import jax
    import jax.numpy as jnp

    work = NETWORKS[name]
    number = {"f64": jnp.float64, "f32": jnp.float32}[precision]
    is_digits = work.batch > 0
    activation = jax.nn.relu if is_digits else jnp.tanh
    key, *keys = jax.random.split(jax.random.PRNGKey(1), len(work.widths) + 2)
    if is_digits:
        features, targets = digits()
        inputs, targets = jnp.array(features, number), jnp.array(targets)
    else:
        inputs = jax.random.normal(keys[-1], (work.rows, work.widths[0]), number)
        targets = jax.random.normal(keys[-2], (work.rows, 1), number)
    start = [
        (jax.random.normal(key, (fan_in, fan_out), number) / jnp.sqrt(number(fan_in)), jnp.zeros(fan_out, number))
        for key, fan_in, fan_out in zip(keys, work.widths, work.widths[1:])
    ]

    def loss(parameters, inputs, targets):
        *hidden, last = parameters
        for weights, biases in hidden:
            inputs = activation(inputs @ weights + biases)
        outputs = inputs @ last[0] + last[1]
        if is_digits:
            return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(outputs), targets[:, None], 1))
        return jnp.mean((outputs - targets) ** 2)

    def descend(state, rate, inputs, targets):
        parameters, *rest = state
        gradient = jax.grad(loss)(parameters, inputs, targets)
        each = jax.tree.map
        if not work.adam:
            return (each(lambda p, g: p - rate * g, parameters, gradient),)
        means, squares, k = rest
        k = k + 1
        means = each(lambda m, g: number(0.9) * m + number(0.1) * g, means, gradient)
        squares = each(lambda v, g: number(0.999) * v + number(0.001) * g * g, squares, gradient)
        root, corrected = jnp.sqrt(1 - number(0.999) ** k), rate / (1 - number(0.9) ** k)
        update = lambda p, m, v: p - corrected * m / (jnp.sqrt(v) / root + number(1e-8))
        return each(update, parameters, means, squares), means, squares, k

    def train(rate):
        zeros = jax.tree.map(jnp.zeros_like, start)
        state = (start, zeros, zeros, number(0)) if work.adam else (start,)
        if not is_digits:
            step = lambda state, _: (descend(state, rate, inputs, targets), None)
            state = jax.lax.scan(step, state, None, length=work.steps)[0]
            return loss(state[0], inputs, targets)
        batches = work.rows // work.batch

        def epoch(state, key):
            order = jax.random.permutation(key, work.rows)[: batches * work.batch].reshape(batches, work.batch)
            step = lambda state, rows: (descend(state, rate, inputs[rows], targets[rows]), None)
            return jax.lax.scan(step, state, order)[0], None

        state = jax.lax.scan(epoch, state, jax.random.split(key, work.steps // batches))[0]
        return loss(state[0], inputs, targets)

    rates = jnp.geomspace(*work.rates, work.runs, dtype=number)
    return in_chunks(train, rates, chunk), rates


def seconds(train, runs):
    train(runs).block_until_ready()
    clock = time.perf_counter()
    train(runs).block_until_ready()
    return time.perf_counter() - clock


def charts(folder):
    import matplotlib
    import numpy as np
    import pandas as pd

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rates, weights = np.geomspace(1e-4, 3e-2, 60), np.linspace(-4, 4, 20)
    rate, weight = (grid.ravel() for grid in np.meshgrid(rates, weights, indexing="ij"))
    bias = np.full_like(weight, -8.0)
    logged = np.unique(np.append(0, np.geomspace(1, 2000, 100).round())).astype(int)
    curves = []
    with np.errstate(all="ignore"):
        for step in range(2001):
            near, far = 3 * weight + bias - 7, 9 * weight + bias - 13
            if step in logged:
                curves.append(0.5 * (near**2 + far**2))
            weight, bias = weight - rate * (3 * near + 9 * far), bias - rate * (near + far)
    curves = np.array(curves)
    table = pd.DataFrame(curves.T, columns=logged).rename_axis("run_id").reset_index()
    table = table.melt("run_id", var_name="step", value_name="loss").sort_values(["run_id", "step"])
    table.to_csv(f"{folder}/curves.csv", index=False)
    figure, axes = plt.subplots(figsize=(10, 6), dpi=150)
    axes.plot(logged, np.clip(curves, 1e-12, 1e12), linewidth=0.6)
    axes.set(xscale="symlog", yscale="log", xlabel="step", ylabel="loss")
    figure.savefig(f"{folder}/curves.png")
    figure, axes = plt.subplots(figsize=(10, 6), dpi=150)
    picture = axes.pcolormesh(rates, weights[:20], np.log10(np.clip(curves[-1], 1e-12, 1e12)).reshape(60, 20).T)
    axes.set(xscale="log", xlabel="learning rate", ylabel="w at the start")
    figure.colorbar(picture)
    figure.savefig(f"{folder}/map.png")


def main():
    work, *arguments = sys.argv[1:]
    if work == "charts":
        return charts(*arguments)
    import jax

    jax.config.update("jax_enable_x64", True)
    prepared = network(work, *arguments) if work in NETWORKS else {"seed": seed, "map": map_of_rates}[work](*arguments)
    print(seconds(*prepared))


if __name__ == "__main__":
    main()
