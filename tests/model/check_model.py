#!/usr/bin/env python3
"""Reads model files by a reader of its own and predicts in Python's doubles.

Written from docs/model-format.md alone, with nothing but the standard library, so that the document
and the library cannot be wrong together unnoticed. Each MODEL.terse has a MODEL.csv beside it: a
header, then rows of readings and the prediction that must come out.
usage: check_model.py [--write PROGRAM] [MODEL.terse ...]
       (--write: PROGRAM FOLDER first writes examples of every method, which are checked too)
"""

import csv
import json
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path


def read(path):
    """The document and the tensors, as (shape, list of numbers) by name."""
    content = path.read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    data = content[8 + length :]
    metadata = header.pop("__metadata__")
    assert metadata["format"] == "terse" and metadata["format_version"] == "1"
    document = metadata["document"]
    checksum = f"{zlib.crc32(data):08x}{zlib.crc32(document.encode()):08x}"
    assert metadata["checksum"] == checksum, "checksum"
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32"
        numbers = struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])
        tensors[name] = (entry["shape"], numbers)
    return json.loads(document), tensors


def float32(number):
    return struct.unpack("<f", struct.pack("<f", number))[0]


def first_layer(document, tensors, readings):
    """What the layers take: standardised readings (fp), or the rectified sum of table rows."""
    features = document["features"]
    if document["method"] == "fp":
        return [
            float32((reading - feature["mean"]) / feature["deviation"])
            for reading, feature in zip(readings, features)
        ]
    thresholds = tensors["thresholds"][1]
    (_, units), table = tensors["table"]
    sums = list(tensors["table_bias"][1])
    first_threshold = first_row = 0
    for reading, feature in zip(readings, features):
        levels = feature["levels"]
        own = thresholds[first_threshold : first_threshold + levels - 1]
        code = sum(reading > threshold for threshold in own)
        start = (first_row + code) * units
        sums = [total + number for total, number in zip(sums, table[start : start + units])]
        first_threshold += levels - 1
        first_row += levels
    return [max(0.0, total) for total in sums]


def predict(document, tensors, readings):
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
    target = document["target"]
    return values[0] * target["deviation"] + target["mean"]


def check(path):
    document, tensors = read(path)
    with open(path.with_suffix(".csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    names = [feature["name"] for feature in document["features"]]
    assert rows[0] == names + [document["target"]["name"]]
    assert len(rows) == 41
    worst = 0.0
    for row in rows[1:]:
        *readings, expected = [float32(float(cell)) for cell in row]
        found = predict(document, tensors, readings)
        worst = max(worst, abs(found - expected) / max(1.0, abs(expected)))
    assert worst <= 1e-5, f"{path}: predictions differ by {worst}"
    print(f"{path.name}: {len(rows) - 1} predictions agree to {worst:.1e}")


def main():
    arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        if arguments[:1] == ["--write"]:
            subprocess.run([arguments[1], folder], check=True)
            arguments = arguments[2:]
            written = sorted(Path(folder).glob("*.terse"))
            assert len(written) == 9
            for path in written:
                check(path)
        for argument in arguments:
            check(Path(argument))


if __name__ == "__main__":
    main()
