"""Runs etascape and what one would write in Python in turn, and prints the best time of each as two tables.

    python3 comparison/compare.py [ROUNDS]

Needs cargo, and for the peers jax, numpy, pandas and matplotlib; without those, etascape's times alone are printed.
"""

import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
RUNS = 1 << 20
# 2n(2dh + 3h) operations a step, the tanh not counted: n rows, d inputs, h hidden units; 200 steps, 64 x 64 runs.
FLOP = 2 * 272 * (2 * 16 * 16 + 3 * 16) * 200 * 64 * 64
NETWORKS = {
    "narrow": "tanh 8-8-1, 72 rows, sgd, 2048 runs × 300 steps",
    "adam-32": "tanh 8-32-32-1, 128 rows, adam, 256 × 200",
    "adam-64": "tanh 16-64-64-1, 256 rows, adam, 128 × 100",
    "deep": "tanh 16-6×32-1, 256 rows, sgd, 128 × 100",
    "wide": "tanh 64-256-256-1, 256 rows, sgd, 16 × 50",
    "digits": "relu 64-64-64-10, 1797 digits in batches of 64, adam, 32 × 840",
}
PRECISIONS = ("f64", "f32")
# How many runs a peer trains at a time; the best of them counts.
CHUNKS = ("8", "64", "whole")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def etascape(experiment, folder, *options):
    """Seconds from the start of the process to its end, and those in which its threads trained."""
    clock = time.perf_counter()
    out = ("--out", f"{folder}/results")
    output(program(), "run", str(HERE / f"{experiment}.toml"), *out, "--force", "--quiet", *options)
    whole = time.perf_counter() - clock
    manifest = json.loads(pathlib.Path(folder, "results", "manifest.json").read_text())
    return whole, manifest["times"]["threads"]["training"] / manifest["host"]["threads"]


def program():
    return str(pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "etascape")


def peer(work, *arguments):
    """The seconds that a peer prints, or those that its process takes."""
    clock = time.perf_counter()
    printed = output(sys.executable, str(HERE / "peers.py"), work, *arguments)
    return float(printed) if printed else time.perf_counter() - clock


def measure(rounds, folder, with_peers):
    """Seconds by what was measured, one for each round."""
    found = {}
    for turn in range(rounds):
        for experiment in ("seed", "map", "charts"):
            print(f"round {turn + 1} of {rounds}: {experiment}", file=sys.stderr)
            whole, training = etascape(experiment, folder)
            found.setdefault((experiment, "etascape"), []).append(whole)
            found.setdefault((experiment, "training"), []).append(training)
            arguments = {"seed": ["whole", "64"], "map": ["whole", "8"], "charts": [folder]}[experiment]
            for argument in arguments if with_peers else []:
                how = "tuned" if argument.isdigit() else "peer"
                found.setdefault((experiment, how), []).append(peer(experiment, argument))
    return {what: min(seconds) for what, seconds in found.items()}


def measure_networks(rounds, folder, with_peers):
    """The least seconds by network, precision, and whose they are."""
    best = {}

    def note(name, precision, whose, seconds):
        best[name, precision, whose] = min(seconds, best.get((name, precision, whose), seconds))

    for name in NETWORKS:
        for precision in PRECISIONS:
            print(f"{name}, {precision}", file=sys.stderr)
            for chunk in CHUNKS * rounds:
                training = etascape(f"networks/{name}", folder, "--set", f"train.precision={precision}")[1]
                note(name, precision, "etascape", training)
                if with_peers:
                    note(name, precision, "peer", peer(name, chunk, precision))
    return best


def table_of_networks(best):
    yield "| work | " + " | ".join(f"etascape {precision} | JAX {precision}" for precision in PRECISIONS) + " |"
    yield "| --- | --- | --- | --- | --- |"
    for name, work in NETWORKS.items():
        row = []
        for precision in PRECISIONS:
            ours = best[name, precision, "etascape"]
            theirs = best.get((name, precision, "peer"))
            row += [f"**{ours:.2f} s**", f"{theirs:.2f} s ({theirs / ours:.1f}×)" if theirs else "–"]
        yield f"| {work} | " + " | ".join(row) + " |"


def cells(best, experiment, how, shown):
    """A peer's figure, and how many times faster etascape is, the best of both."""
    if (experiment, how) not in best:
        return "–"
    ours = best[experiment, "etascape" if experiment == "charts" else "training"]
    theirs = best[experiment, how]
    return f"{shown(theirs)} ({theirs / ours:.1f}×)"


def table(best):
    rate = lambda seconds: f"{RUNS / seconds / 1e6:.2f} M runs/s"
    speed = lambda seconds: f"{FLOP / seconds / 1e9:.1f} GFLOP/s"
    took = lambda seconds: f"{seconds:.2f} s"
    rows = [
        ("one neuron, 2²⁰ learning rates, 500 steps", "seed", "training", rate),
        ("tanh network 16 → 16 → 1, 272 rows, 64 × 64 rates, 200 steps", "map", "training", speed),
        ("1200 runs × 2000 steps, CSV and charts, process start to end", "charts", "etascape", took),
    ]
    yield "| work | etascape | Python, all runs at once | Python, chunks chosen by hand |"
    yield "| --- | --- | --- | --- |"
    for name, experiment, ours, shown in rows:
        peers = " | ".join(cells(best, experiment, how, shown) for how in ("peer", "tuned"))
        yield f"| {name} | **{shown(best[experiment, ours])}** | {peers} |"


def machine():
    """What ran where, when."""
    names = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")] or ["?"]
    packages = []
    for package in ("jax", "numpy", "pandas", "matplotlib"):
        try:
            packages.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            pass
    versions = [output(program(), "--version").strip(), output("rustc", "--version").split(" (")[0]]
    versions += [f"Python {platform.python_version()}"] + packages
    return f"{os.cpu_count()} × {names[0]}; {', '.join(versions)}; {datetime.date.today()}."


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    output("cargo", "build", "--release", "--locked")
    try:
        import jax, matplotlib, pandas  # noqa: F401
    except ImportError as missing:
        print(f"without the peers: {missing}", file=sys.stderr)
        with_peers = False
    else:
        with_peers = True
    with tempfile.TemporaryDirectory() as folder:
        best = measure(rounds, folder, with_peers)
        networks = measure_networks(rounds, folder, with_peers)
    print("\n".join(table(best)))
    print()
    print("\n".join(table_of_networks(networks)))
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
