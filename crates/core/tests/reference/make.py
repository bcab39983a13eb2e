"""Writes the reference trajectories beside this file, in float64, by programs that are not etascape.

Run by hand when a case is added; the tests only read what it wrote:

    python3 make.py        # torch 2.15, jax 0.10.2, optax 0.2.8, numpy 2.4.6

Every case holds all that a run needs (network, data, starting parameters), the loss after k updates for
k = 0 ... steps, and the parameters at the end in etascape's order. Nothing depends on a random stream of etascape.
"""

import json
import math
from decimal import Decimal, getcontext
from fractions import Fraction
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch
import torch.nn.functional as F

jax.config.update("jax_enable_x64", True)
torch.set_default_dtype(torch.float64)
HERE = Path(__file__).parent
SEED_PROBLEM = {"features": [[3.0], [9.0]], "targets": [7.0, 13.0]}


# ---- cases ----------------------------------------------------------------------------------------------------

def numbers(seed, count, scale=1.0):
    """Some numbers between -scale and scale, with four decimals so that they stay readable."""
    return np.round(np.random.default_rng(seed).uniform(-scale, scale, count), 4).tolist()


def regression(rows=12):
    """Rows of two features with a smooth target."""
    features = np.array(numbers(1, 2 * rows, 1.5)).reshape(rows, 2)
    targets = np.round(np.sin(features[:, 0]) * features[:, 1] + 0.3, 4)
    return {"features": features.tolist(), "targets": targets.tolist()}


def classes(count, rows=12):
    """The features of `regression` with a class each."""
    labels = np.random.default_rng(2).permutation(np.arange(rows) % count)
    return {"features": regression(rows)["features"], "targets": labels.astype(float).tolist()}


def case(name, widths, data, start=None, **given):
    defaults = {
        "name": name, "widths": widths, "activation": "tanh", "bias": True, "parametrization": "standard",
        "gain": 1.0, "loss": "half_sse", "optimizer": "sgd", "options": {}, "learning_rate": [0.05],
        "schedule": {"kind": "constant"}, "warmup_steps": 0, "steps": 50,
    }
    merged = {**defaults, **given}
    per_layer = [(i + merged["bias"]) * o for i, o in zip(widths, widths[1:])]
    return {**merged, **data, "start": start or numbers(7, sum(per_layer), 0.9)}


def optimizer_cases():
    kinds = [
        ("sgd", {}, 0.02), ("sgd", {"momentum": 0.9}, 0.005),
        ("sgd", {"momentum": 0.9, "dampening": 0.3}, 0.01),
        ("sgd", {"momentum": 0.8, "nesterov": True}, 0.005), ("sgd", {"weight_decay": 0.1}, 0.02),
        ("sgd", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}, 0.002),
        ("adagrad", {}, 0.1), ("adagrad", {"lr_decay": 0.01}, 0.1),
        ("adagrad", {"initial_accumulator_value": 0.5, "weight_decay": 0.05}, 0.1),
        ("rmsprop", {}, 0.001), ("rmsprop", {"centered": True}, 0.001), ("rmsprop", {"momentum": 0.9}, 0.0002),
        ("rmsprop", {"weight_decay": 0.1, "alpha": 0.9, "eps": 1e-6}, 0.0003),
        ("rmsprop", {"centered": True, "momentum": 0.5, "weight_decay": 0.02}, 0.001),
        ("adam", {}, 0.01), ("adam", {"amsgrad": True}, 0.01), ("adam", {"weight_decay": 0.1}, 0.01),
        ("adam", {"betas": [0.8, 0.99], "eps": 1e-3}, 0.003),
        ("adamw", {}, 0.01), ("adamw", {"weight_decay": 0.2, "amsgrad": True}, 0.01),
    ]
    for kind, options, rate in kinds:
        given = {"optimizer": kind, "options": options, "steps": 300}
        name = " ".join([kind, *(f"{k}={v}" for k, v in options.items())])
        yield case(f"{name}, mlp", [2, 5, 3, 1], regression(), learning_rate=[rate], **given)
        rate = rate / 10 if kind == "sgd" else rate
        yield case(f"{name}, linear", [1, 1], SEED_PROBLEM, [3.0, -8.0], learning_rate=[rate], **given)


