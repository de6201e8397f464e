#!/usr/bin/env python3
"""Test errors with copies of rows on both sides of a split, and with copies kept together.

    bench/copies.py wine_quality=wine_quality.csv.gz --write results/copies/errors.csv
    bench/copies.py --read results/copies/errors.csv

For every data set, learner and kind of split: one `terse train` per seed, each of which is another random 90/10 split.
Prints a Markdown table: the mean test MSE on the standardised target and half the width of its 95 % interval, in which
splits that share rows count for less (Nadeau and Bengio, Machine Learning 52, 2003). Anything after `--` goes to
`terse train`. --write keeps the error of every single training; --read prints the table of such a file.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

# Student's t, 97.5%, for 1 to 30 degrees of freedom.
T_QUANTILES = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
]
TEST_PER_TRAIN = 1 / 9
NETWORK = ("--hidden", "3x64", "--epochs", "40")
LEARNERS = {
    "network, full precision": ("--method", "fp", *NETWORK),
    "network, 4 bits": ("--method", "bw-sq", "--bits", "4", *NETWORK),
    "trees, full precision": ("--method", "xgb"),
    "trees, 4 bits": ("--method", "xgb-qq", "--bits", "4"),
}
KINDS = ("no", "features")


def trained(arguments, data, options, kind, seed, folder):
    command = [
        arguments.terse, "train", data, "--target", arguments.target, "--seed", str(seed), "--threads", "1",
        "--keep-copies-together", kind, "--decoder", "network", "--json", "--quiet",
        "-o", str(Path(folder) / "model.terse"),
        *options, *arguments.options,
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout)


def measured(arguments):
    """(data, learner, kind, seed, test rows, MSE) of every training."""
    with tempfile.TemporaryDirectory() as folder:
        for item in arguments.data:
            name, _, data = item.partition("=")
            for learner, options in LEARNERS.items():
                for seed in range(arguments.seeds):
                    for kind in KINDS:
                        result = trained(arguments, data, options, kind, seed, folder)
                        yield name, learner, kind, seed, result["rows"]["test"], f"{result['mse']:.6g}"
                print(f"{name}, {learner}: done", file=sys.stderr, flush=True)


def half_width(errors):
    count = len(errors)
    variance = statistics.variance(errors) * (1 / count + TEST_PER_TRAIN)
    return T_QUANTILES[count - 2] * variance**0.5


def show(rows):
    cells = {}
    for data, learner, kind, _, _, error in rows:
        cells.setdefault((data, learner), {}).setdefault(kind, []).append(float(error))
    print("| data | learner | splits | copies on both sides | copies kept together | ratio |")
    print("|---|---|--:|---|---|--:|")
    for (data, learner), kinds in cells.items():
        apart, together = (kinds[kind] for kind in KINDS)
        figures = [f"{statistics.mean(errors):.4f} ± {half_width(errors):.4f}" for errors in (apart, together)]
        ratio = statistics.mean(together) / statistics.mean(apart)
        print(f"| {data} | {learner} | {len(apart)} | {figures[0]} | {figures[1]} | {ratio:.3f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", help="NAME=DATA")
    parser.add_argument("--terse", default="build/release/terse")
    parser.add_argument("--target", default="target")
    parser.add_argument("--seeds", type=int, default=20, help="random splits, 2 to 31")
    parser.add_argument("--write", help="file for the error of every training")
    parser.add_argument("--read", help="such a file: trains nothing")
    ours = sys.argv[1:]
    options = ours[ours.index("--") + 1:] if "--" in ours else []
    arguments = parser.parse_args(ours[: len(ours) - len(options) - 1] if "--" in ours else ours)
    arguments.options = options

    if arguments.read:
        with open(arguments.read, newline="") as file:
            return show(list(csv.reader(file))[1:])
    rows = list(measured(arguments))
    if arguments.write:
        with open(arguments.write, "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["data", "learner", "keep_copies_together", "seed", "test_rows", "mse"])
            writer.writerows(rows)
    show(rows)


if __name__ == "__main__":
    main()
