#!/usr/bin/env python3
"""How few bits a message needs, on several random splits.

    bench/allocate.py california=california.csv.gz ... --write results/allocate/splits.csv
    bench/allocate.py --read results/allocate/splits.csv

Per data set and seed (each seed is another random 90/10 split, which `terse train`, `allocate` and `study` draw alike):

- `terse allocate --curve` at the budgets of BUDGETS with every setting of SETTINGS. The validation losses of its folds,
  inside the training part, choose the setting at each budget;
- a network in full precision by `terse study`: folds inside the training part choose among the same settings; it gets
  the epochs that the smallest message had in all its phases, and the averaging of `terse train`;
- boosted trees in full precision, which have no settings; with --equal also XGBoost on equal bits, cut at quantiles.

Every result is one line of the journal, with its seconds; what stands there is not run again, so that an interrupted
run goes on where it was. Seeds are the outer loop. --write puts every result into a CSV, of which --read prints the
tables (allocate_tables.py says what is in them); no data is needed for that.
"""

import argparse
import csv
import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from allocate_tables import COLUMNS, chosen, print_tables

# Bits of a message; 2, 3 and 4 a feature are among them. Large ones are runs of their own, so that small ones do not
# begin with too many levels.
BUDGETS = {
    "california": [[32, 24, 16, 13, 12, 11], [80, 64, 48]],
    "fried": [[40, 30, 26, 24, 22, 20]],
    "superconduct": [[162, 64, 52, 44, 36], [324, 243]],
    "cpu_act": [[84, 63, 42, 26, 20, 16, 14]],
    "sulfur": [[24, 18, 15, 12]],
    "wine_quality": [[44, 33, 22, 16, 12, 8], [88, 66]],
}
FEATURES = {"california": 8, "fried": 10, "superconduct": 81, "cpu_act": 21, "sulfur": 6, "wine_quality": 11}
# The same for every set, so that no set's test rows have chosen them.
SETTINGS = [
    {"hidden": "3x64", "epochs": 60},
    {"hidden": "4x128", "epochs": 40},
    {"hidden": "4x128", "epochs": 40, "dropout": 0.2},
    {"hidden": "4x256", "epochs": 80, "batch": 128},
]
# Of terse allocate: first bits over the largest budget, share of the bits removed in a round, epochs of a round, and
# of the last phase.
START, ROUND_SHARE, ROUND_EPOCHS, FINAL_EPOCHS = 1.25, 0.12, 4, 30


def full_epochs(setting, budgets):
    """The epochs of the smallest message: first phase, rounds and last phase."""
    rounds = math.ceil(math.log(START * max(budgets) / min(budgets)) / -math.log(1 - ROUND_SHARE))
    return setting["epochs"] + rounds * ROUND_EPOCHS + FINAL_EPOCHS


def text_of(setting):
    return " ".join(f"{name}={value}" for name, value in setting.items())


class Runs:
    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.folder = Path(folder)

    def terse(self, *command):
        line = [self.arguments.terse, *map(str, command), "--target", "target", "--quiet", "--json"]
        done = subprocess.run(line, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(line)}\n{done.stderr}")
        return json.loads(done.stdout)

    def allocated(self, data, seed, setting, budgets):
        options = [word for name, value in setting.items() for word in (f"--{name}", value)]
        printed = self.terse(
            "allocate", data, "--curve", self.folder / "curve", "--budgets", ",".join(map(str, budgets)), "--folds",
            self.arguments.folds, "--start-bits", round(START * max(budgets)), "--round-share", ROUND_SHARE,
            "--round-epochs", ROUND_EPOCHS, "--final-epochs", FINAL_EPOCHS, "--seed", seed, "--threads", 1, *options,
        )
        return [
            {"budget": round(budget), "bits": point["test"]["payload_bits"], "decoder": point["decoder"],
             "not_sent": len(point["dropped"]), "validation_loss": point["validation_loss"],
             "mse": point["test"]["mse"]}
            for point in printed["curve"] for budget in point["budgets_bits"]
        ]

    def network(self, data, seed, budgets):
        portfolio = self.folder / "portfolio.json"
        candidates = [setting | {"epochs": full_epochs(setting, budgets)} for setting in SETTINGS]
        portfolio.write_text(json.dumps(candidates))
        with tempfile.TemporaryDirectory(dir=self.folder) as study:
            printed = self.terse("study", data, "--methods", "fp", "--portfolio", portfolio, "--folds",
                                 self.arguments.folds, "--splits", 1, "--seed", seed, "--jobs", 1, "-o", study)
        cell = printed["cells"][0]
        names = {name for setting in candidates for name in setting}
        setting = {name: value for name, value in cell["settings"] if name in names}
        return [{"setting": text_of(setting), "mse": cell["losses"][0]}]

    def trained(self, data, seed, *options):
        found = self.terse("train", data, "--seed", seed, "--threads", 1, "-o", self.folder / "m.terse", *options)
        return [{"bits": found["payload_bits"], "mse": found["mse"]}]


