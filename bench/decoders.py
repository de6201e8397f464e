#!/usr/bin/env python3
"""Trees and networks on the same bits: what `terse train` decodes with, against XGBoost on quantile codes.

    bench/decoders.py -o results/decoders/splits.csv california=california.csv.gz sulfur=sulfur.csv.gz
    bench/decoders.py --classes -o results/decoders/classes.csv occupancy=occupancy_detection.csv.gz
    bench/decoders.py --summary results/decoders/splits.csv

For every data set, width and seed (each seed is another random 90/10 split) one training each of

    network      --decoder network
    tabm         --decoder network --network tabm
    tabm-5x128   the same with --hidden 5x128
    tabm-2-of-8  the same with --hidden 5x128 --submodels-per-row 2
    best-network --decoder network --network best
    boosted      --decoder boosted
    extra-trees  --decoder extra-trees
    stack        --decoder stack
    best         --decoder best
    xgb-qq       XGBoost on quantile codes of as many bits: --method xgb-qq

or of those that --entries names.

The file has one row per training (data, bits, what, seed, loss, decoder, payload bytes); loss is the MSE on the
standardised target, or the log loss. --summary prints means, and two differences with half the widths of their 95%
t-intervals over the splits: of best to xgb-qq, and of the stack to the member with the lowest mean. Anything after
`--` goes to `terse train`.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

MEMBERS = ("network", "boosted", "extra-trees")
ENTRIES = {**{name: ["--decoder", name] for name in (*MEMBERS, "stack", "best")}, "xgb-qq": ["--method", "xgb-qq"],
           "tabm": ["--decoder", "network", "--network", "tabm"],
           "tabm-5x128": ["--decoder", "network", "--network", "tabm", "--hidden", "5x128"],
           "tabm-2-of-8": ["--decoder", "network", "--network", "tabm", "--hidden", "5x128",
                           "--submodels-per-row", "2"],
           "best-network": ["--decoder", "network", "--network", "best"]}
# Student's t, 97.5%, for 1 to 9 degrees of freedom.
T_QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]


def measure(arguments, folder):
    for pair in arguments.data:
        name, data = pair.split("=", 1)
        for bits in arguments.bits.split(","):
            for seed in range(arguments.seeds):
                for what in arguments.entries.split(","):
                    own = ENTRIES[what]
                    command = [arguments.terse, "train", data, "--target", arguments.target, "--bits", bits, "--seed",
                               str(seed), "--threads", "1", "--json", "--quiet", "-o", str(Path(folder) / "m.terse"),
                               *own, *(["--task", "classification"] if arguments.classes else []), *arguments.options]
                    done = subprocess.run(command, capture_output=True, text=True)
                    if done.returncode != 0:
                        sys.exit(done.stderr)
                    found = json.loads(done.stdout)
                    loss = found["log_loss" if arguments.classes else "mse"]
                    yield name, bits, what, seed, f"{loss:.6g}", found["decoder"], found["payload_bytes"]


def summary(path):
    cells = {}
    with open(path) as file:
        for row in csv.DictReader(file):
            cell = cells.setdefault((row["data"], row["bits"]), {})
            cell.setdefault(row["what"], {})[row["seed"]] = float(row["loss"])
    entries = [what for what in ENTRIES if any(what in cell for cell in cells.values())]
    print("| data | bits |", " | ".join(entries), "| best - xgb-qq | stack - best member |")
    print("|" + "---|" * (4 + len(entries)))
    for (data, bits), cell in cells.items():
        means = {what: statistics.mean(losses.values()) for what, losses in cell.items()}
        members = [what for what in MEMBERS if what in cell]
        least = min(members, key=means.get) if members else ""
        shown = " | ".join(f"{means[what]:.4f}" if what in means else "" for what in entries)
        print(f"| {data} | {bits} | {shown} | {difference(cell, 'best', 'xgb-qq')} | "
              f"{difference(cell, 'stack', least)} |")


def difference(cell, what, other):
    if what not in cell or other not in cell:
        return ""
    differences = [value - cell[other][seed] for seed, value in cell[what].items()]
    said = f"{statistics.mean(differences):+.4f}"
    if len(differences) > 1:
        width = T_QUANTILES[min(len(differences) - 2, 8)] * statistics.stdev(differences) / len(differences) ** 0.5
        said += f" ± {width:.4f}"
    return said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", help="NAME=DATA")
    parser.add_argument("--terse", default="build/release/terse")
    parser.add_argument("--target", default="target")
    parser.add_argument("--classes", action="store_true", help="the target is a class")
    parser.add_argument("--bits", default="2,4")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--entries", default="network,best,xgb-qq", help="what to train, of the above")
    parser.add_argument("--summary", metavar="FILE", help="print what a file says, and train nothing")
    parser.add_argument("-o", "--output", help="the CSV to write")
    own = sys.argv[1:]
    options = own[own.index("--") + 1 :] if "--" in own else []
    arguments = parser.parse_intermixed_args(own[: own.index("--")] if "--" in own else own)
    arguments.options = options
    if arguments.summary:
        return summary(arguments.summary)
    with tempfile.TemporaryDirectory() as folder, open(arguments.output, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["data", "bits", "what", "seed", "loss", "decoder", "payload_bytes"])
        for row in measure(arguments, folder):
            writer.writerow(row)
            file.flush()
    return None


if __name__ == "__main__":
    sys.exit(main())
