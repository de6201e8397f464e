"""Encoders of trained models, whose thresholds lie where training put them: some below or above every value that the
firmware can hold, and some features with fewer levels than their bits allow, because training saw few readings.
Beside each the best case of its shape: as many features, held alike, all thresholds within reach; all codes as wide as
the widest.

SETS is a folder of tables NAME.csv or NAME.csv.gz, whose target is the last column; without it the built-in `fried`
is the only one.
"""

import csv
import gzip
import random
from pathlib import Path

import cores
from measure import BITS_OF, ROWS, exported, measure_random, measure_rows

BITS = (2, 3, 4)
# Held as, form, and a scale under which every threshold of a random model is within reach.
WAYS = (("uint16", "size", "0.0002,-6.5"), ("uint8", "size", "0.05,-6.4"), ("uint16", "speed", "0.0002,-6.5"))
INTRODUCTION = """\
Each model was trained for ten epochs; the range of its type spans the readings of its table, 64 rows of which
were encoded. `fried` is built in, other tables are those of `--sets`. *Code bits* are fewer than *bits* for features
with few different readings, which get no more levels than they use. *Out of reach* are thresholds that every held
value passes, or none: they are not compared. *Best* is the same shape with all thresholds within reach and all codes
as wide as the widest. *Other* is flash beside the thresholds that are compared.
"""
TRAINING = ["--hidden", "1x32", "--epochs", 10, "--seed", 1, "--threads", 1, "--decoder", "network", "--quiet"]


class Table:
    """Columns of numbers; the last one is the target."""

    def __init__(self, path):
        self.path = path
        self.name = path.name.split(".")[0]
        opened = gzip.open(path, "rt") if path.suffix == ".gz" else open(path)
        with opened:
            rows = list(csv.reader(opened))
        self.names, self.target = rows[0][:-1], rows[0][-1]
        self.readings = [[float(value) for value in row[:-1]] for row in rows[1:]]

    def converters(self, held):
        """(scale, offset) of each feature: the type's range spans the readings."""
        counts = 2 ** BITS_OF[held] - 1
        for column in zip(*self.readings):
            low, high = min(column), max(column)
            yield ((high - low) / counts if high > low else 1.0), low


def tables(terse, folder, sets):
    fried = folder / "fried.csv"
    cores.call([terse, "data", "get", "fried:10000", "-o", fried])
    found = [fried]
    if sets:
        found += [path for path in sorted(Path(sets).glob("*.csv*")) if path.name.split(".")[0] != "fried"]
    return [Table(path) for path in found]


def measure_trained(terse, folder, core, table, model, held, form):
    inputs = folder / "inputs.csv"
    converters = list(table.converters(held))
    with open(inputs, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["feature", "type", "scale", "offset"])
        writer.writerows([name, held, repr(scale), repr(offset)]
                         for name, (scale, offset) in zip(table.names, converters))
    facts, columns = exported(terse, model, folder, ["--form", form, "--inputs", inputs])
    chosen = random.Random(1).sample(table.readings, ROWS)
    rows = [[column.limited((reading - column.offset) / column.scale) for column, reading in zip(columns, row)]
            for row in chosen]
    measured = measure_rows(core, folder, facts, columns, rows, f"{table.name}, {held}, {form}")
    return measured, sum(feature["out_of_reach"] for feature in facts["features"]), columns


def code_bits(columns):
    """The widths of the codes, ascending."""
    return sorted({(column.levels() - 1).bit_length() for column in columns})


def report(terse, write_models, folder, sets=None):
    all_cores = (cores.Avr(folder), cores.CortexM0(folder), cores.RiscV(folder))
    best = {}
    print("\n## Trained models\n")
    print(INTRODUCTION)
    print("| data | features | bits | code bits | held as | form | out of reach |"
          + "".join(f" {core.name}: other | {core.counts} | of best |" for core in all_cores))
    print("|" + "---|" * (7 + 3 * len(all_cores)))
    worst = {"size": 0.0, "speed": 0.0, "widths": 0.0}
    for table in tables(terse, folder, sets):
        for bits in BITS:
            model = folder / "trained.terse"
            cores.call([terse, "train", table.path, "--target", table.target, "--bits", bits, *TRAINING, "-o", model])
            for held, form, scale in WAYS:
                cells = []
                for core in all_cores:
                    measured, out_of_reach, columns = measure_trained(terse, folder, core, table, model, held, form)
                    widest = code_bits(columns)[-1]
                    shape = core.name, len(table.names), widest, held, form
                    if shape not in best:
                        best[shape] = measure_random(terse, write_models, folder, core, len(table.names), widest, form,
                                                     held, scale)["run"].cycles
                    ratio = measured["run"].cycles / best[shape]
                    kind = "widths" if form == "size" and len(code_bits(columns)) > 1 else form
                    worst[kind] = max(worst[kind], ratio)
                    other = measured["flash"] - measured["floor"] if form == "size" else ""
                    cells += [other, f"{measured['run'].cycles:,.0f}", f"{ratio:.2f}"]
                widths = " ".join(map(str, code_bits(columns)))
                print("| " + " | ".join(map(str, [table.name, len(table.names), bits, widths, held, form, out_of_reach,
                                                  *cells])) + " |", flush=True)
    print(f"\nIn size form the slowest takes {worst['size']:.2f} times the best case of its shape where codes are "
          f"equally wide, {worst['widths']:.2f}\nwhere they are not; in speed form, where the way through the "
          f"comparisons depends on the readings, {worst['speed']:.2f}.")
