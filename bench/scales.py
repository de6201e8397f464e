#!/usr/bin/env python3
"""Scales of features (`terse train --scale`): what each costs, and whether `auto` finds a good one.

    bench/scales.py tables -o results/scales/tables.csv
    bench/scales.py sets -o results/scales/sets.csv california=california.csv.gz sulfur=sulfur.csv.gz
    bench/scales.py summary results/scales/tables.csv

tables   twenty generated tables whose features differ by their distribution alone: the target depends on what they
         were made from, which a monotone map does not change. Every scale at 2, 4 and 8 bits and in full precision.
sets     given data sets, `linear` and `auto` alone
summary  a Markdown table of one of these files: R2 of each scale, and how far `auto` stays behind the best of the
         others (tables) or behind linear, with the half width of the 95% interval over the splits (sets)

The file has one row per training (data, width, scale, seed, R2, MSE). Anything after `--` goes to `terse train`.
"""

import argparse
import csv
import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROWS = 3000
FIXED = ["linear", "normal", "half", "log"]
WIDTHS = ["2", "4", "8", "fp"]
SMALL = ["--hidden", "3x64", "--batch", "64", "--epochs", "30", "--lr", "0.002", "--test-fraction", "0.3"]
# Student's t, 97.5%, for 1 to 9 degrees of freedom.
T_QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]


def uniform_of(z):
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def pareto(shape):
    return lambda z: (1.0 - uniform_of(z)) ** (-1.0 / shape)


def count(z, draw, zeros=0.0):
    """A Poisson count whose mean is log-normal: what a counter sees of a rate."""
    if draw.random() < zeros:
        return 0
    limit, events, product = math.exp(-math.exp(1.0 + z)), 0, draw.random()
    while product > limit and events < 600:
        events += 1
        product *= draw.random()
    return events


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0] * len(values)
    for rank, index in enumerate(order):
        result[index] = rank
    return result


# Name and map of a standard normal number; with a second argument: the source of random numbers.
MAPS = {
    "normal": lambda z: z,
    "uniform": uniform_of,
    "powers of ten": lambda z: 10.0 ** (6.0 * uniform_of(z) - 1.0),
    "wide powers of ten": lambda z: 10.0 ** (12.0 * uniform_of(z) - 6.0),
    "log-normal 1": math.exp,
    "log-normal 2": lambda z: math.exp(2.0 * z),
    "log-normal 3": lambda z: math.exp(3.0 * z),
    "Pareto 0.8": pareto(0.8),
    "Pareto 1.2": pareto(1.2),
    "Pareto 2": pareto(2.0),
    "counts": lambda z, draw: count(z, draw),
    "counts, zeros": lambda z, draw: count(z, draw, 0.4),
    "mixture of two": lambda z: z if abs(z) < 1.0 else 1000.0 * z,
    "bursts": lambda z: z if abs(z) < 1.9 else z**9,
    "both signs": lambda z: math.sinh(4.0 * z),
    "normal, exp": lambda z: math.exp(4.0 * z),
    "counts, exp": lambda z, draw: math.exp(min(60, count(z, draw))),
    "one extreme": lambda z: z,
}
RANKED = {"log-normal 2, rank": "log-normal 2", "Pareto 1.2, rank": "Pareto 1.2"}
TABLES = [*MAPS, *RANKED]


def write_table(name, path):
    draw = random.Random(f"scales {name}")
    made = MAPS[RANKED.get(name, name)]
    latent = [[draw.gauss(0.0, 1.0) for _ in range(3)] for _ in range(ROWS)]
    columns = []
    for c in range(2):
        with_source = made.__code__.co_argcount == 2 if hasattr(made, "__code__") else False
        columns.append([made(row[c], draw) if with_source else made(row[c]) for row in latent])
    if name.startswith("counts"):
        # The target then depends on what was counted.
        for c in range(2):
            of = [math.log1p(v) if name != "counts, exp" else math.log1p(math.log(v)) for v in columns[c]]
            mean, spread = statistics.mean(of), statistics.pstdev(of)
            for row, value in zip(latent, of):
                row[c] = (value - mean) / spread
    if name in RANKED:
        columns = [ranks(column) for column in columns]
    if name == "one extreme":
        columns[0][7] = 9.9e37
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b", "c", "target"])
        for a, b, row in zip(*columns, latent):
            target = math.sin(1.5 * row[0]) + 0.7 * row[1] + 0.4 * row[2] + 0.1 * draw.gauss(0.0, 1.0)
            writer.writerow([f"{a:.9g}", f"{b:.9g}", f"{row[2]:.9g}", f"{target:.9g}"])


