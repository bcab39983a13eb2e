"""A training program in plain Python: logistic regression on two moons, by gradient descent with momentum.

It knows nothing of etascape. It prints its metrics as lines of JSON; `flush` lets a reader see them at once.
"""

import argparse
import json
import math
import random

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--width", type=int, default=8)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--steps", type=int, default=60)
arguments = parser.parse_args()
draw = random.Random(arguments.seed)


def moons(rows):
    """Two interleaved half circles with noise, and which of the two each point is from."""
    for _ in range(rows):
        angle, label = math.pi * draw.random(), draw.randrange(2)
        x, y = math.cos(angle), math.sin(angle)
        if label:
            x, y = 1 - x, 0.5 - y
        yield (x + draw.gauss(0, 0.3), y + draw.gauss(0, 0.3)), label


def features(point, waves):
    """The point, seen through random waves (Rahimi and Recht 2007), and a constant."""
    return [math.cos(a * point[0] + b * point[1] + c) for a, b, c in waves] + [1.0]


waves = [(draw.gauss(0, 2), draw.gauss(0, 2), 2 * math.pi * draw.random()) for _ in range(arguments.width)]
rows = [(features(point, waves), label) for point, label in moons(160)]
training, validation = rows[:120], rows[120:]
weights = [0.0] * (arguments.width + 1)
velocity = [0.0] * (arguments.width + 1)


def measure(rows):
    """Mean cross-entropy and accuracy."""
    loss = right = 0.0
    for x, label in rows:
        z = sum(w * v for w, v in zip(weights, x))
        z = z if label else -z
        loss += max(-z, 0) + math.log1p(math.exp(-abs(z)))
        right += z > 0
    return loss / len(rows), right / len(rows)


for step in range(arguments.steps + 1):
    loss, accuracy = measure(training)
    val_loss, val_accuracy = measure(validation)
    line = {"step": step, "loss": loss, "accuracy": accuracy, "val_loss": val_loss, "val_accuracy": val_accuracy}
    print(json.dumps(line), flush=True)
    gradient = [0.0] * len(weights)
    for x, label in training:
        z = sum(w * v for w, v in zip(weights, x))
        share = 1 / (1 + math.exp(-z)) if z > -500 else 0.0
        for i, v in enumerate(x):
            gradient[i] += (share - label) * v
    for i, g in enumerate(gradient):
        velocity[i] = 0.9 * velocity[i] + g
        weights[i] -= arguments.lr * velocity[i]
