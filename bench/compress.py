#!/usr/bin/env python3
"""Bits per layer: the table of docs/compress.md. Every figure is kept in a folder, so that the command can be
interrupted and given again.

    bench/compress.py -o build/compress california=california.csv.gz occupancy=occupancy.csv.gz

For every data set and seed one model is trained, and compressed by every policy to every budget. A budget is named by
the bits per weight that a network of one width would need. A figure is the mean over the seeds of the test part's mean
squared error, or log loss of a classification, with half the width of its 95% t-interval; the last columns are the
mean of the differences seed by seed (below 0: sensitivity is better) with the same interval.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

BUDGETS = [2.5, 3.0, 4.0, 6.0]
POLICIES = ["uniform", "sigmaquant", "sensitivity"]
# Student's t, 97.5%, for 1 to 9 degrees of freedom.
T_QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]


def cell(values, digits=4, sign=""):
    mean = statistics.mean(values)
    if len(values) < 2:
        return f"{mean:{sign}.{digits}f}"
    width = T_QUANTILES[min(len(values) - 2, 8)] * statistics.stdev(values) / len(values) ** 0.5
    return f"{mean:{sign}.{digits}f} ± {width:.{digits}f}"


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.folder = Path(arguments.output)
        self.folder.mkdir(parents=True, exist_ok=True)

    def result(self, name, *command):
        """What the command says, from the folder if it has said it before."""
        path = self.folder / f"{name}.json"
        if not path.exists():
            done = subprocess.run([self.arguments.terse, *map(str, command)], capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
            part = path.with_suffix(".part")
            part.write_text(done.stdout)
            os.replace(part, path)
        return json.loads(path.read_text())

    def compressed(self, name, data, model, seed, policy, memory):
        return self.result(f"{name}-{policy}", "compress", model, "--data", data, "--policy", policy, "--memory",
                           memory, "--seed", seed, "--quiet", "--json", "-o", self.folder / "model.terse")

    def task(self, name):
        return "classification" if name in self.arguments.classes else "regression"

    def seed(self, name, data, seed):
        """{(bits, policy): result} of one seed, "float" among them."""
        model = self.folder / f"{name}-{seed}.terse"
        trained = self.result(f"{name}-{seed}", "train", data, "--target", self.arguments.target, "--seed", seed,
                              "--task", self.task(name), "--protocol", "paper", "--threads", 1,
                              "--hidden", self.arguments.hidden, "--epochs", 30, "--json", "--quiet", "-o", model)
        widest = self.compressed(f"{name}-{seed}-8", data, model, seed, "uniform", 10**9)
        weights = widest["weight_bytes"]
        found = {"float": trained}
        for bits in BUDGETS:
            memory = int(widest["memory_bytes"] - weights + weights * bits / 8 + 8)
            for policy in POLICIES:
                found[bits, policy] = self.compressed(f"{name}-{seed}-{bits}", data, model, seed, policy, memory)
        return found

    def table(self, name, data):
        found = [self.seed(name, data, seed) for seed in range(self.arguments.seeds)]
        metric = "mse" if "mse" in found[0]["float"] else "log_loss"
        reference = cell([one["float"][metric] for one in found])
        for bits in BUDGETS:
            losses = {policy: [one[bits, policy]["metrics"][metric] for one in found] for policy in POLICIES}
            smaller = [f"{statistics.mean(one[bits, policy]['smaller'] for one in found):.1f}x" for policy in POLICIES]
            columns = [cell(losses[policy]) for policy in POLICIES]
            for other in ("uniform", "sigmaquant"):
                columns.append(cell([a - b for a, b in zip(losses["sensitivity"], losses[other])], 4, "+"))
            print(f"| {name} | {bits} | {reference} |", " | ".join(smaller + columns), "|", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", help="NAME=DATA")
    parser.add_argument("-o", "--output", required=True, help="folder that keeps every result")
    parser.add_argument("--terse", default="build/release/terse")
    parser.add_argument("--target", default="target")
    parser.add_argument("--classes", nargs="*", default=["occupancy", "rooms"], metavar="NAME",
                        help="data sets to classify")
    parser.add_argument("--hidden", default="4x64")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    bench = Bench(arguments)
    print("| data | bits of the budget | float32 | smaller, uniform | smaller, sigmaquant | smaller, sensitivity "
          "| uniform | sigmaquant | sensitivity | sensitivity - uniform | sensitivity - sigmaquant |")
    print("|" + "---|" * 11)
    for entry in arguments.data:
        name, _, data = entry.partition("=")
        bench.table(name, data)


if __name__ == "__main__":
    main()
