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

    def test_a_tag_is_one_of_the_bytes(self):
        printed = json.loads(self.terse("allocate", *SMALL, "--payload", "2", "--tag", "auto", "--json", "-o",
                                        "m.terse").stdout)
        self.assertEqual((printed["payload_bytes"], printed["curve"][0]["budget_bits"]), (2, 8))
        self.assertEqual(printed["tag"], int(printed["id"][:2], 16))

    def test_a_radio_is_a_budget(self):
        printed = json.loads(
            self.terse("allocate", *SMALL, "--radio", "sigfox-rc1", "--json", "-o", "m.terse").stdout)
        self.assertEqual(printed["curve"][0]["budget_bits"], 96)
        self.assertLessEqual(printed["payload_bytes"], 12)
        unknown = self.terse("allocate", *SMALL, "--radio", "x", "-o", "m.terse", expect=2)
        self.assertIn("lorawan-us915-dr0", unknown.stderr)

    def allocate(self, *options, data="fried:2000", epochs=5, expect=0):
        return self.terse("allocate", data, "--bits", "2", "--hidden", "1x16", "--epochs", str(epochs), "--decoder",
                          "network", "--quiet", *options, expect=expect)

    def test_the_smallest_message_that_is_shown_to_lose_little(self):
        printed = json.loads(self.allocate("--folds", "5", "--max-loss", "40", "--json", "-o", "m.terse").stdout)
        self.assertEqual((printed["margin"], printed["folds"]), (0.4, 5))
        chosen = [point for point in printed["curve"] if point["within"]][-1]
        self.assertEqual(printed["payload_bytes"], -(-chosen["bits"] // 8))
        self.assertEqual(printed["bits_shown"], chosen["bits"])
        self.assertIn(f"within 40 % of full precision from {chosen['bits']:.1f} bits (by 5 folds", printed["answer"])
        full = printed["full_precision"]["validation_loss"]
        for point in printed["curve"]:
            self.assertEqual(point["within"], point["verdict"] in ("better", "non-inferior"))
            self.assertTrue(point["text"].startswith(point["verdict"] + ": "), point["text"])
            self.assertLessEqual(point["lower"], point["difference"])
            self.assertLessEqual(point["difference"], point["upper"])
            if point["within"]:
                self.assertLess(point["validation_loss"], 1.4 * full)
        said = self.allocate("--folds", "5", "--max-loss", "40", "-o", "m.terse").stdout
        self.assertIn("against full precision", said)
        self.assertIn(printed["answer"], said)
        for point in printed["curve"]:
            self.assertRegex(said, rf"{point['bits']:.1f} .* {point['verdict']}")

    def test_what_is_not_shown_is_not_claimed(self):
        """Of two folds nothing is shown, so nothing is written."""
        failed = self.allocate("--folds", "2", "--max-loss", "40", "-o", "m.terse", expect=1).stderr
        for part in ("no message is shown to lose at most 40 % more", "by 2 folds, of 3 messages together",
                     "bits: cannot tell yet: loss ", "give more --folds, fewer --budgets, or a larger --max-loss"):
            self.assertIn(part, failed)
        self.assertFalse((self.folder / "m.terse").exists())
        alone = self.allocate("--folds", "2", "--max-loss", "2", "--budgets", "18", "-o", "m.terse", expect=1).stderr
        self.assertRegex(alone, r"\(by 2 folds\)\. 17\.\d bits: cannot tell yet: ")
        self.assertIn("give more --folds, or a larger --max-loss", alone)
        printed = json.loads(self.allocate("--folds", "2", "--curve", "c", "--budgets", "18,12", "--json").stdout)
        self.assertEqual((printed["margin"], printed["bits_shown"]), (0.02, None))
        self.assertEqual({point["verdict"] for point in printed["curve"]}, {"cannot tell yet"})
        self.assertIn(printed["bits_open"], [point["bits"] for point in printed["curve"]])
        self.assertIn(f"{printed['bits_open']:.1f} bits: cannot tell yet", printed["answer"])
        with open(self.folder / "c" / "curve.csv") as file:
            self.assertEqual({row["verdict"] for row in csv.DictReader(file)}, {"cannot tell yet"})

    def test_a_curve_is_written_even_if_no_message_is_good_enough(self):
        command = ["--folds", "2", "--curve", "c", "--budgets", "18,12", "--max-loss", "1", "--json"]
        printed = json.loads(self.allocate(*command).stdout)
        self.assertEqual((printed["margin"], printed["bits_shown"]), (0.01, None))
        self.assertEqual(len(list((self.folder / "c").glob("*.terse"))), 2)
        failed = self.allocate(*command, "-o", "m.terse", expect=1)
        self.assertEqual(json.loads(failed.stdout)["answer"], printed["answer"])
        self.assertIn("no message is shown to lose at most 1 % more", failed.stderr)
        self.assertFalse((self.folder / "m.terse").exists())

    def test_how_many_folds_would_tell(self):
        printed = json.loads(
            self.allocate("--folds", "4", "--curve", "c", "--budgets", "16,10", "--margin", "20", "--json").stdout)
        point = [one for one in printed["curve"] if one["bits"] == printed["bits_open"]][0]
        self.assertEqual(point["verdict"], "cannot tell yet")
        self.assertRegex(point["text"], f"; about {printed['further_folds']} further folds? would tell$")
        self.assertIn(point["text"].rpartition("; ")[2], printed["answer"])

    def test_a_message_that_is_shown_to_lose_more(self):
        # One bit for each of ten features is far too little.
        failed = self.terse("allocate", "fried:2000", "--bits", "1", "--hidden", "2x32", "--lr", "0.003",
                            "--epochs", "10", "--batch", "64", "--folds", "4", "--budgets", "10",
                            "--quiet", "--max-loss", "0", "-o", "n.terse", expect=1).stderr
        self.assertIn("bits: inferior: loss ", failed)
        self.assertIn("give more --bits, or a larger --max-loss", failed)

    def test_whether_a_message_of_a_given_size_is_as_good(self):
        command = ["--folds", "3", "--payload", "1"]
        self.assertNotIn("full_precision", json.loads(self.allocate(*command, "--json", "-o", "m.terse").stdout))
        printed = json.loads(self.allocate(*command, "--margin", "5", "--json", "-o", "m.terse").stdout)
        self.assertEqual(printed["margin"], 0.05)
        self.assertIn("verdict", printed["curve"][0])
        self.assertIn("within 5 % of full precision", self.allocate(*command, "--margin", "5", "-o", "m.terse").stdout)

    def test_one_validation_part_is_refused_before_training(self):
        self.terse("data", "get", "fried:300", "-o", "t.csv")
        lines = (self.folder / "t.csv").read_text().splitlines()
        parts = ["part", *(("train", "validation", "train", "test")[i % 4] for i in range(300))]
        (self.folder / "p.csv").write_text("\n".join(f"{a},{b}" for a, b in zip(lines, parts)) + "\n")
        command = ["--target", "y", "--split", "column=part", "-o", "m.terse"]
        refused = self.allocate(*command, "--max-loss", "5", data="p.csv", epochs=1000000, expect=2).stderr
        self.assertIn("--max-loss: column 'part' has one validation part", refused)
        self.assertIn("write no validation rows", refused)
        said = self.allocate(*command, "--payload", "1", "--margin", "5", data="p.csv").stdout
        self.assertIn("cannot tell yet", said)
        (self.folder / "p.csv").write_text((self.folder / "p.csv").read_text().replace("validation", "train"))
        self.allocate(*command, "--folds", "3", "--max-loss", "900", data="p.csv")

    def test_budgets_that_get_the_same_message_are_one(self):
        command = ["--folds", "2", "--curve", "c", "--budgets", "200,100,50,12,10.4,10.2"]
        printed = json.loads(self.allocate(*command, "--json", data="fried:1000").stdout)
        budgets = [point["budgets_bits"] for point in printed["curve"]]
        self.assertEqual(sum(budgets, []), [200, 100, 50, 12, 10.4, 10.2])
        self.assertEqual(budgets[0], [200, 100, 50])
        self.assertEqual([point["budget_bits"] for point in printed["curve"]], [own[0] for own in budgets])
        levels = [point["levels"] for point in printed["curve"]]
        self.assertTrue(all(a != b for a, b in zip(levels, levels[1:])))
        with open(self.folder / "c" / "curve.csv") as file:
            self.assertEqual(len(list(csv.DictReader(file))), len(budgets))
        drawn = json.loads((self.folder / "c" / "curve.vl.json").read_text())["data"]["values"]
        self.assertEqual(len(drawn), len(budgets))
        models = sorted(path.name for path in (self.folder / "c").glob("*.terse"))
        self.assertEqual(models, sorted(f"{own[0]:04g}-bits.terse" for own in budgets))
        said = self.allocate(*command, data="fried:1000").stdout
        self.assertIn(f"curve.svg and {len(budgets)} models", said)
        self.assertEqual(said.count("  network  "), len(budgets))
        self.assertEqual(said.count("<- knee"), 0 if printed["knee"] is None else 1)

    def test_two_points_have_no_knee(self):
        command = ["--folds", "2", "--curve", "c", "--budgets", "18,6", "-o", "m.terse"]
        printed = json.loads(self.allocate(*command, "--json", data="fried:1000").stdout)
        self.assertIsNone(printed["knee"])
        least = min(printed["curve"], key=lambda point: point["validation_loss"])
        self.assertEqual(printed["payload_bits"], -(-least["bits"] // 1))
        with open(self.folder / "c" / "curve.csv") as file:
            self.assertEqual({row["knee"] for row in csv.DictReader(file)}, {""})
        self.assertNotIn("knee", self.allocate(*command, data="fried:1000").stdout)
        self.assertNotIn("knee:", (self.folder / "c" / "curve.svg").read_text())

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
        self.assertEqual([point["verdict"] for point in shown], [point["verdict"] for point in printed["curve"]])
        drawing = "".join(xml.etree.ElementTree.parse(folder / "curve.svg").getroot().itertext())
        self.assertIn("knee:", drawing)
        self.assertIn("squares: shown to be at most 2 % above it", drawing)
        self.assertIn("bits of a message", drawing)
        for budget in ("0018", "0012", "0006"):
            shown = json.loads(self.terse("inspect", f"c/{budget}-bits.terse", "--json").stdout)
            self.assertLessEqual(shown["payload_bits"], int(budget))

    def test_every_policy_fits_the_budget(self):
        levels = {}
        for policy in ("pruning", "sensitivity", "exact", "lasso"):
            printed = json.loads(self.terse("allocate", *SMALL, "--payload-bits", "17", "--policy", policy, "--json",
                                            "-o", "m.terse").stdout)
            self.assertLessEqual(printed["curve"][0]["bits"], 17)
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
            (["--payload", "1", "--tag", "auto"], "--payload"),
            (["--payload", "2", "--tag", "x"], "--tag"),
            (["--max-loss", "-1"], "--max-loss"),
            (["--max-loss", "nan"], "--max-loss"),
            (["--max-loss", "inf"], "--max-loss"),
            (["--payload", "1", "--margin", "-0.1"], "--margin"),
            (["--payload", "1", "--margin", "1e7"], "--margin"),
            (["--max-loss", "1", "--margin", "1"], "--margin"),
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
