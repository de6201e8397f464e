#!/usr/bin/env python3
"""Classification and gaps: the tables of docs/accuracy.md.

    bench/tasks.py classification occupancy=occupancy_detection.csv.gz
    bench/tasks.py gaps california=california.csv.gz
    bench/tasks.py without california=california.csv.gz

Each figure is the mean over random 90/10 splits, one `terse train` each, with half the width of its 95% t-interval. A
Markdown table is printed. Anything after `--` goes to `terse train`.

classification  probabilities of the test part, by bits a feature and at full precision
gaps            shares of all readings, training and test, are removed at random: a level for gaps against the mean
                of the column in their place, and both against full precision
without         one feature at a time gives no reading: trained as usual (the device then sends the code of the
                mean) against trained with readings dropped (it sends the code for "missing")
"""

import argparse
import csv
import gzip
import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

# Student's t, 97.5%, for 1 to 10 degrees of freedom.
T_QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return json.loads(done.stdout)


def cell(values):
    mean = statistics.mean(values)
    if len(values) < 2:
        return f"{mean:.4f}"
    width = T_QUANTILES[min(len(values) - 2, 9)] * statistics.stdev(values) / len(values) ** 0.5
    return f"{mean:.4f} ± {width:.4f}"


class Bench:
    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.model = folder / "model.terse"
        self.folder = folder

    def train(self, data, *options):
        """What `terse train` says for every seed."""
        for seed in range(self.arguments.seeds):
            yield run(
                *(self.arguments.terse, "train", data, "--target", self.arguments.target, "--seed", seed),
                *("--threads", 1, "--decoder", "network", "--json", "--quiet", "-o", self.model, *options),
                *self.arguments.options,
            )

    def classification(self, name, data):
        for method, bits in [("bw-sq", 1), ("bw-sq", 2), ("bw-sq", 3), ("bw-sq", 4), ("fp", 32)]:
            width = [] if method == "fp" else ["--bits", bits]
            found = list(self.train(data, "--task", "classification", "--method", method, *width))
            columns = [[one[metric] for one in found] for metric in ("accuracy", "log_loss", "f1_macro", "roc_auc")]
            print(f"| {name} | {method} | {bits} | {found[0]['payload_bytes']} |", " | ".join(map(cell, columns)), "|")

    def gaps(self, name, data):
        for share in (0.0, 0.1, 0.3):
            holes, filled = self.with_gaps(data, share)
            for method, width in (("bw-sq", ["--bits", 4]), ("fp", [])):
                level = [one["mse"] for one in self.train(holes, "--method", method, "--missing", "level", *width)]
                mean = [one["mse"] for one in self.train(filled, "--method", method, *width)]
                print(f"| {name} | {share:.0%} | {method} | {cell(level)} | {cell(mean)} |")

    def without(self, name, data):
        for rate in (0, 0.05, 0.1, 0.2):
            found = []
            for _ in self.train(data, "--bits", 4, "--drop-rate", rate):
                found.append(run(*(self.arguments.terse, "evaluate", self.model, data), "--part", "test",
                                 "--without-each", "--json"))
            each = [[entry["mse"] for entry in one["without_each"]] for one in found]
            columns = [[one["mse"] for one in found], [statistics.mean(one) for one in each], list(map(max, each))]
            print(f"| {name} | {rate} |", " | ".join(map(cell, columns)), "|")

    def with_gaps(self, data, share):
        """Two tables: with so many readings removed, and with the column's mean in their place."""
        with gzip.open(data, "rt") if data.endswith(".gz") else open(data) as file:
            header, *rows = list(csv.reader(file))
        draw = random.Random(1)
        target = header.index(self.arguments.target)
        gone = [[c != target and draw.random() < share for c in range(len(header))] for _ in rows]
        paths = self.folder / "holes.csv", self.folder / "filled.csv"
        means = []
        for c in range(len(header)):
            kept = [float(row[c]) for row, own in zip(rows, gone) if not own[c]]
            means.append(repr(statistics.mean(kept)))
        for path, instead in zip(paths, ([""] * len(header), means)):
            with open(path, "w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(header)
                for row, own in zip(rows, gone):
                    writer.writerow([instead[c] if own[c] else row[c] for c in range(len(header))])
        return paths


HEADS = {
    "classification": "| data | method | bits | bytes | accuracy | log loss | macro F1 | ROC AUC |",
    "gaps": "| data | gaps | method | MSE, level for gaps | MSE, mean in their place |",
    "without": "| data | drop rate | MSE, all readings | MSE, one missing (mean) | MSE, one missing (worst) |",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", choices=HEADS)
    parser.add_argument("data", nargs="+", help="NAME=DATA")
    parser.add_argument("--terse", default="build/release/terse")
    parser.add_argument("--target", default="target")
    parser.add_argument("--seeds", type=int, default=5)
    own = sys.argv[1:]
    options = own[own.index("--") + 1 :] if "--" in own else []
    arguments = parser.parse_args(own[: own.index("--")] if "--" in own else own)
    arguments.options = options
    print(HEADS[arguments.table])
    print("|" + "---|" * (HEADS[arguments.table].count("|") - 1))
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(arguments, Path(folder))
        for pair in arguments.data:
            name, data = pair.split("=", 1)
            getattr(bench, arguments.table)(name, data)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
