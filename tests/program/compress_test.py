#!/usr/bin/env python3
"""terse compress from outside: compress_test.py PATH_OF_TERSE"""

import json
import sys
import unittest
import xml.etree.ElementTree
from pathlib import Path

import program_test
from program_test import ProgramTest

DATA = "fried:1500"
QUICK = ["--data", DATA, "--search-epochs", "2", "--epochs", "4", "--quiet"]


class Compress(ProgramTest):
    def setUp(self):
        super().setUp()
        self.terse("train", DATA, "--hidden", "2x32", "--bits", "3", "--epochs", "20", "--batch", "64", "--quiet",
                   "--decoder", "network", "-o", "full.terse")

    def compress(self, *options, expect=0):
        return self.terse("compress", "full.terse", *QUICK, "-o", "small.terse", *options, expect=expect)

    def test_every_policy_keeps_the_memory_and_says_what_it_did(self):
        for policy in ("sensitivity", "sigmaquant", "uniform"):
            with self.subTest(policy=policy):
                printed = json.loads(self.compress("--memory", "3000", "--policy", policy, "--json", "--trace",
                                                   "trace.json", "--figure", "search.svg").stdout)
                self.assertLessEqual(printed["memory_bytes"], 3000)
                self.assertIn(printed["status"], ("Target", "BestEffort"))
                self.assertEqual(len(printed["bits"]), 3)
                self.assertIn(printed["bits"], [step["bits"] for step in printed["trace"]])
                self.assertEqual(json.loads((self.folder / "trace.json").read_text()), printed)
                # The front: no configuration has a lower loss at no more cost; costs rise, losses fall.
                front = [(step["cost"], step["loss"]) for step in printed["front"]]
                self.assertEqual(front, sorted(front))
                self.assertEqual([loss for _, loss in front], sorted({loss for _, loss in front}, reverse=True))
                for step in printed["trace"]:
                    self.assertTrue(any(cost <= step["cost"] and loss <= step["loss"] for cost, loss in front))
                self.assertTrue(all(step in printed["trace"] for step in printed["front"]))
                picture = xml.etree.ElementTree.parse(self.folder / "search.svg").getroot()
                self.assertIn("validation loss", "".join(picture.itertext()))
                # Vega names every mark for those who cannot see it.
                points = [mark for mark in picture.iter() if mark.get("aria-roledescription") == "point"]
                self.assertGreaterEqual(len(points), len(printed["trace"]))
                lines = [mark for mark in picture.iter() if mark.get("aria-roledescription") == "line mark container"]
                self.assertEqual(len(lines), 2)  # the front and the path
                size = (self.folder / "small.terse").stat().st_size
                self.assertEqual(size, printed["file_bytes"])
                self.assertLess(size, (self.folder / "full.terse").stat().st_size)

    def test_the_small_model_is_a_model(self):
        printed = json.loads(self.compress("--memory", "6000", "--json").stdout)
        found = json.loads(self.terse("evaluate", "small.terse", DATA, "--part", "test", "--json").stdout)
        self.assertAlmostEqual(found["mse"], printed["metrics"]["mse"])
        self.assertLess(found["mse"], printed["metrics_before"]["mse"] + 0.1)
        again = self.terse("compress", "small.terse", *QUICK, "--memory", "6000", "-o", "x.terse", expect=2)
        self.assertIn("compressed already", again.stderr)

    def test_a_loss_and_an_energy_are_budgets_too(self):
        printed = json.loads(self.compress("--max-loss", "50", "--json").stdout)
        self.assertEqual(printed["status"], "Target")
        self.assertLess(printed["memory_bytes"], printed["float_bytes"] / 2)
        printed = json.loads(self.compress("--energy", "80", "--json").stdout)
        self.assertLessEqual(printed["energy"], 0.8 * (0.638 + 0.056 * 8) + 1e-9)

    def test_the_result_is_compared_with_what_was_handed_over(self):
        printed = json.loads(self.compress("--memory", "6000", "--max-loss", "50", "--json").stdout)
        compared = printed["comparison"]
        self.assertEqual(compared["rows"], 75)  # half of the test part: the other half chose
        self.assertAlmostEqual(compared["allowed"], 1.5 * compared["loss_before"])
        self.assertEqual(printed["status"] == "Target", compared["loss"] <= compared["allowed"])
        said = self.compress("--memory", "6000").stdout
        self.assertIn("on 150 unseen rows", said)
        # A model that has learned on all rows: nothing is left to compare on.
        self.terse("train", DATA, "--hidden", "1x8", "--epochs", "2", "--test-fraction", "0", "--decoder", "network",
                   "--quiet", "-o",
                   "all.terse")
        all_seen = self.terse("compress", "all.terse", *QUICK, "--memory", "6000", "-o", "small.terse").stdout
        self.assertIn("BestEffort", all_seen)
        self.assertIn("the model has seen all these rows", all_seen)
        # Of other rows a fifth is kept.
        others = self.terse("compress", "all.terse", "--data", "fried:1000:9", "--epochs", "1", "--memory", "6000",
                            "-o", "small.terse").stdout
        self.assertIn("on 200 unseen rows", others)

    def test_what_cannot_be_is_said(self):
        self.assertIn("Infeasible", self.compress("--memory", "100", expect=1).stderr)
        self.assertIn("at least one", self.compress(expect=2).stderr)
        self.assertIn("not both", self.compress("--memory", "9", "--energy", "9", expect=2).stderr)
        self.terse("train", DATA, "--method", "fp", "--hidden", "1x8", "--epochs", "1", "--quiet", "-o", "fp.terse")
        refused = self.terse("compress", "fp.terse", *QUICK, "--memory", "9000", "-o", "x.terse", expect=2)
        self.assertIn("full precision", refused.stderr)


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