def jobs(arguments, sets, runs):
    """(data set, seed, model, setting, group of budgets), and what measures it."""
    for seed in range(arguments.seeds):
        for name, data in sets:
            groups = BUDGETS[name]
            smallest = max(groups, key=lambda group: START * max(group) / min(group))
            yield (name, seed, "network", "", 0), lambda: runs.network(data, seed, smallest)
            yield (name, seed, "trees", "", 0), lambda: runs.trained(data, seed, "--method", "xgb")
            for bits in (2, 3, 4) if arguments.equal else ():
                yield (name, seed, f"xgb-qq {bits}", "", 0), lambda: runs.trained(
                    data, seed, "--method", "xgb-qq", "--bits", bits)
            for group, budgets in enumerate(groups):
                for setting in SETTINGS:
                    yield (name, seed, "allocated", text_of(setting), group), lambda: runs.allocated(
                        data, seed, setting, budgets)


def run(arguments, sets, known):
    with open(arguments.journal, "a") as journal, tempfile.TemporaryDirectory() as folder:
        for key, job in jobs(arguments, sets, Runs(arguments, folder)):
            if key in known:
                continue
            begin = time.monotonic()
            known[key] = job()
            seconds = time.monotonic() - begin
            journal.write(json.dumps({"key": key, "seconds": round(seconds, 1), "result": known[key]}) + "\n")
            journal.flush()
            print(*key, f"{seconds:.0f} s", file=sys.stderr)


def rows_of(known):
    """Every result as a row of the CSV, in an order of its own."""
    for (name, seed, model, setting, _), results in sorted(known.items()):
        for result in results:
            row = {"data": name, "split": seed, "model": model, "setting": setting, **result}
            yield {column: str(row.get(column, "")) for column in COLUMNS}


def journal_of(path):
    known = {}
    if Path(path).exists():
        for line in open(path):
            entry = json.loads(line)
            known[tuple(entry["key"])] = entry["result"]
    return known


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", help=f"NAME=DATA, NAME one of {', '.join(BUDGETS)}")
    parser.add_argument("--terse", default="build/release/terse")
    parser.add_argument("--journal", default="allocate.jsonl")
    parser.add_argument("--seeds", type=int, default=10, help="random splits")
    parser.add_argument("--folds", type=int, default=2, help="inside the training part, to choose by")
    parser.add_argument("--equal", action="store_true", help="also XGBoost on 2, 3 and 4 bits a feature")
    parser.add_argument("--write", metavar="CSV", help="the file for every result")
    parser.add_argument("--read", metavar="CSV", help="run nothing, print the tables of this file")
    arguments = parser.parse_args()
    if arguments.read:
        with open(arguments.read) as file:
            rows = list(csv.DictReader(file))
    else:
        known = journal_of(arguments.journal)
        run(arguments, [item.partition("=")[::2] for item in arguments.data], known)
        rows = list(rows_of(known))
    if arguments.write:
        Path(arguments.write).parent.mkdir(parents=True, exist_ok=True)
        with open(arguments.write, "w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    print_tables(chosen(rows), FEATURES, arguments.terse)


if __name__ == "__main__":
    main()
