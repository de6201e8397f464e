#!/usr/bin/env python3
"""The level of a forest on the device against codes of readings: loss and bits.

    bench/computed.py -o results/computed.csv california=california.csv.gz:3,4,5 cpu_act=cpu_act.csv.gz:3,4,5
    bench/computed.py --summary results/computed.csv

For every data set and seed (another random 90/10 split each) one training of `--computed forest-alone` for each of the
widths, with the option --size, if given: DEPTHxTREES. With --codes BITS,... also `terse allocate --payload-bits` with
two folds for each of these. --summary prints the mean MSE on the standardised target. Anything after `--` goes to
`terse train`.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path


def loss_of(command, folder):
    done = subprocess.run([*command, "--json", "--quiet", "-o", str(Path(folder) / "m.terse")], capture_output=True,
                          text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    found = json.loads(done.stdout)
    return f"{found['mse']:.6g}", found["payload_bits"]


def measure(arguments, folder):
    for pair in arguments.data:
        name, data = pair.split("=", 1)
        data, widths = data.rsplit(":", 1)
        for seed in range(arguments.seeds):
            common = [data, "--target", arguments.target, "--seed", str(seed), "--threads", str(arguments.threads)]
            for bits in widths.split(","):
                depth, trees = arguments.size.split("x")
                command = [arguments.terse, "train", *common, "--computed", "forest-alone", "--level-bits", bits,
                           "--forest-depth", depth, "--forest-trees", trees, *arguments.options]
                yield name, f"forest {arguments.size}", seed, *loss_of(command, folder)
            for bits in filter(None, arguments.codes.split(",")):
                command = [arguments.terse, "allocate", *common, "--payload-bits", bits, "--folds", "2"]
                yield name, "codes", seed, *loss_of(command, folder)


def summary(path):
    cells = {}
    with open(path) as file:
        for row in csv.DictReader(file):
            cells.setdefault((row["data"], row["what"], row["bits"]), []).append(float(row["loss"]))
    print("| data | message | bits | MSE | splits |\n|---|---|---|---|---|")
    for (data, what, bits), losses in cells.items():
        print(f"| {data} | {what} | {bits} | {statistics.mean(losses):.4f} | {len(losses)} |")


def main():
    own, options = sys.argv[1:], []
    if "--" in own:
        own, options = own[: own.index("--")], own[own.index("--") + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", help="NAME=FILE:BITS,...")
    parser.add_argument("-o", "--output")
    parser.add_argument("--summary")
    parser.add_argument("--terse", default="build/release/terse")
    parser.add_argument("--target", default="target")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--size", default="5x30")
    parser.add_argument("--codes", default="")
    arguments = parser.parse_args(own)
    arguments.options = options
    if arguments.summary:
        return summary(arguments.summary)
    with open(arguments.output, "w", newline="") as file, tempfile.TemporaryDirectory() as folder:
        writer = csv.writer(file)
        writer.writerow(["data", "what", "seed", "loss", "bits"])
        for row in measure(arguments, folder):
            writer.writerow(row)
            file.flush()
    return None


if __name__ == "__main__":
    main()
