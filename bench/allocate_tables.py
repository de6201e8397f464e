"""The tables of bench/allocate.py, from the results of single splits.

By three rules the smallest budget is found whose messages are as good as full precision:

- the paper's: the 95% interval of the test MSE overlaps that of our own network in full precision, or lies below, and
  so do those of all larger budgets. It is met more easily the fewer the splits;
- own network: a one-sided 95% bound says that the test MSE is at most 2% above our own network's, over the same splits
  and for all budgets of the set together (docs/decisions/0043-one-way-to-compare.md);
- best own: the same against the better of network and boosted trees in full precision. Which is better is decided by
  the test rows, so in favour of full precision.

`terse report` works them out: each set becomes a study whose widths are the budgets.
"""

import csv
import json
import math
import statistics
import subprocess
import tempfile
from pathlib import Path

from accuracy import T_QUANTILES

COLUMNS = ["data", "split", "model", "setting", "budget", "bits", "decoder", "not_sent", "validation_loss", "mse"]
MARGIN = 0.02
TEST_PER_TRAIN = 0.1 / 0.9
AS_GOOD = ("better", "non-inferior")


def chosen(rows):
    """The rows with one setting for every set, split and budget: the one of the least validation loss."""
    best, others = {}, []
    for row in rows:
        if row["model"] != "allocated":
            others.append(row)
            continue
        key = (row["data"], int(row["split"]), int(row["budget"]))
        if key not in best or float(row["validation_loss"]) < float(best[key]["validation_loss"]):
            best[key] = row
    return others + list(best.values())


class DataSet:
    """What is known of one data set over the splits that every model has finished."""

    def __init__(self, name, rows, features):
        self.name = name
        self.raw_bits = 32 * features
        self.features = features
        self.single = {}  # (model, split) -> row
        self.allocated = {}  # (budget, split) -> row
        for row in rows:
            key, split = row["model"], int(row["split"])
            if key == "allocated":
                self.allocated[int(row["budget"]), split] = row
            else:
                self.single[key, split] = row
        budgets = sorted({budget for budget, _ in self.allocated}, reverse=True)
        full = [split for model, split in self.single if model == "network" and ("trees", split) in self.single]
        self.splits = sorted(s for s in full if any((b, s) in self.allocated for b in budgets))
        self.budgets = [b for b in budgets if self.splits and all((b, s) in self.allocated for s in self.splits)]

    def losses(self, model):
        return [float(self.single[model, split]["mse"]) for split in self.splits]

    def at(self, budget, column):
        return [float(self.allocated[budget, split][column]) for split in self.splits]

    def bits(self, budget):
        return max(self.at(budget, "bits"))

    def better_model(self):
        return min(("network", "trees"), key=lambda model: statistics.mean(self.losses(model)))

    def cells(self, reference):
        def cell(method, bits, payload, losses):
            return {"data": self.name, "method": method, "bits": bits, "payload_bits": payload,
                    "payload_bytes": math.ceil(payload / 8), "compression": self.raw_bits / payload, "losses": losses,
                    "loss": interval(losses), "train_seconds_mean": 0, "settings": []}

        yield cell("fp", 0, self.raw_bits, self.losses(reference))
        for budget in self.budgets:
            yield cell("allocated", budget, self.bits(budget), self.at(budget, "mse"))


def interval(values):
    """Mean and half of the 95% t-interval, as a study keeps them."""
    mean = statistics.mean(values)
    if len(values) < 2:
        return {"mean": mean, "half_width": None}
    return {"mean": mean, "half_width": T_QUANTILES[len(values) - 2] * statistics.stdev(values) / len(values) ** 0.5}