def loss_cases():
    for loss in ["half_sse", "mse", "mae", "huber", "bce", "cross_entropy"]:
        outputs = 3 if loss == "cross_entropy" else 1
        data = {"bce": classes(2), "cross_entropy": classes(3)}.get(loss, regression())
        yield case(f"{loss}, mlp", [2, 5, 3, outputs], data, loss=loss)
        yield case(f"{loss}, linear", [2, outputs], data, loss=loss)
    # Residuals on both sides of Huber's 1, logits far from 0, and several outputs of one class too many.
    yield case("huber, far", [1, 1], SEED_PROBLEM, [3.0, -8.0], loss="huber", learning_rate=[0.01])
    far = {"features": [[40.0], [-800.0], [2.0]], "targets": [0.0, 0.0, 1.0]}
    yield case("bce, far", [1, 1], far, [1.5, -0.5], loss="bce", learning_rate=[0.001])
    yield case("cross_entropy, far", [1, 2], far, [1.5, -3.0, 0.5, 0.25], loss="cross_entropy", learning_rate=[0.001])


def activation_cases():
    for activation in ["tanh", "relu", "sigmoid", "gelu", "softplus", "identity"]:
        for depth in range(1, 5):
            widths = [2, *[5, 4, 3, 4][:depth], 1]
            yield case(f"{activation}, {depth} hidden", widths, regression(), activation=activation, loss="mse")
        # Pre-activations in the tails.
        wide = case(f"{activation}, tails", [2, 6, 1], regression(), activation=activation, loss="mse", gain=12.0)
        yield {**wide, "learning_rate": [1e-4]}


def parametrization_cases():
    for parametrization in ["standard", "ntk", "mean_field"]:
        for bias in [True, False]:
            given = {"parametrization": parametrization, "bias": bias, "gain": math.sqrt(2.0)}
            yield case(f"{parametrization}, bias {bias}", [2, 5, 3, 1], regression(), loss="mse", **given)
            yield case(f"{parametrization}, bias {bias}, linear", [2, 1], regression(), loss="mse", **given)
    rates = {"learning_rate": [0.08, 0.02, 0.3], "loss": "mse"}
    yield case("per-layer rates", [2, 5, 3, 1], regression(), **rates)
    yield case("per-layer rates, adamw", [2, 5, 3, 1], regression(), optimizer="adamw", **rates)
    yield case("one frozen layer", [2, 5, 3, 1], regression(), learning_rate=[0.0, 0.05, 0.05])


def schedule_cases():
    schedules = [
        {"kind": "constant"}, {"kind": "step", "step_size": 7, "gamma": 0.5},
        {"kind": "exponential", "gamma": 0.95}, {"kind": "cosine", "alpha": 0.0}, {"kind": "cosine", "alpha": 0.1},
        {"kind": "one_cycle", "pct_start": 0.3, "div_factor": 25.0, "final_div_factor": 1e4},
        {"kind": "one_cycle", "pct_start": 0.45, "div_factor": 4.0, "final_div_factor": 10.0},
    ]
    for schedule in schedules:
        name = " ".join(str(value) for value in schedule.values())
        for warmup in [0, 8]:
            given = {"schedule": schedule, "warmup_steps": warmup, "loss": "mse"}
            yield case(f"{name}, warm-up {warmup}", [2, 5, 3, 1], regression(), **given)
    given = {"schedule": schedules[3], "warmup_steps": 8, "loss": "mse", "optimizer": "adam"}
    yield case("cosine, warm-up 8, adam", [2, 5, 3, 1], regression(), learning_rate=[0.08, 0.02, 0.3], **given)


