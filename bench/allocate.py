#!/usr/bin/env python3
"""How few bits a message needs, on several random splits.

    bench/allocate.py --terse build/release/terse --journal allocate.jsonl california=california.csv.gz ...

Per data set and seed (each seed is another random 90/10 split): `terse allocate --curve` at the budgets of BUDGETS, and
full precision by a network and by boosted trees; with --equal also equal bits with XGBoost on quantile codes. Every
result is one line of the journal; what stands there is not run again, so that an interrupted run goes on where it was.
Seeds are the outer loop. At the end, or at once with --table, the tables as Markdown:

- by the paper's rule: the smallest budget whose 95% interval of the test MSE overlaps, or lies below, the published one
  of its full-precision network, and so does every larger one's;
- by the paired rule: the smallest budget whose test MSE is not significantly (5%, one-sided, paired over splits) more
  than 2% above the better full precision; the same holds of every larger one.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from accuracy import T_QUANTILES, published_intervals

# Bits of a message; 2, 3 and 4 a feature are among them. Large ones are runs of their own, so that small ones do not
# begin with too many levels.
BUDGETS = {
    "california": [32, 24, 16, 13, 12, 11],
    "fried": [40, 30, 26, 24, 22, 20],
    "superconduct": [162, 64, 52, 44, 36],
    "cpu_act": [84, 63, 42, 26, 20, 16, 14],
    "sulfur": [24, 18, 15, 12],
    "wine_quality": [44, 33, 22, 16, 12, 8],
}
WIDE_BUDGETS = {"california": [80, 64, 48], "superconduct": [324, 243], "wine_quality": [88, 66]}
FEATURES = {"california": 8, "fried": 10, "superconduct": 81, "cpu_act": 21, "sulfur": 6, "wine_quality": 11}
# Of several tried on seeds 0 and 1, those of the least validation loss.
OPTIONS = {
    "california": ["--hidden", "4x128", "--epochs", "40"],
    "fried": ["--hidden", "5x32", "--epochs", "60", "--final-epochs", "60"],
    "superconduct": ["--hidden", "3x128", "--epochs", "40"],
    "cpu_act": ["--hidden", "4x128", "--epochs", "40"],
    "sulfur": ["--hidden", "4x256", "--policy", "exact", "--batch", "128", "--epochs", "80", "--final-epochs", "60"],
    "wine_quality": ["--hidden", "4x128", "--dropout", "0.2", "--epochs", "40"],
}
SIGNIFICANT = 0.05


def terse(arguments, *command):
    line = [arguments.terse, *map(str, command), "--target", "target", "--threads", "1", "--quiet", "--json"]
    done = subprocess.run(line, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(line)}\n{done.stderr}")
    return json.loads(done.stdout)


def allocated(arguments, name, data, seed, folder, budgets):
    printed = terse(
        arguments, "allocate", data, "--curve", folder, "--budgets", ",".join(map(str, budgets)), "--folds",
        arguments.folds, "--start-bits", round(1.25 * max(budgets)), "--seed", seed, *OPTIONS[name],
    )
    return {
        str(point["budget_bits"]): {
            "mse": point["test"]["mse"], "bits": point["test"]["payload_bits"], "decoder": point["decoder"],
            "dropped": len(point["dropped"]),
        }
        for point in printed["curve"]
    }


def trained(arguments, data, seed, folder, *options):
    return terse(arguments, "train", data, "--seed", seed, "-o", Path(folder) / "m.terse", *options)["mse"]


def full_precision_options(name):
    """Of OPTIONS those that terse train has too."""
    known = ("--hidden", "--batch", "--epochs", "--dropout")
    pairs = zip(OPTIONS[name][::2], OPTIONS[name][1::2])
    return [word for pair in pairs if pair[0] in known for word in pair]


def jobs(arguments, sets):
    for seed in range(arguments.seeds):
        for name, data in sets:
            yield (name, seed, "allocate"), lambda folder: allocated(
                arguments, name, data, seed, folder, BUDGETS[name])
            yield (name, seed, "fp"), lambda folder: trained(
                arguments, data, seed, folder, "--method", "fp", "--protocol", "paper", *full_precision_options(name))
            yield (name, seed, "xgb"), lambda folder: trained(arguments, data, seed, folder, "--method", "xgb")
            for bits in (2, 3, 4) if arguments.equal else ():
                yield (name, seed, f"xgb-qq {bits}"), lambda folder: trained(
                    arguments, data, seed, folder, "--method", "xgb-qq", "--bits", bits)
            if name in WIDE_BUDGETS and seed < arguments.wide_seeds:
                yield (name, seed, "allocate wide"), lambda folder: allocated(
                    arguments, name, data, seed, folder, WIDE_BUDGETS[name])


def run(arguments, sets, known):
    with open(arguments.journal, "a") as journal, tempfile.TemporaryDirectory() as folder:
        for key, job in jobs(arguments, sets):
            if key in known:
                continue
            known[key] = job(folder)
            journal.write(json.dumps({"key": key, "result": known[key]}) + "\n")
            journal.flush()


def interval(values):
    half = T_QUANTILES[len(values) - 2] * statistics.stdev(values) / len(values) ** 0.5
    return statistics.mean(values) - half, statistics.mean(values) + half


def above_zero(differences):
    """One-sided p-value of the paired t-test that the mean difference is above 0."""
    deviation = statistics.stdev(differences) / len(differences) ** 0.5
    if deviation == 0.0:
        return 0.0 if statistics.mean(differences) > 0 else 1.0
    freedom = len(differences) - 1
    # The upper tail of Student's t by Simpson's rule over the angle atan(x / sqrt(freedom)).
    begin = math.atan(statistics.mean(differences) / deviation / freedom**0.5)
    steps = 1000
    width = (math.pi / 2 - begin) / steps
    values = [math.cos(begin + i * width) ** (freedom - 1) for i in range(steps + 1)]
    area = width / 3 * (values[0] + values[-1] + 4 * sum(values[1:-1:2]) + 2 * sum(values[2:-1:2]))
    return area * math.gamma((freedom + 1) / 2) / (math.pi**0.5 * math.gamma(freedom / 2))


def cell(known, name, seeds, budget):
    """What the seeds found at this budget; None if one of them has not been run with it."""
    found = []
    for seed in seeds:
        both = known.get((name, seed, "allocate wide"), {}) | known[name, seed, "allocate"]
        if str(float(budget)) not in both:
            return None
        found.append(both[str(float(budget))])
    return found


def budgets_of(name):
    return sorted(BUDGETS[name] + WIDE_BUDGETS.get(name, []), reverse=True)


def row(known, name, seeds, published):
    """The set's line of the table, and the two compressions."""
    network = [known[name, seed, "fp"] for seed in seeds]
    trees = [known[name, seed, "xgb"] for seed in seeds]
    best = network if statistics.mean(network) < statistics.mean(trees) else trees
    raw = 32 * FEATURES[name]
    by_interval = by_pairs = None
    overlaps = within = True  # so far, from the largest message down
    for budget in budgets_of(name):
        cells = cell(known, name, seeds, budget)
        if cells is None:
            continue
        errors = [found["mse"] for found in cells]
        p = above_zero([error - 1.02 * full for error, full in zip(errors, best)])
        entry = (
            max(found["bits"] for found in cells), statistics.mean(errors), p,
            statistics.mean(found["dropped"] for found in cells),
        )
        overlaps = overlaps and interval(errors)[0] <= published[name, 0, "fp"][2]
        within = within and p >= SIGNIFICANT
        if overlaps:
            by_interval = entry
        if within:
            by_pairs = entry
    text = f"| {name} | {statistics.mean(network):.4f} | {statistics.mean(trees):.4f} "
    _, low, high = published[name, 0, "fp"]
    text += f"| {low:.3f} to {high:.3f} "
    for number, entry in enumerate((by_interval, by_pairs)):
        if entry is None:
            text += "| none | | | " + ("| " if number else "")
            continue
        bits, error, p, dropped = entry
        text += f"| {bits} ({raw / bits:.1f}x) | {error:.4f} | {dropped:.1f} of {FEATURES[name]} "
        if number:
            text += f"| {p:.2f} "
    return text + "|", [raw / entry[0] if entry else 1.0 for entry in (by_interval, by_pairs)]


