#!/usr/bin/env python3
"""terse allocate from outside: allocate_test.py PATH_OF_TERSE"""

import csv
import json
import sys
import unittest
import xml.etree.ElementTree
from pathlib import Path

import program_test
from program_test import ProgramTest

SMALL = ["fried:2000", "--bits", "2", "--hidden", "1x16", "--epochs", "5", "--folds", "2", "--quiet"]


class Allocate(ProgramTest):
    def test_the_message_fits_and_is_read_back(self):
        printed = json.loads(self.terse("allocate", *SMALL, "--payload", "1", "--json", "-o", "m.terse").stdout)
        self.assertEqual(printed["payload_bytes"], 1)
        self.assertLessEqual(printed["curve"][0]["bits"], 8)
        self.terse("data", "get", "fried:5", "-o", "t.csv")
        self.terse("encode", "m.terse", "t.csv", "-o", "p.hex")
        self.assertEqual({len(line) for line in (self.folder / "p.hex").read_text().split()}, {2})
        decoded = self.terse("decode", "m.terse", "p.hex").stdout.splitlines()
        predicted = self.terse("predict", "m.terse", "t.csv").stdout.splitlines()
        self.assertEqual([line.split(",")[-1] for line in decoded[1:]], [line.split(",")[-1] for line in predicted[1:]])

    def test_a_radio_is_a_budget(self):
        printed = json.loads(
            self.terse("allocate", *SMALL, "--radio", "sigfox-rc1", "--json", "-o", "m.terse").stdout)
        self.assertEqual(printed["curve"][0]["budget_bits"], 96)
        self.assertLessEqual(printed["payload_bytes"], 12)
        unknown = self.terse("allocate", *SMALL, "--radio", "x", "-o", "m.terse", expect=2)
        self.assertIn("lorawan-us915-dr0", unknown.stderr)

    def test_the_smallest_message_that_loses_little(self):
        command = ["allocate", *SMALL, "--max-loss", "40", "--decoder", "network", "--json", "-o", "m.terse"]
        printed = json.loads(self.terse(*command).stdout)
        chosen = [point for point in printed["curve"] if point["within"]][-1]
        self.assertEqual(printed["payload_bytes"], -(-chosen["bits"] // 8))
        smaller = [point for point in printed["curve"] if point["bits"] < chosen["bits"]]
        self.assertFalse(any(point["within"] for point in smaller))
        # One bit for each of ten features is far too little.
        failed = self.terse("allocate", "fried:2000", "--bits", "1", "--hidden", "2x32", "--lr", "0.003",
                            "--epochs", "10", "--batch", "64", "--folds", "2",
                            "--quiet", "--max-loss", "0", "-o", "n.terse", expect=1)
        self.assertIn("--max-loss", failed.stderr)

    def test_the_curve_is_a_table_a_figure_and_models(self):
        printed = json.loads(
            self.terse("allocate", *SMALL, "--curve", "c", "--budgets", "6,18,12", "--json").stdout)
        folder = self.folder / "c"
        with open(folder / "curve.csv") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 3)
        self.assertEqual([float(row["bits"]) <= budget for row, budget in zip(rows, (18, 12, 6))], [True] * 3)
        self.assertEqual(sum(row["knee"] == "yes" for row in rows), 1)
        for point, row in zip(printed["curve"], rows):
            self.assertAlmostEqual(point["test"]["mse"], float(row["test_loss"]), delta=1e-5)
        figure = json.loads((folder / "curve.vl.json").read_text())
        shown = figure["data"]["values"]
        self.assertEqual([point["loss"] for point in shown], [point["validation_loss"] for point in printed["curve"]])
        self.assertEqual(sum(point["knee"] for point in shown), 1)
        drawing = "".join(xml.etree.ElementTree.parse(folder / "curve.svg").getroot().itertext())
        self.assertIn("knee:", drawing)
        self.assertIn("bits of a message", drawing)
        for budget in ("0018", "0012", "0006"):
            shown = json.loads(self.terse("inspect", f"c/{budget}-bits.terse", "--json").stdout)
            self.assertLessEqual(shown["payload_bits"], int(budget))

    def test_every_policy_fits_the_budget(self):
        levels = {}
        for policy in ("pruning", "sensitivity", "exact", "lasso"):
            printed = json.loads(self.terse("allocate", *SMALL, "--payload-bits", "7", "--policy", policy, "--json",
                                            "-o", "m.terse").stdout)
            self.assertLessEqual(printed["curve"][0]["bits"], 7)
            self.assertLess(printed["mse"], 1.0)
            levels[policy] = printed["curve"][0]["levels"]
        self.assertNotEqual(levels["exact"], levels["lasso"])

    def test_labels_gaps_and_names(self):
        lines = ["x,place,noise,answer"]
        for i in range(900):
            x, place = (i * 7919) % 1000 / 1000, "abcd"[i * 31 % 4]
            answer = "yes" if x + (0.3 if place in "bd" else 0) > 0.6 else "no"
            lines.append(f"{'' if i % 9 == 0 else x},{place},{(i * 104729) % 997},{answer}")
        (self.folder / "t.csv").write_text("\n".join(lines) + "\n")
        self.terse("allocate", "t.csv", "--target", "answer", "--missing", "level", "--payload-bits", "5",
                   "--bits", "3", "--hidden", "1x16", "--epochs", "20", "--batch", "64", "--folds", "2",
                   "--quiet", "-o", "m.terse")
        measured = json.loads(self.terse("evaluate", "m.terse", "t.csv", "--part", "test", "--json").stdout)
        self.assertGreater(measured["accuracy"], 0.8)
        shown = json.loads(self.terse("inspect", "m.terse", "--json").stdout)
        self.assertLessEqual(shown["payload_bits"], 5)

    def test_wrong_use_is_refused(self):
        for wrong, named in (
            ([], "--payload"),
            (["--payload", "1", "--max-loss", "2"], "--payload"),
            (["--payload", "0"], "--payload"),
            (["--max-loss", "-1"], "--max-loss"),
            (["--curve", "c", "--budgets", "0"], "--budgets"),
            (["--payload", "1", "--start", "x"], "--start"),
            (["--payload", "1", "--policy", "best"], "--policy: best not in"),
        ):
            self.assertIn(named, self.terse("allocate", *SMALL, *wrong, "-o", "m.terse", expect=2).stderr)
        self.assertIn("-o", self.terse("allocate", *SMALL, "--payload", "1", expect=2).stderr)
        self.assertFalse((self.folder / "m.terse").exists())


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