# ---- PyTorch --------------------------------------------------------------------------------------------------

ACTIVATIONS = {
    "tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "gelu": F.gelu, "softplus": None,
    "identity": lambda z: z,
}
# PyTorch's softplus is the identity above its threshold; out of reach, it is the whole function.
ACTIVATIONS["softplus"] = lambda z: F.softplus(z, threshold=1e9)


def torch_loss(kind, y, t):
    if kind == "cross_entropy":
        return F.cross_entropy(y, t.long())
    y = y.squeeze(1)
    return {
        "half_sse": lambda: 0.5 * ((t - y) ** 2).sum(), "mse": lambda: F.mse_loss(y, t),
        "mae": lambda: F.l1_loss(y, t), "huber": lambda: F.huber_loss(y, t, delta=1.0),
        "bce": lambda: F.binary_cross_entropy_with_logits(y, t),
    }[kind]()


def split(c, array):
    """The flat list of parameters as one [weight, bias] (or [weight]) a layer."""
    layers, at = [], 0
    for fan_in, fan_out in zip(c["widths"], c["widths"][1:]):
        weight = array(c["start"][at:at + fan_in * fan_out]).reshape(fan_out, fan_in)
        at += fan_in * fan_out
        layers.append([weight, array(c["start"][at:at + fan_out])] if c["bias"] else [weight])
        at += fan_out if c["bias"] else 0
    return layers


def forward(c, layers, a, activation):
    """y = r z of the last layer, z = s W a + b, a = activation(gain z)."""
    for index, layer in enumerate(layers):
        fan_in = c["widths"][index]
        scale = 1.0 if c["parametrization"] == "standard" else 1.0 / math.sqrt(fan_in)
        z = scale * (a @ layer[0].T) + (layer[1] if c["bias"] else 0.0)
        a = activation(c["gain"] * z)
    return z * (scale if c["parametrization"] == "mean_field" else 1.0)


def torch_factors(c):
    """Factor on the learning rate at every update, by PyTorch's own schedulers."""
    s, warmup = c["schedule"], c["warmup_steps"]
    total = c["steps"] - warmup
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    lr = torch.optim.lr_scheduler
    scheduler = {
        "constant": lambda: lr.ConstantLR(optimizer, factor=1.0),
        "step": lambda: lr.StepLR(optimizer, s["step_size"], s["gamma"]),
        "exponential": lambda: lr.ExponentialLR(optimizer, s["gamma"]),
        "cosine": lambda: lr.CosineAnnealingLR(optimizer, total, eta_min=s["alpha"]),
        "one_cycle": lambda: lr.OneCycleLR(optimizer, max_lr=1.0, total_steps=total, pct_start=s["pct_start"],
                                           div_factor=s["div_factor"], final_div_factor=s["final_div_factor"],
                                           cycle_momentum=False),
    }[s["kind"]]()
    factors = [(k + 1) / warmup for k in range(warmup)]
    for update in range(total):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if update + 1 < total:
            scheduler.step()
    return factors


