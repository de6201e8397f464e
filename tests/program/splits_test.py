"""Kinds of split, weights, losses and the report of classes through the built program.

Usage: splits_test.py PATH_OF_TERSE
"""

import csv
import io
import json
import math
import random
import sys
import unittest
from pathlib import Path

import program_test
from program_test import ProgramTest

QUICK = ["--hidden", "1x16", "--epochs", "4", "--batch", "64", "--lr", "5e-3", "--bits", "3", "--threads", "1",
         "--decoder", "network"]
LONGER = ["--hidden", "1x16", "--epochs", "30", "--batch", "64", "--lr", "5e-3", "--bits", "3", "--threads", "1",
          "--decoder", "network"]


class SplitsTest(ProgramTest):
    def json(self, *arguments):
        return json.loads(self.terse(*arguments, "--json").stdout)

    def write_rows(self, name, rows):
        lines = [",".join(rows[0])] + [",".join(str(cell) for cell in row.values()) for row in rows[1:]]
        (self.folder / name).write_text("\n".join(lines) + "\n")
        return name

    def table(self, name="t.csv", rows=400, drift=0.0):
        """y = a + b + drift over time; machines of 10 rows; parts; weights of 0, 1, 2."""
        draw = random.Random(7)
        made = [["a", "b", "machine", "part", "w", "y"]]
        for i in range(rows):
            a, b = draw.gauss(0, 1), draw.gauss(0, 1)
            made.append({
                "a": f"{a:.5f}", "b": f"{b:.5f}", "machine": f"M{i % (rows // 10)}",
                "part": "test" if i % 10 == 3 else "validation" if i % 10 == 7 else "train",
                "w": i % 3, "y": f"{a + b + drift * i / rows * (3 + a):.5f}",
            })
        return self.write_rows(name, made)

    def parts(self, name):
        with open(self.folder / name, newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([int(row["row"]) for row in rows], list(range(1, len(rows) + 1)))
        return [row["part"] for row in rows]


class Splits(SplitsTest):
    def train(self, *options):
        return self.json("train", "t.csv", "--target", "y", "--ignore", "w", *QUICK, "--quiet", *options,
                         "--write-split", "split.csv", "-o", "m.terse")

    def expect_found_again(self, trained, table="t.csv"):
        again = self.json("evaluate", "m.terse", table, "--part", "test", "--write-split", "again.csv")
        self.assertEqual((again["rows"], again["mse"], again["split"]),
                         (trained["rows"]["test"], trained["mse"], trained["split"]))
        self.assertEqual(self.parts("again.csv"), self.parts("split.csv"))

    def test_last(self):
        self.table()
        trained = self.train("--split", "last")
        self.assertEqual(trained["split"], "last")
        self.assertEqual(self.parts("split.csv"), ["train"] * 360 + ["test"] * 40)
        self.expect_found_again(trained)
        said = self.terse("evaluate", "m.terse", "t.csv", "--part", "test").stdout
        self.assertIn("40 rows (test part, last): MSE", said)
        smaller = self.json("compress", "m.terse", "--data", "t.csv", "--memory", "4000", "--epochs", "1",
                            "--quiet", "-o", "s.terse")
        self.assertEqual((smaller["metrics_before"]["mse"], smaller["split"]), (trained["mse"], "last"))

    def test_blocks(self):
        self.table()
        trained = self.train("--split", "blocks=10", "--test-fraction", "0.2")
        parts = self.parts("split.csv")
        blocks = [set(parts[begin:begin + 40]) for begin in range(0, 400, 40)]
        self.assertTrue(all(len(block) == 1 for block in blocks))
        self.assertEqual(sum(block == {"test"} for block in blocks), 2)
        self.expect_found_again(trained)

    def test_groups(self):
        self.table()
        trained = self.train("--split", "groups=machine", "--ignore", "part")
        self.assertNotIn("machine", [f["name"] for f in self.json("inspect", "m.terse")["features"]])
        tested = {i % 40 for i, part in enumerate(self.parts("split.csv")) if part == "test"}
        trained_on = {i % 40 for i, part in enumerate(self.parts("split.csv")) if part == "train"}
        self.assertEqual((len(tested), tested & trained_on), (4, set()))
        self.expect_found_again(trained)
        # Without the column the rows cannot be told apart, but all of them can be measured.
        text = (self.folder / "t.csv").read_text().replace("machine", "other")
        (self.folder / "o.csv").write_text(text)
        self.terse("evaluate", "m.terse", "o.csv")
        self.refused("evaluate", "m.terse", "o.csv", "--part", "test", says=["no column 'machine'"])
        text = (self.folder / "t.csv").read_text().replace(",M1,", ",M2,")
        (self.folder / "p.csv").write_text(text)
        self.refused("evaluate", "m.terse", "p.csv", "--part", "test", says=["not the one the model was trained on"])

    def test_column(self):
        self.table()
        trained = self.train("--split", "column=part", "--ignore", "machine")
        with open(self.folder / "t.csv", newline="") as file:
            self.assertEqual(self.parts("split.csv"), [row["part"] for row in csv.DictReader(file)])
        self.assertEqual(trained["rows"], {"train": 360, "test": 40})
        self.expect_found_again(trained)

    def test_allocate_and_study_split_that_way(self):
        self.table()
        common = ["--target", "y", "--hidden", "1x8", "--epochs", "2", "--batch", "64", "--quiet"]
        shared = ["--ignore", "w,part,machine", "--payload-bits", "4", "--bits", "2", "--folds", "2",
                  "--round-epochs", "1", "--final-epochs", "1", "-o", "m.terse"]
        for rule in ("last", "groups=machine", "column=part"):
            column = rule.partition("=")[2]
            options = [o.replace(f",{column}", "") if column else o for o in shared]
            allocated = self.json("allocate", "t.csv", *common, "--split", rule, *options)
            self.assertEqual(allocated["split"], rule)
            again = self.json("evaluate", "m.terse", "t.csv", "--part", "test")
            self.assertEqual((again["mse"], again["split"]), (allocated["mse"], rule))
        refused = ["study", "t.csv", *common, "--methods", "bw-qq", "--bits", "2", "--split", "last", "-o", "s"]
        self.refused(*refused, says=["--splits: 10 parts of 0.1", "--test-fraction"])
        study = self.json(*refused, "--splits", "3", "--task", "regression")
        self.assertEqual(len(study["cells"][0]["losses"]), 3)
        self.assertEqual(len(set(study["cells"][0]["losses"])), 3)

    def test_what_does_not_go_together(self):
        self.table()
        base = ["train", "t.csv", "--target", "y", "--quiet", "-o", "m.terse"]
        self.refused(*base, "--split", "first", says=["--split: 'first' is not a kind of split", "groups=COLUMN"])
        self.refused(*base, "--split", "groups=none", says=["there is no column 'none' (--split)"])
        self.refused(*base, "--split", "last", "--keep-copies-together", "rows", says=["--keep-copies-together"])
        self.refused(*base, "--split", "column=w", says=["'0' is not a part of a split", "train, validation or test"])
        self.refused(*base, "--split", "groups=y", says=["--split: 'y' is the target"])
        self.assertFalse((self.folder / "m.terse").exists())


class Order(SplitsTest):
    def test_drift_is_said_once_and_only_after_a_random_split(self):
        base = ["train", "t.csv", "--target", "y", "--features", "a,b", *QUICK, "-o", "m.terse"]
        self.table(rows=1000, drift=2.0)
        said = self.terse(*base).stderr
        self.assertEqual(said.count("warning: the order of the rows matters"), 1)
        self.assertRegex(said, r"have \d\.?\d* times the loss \(at least \d\.?\d* times, 99 %\).*--split last")
        self.assertTrue(self.json(*base)["order"]["matters"])
        for options in (["--split", "last"], ["--test-fraction", "0"]):
            done = self.terse(*base, *options, "--json")
            self.assertNotIn("order of the rows", done.stderr)
            self.assertNotIn("order", json.loads(done.stdout))
        self.table(rows=1000)
        self.assertNotIn("order of the rows", self.terse(*base).stderr)
        self.assertFalse(self.json(*base)["order"]["matters"])


class Weights(SplitsTest):
    def test_metrics_are_weighted(self):
        self.table()
        options = ["t.csv", "--target", "y", "--features", "a,b", *QUICK, "--quiet", "-o", "m.terse"]
        trained = self.json("train", *options, "--weight", "w")
        self.assertEqual(self.json("evaluate", "m.terse", "t.csv", "--part", "test")["mse"], trained["mse"])
        measured = self.json("evaluate", "m.terse", "t.csv")
        with open(self.folder / "t.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        predicted = list(csv.DictReader(io.StringIO(self.terse("predict", "m.terse", "t.csv").stdout)))
        errors = [float(p["y"]) - float(row["y"]) for p, row in zip(predicted, rows)]
        weights = [float(row["w"]) for row in rows]
        mse = sum(w * e * e for w, e in zip(weights, errors)) / sum(weights)
        self.assertAlmostEqual(measured["mse_raw"], mse, delta=1e-6 * mse)
        # A table without the column: said, and every row counts.
        (self.folder / "o.csv").write_text((self.folder / "t.csv").read_text().replace(",w,", ",v,"))
        done = self.terse("evaluate", "m.terse", "o.csv", "--json")
        self.assertIn("no column 'w' of weights", done.stderr)
        plain = sum(e * e for e in errors) / len(errors)
        self.assertAlmostEqual(json.loads(done.stdout)["mse_raw"], plain, delta=1e-6 * plain)
        other = self.json("evaluate", "m.terse", "o.csv", "--weight", "v")
        self.assertAlmostEqual(other["mse_raw"], mse, delta=1e-6 * mse)

    def test_they_are_no_feature_and_must_be_weights(self):
        self.table()
        base = ["train", "t.csv", "--target", "y", "--quiet", *QUICK, "-o", "m.terse"]
        self.terse(*base, "--ignore", "machine,part", "--weight", "w")
        self.assertEqual([f["name"] for f in self.json("inspect", "m.terse")["features"]], ["a", "b"])
        self.refused(*base, "--features", "a", "--weight", "b", says=["is not a weight", "column 2 ('b')", "line "])
        self.refused(*base, "--features", "a", "--weight", "machine", says=["'M0' is not a weight"])


class Losses(SplitsTest):
    def test_losses_and_scales(self):
        draw = random.Random(3)
        made = [["a", "y"]]
        for _ in range(600):
            a = draw.uniform(0, 2)
            made.append({"a": f"{a:.4f}", "y": f"{math.exp(a + 0.5 * draw.gauss(0, 1)):.5f}"})
        self.write_rows("p.csv", made)
        base = ["train", "p.csv", *LONGER, "--target", "y", "--quiet", "-o", "m.terse"]
        shares = {}
        for name, options in {
            "high": ["--loss", "quantile:0.9"],
            "low": ["--loss", "quantile:0.1"],
            "median": ["--loss", "absolute"],
            "log": ["--target-scale", "log"],
            "poisson": ["--loss", "poisson"],
        }.items():
            trained = self.json(*base, *options)
            self.assertIn("loss", trained)
            predicted = csv.DictReader(io.StringIO(self.terse("predict", "m.terse", "p.csv").stdout))
            below = [float(row["y"]) < float(p["y"]) for p, row in zip(predicted, made[1:])]
            shares[name] = sum(below) / 600
            said = self.terse("evaluate", "m.terse", "p.csv").stdout
            self.assertIn("loss ", said)
            if name in ("high", "low"):
                self.assertIn("pinball loss", said)
            self.assertEqual("Poisson deviance" in said, name == "poisson")
            done = self.json("compress", "m.terse", "--data", "p.csv", "--memory", "4000", "--epochs", "6",
                             "--quiet", "-o", "s.terse")
            # The loss of the model's own kind, and not much more of it.
            self.assertGreater(done["comparison"]["loss_before"], 0.0)
            self.assertLess(done["metrics"]["loss"], 1.5 * done["metrics_before"]["loss"])
        self.assertAlmostEqual(shares["high"], 0.9, delta=0.06)
        self.assertAlmostEqual(shares["low"], 0.1, delta=0.06)
        self.assertAlmostEqual(shares["median"], 0.5, delta=0.08)
        self.assertAlmostEqual(shares["log"], 0.5, delta=0.08)
        self.refused(*base, "--loss", "huber", says=["--loss: 'huber' is not a loss", "quantile:0.9"])
        self.refused(*base, "--loss", "poisson", "--target-scale", "log", says=["--target-scale"])
        self.refused("train", "p.csv", "--target", "y", "-o", "n.terse", "--loss", "quantile:0.9", "--decoder",
                     "boosted", says=["--loss", "do not learn a quantile"])
        text = (self.folder / "p.csv").read_text()
        (self.folder / "z.csv").write_text(text + "1,0\n")
        self.refused("train", "z.csv", "--target", "y", "--target-scale", "log", "--quiet", "-o", "z.terse",
                     says=["row 601", "0 has no logarithm", "--loss poisson"])

    def test_the_best_smallest_message_for_a_quantile(self):
        self.table()
        allocated = self.json("allocate", "t.csv", "--target", "y", "--features", "a,b", "--payload-bits", "4",
                              "--loss", "quantile:0.8", "--weight", "w", "--bits", "2", "--folds", "2", *QUICK[:4],
                              "--round-epochs", "1", "--final-epochs", "1", "--quiet", "-o", "m.terse")
        self.assertEqual((allocated["decoder"], "pinball" in allocated), ("network", True))


class Classes(SplitsTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(4)
        made = [["a", "b", "y"]]
        for _ in range(600):
            a, b = draw.gauss(0, 1), draw.gauss(0, 1)
            made.append({"a": f"{a:.4f}", "b": f"{b:.4f}", "y": int(a + 0.5 * draw.gauss(0, 1) > 1.2)})
        self.write_rows("c.csv", made)
        self.truth = [row["y"] for row in made[1:]]

    def test_what_evaluate_says_of_classes(self):
        done = self.terse("train", "c.csv", "--target", "y", *LONGER, "-o", "m.terse")
        self.assertIn("is 0 or 1 in every row and is classified", done.stderr)
        self.assertRegex(done.stderr, r"8\d\.\d % of the rows are '0', so that always saying so has accuracy 0\.8")
        measured = self.json("evaluate", "m.terse", "c.csv")
        rows = list(csv.DictReader(io.StringIO(self.terse("predict", "m.terse", "c.csv").stdout)))
        shares = [float(row["p(1)"]) for row in rows]
        self.terse("encode", "m.terse", "c.csv", "-o", "c.hex")
        brier = sum((p - y) ** 2 for p, y in zip(shares, self.truth)) / 600
        self.assertAlmostEqual(measured["brier"], brier, places=6)
        for threshold in (None, 0.2):
            options = [] if threshold is None else ["--decision-threshold", threshold]
            measured = self.json("evaluate", "m.terse", "c.csv", *options)
            said = [int(p >= (threshold or 0.5)) for p in shares]
            confusion = [[sum(t == a and p == b for t, p in zip(self.truth, said)) for b in (0, 1)] for a in (0, 1)]
            self.assertEqual(measured["confusion"], confusion)
            rows_said = [int(row["y"]) for row in csv.DictReader(io.StringIO(
                self.terse("predict", "m.terse", "c.csv", *options).stdout))]
            self.assertEqual(rows_said, said)
            self.assertEqual([int(y) for y in self.json("decode", "m.terse", "c.hex", *options)["predictions"]], said)
            one = measured["classes"][1]
            self.assertAlmostEqual(one["precision"], confusion[1][1] / (confusion[0][1] + confusion[1][1]))
            self.assertAlmostEqual(one["recall"], confusion[1][1] / sum(confusion[1]))
            self.assertEqual((one["label"], one["rows"]), ("1", sum(self.truth)))
        text = self.terse("evaluate", "m.terse", "c.csv", "--decision-threshold", "0.2").stdout
        for part in ("PR AUC", "Brier score", "calibration error", "precision", "predicted",
                     "'1' is predicted from a probability of 0.2 on"):
            self.assertIn(part, text)
        done = self.terse("train", "c.csv", "--target", "y", "--class-weights", "balanced", *LONGER, "-o", "b.terse")
        self.assertIn("not calibrated", done.stderr)
        self.assertIn("not calibrated", self.terse("evaluate", "b.terse", "c.csv").stdout)

    def test_undefined_figures_are_called_so(self):
        self.terse("train", "c.csv", "--target", "y", *LONGER, "--quiet", "-o", "m.terse")
        (self.folder / "zeros.csv").write_text("a,b,y\n1,2,0\n0,1,0\n")
        said = self.terse("evaluate", "m.terse", "zeros.csv").stdout
        self.assertIn("ROC AUC undefined (one class only)", said)
        self.assertNotIn("nan", said)
        self.assertIsNone(self.json("evaluate", "m.terse", "zeros.csv")["roc_auc"])
        self.terse("train", "c.csv", "--target", "a", "--features", "b", *LONGER, "--quiet", "-o", "r.terse")
        (self.folder / "one.csv").write_text("b,a\n1,2\n")
        said = self.terse("evaluate", "r.terse", "one.csv").stdout
        self.assertIn("R2 undefined", said)
        self.assertIsNone(self.json("evaluate", "r.terse", "one.csv")["r2"])
        for command, argument in (("evaluate", "one.csv"), ("predict", "one.csv"), ("decode", "one.hex")):
            self.terse("encode", "r.terse", "one.csv", "-o", "one.hex")
            self.refused(command, "r.terse", argument, "--decision-threshold", "0.3",
                         says=["--decision-threshold", "predicts a number"])


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
