#!/usr/bin/env python3
"""Reads model files by a reader of its own and predicts in Python's doubles.

Written from docs/model-format.md alone, with nothing but the standard library, so that the document
and the library cannot be wrong together unnoticed. Each MODEL.terse has a MODEL.csv beside it: a
header, then rows of readings and the prediction that must come out.
usage: check_model.py [--write PROGRAM] [--terse PROGRAM] [MODEL.terse ...]
       (--write: PROGRAM FOLDER first writes examples of every method, which are checked too;
       --terse: what PROGRAM predicts of a table with models that it trained is checked too)
"""

import argparse
import csv
import json
import math
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import integer_network


def read(path):
    """The document and the tensors, as (shape, list of numbers) by name."""
    content = path.read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    data = content[8 + length :]
    metadata = header.pop("__metadata__")
    assert metadata["format"] == "terse" and metadata["format_version"] in tuple("12345678")
    external = json.loads(metadata["document"]).get("decoder") == "external"
    assert external == (metadata["format_version"] == "8")
    assert not external or all(name == "thresholds" or name.startswith(("forests.", "__")) for name in header)
    assert external or ("forests.0.nodes" in header) == (metadata["format_version"] == "7")
    assert "trees.roots" not in header or metadata["format_version"] in ("2", "4", "5", "6", "7")
    both = "trees.roots" in header and "table" in header
    assert not both or metadata["format_version"] in ("5", "6", "7")
    assert both or metadata["format_version"] != "5"
    assert ("integer.bits" in header) == (metadata["format_version"] == "3")
    document = metadata["document"]
    checksum = f"{zlib.crc32(data):08x}{zlib.crc32(document.encode()):08x}"
    assert metadata["checksum"] == checksum, "checksum"
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if name.endswith((".packed", ".nodes", ".leaves")) or name.startswith("forests.") and "thresholds" in name:
            assert entry["dtype"] == "U8"
            tensors[name] = (entry["shape"], data[begin:end])
            continue
        assert entry["dtype"] == "F32"
        numbers = struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])
        tensors[name] = (entry["shape"], numbers)
    read_document = json.loads(document)
    several = read_document["task"] == "several"
    if metadata["format_version"] not in ("7", "8"):
        assert (several or "submodels.signs" in header) == (metadata["format_version"] == "6")
    assert several == ("targets" in read_document) != ("target" in read_document)
    return read_document, tensors


def targets_of(document):
    return document["targets"] if document["task"] == "several" else [document["target"]]


def output_count(target):
    return len(target.get("classes", [0]))


def float32(number):
    return struct.unpack("<f", struct.pack("<f", number))[0]


def special_levels(feature):
    """How many codes say something else than thresholds do."""
    return len(feature.get("categories", [])) + feature.get("unseen", False) + feature.get("missing", False)


def special_level(feature, reading):
    """Which of them this reading has: a gap the last, a category its index; None: a number."""
    if math.isnan(reading):
        assert feature["missing"]
        return special_levels(feature) - 1
    return int(reading) if "categories" in feature else None


def device_integer(reading, offset, scale):
    """A reading on the scale of a forest."""
    if math.isnan(reading):
        return -32768
    return max(-32768, min(32767, math.floor(float32(float32(reading - offset) * scale))))