def torch_optimizer(c, layers):
    rates = c["learning_rate"] * (len(layers) if len(c["learning_rate"]) == 1 else 1)
    groups = [{"params": layer, "lr": rate} for layer, rate in zip(layers, rates)]
    kinds = {"sgd": "SGD", "adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
    return getattr(torch.optim, kinds[c["optimizer"]])(groups, **c["options"]), rates


def by_torch(c):
    layers = split(c, lambda values: torch.tensor(values))
    layers = [[p.clone().requires_grad_() for p in layer] for layer in layers]
    optimizer, rates = torch_optimizer(c, layers)
    x, t = torch.tensor(c["features"]), torch.tensor(c["targets"])
    losses = []
    for factor in [*torch_factors(c), None]:
        optimizer.zero_grad()
        loss = torch_loss(c["loss"], forward(c, layers, x, ACTIVATIONS[c["activation"]]), t)
        losses.append(loss.item())
        if factor is not None:
            for group, rate in zip(optimizer.param_groups, rates):
                group["lr"] = factor * rate
            loss.backward()
            optimizer.step()
    end = [v for layer in layers for p in layer for v in p.detach().flatten().tolist()]
    return {**c, "losses": losses, "end": end}


# ---- JAX and optax --------------------------------------------------------------------------------------------

def jax_loss(kind, y, t):
    if kind == "cross_entropy":
        return optax.softmax_cross_entropy_with_integer_labels(y, t.astype(int)).mean()
    y = y[:, 0]
    return {
        "half_sse": lambda: 0.5 * ((t - y) ** 2).sum(), "mse": lambda: ((t - y) ** 2).mean(),
        "mae": lambda: jnp.abs(t - y).mean(), "huber": lambda: optax.huber_loss(y, t).mean(),
        "bce": lambda: optax.sigmoid_binary_cross_entropy(y, t).mean(),
    }[kind]()


def jax_cases():
    three = {"widths": [2, 5, 3, 3], "data": classes(3), "loss": "cross_entropy"}
    one = {"widths": [2, 5, 3, 1], "data": regression(), "loss": "mse"}
    rows = [
        ("sgd", {}, optax.sgd(0.1), one), ("sgd", {}, optax.sgd(0.1), three),
        ("sgd", {"momentum": 0.9}, optax.sgd(0.1, 0.9), one),
        ("sgd", {"momentum": 0.9, "nesterov": True}, optax.sgd(0.1, 0.9, nesterov=True), three),
        ("adam", {}, optax.adam(0.1), three), ("adam", {}, optax.adam(0.1), {**one, "loss": "huber"}),
        ("adamw", {}, optax.adamw(0.1, weight_decay=0.01), {**three, "data": classes(2), "loss": "bce",
                                                            "widths": [2, 5, 3, 1]}),
    ]
    activations = ["tanh", "gelu", "softplus", "sigmoid", "tanh", "gelu", "softplus"]
    for (kind, options, rule, task), activation in zip(rows, activations):
        name = f"optax {kind} {options}, {task['loss']}, {activation}"
        c = case(name, task["widths"], task["data"], loss=task["loss"], optimizer=kind, options=options,
                 learning_rate=[0.1], activation=activation, parametrization="ntk", gain=math.sqrt(2.0), steps=300)
        yield c, rule


def by_jax(c, rule):
    functions = {"tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid, "softplus": jax.nn.softplus,
                 "gelu": lambda z: jax.nn.gelu(z, approximate=False)}
    x, t = jnp.array(c["features"]), jnp.array(c["targets"])

    @jax.jit
    def update(layers, state):
        objective = lambda p: jax_loss(c["loss"], forward(c, p, x, functions[c["activation"]]), t)
        loss, gradient = jax.value_and_grad(objective)(layers)
        change, state = rule.update(gradient, state, layers)
        return loss, optax.apply_updates(layers, change), state

    layers = split(c, jnp.array)
    state, losses = rule.init(layers), []
    for step in range(c["steps"] + 1):
        loss, following, state = update(layers, state)
        losses.append(float(loss))
        layers = following if step < c["steps"] else layers
    return {**c, "losses": losses, "end": [float(v) for layer in layers for p in layer for v in p.flatten()]}


# ---- the neuron by hand ---------------------------------------------------------------------------------------

def seed_by_hand():
    """(3, 7), (9, 13) from w = 3, b = -8: the first updates in rational arithmetic, later ones in closed form.

    The rate is the double next to 0.02, as the engine sees it. H = [[90, 12], [12, 2]], the solution is (1, 4);
    the error along an eigenvector (12, lambda - 90) is multiplied by 1 - rate * lambda at every update.
    """
    rate, points = Fraction(0.02), [(3, 7), (9, 13)]
    w, b, exact = Fraction(3), Fraction(-8), []
    for _ in range(11):
        errors = [w * x + b - t for x, t in points]
        exact.append([float(v) for v in (sum(e * e for e in errors) / 2, w, b)])
        w, b = w - rate * sum(e * x for e, (x, _) in zip(errors, points)), b - rate * sum(errors)
    getcontext().prec = 60
    root = Decimal(44**2 + 144).sqrt()
    closed = [[k, *closed_form(k, Decimal(0.02), [46 + root, 46 - root])] for k in (10, 100, 500, 1000, 2000)]
    return {"learning_rate": 0.02, "exact": exact, "closed_form": closed}


def closed_form(step, rate, eigenvalues):
    loss, error = Decimal(0), [Decimal(0), Decimal(0)]
    for value in eigenvalues:
        vector = [Decimal(12), value - 90]
        share = (vector[0] * 2 + vector[1] * -12) / sum(v * v for v in vector)
        share *= (1 - rate * value) ** step
        error = [e + share * v for e, v in zip(error, vector)]
        loss += value * share * share * sum(v * v for v in vector) / 2
    return [float(v) for v in (loss, 1 + error[0], 4 + error[1])]


# ---- the trainability measure ---------------------------------------------------------------------------------

def trainability(losses, steps, converged_below, diverged_above):
    """The measure of Sohl-Dickstein (2024) as DESIGN.md words it, from the losses alone."""
    v, ending = [], None
    for loss in losses[:steps]:
        ratio = loss / losses[0]
        v.append(min(ratio, 1e6) if math.isfinite(ratio) else 1e6)
        if not loss <= diverged_above:
            ending = 1e6
        elif loss <= converged_below:
            ending = 0.0
        if ending is not None:
            break
    v = np.array(v + [ending] * (steps - len(v)))
    return float(-v.sum() if v[-20:].mean() < 1.0 else (1.0 / v).sum())


def trainability_cases():
    rows = [
        ("falls to the end", 0.02, 100, 1e-9, 1e12), ("converges", 0.0217, 3000, 1e-9, 1e12),
        ("few steps", 0.02, 7, 1e-9, 1e12), ("rises to the end", 0.0226, 80, 1e-9, 1e12),
        ("diverges", 0.03, 200, 1e-9, 1e12), ("diverges at the first step", 1e300, 50, 1e-9, 1e12),
        ("is clipped before it diverges", 0.03, 60, 1e-9, math.inf),
    ]
    for name, rate, steps, below, above in rows:
        w, b, losses = np.float64(3.0), np.float64(-8.0), []
        x, t = np.array([3.0, 9.0]), np.array([7.0, 13.0])
        for _ in range(steps + 1):
            with np.errstate(all="ignore"):
                error = w * x + b - t
                losses.append(float(0.5 * (error**2).sum()))
                w, b = w - rate * (error * x).sum(), b - rate * error.sum()
        above_text = "inf" if math.isinf(above) else above
        yield {"name": name, "learning_rate": rate, "steps": steps, "converged_below": below,
               "diverged_above": above_text, "trainability": trainability(losses, steps, below, above)}


# ---- writing --------------------------------------------------------------------------------------------------

def write(name, content):
    lines = ",\n".join(json.dumps(item, allow_nan=False) for item in content)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")


def main():
    write("optimizers", map(by_torch, optimizer_cases()))
    write("losses", map(by_torch, loss_cases()))
    write("activations", map(by_torch, activation_cases()))
    write("parametrizations", map(by_torch, parametrization_cases()))
    write("schedules", map(by_torch, schedule_cases()))
    write("jax", [by_jax(c, rule) for c, rule in jax_cases()])
    write("seed", [seed_by_hand()])
    write("trainability", trainability_cases())


if __name__ == "__main__":
    main()