def print_tables(sets, known, equal):
    published = published_intervals()
    print("| data | network, fp | trees, fp | published fp interval | bits, by the interval | MSE | not sent "
          "| bits, within 2% | MSE | not sent | p |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    compressions = []
    counts = set()
    for name, _ in sets:
        seeds = [s for s in range(100) if all((name, s, what) in known for what in ("allocate", "fp", "xgb"))]
        if len(seeds) < 2:
            continue
        counts.add(len(seeds))
        text, found = row(known, name, seeds, published)
        print(text)
        compressions.append(found)
    if not compressions:
        print("\nNo set has two splits yet.")
        return
    for index, rule in enumerate(("the interval rule", "the paired rule")):
        print(f"\nMean compression by {rule}: {statistics.mean(c[index] for c in compressions):.1f}x", end="")
    print(f" ({min(counts)} to {max(counts)} splits)\n\n| data | bits | splits | allocated, MSE | bits of it "
          "| half interval |")
    print("|---|---|---|---|---|---|")
    for name, _ in sets:
        seeds = [s for s in range(100) if (name, s, "allocate") in known]
        for budget in budgets_of(name):
            done = [seed for seed in seeds if cell(known, name, [seed], budget)]
            errors = [found["mse"] for found in cell(known, name, done, budget)]
            if not errors:
                continue
            half = (interval(errors)[1] - interval(errors)[0]) / 2 if len(errors) > 1 else float("nan")
            bits = max(found["bits"] for found in cell(known, name, done, budget))
            print(f"| {name} | {budget} | {len(done)} | {statistics.mean(errors):.4f} | {bits} | {half:.4f} |")
    if not equal:
        return
    print("\n| data | bits a feature | splits | allocated, MSE | XGBoost on quantile codes, MSE |")
    print("|---|---|---|---|---|")
    for name, _ in sets:
        for bits in (2, 3, 4):
            budget = bits * FEATURES[name]
            seeds = [s for s in range(100) if (name, s, f"xgb-qq {bits}") in known and (name, s, "allocate") in known]
            seeds = [seed for seed in seeds if cell(known, name, [seed], budget)]
            if not seeds:
                continue
            ours = statistics.mean(found["mse"] for found in cell(known, name, seeds, budget))
            theirs = statistics.mean(known[name, seed, f"xgb-qq {bits}"] for seed in seeds)
            print(f"| {name} | {bits} | {len(seeds)} | {ours:.4f} | {theirs:.4f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", help=f"NAME=DATA, NAME one of {', '.join(BUDGETS)}")
    parser.add_argument("--terse", default="build/release/terse")
    parser.add_argument("--journal", default="allocate.jsonl")
    parser.add_argument("--seeds", type=int, default=10, help="random splits")
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--equal", action="store_true", help="also XGBoost on 2, 3 and 4 bits a feature")
    parser.add_argument("--wide-seeds", type=int, default=10, help="of these, also with large messages")
    parser.add_argument("--table", action="store_true", help="run nothing, print what the journal has")
    arguments = parser.parse_args()
    sets = [item.partition("=")[::2] for item in arguments.data]
    known = {}
    if Path(arguments.journal).exists():
        for line in open(arguments.journal):
            entry = json.loads(line)
            known[tuple(entry["key"])] = entry["result"]
    if not arguments.table:
        run(arguments, sets, known)
    print_tables(sets, known, arguments.equal)


if __name__ == "__main__":
    main()
