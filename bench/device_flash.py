#!/usr/bin/env python3
"""What a few kilobytes of flash are worth: terse allocate with and without --device-flash, at the same budgets.

    bench/device_flash.py --write results/device_flash.csv NAME=DATA.csv.gz ... [--flash 4096,8192] [--seeds 2]
    bench/device_flash.py --read results/device_flash.csv

Each seed is another random 90/10 split. What is sent, and whether a level is among it, is chosen on validation rows of
the training part; the table shows the test part (standardised mean squared error), mean over the splits.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

BUDGETS = "32,16,8,5,4"
OPTIONS = ["--hidden", "4x128", "--epochs", "40", "--folds", "2", "--threads", "1", "--quiet", "--json"]
COLUMNS = ["data", "split", "flash", "budget_bits", "bits", "level", "readings_sent", "decoder", "validation_loss",
           "mse"]


def curve(terse, data, seed, flash, folder):
    command = [terse, "allocate", data, "--target", "target", "--curve", folder, "--budgets", BUDGETS, "--seed",
               str(seed), *OPTIONS, *(["--device-flash", str(flash)] if flash else [])]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    for point in json.loads(done.stdout)["curve"]:
        for budget in point["budgets_bits"]:
            level = point.get("computed", {}).get("levels", 0)
            readings = len(point["levels"]) - len(point["dropped"]) - ("computed" in point)
            yield [f"{budget:.0f}", point["test"]["payload_bits"], level, readings, point["decoder"],
                   f"{point['validation_loss']:.6g}", f"{point['test']['mse']:.6g}"]


def print_table(rows):
    flashes = sorted({int(row["flash"]) for row in rows})
    print("| data | bits | " + " | ".join(f"{flash:,} B" if flash else "codes alone" for flash in flashes) + " |")
    print("|---|--:" + "|--:" * len(flashes) + "|")
    for name in dict.fromkeys(row["data"] for row in rows):
        for budget in sorted({int(row["budget_bits"]) for row in rows}):
            cells = []
            for flash in flashes:
                losses = [float(row["mse"]) for row in rows
                          if (row["data"], int(row["budget_bits"]), int(row["flash"])) == (name, budget, flash)]
                cells.append(f"{sum(losses) / len(losses):.4f}" if losses else "")
            print(f"| {name} | {budget} | {' | '.join(cells)} |")


def known(path):
    """What an interrupted run has written: it goes on from there."""
    if not path or not Path(path).exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", help="NAME=DATA")
    parser.add_argument("--terse", default="build/release/terse")
    parser.add_argument("--flash", default="4096,8192", help="bytes, separated by commas")
    parser.add_argument("--seeds", type=int, default=2, help="random splits")
    parser.add_argument("--write", metavar="CSV")
    parser.add_argument("--read", metavar="CSV", help="run nothing, print the table of this file")
    arguments = parser.parse_args()
    if arguments.read:
        with open(arguments.read, newline="", encoding="utf-8") as file:
            return print_table(list(csv.DictReader(file)))
    rows = known(arguments.write)
    for seed in range(arguments.seeds):
        for item in arguments.data:
            name, _, data = item.partition("=")
            for flash in [0, *map(int, arguments.flash.split(","))]:
                if any((row["data"], row["split"], row["flash"]) == (name, str(seed), str(flash)) for row in rows):
                    continue
                with tempfile.TemporaryDirectory() as folder:
                    found = [[name, seed, flash, *row] for row in curve(arguments.terse, data, seed, flash, folder)]
                rows += [dict(zip(COLUMNS, map(str, row))) for row in found]
                print(name, seed, flash, *[f"{row[3]}b {row[-1]}" for row in found], file=sys.stderr, flush=True)
                if arguments.write:
                    with open(arguments.write, "w", newline="", encoding="utf-8") as file:
                        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
                        writer.writeheader()
                        writer.writerows(rows)
    print_table(rows)


if __name__ == "__main__":
    main()
