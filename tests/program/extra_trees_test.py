"""Extremely randomised trees beside those of scikit-learn, and stacks, through the built program.

Usage: extra_trees_test.py PATH_OF_TERSE
"""

import csv
import json
import random
import struct
import sys
import unittest
from pathlib import Path

import program_test
from program_test import ProgramTest

try:
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
except ImportError:
    ExtraTreesClassifier = None

SHORT = ["--hidden", "2x24", "--epochs", "20", "--lr", "5e-3", "--batch", "128", "--threads", "1", "--quiet",
         "--seed", "3"]


def float32(number):
    return struct.unpack("<f", struct.pack("<f", number))[0]


class TableTest(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(11)
        lines = ["a,b,c,d,y,label"]
        for _ in range(2400):
            a, b, c, d = (draw.random() for _ in range(4))
            y = 4 * a + (2 if b > 0.6 else 0) * c + draw.gauss(0, 0.3)
            lines.append(f"{a:.4f},{b:.4f},{c:.4f},{d:.4f},{y:.5f},{'low' if y < 2 else 'mid' if y < 3 else 'high'}")
        self.write("t.csv", "\n".join(lines) + "\n")

    def train(self, target, *options, output="m.terse"):
        done = self.terse("train", "t.csv", "--target", target, "--features", "a,b,c,d", "--bits", "3", *SHORT,
                          *options, "--json", "--write-split", "split.csv", "-o", output)
        return json.loads(done.stdout)


@unittest.skipIf(ExtraTreesClassifier is None, "scikit-learn is not installed (Debian: python3-sklearn)")
class AsScikitLearn(TableTest):
    """The errors are compared: draws differ."""

    def codes(self):
        features = json.loads(self.terse("inspect", "m.terse", "--json").stdout)["features"]
        with open(self.folder / "t.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        with open(self.folder / "split.csv", newline="") as file:
            parts = [row["part"] for row in csv.DictReader(file)]
        codes = [[sum(t < float32(float(row[f["name"]])) for t in f["thresholds"]) for f in features] for row in rows]
        pick = lambda part, values: [value for value, own in zip(values, parts) if own == part]
        return pick("train", codes), pick("test", codes), pick("train", rows), pick("test", rows)

    def test_numbers(self):
        own = self.train("y", "--method", "bw-qq", "--decoder", "extra-trees")
        train, test, train_rows, test_rows = self.codes()
        forest = ExtraTreesRegressor(100, max_features=0.6, random_state=1)
        forest.fit(train, [float(row["y"]) for row in train_rows])
        errors = [(p - float(row["y"])) ** 2 for p, row in zip(forest.predict(test), test_rows)]
        ours = own["rmse"] ** 2
        self.assertLess(abs(ours / (sum(errors) / len(errors)) - 1), 0.06)

    def test_classes(self):
        own = self.train("label", "--method", "bw-qq", "--decoder", "extra-trees")
        train, test, train_rows, test_rows = self.codes()
        forest = ExtraTreesClassifier(100, max_features=0.6, random_state=1)
        forest.fit(train, [row["label"] for row in train_rows])
        hits = [p == row["label"] for p, row in zip(forest.predict(test), test_rows)]
        self.assertLess(abs(own["accuracy"] - sum(hits) / len(hits)), 0.04)


class Stacked(TableTest):
    def test_a_stack_says_what_it_is_and_no_member_is_better(self):
        losses = {}
        for decoder in ("network", "boosted", "extra-trees", "stack", "best"):
            found = self.train("y", "--decoder", decoder, output=f"{decoder}.terse")
            losses[decoder] = found["mse"]
            self.assertEqual(found["payload_bytes"], 2)
            if decoder in ("stack", "best"):
                self.assertRegex(found["decoder_chosen"], r"network [\d.]+, .*stack [\d.]+\)$")
        self.assertLess(losses["stack"], 1.05 * min(losses.values()))
        self.assertLess(losses["best"], 1.1 * min(losses.values()))
        described = json.loads(self.terse("inspect", "stack.terse", "--json").stdout)
        self.assertEqual(described["decoder"], "stack")
        first = (self.folder / "stack.terse").read_bytes()
        self.assertLess(len(first), 20_000_000)
        self.assertIn(b'"format_version":"5"', first)

    def test_where_a_stack_does_not_go(self):
        self.train("y", "--decoder", "stack", output="stack.terse")
        self.refused("compress", "stack.terse", "--data", "t.csv", "--memory", "1000", "-o", "x.terse",
                     says=["stack.terse: decodes by a stack", "--decoder network"])
        self.refused("export", "stack.terse", "--to", "js", "--network", "-o", "js",
                     says=["stack", "--decoder network"])
        self.refused("export", "stack.terse", "--to", "c", "--with-network", "-o", "c",
                     says=["stack.terse: decodes by a stack", "--decoder network"])
        self.terse("export", "stack.terse", "--to", "c", "-o", "c")
        self.refused("train", "t.csv", "--target", "y", *SHORT, "--method", "fp", "--decoder", "stack",
                     "-o", "x.terse", says=["--decoder", "stack"])


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
