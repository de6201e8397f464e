#!/usr/bin/env python3
"""Compares test errors with the published 95% intervals.

    bench/accuracy.py --terse build/release/terse california=california.csv.gz cpu_act=cpu_act.csv.gz

For every data set, method and bit width: one `terse train` per seed (each seed is another random 90/10 split), the
mean test MSE on the standardised target with its 95% t-interval, beside the published mean and interval. Prints a
Markdown table; exits 1 if a mean lies above its published interval. Anything after `--` goes to `terse train`.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PUBLISHED = Path(__file__).parents[1] / "src" / "terse" / "reproduce" / "published" / "trainings.csv"
PUBLISHED_SPLITS = 10
# Student's t, 97.5%, for 1 to 30 degrees of freedom.
T_QUANTILES = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
]


def interval(mean, deviation):
    half = T_QUANTILES[PUBLISHED_SPLITS - 2] * deviation / PUBLISHED_SPLITS**0.5
    return mean, mean - half, mean + half


def published_intervals():
    with open(PUBLISHED) as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            (row["dataset"], int(row["bits"]), row["method"]): interval(float(row["mse"]), float(row["deviation"]))
            for row in rows
        }


def train(arguments, data, method, bits, seed, folder):
    command = [
        arguments.terse, "train", data, "--target", arguments.target, "--method", method, "--bits", str(bits),
        "--seed", str(seed), "--decoder", "network", "--json", "--quiet", "-o", str(Path(folder) / "model.terse"),
        *arguments.options,
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout)


def verdict(mean, interval):
    if interval is None:
        return "not published"
    return "better" if mean < interval[1] else "inside" if mean <= interval[2] else "WORSE"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", help="NAME=DATA, NAME as in the publication")
    parser.add_argument("--terse", default="build/release/terse")
    parser.add_argument("--target", default="target")
    parser.add_argument("--methods", default="bw-sq")
    parser.add_argument("--bits", default="2,3,4")
    parser.add_argument("--seeds", type=int, default=5, help="random splits, at least 2")
    ours = sys.argv[1:]
    options = ours[ours.index("--") + 1:] if "--" in ours else []
    arguments = parser.parse_args(ours[: len(ours) - len(options) - 1] if "--" in ours else ours)
    arguments.options = options

    intervals = published_intervals()
    worse = 0
    print("| data | method | bits | MSE | 95% interval | published | published interval | | seconds |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for item in arguments.data:
            name, _, data = item.partition("=")
            for method in arguments.methods.split(","):
                for bits in map(int, arguments.bits.split(",")):
                    results = [train(arguments, data, method, bits, seed, folder) for seed in range(arguments.seeds)]
                    errors = [result["mse"] for result in results]
                    mean = statistics.mean(errors)
                    half = T_QUANTILES[len(errors) - 2] * statistics.stdev(errors) / len(errors) ** 0.5
                    interval = intervals.get((name, 0 if method == "fp" else bits, method))
                    judged = verdict(mean, interval)
                    worse += judged == "WORSE"
                    known = f"{interval[0]:.3f} | {interval[1]:.3f} to {interval[2]:.3f}" if interval else " | "
                    seconds = statistics.mean(result["train_seconds"] for result in results)
                    print(
                        f"| {name} | {method} | {bits} | {mean:.4f} | {mean - half:.4f} to {mean + half:.4f} | {known} "
                        f"| {judged} | {seconds:.1f} |", flush=True,
                    )
    sys.exit(1 if worse else 0)


if __name__ == "__main__":
    main()
