"""What one writes in Python for the work that compare.py gives to etascape.

    python3 peers.py seed whole|CHUNK     2^20 learning rates of one neuron on two points, 500 steps (JAX)
    python3 peers.py map whole|CHUNK      64 x 64 rates of two layers of a tanh network, 272 rows, 200 steps (JAX)
    python3 peers.py charts FOLDER        1200 curves of 2000 steps as CSV and two charts (NumPy, pandas, Matplotlib)

`whole` maps all runs at once, as tutorials do; a number trains so many at a time, which fits a processor's caches.
The first two print the seconds of the second of two calls, so that compiling does not count.
"""

import sys
import time

STEPS = {"seed": 500, "map": 200}


def in_chunks(train, runs, chunk):
    """`train` over all runs: at once, or so many at a time."""
    import jax

    if chunk == "whole":
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
    work, argument = sys.argv[1:]
    if work == "charts":
        return charts(argument)
    import jax

    jax.config.update("jax_enable_x64", True)
    print(seconds(*{"seed": seed, "map": map_of_rates}[work](argument)))


if __name__ == "__main__":
    main()