class Bench:
    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.model = folder / "model.terse"
        self.folder = folder

    def train(self, data, width, scale, seed, options):
        shape = ["--method", "fp"] if width == "fp" else ["--bits", width]
        command = [self.arguments.terse, "train", data, "--target", "target", "--scale", scale, "--seed", seed, *shape,
                   "--threads", 1, "--decoder", "network", "--json", "--quiet", "-o", self.model, *options,
                   *self.arguments.options]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode == 1:  # the loss was not finite: the worst there is
            return {"r2": float("-inf"), "mse": float("inf"), "scales": {}}
        if done.returncode != 0:
            sys.exit(done.stderr)
        return json.loads(done.stdout)

    def tables(self, _):
        for name in self.arguments.only or TABLES:
            path = self.folder / "table.csv"
            write_table(name, path)
            for width in WIDTHS:
                for scale in ["auto", *FIXED]:
                    for seed in range(self.arguments.seeds):
                        yield name, width, scale, seed, self.train(path, width, scale, seed, SMALL)

    def sets(self, data):
        for pair in data:
            name, path = pair.split("=", 1)
            for width in self.arguments.widths.split(","):
                for scale in ["auto", "linear"]:
                    for seed in range(self.arguments.seeds):
                        yield name, width, scale, seed, self.train(path, width, scale, seed, [])


def read(path):
    """data, width -> scale -> R2 by seed."""
    cells = {}
    with open(path) as file:
        for row in csv.DictReader(file):
            scales = cells.setdefault((row["data"], row["width"]), {})
            scales.setdefault(row["scale"], {})[row["seed"]] = float(row["r2"])
    return cells


def summary(path):
    cells = read(path)
    scales = [scale for scale in ["auto", *FIXED] if any(scale in cell for cell in cells.values())]
    print("| data | width |", " | ".join(scales), "| auto - best | interval |")
    print("|" + "---|" * (4 + len(scales)))
    behind = []
    for (data, width), cell in cells.items():
        means = {scale: statistics.mean(cell[scale].values()) for scale in scales if scale in cell}
        best = max((scale for scale in means if scale != "auto"), key=means.get)
        differences = [cell["auto"][seed] - value for seed, value in cell[best].items()]
        interval = "-"
        if len(differences) > 1 and all(map(math.isfinite, differences)):
            spread = statistics.stdev(differences) / len(differences) ** 0.5
            interval = f"± {T_QUANTILES[min(len(differences) - 2, 8)] * spread:.4f}"
        behind.append(means["auto"] / means[best] - 1.0)
        print(f"| {data} | {width} |", " | ".join(f"{means[scale]:.4f}" for scale in scales),
              f"| {means['auto'] - means[best]:+.4f} | {interval} |")
    print(f"\nauto within 1 % of the best R2 in {sum(one >= -0.01 for one in behind)} of {len(behind)} cells; "
          f"worst {100 * min(behind):+.2f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["tables", "sets", "summary"])
    parser.add_argument("data", nargs="*", help="sets: NAME=DATA; summary: a file")
    parser.add_argument("--terse", default="build/release/terse")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--widths", default="2,4,fp", help="sets: of these widths")
    parser.add_argument("--only", action="append", help="tables: of this name")
    parser.add_argument("-o", "--output", help="the CSV to write")
    own = sys.argv[1:]
    options = own[own.index("--") + 1 :] if "--" in own else []
    arguments = parser.parse_intermixed_args(own[: own.index("--")] if "--" in own else own)
    arguments.options = options
    if arguments.what == "summary":
        return summary(arguments.data[0])
    with tempfile.TemporaryDirectory() as folder, open(arguments.output, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["data", "width", "scale", "seed", "r2", "mse", "chosen"])
        for data, width, scale, seed, found in getattr(Bench(arguments, Path(folder)), arguments.what)(arguments.data):
            chosen = "; ".join(f"{name} {text.split(' (')[0]}" for name, text in found["scales"].items())
            writer.writerow([data, width, scale, seed, f"{found['r2']:.6g}", f"{found['mse']:.6g}", chosen])
            file.flush()
    return None


if __name__ == "__main__":
    sys.exit(main())
