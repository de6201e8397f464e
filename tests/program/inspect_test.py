#!/usr/bin/env python3
"""terse inspect from outside: inspect_test.py PATH_OF_TERSE"""

import csv
import io
import json
import re
import sys
import unittest
from pathlib import Path

import program_test
from program_test import ProgramTest

SMALL = ["--hidden", "1x16", "--epochs", "8", "--quiet", "--decoder", "network"]


class Inspect(ProgramTest):
    def trained(self, *options):
        self.terse("data", "get", "fried:600", "-o", "t.csv")
        self.terse("train", "t.csv", "--target", "y", *SMALL, *options, "-o", "m.terse")
        self.terse("encode", "m.terse", "t.csv", "-o", "p.hex")
        payloads = (self.folder / "p.hex").read_text().split()
        decoded = list(csv.DictReader(io.StringIO(self.terse("decode", "m.terse", "p.hex").stdout)))
        return self.terse("inspect", "m.terse").stdout, payloads, decoded

    def test_the_drawing_says_whose_bit_each_is(self):
        shown, payloads, decoded = self.trained("--bits", "3", "--levels", "X2=2,X4=1,X7=20")
        drawn = re.search(r"byte .*\n +([a-zA-Z0 ]+)\n +(a .*)\n", shown)
        owners = drawn[1].replace(" ", "")
        names = dict(part.split(" ", 1) for part in drawn[2].split(", "))
        self.assertEqual(names["0"], "fill")
        self.assertNotIn("X4", names.values())
        for payload, row in zip(payloads, decoded):
            bits = f"{int(payload, 16):0{len(owners)}b}"
            for letter, name in names.items():
                own = "".join(bit for bit, owner in zip(bits, owners) if owner == letter)
                self.assertEqual(int(own, 2), 0 if letter == "0" else int(row[name]))

    def test_the_sum_gives_the_number(self):
        shown, payloads, decoded = self.trained("--packing", "radix", "--bits", "2", "--levels", "X1=3,X5=5,X6=1")
        formula = re.search(r"most significant byte first:\n +(.*)\n", shown)[1]
        for payload, row in zip(payloads, decoded):
            codes = {name: int(code) for name, code in row.items() if name != "y"}
            self.assertEqual(eval(formula, {}, codes), int(payload, 16))

    def test_long_messages_are_cut(self):
        shown, payloads, _ = self.trained("--bits", "8")
        self.assertEqual(len(payloads[0]), 20)
        self.assertIn("byte  8        9", shown)
        self.assertNotIn("more (--all)", shown)

    def test_the_loss_without_each_feature(self):
        self.trained("--bits", "2", "--levels", "X4=1")
        printed = json.loads(self.terse("inspect", "m.terse", "--data", "t.csv", "--json").stdout)
        measured = json.loads(
            self.terse("evaluate", "m.terse", "t.csv", "--part", "test", "--without-each", "--json").stdout)
        self.assertEqual(printed["measured_on"], {"part": "test", "rows": 60})
        self.assertAlmostEqual(printed["loss"], measured["mse"], delta=1e-9)
        for feature, without in zip(printed["features"], measured["without_each"]):
            self.assertAlmostEqual(feature["loss_without"], without["mse"], delta=1e-9)
        # What is not sent is not missed.
        self.assertEqual(printed["features"][3]["loss_without"], printed["loss"])
        shown = self.terse("inspect", "m.terse", "--data", "t.csv").stdout
        rise = printed["features"][0]["loss_without"] - printed["loss"]
        self.assertRegex(shown, rf"X1 +4 +2 +\+{rise:.4f} ")
        self.assertIn(f"MSE on the 60 test rows of 600: {printed['loss']:.4f}", shown)

    def measured_on(self, table, expected, text):
        """The rows that inspect values features on, and that evaluate --part gives the same loss on them."""
        printed = json.loads(self.terse("inspect", "m.terse", "--data", table, "--json").stdout)
        self.assertEqual(printed["measured_on"], expected)
        part = "test" if expected["part"] == "test" else "all"
        measured = json.loads(self.terse("evaluate", "m.terse", table, "--part", part, "--json").stdout)
        self.assertAlmostEqual(printed["loss"], measured["mse"], delta=1e-9)
        self.assertIn(f"MSE on {text}: ", self.terse("inspect", "m.terse", "--data", table).stdout)

    def test_features_are_valued_on_rows_that_the_model_has_not_seen(self):
        self.terse("data", "get", "fried:600", "-o", "t.csv")
        self.terse("data", "get", "fried:50:7", "-o", "other.csv")
        train = ["train", "t.csv", "--target", "y", *SMALL, "-o", "m.terse"]
        self.terse(*train, "--split", "last", "--test-fraction", "0.2")
        self.measured_on("t.csv", {"part": "test", "rows": 120}, "the 120 test rows of 600")
        self.measured_on("other.csv", {"part": "other table", "rows": 50},
                         "all 50 rows (not the table of its training)")
        self.terse("data", "get", "fried:1:7", "-o", "one.csv")
        self.measured_on("one.csv", {"part": "other table", "rows": 1}, "1 row (not the table of its training)")
        self.terse(*train, "--test-fraction", "0")
        self.measured_on("t.csv", {"part": "train", "rows": 600}, "all 600 rows (it was trained on all of them)")

    def test_a_split_by_a_column_is_found_by_that_column(self):
        self.terse("data", "get", "fried:600", "-o", "t.csv")
        lines = (self.folder / "t.csv").read_text().splitlines()
        parts = ["part", *("test" if i % 3 == 0 else "train" for i in range(600))]
        (self.folder / "parts.csv").write_text("\n".join(f"{a},{b}" for a, b in zip(lines, parts)) + "\n")
        self.terse("train", "parts.csv", "--target", "y", *SMALL, "--split", "column=part", "-o", "m.terse")
        self.measured_on("parts.csv", {"part": "test", "rows": 200}, "the 200 test rows of 600")
        self.measured_on("t.csv", {"part": "unknown", "rows": 600},
                         "all 600 rows (which of them it was trained on is not known)")

    def test_an_allocated_model_finds_its_test_rows_in_the_whole_table(self):
        self.terse("data", "get", "fried:600", "-o", "t.csv")
        self.terse("allocate", "t.csv", "--target", "y", "--payload", "1", "--bits", "2", "--hidden", "1x8", "--epochs",
                   "2", "--folds", "2", "--quiet", "-o", "m.terse")
        self.measured_on("t.csv", {"part": "test", "rows": 60}, "the 60 test rows of 600")


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