def with_sums(document, tensors, readings):
    """The readings with the sums that the device computes of them behind."""
    complete = list(readings)
    forests = [feature["forest"] for feature in document["features"] if "forest" in feature]
    for number, forest in enumerate(forests):
        part = {name: tensors[f"forests.{number}.{name}"][1]
                for name in ("offsets", "scales", "nodes", "thresholds", "leaves")}
        thresholds = struct.unpack(f"<{len(part['nodes'])}h", part["thresholds"])
        leaves = struct.unpack(f"{len(part['leaves'])}b", part["leaves"])
        inputs = [device_integer(readings[place], offset, scale)
                  for place, offset, scale in zip(forest["inputs"], part["offsets"], part["scales"])]
        splits = 2 ** forest["depth"] - 1
        total = 0
        for tree in range(len(leaves) // (splits + 1)):
            node = 0
            while node < splits:
                place = tree * splits + node
                node = 2 * node + (2 if inputs[part["nodes"][place]] > thresholds[place] else 1)
            total += leaves[tree * (splits + 1) + node - splits]
        complete.append(float(total))
    return complete


def row_numbers(document, tensors, readings):
    """Of each feature the row of the table that its code chooses."""
    thresholds = tensors["thresholds"][1]
    first_threshold = first_row = 0
    rows = []
    for reading, feature in zip(with_sums(document, tensors, readings), document["features"]):
        numeric = feature["levels"] - special_levels(feature)
        count = max(0, numeric - 1)
        code = sum(reading > threshold for threshold in thresholds[first_threshold : first_threshold + count])
        if special_level(feature, reading) is not None:
            code = numeric + special_level(feature, reading)
        rows.append(first_row + code)
        first_threshold += count
        first_row += feature["levels"]
    return rows


def walk_trees(tensors, inputs, outputs):
    """For each output the sum of one leaf of each of its trees."""
    features, values, left = (tensors[f"trees.{name}"][1] for name in ("feature", "value", "left"))
    totals = [0.0] * outputs
    for number, root in enumerate(tensors["trees.roots"][1]):
        node = int(root)
        while left[node]:
            node = int(left[node]) + (0 if inputs[int(features[node])] < values[node] else 1)
        totals[number % outputs] += values[node]
    return totals


def codes_of(document, tensors, readings):
    first, codes = 0, []
    for row, feature in zip(row_numbers(document, tensors, readings), document["features"]):
        codes.append(row - first)
        first += feature["levels"]
    return codes


def scaled(feature, reading):
    """What a network or trees in full precision see of a reading."""
    knots = feature.get("scale")
    if knots is None:
        return float32((reading - feature["mean"]) / feature["deviation"])
    if reading < knots[0][0]:
        return float32(knots[0][1])
    for (x, y), (x_next, y_next) in zip(knots, knots[1:]):
        if reading < x_next:
            return float32(min(y + (reading - x) * ((y_next - y) / (x_next - x)), y_next))
    return float32(knots[-1][1])


def first_layer(document, tensors, readings):
    """What the layers take: standardised readings (fp), or the rectified sum of table rows."""
    features = document["features"]
    if document["method"] in ("fp", "xgb"):
        values, special = [], []
        for reading, feature in zip(readings, features):
            own = special_level(feature, reading)
            values.append(scaled(feature, reading) if own is None else 0.0)
            special += [float(level == own) for level in range(special_levels(feature))]
        return values + special
    (_, units), table = tensors["table"]
    sums = list(tensors["table_bias"][1])
    for row in row_numbers(document, tensors, readings):
        sums = [total + number for total, number in zip(sums, table[row * units : (row + 1) * units])]
    return [max(0.0, total) for total in sums]


def submodel_outputs(document, tensors, readings):
    """The output of the last layer of a TabM network, whose inputs are the units of all submodels."""
    (submodels, features), signs = tensors["submodels.signs"]
    (_, units), table = tensors["table"]
    rows = row_numbers(document, tensors, readings)
    count = sum(f"layers.{layer}.weight" in tensors for layer in range(65))
    all_units = []
    for k in range(submodels):
        sums = list(tensors["table_bias"][1][k * units : (k + 1) * units])
        for sign, row in zip(signs[k * features : (k + 1) * features], rows):
            sums = [total + sign * number for total, number in zip(sums, table[row * units : (row + 1) * units])]
        values = [max(0.0, total) for total in sums]
        for layer in range(count - 1):
            (outputs, inputs), weights = tensors[f"layers.{layer}.weight"]
            bias = tensors[f"layers.{layer}.bias"][1][k * outputs : (k + 1) * outputs]
            values = [max(0.0, bias[o] + sum(weights[o * inputs + i] * values[i] for i in range(inputs)))
                      for o in range(outputs)]
        all_units += values
    (outputs, inputs), weights = tensors[f"layers.{count - 1}.weight"]
    assert inputs == len(all_units)
    bias = tensors[f"layers.{count - 1}.bias"][1]
    return [bias[o] + sum(weights[o * inputs + i] * all_units[i] for i in range(inputs)) for o in range(outputs)]


def predict(document, tensors, readings):
    if "submodels.signs" in tensors:
        return finished(document, submodel_outputs(document, tensors, readings))
    if "integer.bits" in tensors:
        network = integer_network.IntegerNetwork(document, tensors)
        return finished(document, network.outputs(row_numbers(document, tensors, readings)))
    trees = []
    if "trees.roots" in tensors:
        sent_whole = document["method"] in ("fp", "xgb")
        inputs = (first_layer if sent_whole else codes_of)(document, tensors, readings)
        trees = walk_trees(tensors, inputs, sum(map(output_count, targets_of(document))))
        if "layers.0.weight" not in tensors:
            return finished(document, trees)
    values = first_layer(document, tensors, readings)
    layer = 0
    while f"layers.{layer}.weight" in tensors:
        (outputs, inputs), weights = tensors[f"layers.{layer}.weight"]
        bias = tensors[f"layers.{layer}.bias"][1]
        if layer > 0:
            values = [max(0.0, value) for value in values]
        values = [
            bias[o] + sum(weights[o * inputs + i] * values[i] for i in range(inputs))
            for o in range(outputs)
        ]
        layer += 1
    return finished(document, [value + tree for value, tree in zip(values, trees or [0.0] * len(values))])


def finished(document, values):
    """Outputs of the last layer as probabilities, or in the target's unit, target after target."""
    assert len(values) == sum(map(output_count, targets_of(document)))
    result = []
    for target in targets_of(document):
        begin = len(result)
        result += finished_target(target, values[begin : begin + output_count(target)])
    return result


def finished_target(target, values):
    if "classes" in target:
        powers = [math.exp(value - max(values)) for value in values]
        return [power / sum(powers) for power in powers]
    scaled = values[0] * target["deviation"] + target["mean"]
    assert target.get("link", "exp") == "exp"
    return [math.exp(scaled) if "link" in target else scaled]


def check(path):
    document, tensors = read(path)
    with open(path.with_suffix(".csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    names = [feature["name"] for feature in document["features"] if "forest" not in feature]
    if "decoder" in document:
        check_codes(document, tensors, rows)
        return
    assert rows[0] == names + [target["name"] for target in targets_of(document)]
    assert len(rows) == 41
    numbers = [[float32(float(cell or "nan")) for cell in row] for row in rows[1:]]
    compare(path, [row[: len(names)] for row in numbers], [row[len(names) :] for row in numbers])


def check_codes(document, tensors, rows):
    """Of an encoder alone: its file ends with what is sent of each row in place of predictions."""
    count = len(document["features"])
    assert len(rows) == 41
    for row in rows[1:]:
        readings = [float32(float(cell or "nan")) for cell in row[:count]]
        assert codes_of(document, tensors, readings) == [int(cell) for cell in row[count:]]


def compare(path, readings, predictions):
    document, tensors = read(path)
    assert len(readings) == len(predictions)
    worst = 0.0
    for row, expected in zip(readings, predictions):
        found = predict(document, tensors, row)
        assert len(found) == len(expected)
        for one, other in zip(found, expected):
            worst = max(worst, abs(one - other) / max(1.0, abs(other)))
    assert worst <= 1e-5, f"{path}: predictions differ by {worst}"
    print(f"{path.name}: {len(readings)} predictions agree to {worst:.1e}")


def check_program(terse, folder, method, *more):
    """Trains, predicts a table of other rows with the program, and compares."""
    path, table = folder / f"trained-{'-'.join([method, *more])}.terse", folder / "table.csv"
    options = ["--method", method, "--hidden", "2x16", "--epochs", "3", "--bits", "3", "--quiet", *more]
    run = [terse, "train", "fried:600", *options, "--threads", "1", "-o", path]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([terse, "data", "get", "fried:100:7", "-o", table], check=True)
    output = subprocess.run([terse, "predict", path, table], check=True, capture_output=True)
    with open(table, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [feature["name"] for feature in read(path)[0]["features"]]
    readings = [[float32(float(row[name])) for name in names] for row in rows]
    target, *predictions = output.stdout.decode().splitlines()
    assert target == read(path)[0]["target"]["name"] and len(rows) == 100
    compare(path, readings, [[float(line)] for line in predictions])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write")
    parser.add_argument("--terse")
    parser.add_argument("models", nargs="*", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.write:
            subprocess.run([arguments.write, folder], check=True)
            written = sorted(folder.glob("*.terse"))
            assert len(written) == 43
            for path in written:
                check(path)
        if arguments.terse:
            for method in ("bw-sq", "sq", "pr-qq", "po-mq", "fp", "xgb", "xgb-qq"):
                check_program(arguments.terse, folder, method)
            check_program(arguments.terse, folder, "bw-sq", "--decoder", "network", "--network", "tabm")
    for path in arguments.models:
        check(path)


if __name__ == "__main__":
    main()
