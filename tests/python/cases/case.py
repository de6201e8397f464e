"""What the tests of the Python package share."""

import csv
import json
import os
import subprocess
import tempfile
import unittest
import warnings
from pathlib import Path

import numpy as np
import terse

PROGRAM = os.environ["TERSE_PROGRAM"]
ROOT = Path(os.environ["TERSE_ROOT"])
QUICK = {"hidden": (16, 16), "epochs": 2, "progress": False}
SHORT = ["--hidden", "2x16", "--epochs", "2", "--quiet"]


class PackageTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        # What a table's owner should know is not what is tested.
        warnings.filterwarnings("ignore", category=terse.TerseWarning)
        self.draw = np.random.default_rng(7)

    def tearDown(self):
        self.temporary.cleanup()

    def terse(self, *arguments):
        done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True,
                              timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def refused(self, work, *says, kind=ValueError):
        """One line that holds every part of `says`."""
        with self.assertRaises(kind) as caught, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            work()
        text = str(caught.exception)
        self.assertEqual(len(text.splitlines()), 1, text)
        for part in says:
            self.assertIn(part, text)

    def sensors(self, rows=400):
        """Columns by name, as written to a CSV: numbers of few digits, so that both read the same float32."""
        temperature = self.draw.uniform(-20, 40, rows).round(3)
        humidity = self.draw.uniform(0, 100, rows).round(2)
        room = np.array(["kitchen", "cellar", "attic"])[self.draw.integers(0, 3, rows)]
        growth = (2 * temperature + humidity / 2 + 9 * (room == "attic") + self.draw.normal(0, 1, rows)).round(4)
        return {"temperature": temperature, "humidity, %": humidity, "room": room, "yield": growth}

    def write_csv(self, columns, name="sensors.csv"):
        with open(self.folder / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for row in zip(*(values.tolist() for values in columns.values())):
                writer.writerow(["" if value != value else value for value in row])
        return name

    def masked(self, model):
        """A model's bytes without the time it took, who asked for it, and the checksum over both."""
        data = model.to_bytes() if hasattr(model, "to_bytes") else Path(model).read_bytes()
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + size])
        document = json.loads(header["__metadata__"].pop("document"))
        del header["__metadata__"]["checksum"], document["record"]["train_seconds"], document["record"]["command"]
        return header, document, data[8 + size :]


def plain(columns, *without):
    return {name: values for name, values in columns.items() if name not in without}