def judged(sets, reference_of, terse):
    """{(set, budget): row of the report} of the sets, held against the model that reference_of() names."""
    summary = {"command": "", "version": "", "hardware": "", "seed": 0, "splits": 0, "margin": MARGIN,
               "test_per_train": TEST_PER_TRAIN, "notes": [], "histograms": [],
               "cells": [cell for one in sets for cell in one.cells(reference_of(one))]}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "summary.json").write_text(json.dumps(summary))
        subprocess.run([terse, "report", folder], check=True, capture_output=True)
        with open(Path(folder, "report.csv")) as file:
            return {(row["data"], int(row["bits"])): row for row in csv.DictReader(file) if row["bits"] != "0"}


def smallest_overlapping(one, report):
    found = None
    for budget in one.budgets:
        if report[one.name, budget]["intervals_overlap"] != "true":
            break
        found = budget
    return found


def smallest_as_good(one, report):
    good = [budget for budget in one.budgets if report[one.name, budget]["verdict"] in AS_GOOD]
    return min(good, default=None)


def smallest_budgets(sets, terse):
    """By set the three budgets, in the order of the rules; None where there is none."""
    own = judged(sets, lambda one: "network", terse)
    best = judged(sets, DataSet.better_model, terse)
    return {one.name: [smallest_overlapping(one, own), smallest_as_good(one, own), smallest_as_good(one, best)]
            for one in sets}


def sets_of(rows, features):
    names = list(dict.fromkeys(row["data"] for row in rows))
    sets = [DataSet(name, [row for row in rows if row["data"] == name], features[name]) for name in names]
    return [one for one in sets if len(one.splits) > 1 and one.budgets]


def print_tables(rows, features, terse):
    sets = sets_of(rows, features)
    if not sets:
        print("No set has two splits yet.")
        return
    print_rules(sets, smallest_budgets(sets, terse))
    print_budgets(sets)
    print_equal(sets)


def print_rules(sets, found):
    print("| data | splits | network, fp | trees, fp | bits, the paper's rule | bits, within 2% of own network "
          "| bits, within 2% of the best own |")
    print("|---|---|---|---|---|---|---|")
    compressions = [[], [], []]
    for one in sets:
        fields = []
        for rule, budget in enumerate(found[one.name]):
            compressions[rule].append(one.raw_bits / one.bits(budget) if budget else 1.0)
            mse = statistics.mean(one.at(budget, "mse")) if budget else None
            fields.append(f"{one.bits(budget):.0f} ({compressions[rule][-1]:.1f}x): {mse:.4f}" if budget else "none")
        print(f"| {one.name} | {len(one.splits)} | {statistics.mean(one.losses('network')):.4f} "
              f"| {statistics.mean(one.losses('trees')):.4f} |", " | ".join(fields), "|")
    means = [f"{statistics.geometric_mean(rule):.1f}x ({statistics.mean(rule):.1f}x)" for rule in compressions]
    print("| **geometric mean (arithmetic)** | | | |", " | ".join(means), "|")


def print_budgets(sets):
    print("\n| data | splits | bits of a message: MSE with half of the 95% interval, features not sent |")
    print("|---|---|---|")
    for one in sets:
        texts = []
        for budget in one.budgets:
            loss = interval(one.at(budget, "mse"))
            texts.append(f"{one.bits(budget):.0f}: {loss['mean']:.4f} ± {loss['half_width']:.4f}, "
                         f"{statistics.mean(one.at(budget, 'not_sent')):.1f}")
        print(f"| {one.name} | {len(one.splits)} |", "; ".join(texts), "|")


def print_equal(sets):
    """Against XGBoost on equal bits, where all splits have it."""
    rows = []
    for one in sets:
        for bits in (2, 3, 4):
            model, budget = f"xgb-qq {bits}", bits * one.features
            if budget in one.budgets and all((model, split) in one.single for split in one.splits):
                ours = statistics.mean(one.at(budget, "mse"))
                rows.append(f"| {one.name} | {bits} | {ours:.4f} | {statistics.mean(one.losses(model)):.4f} |")
    if rows:
        print("\n| data | bits a feature | allocated, MSE | XGBoost on quantile codes, MSE |\n|---|---|---|---|")
        print("\n".join(rows))
