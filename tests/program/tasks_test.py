"""Classification, gaps and categories through the built program.

Usage: tasks_test.py PATH_OF_TERSE
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

QUICK = ["--hidden", "2x24", "--epochs", "12", "--batch", "64", "--lr", "5e-3", "--bits", "3", "--threads", "1",
         "--decoder", "network"]


class TasksTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write_rooms("rooms.csv", gaps=True)

    def json(self, *arguments):
        return json.loads(self.terse(*arguments, "--json").stdout)

    def write_rooms(self, name, gaps):
        """The comfort is decided by temperature, room and floor; a tenth of the temperatures is missing."""
        draw = random.Random(5)
        warm = {"hall": 0, "kitchen": 6, "bath": -6}
        lines = ["temp,room,floor,comfort,degree"]
        for _ in range(900):
            temp, room, floor = draw.uniform(5, 35), draw.choice(list(warm)), draw.choice([1, 2, 7])
            felt = temp + warm[room] + {1: 0, 2: 8, 7: -8}[floor]
            label = "cold" if felt < 15 else "warm, or hot" if felt > 25 else "fine"
            shown = "" if gaps and draw.random() < 0.1 else f"{temp:.3f}"
            lines.append(f'{shown},{room},{floor},"{label}",{felt:.3f}')
        self.write(name, "\n".join(lines) + "\n")

    def train(self, target, *options):
        ignored = "degree" if target == "comfort" else "comfort"
        return self.terse(
            *("train", "rooms.csv", "--target", target, "--ignore", ignored, "--missing", "level"),
            *("--categorical", "floor", "--quiet", *QUICK, *options, "-o", "m.terse"),
        ).stdout


class Classification(TasksTest):
    def test_text_is_classified_and_measured(self):
        said = self.train("comfort")
        self.assertRegex(said, r"test part \(90 of 900 rows\): accuracy 0\.\d+, log loss \d")
        measured = self.json("evaluate", "m.terse", "rooms.csv", "--part", "test")
        for name in ("accuracy", "log_loss", "f1_macro", "roc_auc"):
            self.assertIn(f"{measured[name]:.4f}", said)
        self.assertGreater(measured["accuracy"], 0.8)
        self.assertNotIn("mse", measured)
        everything = self.json("evaluate", "m.terse", "rooms.csv")
        self.assertEqual(everything["rows"], 900)

    def test_numbers_need_the_word(self):
        regression = self.json("train", "fried:300", *QUICK, "-o", "f.terse")
        self.assertEqual(regression["task"], "regression")
        text = "a,b,y\n" + "".join(f"{i % 17},{i % 5},{int(i % 17 > 8)}\n" for i in range(200))
        self.write("numbers.csv", text)
        arguments = ["train", "numbers.csv", "--target", "y", "--task", "regression", *QUICK]
        self.assertIn("mse", self.json(*arguments, "-o", "a.terse"))
        # Zero and one alone are two classes, and that is said.
        done = self.terse("train", "numbers.csv", "--target", "y", *QUICK, "--json", "-o", "b.terse")
        self.assertIn("the target 'y' is 0 or 1 in every row and is classified: --task regression", done.stderr)
        other = json.loads(done.stdout)
        self.write("counts.csv", text.replace(",1\n", ",2\n"))
        self.assertIn("mse", self.json("train", "counts.csv", "--target", "y", *QUICK, "-o", "c.terse"))
        self.assertEqual(other["task"], "classification")
        self.assertGreater(other["accuracy"], 0.9)
        self.assertEqual(self.json("inspect", "b.terse")["classes"], ["0", "1"])
        self.refused(*arguments[:5], "ranking", "-o", "c.terse", says=["--task"])

    def test_predictions_are_labels_and_probabilities(self):
        self.train("comfort")
        rows = list(csv.reader(io.StringIO(self.terse("predict", "m.terse", "rooms.csv").stdout)))
        self.assertEqual(rows[0], ["comfort", "p(cold)", "p(fine)", "p(warm, or hot)"])
        self.assertEqual(len(rows), 901)
        labels = ["cold", "fine", "warm, or hot"]
        for label, *shares in rows[1:]:
            numbers = [float(share) for share in shares]
            self.assertAlmostEqual(sum(numbers), 1.0, places=5)
            self.assertEqual(label, labels[numbers.index(max(numbers))])
        answer = json.loads(self.terse("predict", "m.terse", "rooms.csv", "--json").stdout)
        self.assertEqual(answer["classes"], labels)
        self.assertEqual(answer["predictions"], [row[0] for row in rows[1:]])
        self.assertEqual(len(answer["probabilities"][0]), 3)

    def test_metrics_are_those_of_the_predictions(self):
        self.train("comfort")
        measured = self.json("evaluate", "m.terse", "rooms.csv")
        truth = [row["comfort"] for row in csv.DictReader(io.StringIO((self.folder / "rooms.csv").read_text()))]
        rows = list(csv.DictReader(io.StringIO(self.terse("predict", "m.terse", "rooms.csv").stdout)))
        hits = sum(row["comfort"] == label for row, label in zip(rows, truth))
        self.assertAlmostEqual(measured["accuracy"], hits / 900, places=9)
        loss = -sum(math.log(float(row[f"p({label})"])) for row, label in zip(rows, truth)) / 900
        self.assertAlmostEqual(measured["log_loss"], loss, places=6)

    def test_messages_say_the_same(self):
        self.train("comfort")
        self.terse("encode", "m.terse", "rooms.csv", "-o", "p.hex")
        decoded = list(csv.reader(io.StringIO(self.terse("decode", "m.terse", "p.hex").stdout)))
        predicted = list(csv.reader(io.StringIO(self.terse("predict", "m.terse", "rooms.csv").stdout)))
        self.assertEqual([row[3:] for row in decoded], predicted)
        answer = json.loads(self.terse("decode", "m.terse", "p.hex", "--json").stdout)
        self.assertEqual(answer["predictions"], [row[0] for row in predicted[1:]])

    def test_balanced_classes_find_the_rare_one(self):
        draw = random.Random(2)
        lines = ["a,y"] + [
            f"{draw.gauss(1.2 * rare, 1):.4f},{'rare' if rare else 'common'}"
            for rare in (draw.random() < 0.06 for _ in range(3000))
        ]
        self.write("rare.csv", "\n".join(lines) + "\n")
        found = {}
        for weights in ("none", "balanced"):
            self.terse("train", "rare.csv", *QUICK, "--target", "y", "--class-weights", weights, "-o", "r.terse")
            rows = self.terse("predict", "r.terse", "rare.csv").stdout.splitlines()
            found[weights] = sum(row.startswith("rare,") for row in rows[1:])
        self.assertLess(found["none"], 0.06 * 3000)
        self.assertGreater(found["balanced"], 0.12 * 3000)

    def test_labels_the_model_does_not_know(self):
        self.train("comfort")
        text = (self.folder / "rooms.csv").read_text().replace('"fine"', "odd")
        self.write("other.csv", text)
        self.refused("evaluate", "m.terse", "other.csv", says=["'odd'", "'comfort'", "3 labels"])
        self.terse("predict", "m.terse", "other.csv")

    def test_inspect_names_the_classes(self):
        self.train("comfort")
        self.assertIn("one of cold, fine, warm, or hot", self.terse("inspect", "m.terse").stdout)


class GapsAndCategories(TasksTest):
    def test_every_method_learns_them(self):
        for method in ("fp", "po-mq", "po-qq", "pr-mq", "pr-qq", "sq", "bw-mq", "bw-qq", "bw-sq"):
            self.train("degree", "--method", method)
            self.assertGreater(self.json("inspect", "m.terse")["r2"], 0.6, method)
            self.terse("encode", "m.terse", "rooms.csv", "-o", "p.bin")
            decoded = json.loads(self.terse("decode", "m.terse", "p.bin", "--json").stdout)
            predicted = json.loads(self.terse("predict", "m.terse", "rooms.csv", "--json").stdout)
            self.assertEqual(decoded["predictions"], predicted["predictions"])

    def test_gaps_are_errors_unless_asked_for(self):
        arguments = ["rooms.csv", "--target", "degree", "--ignore", "comfort", *QUICK, "-o", "m.terse"]
        self.refused("train", *arguments, says=["line ", "'temp'", "is missing", "--missing level"])
        self.terse("train", *arguments, "--missing", "level")

    def test_missing_is_the_last_code(self):
        self.train("degree", "--levels", "temp=5")
        features = self.json("inspect", "m.terse")["features"]
        self.assertEqual(features[0]["missing_code"], 4)
        self.assertEqual(len(features[0]["thresholds"]), 3)
        self.assertEqual(features[1]["categories"], ["bath", "hall", "kitchen"])
        self.assertEqual(features[2]["categories"], ["1", "2", "7"])
        self.write("three.csv", "temp,room,floor\n,kitchen,1\n-99,bath,7.0\n99,hall,2\n")
        self.terse("encode", "m.terse", "three.csv", "-o", "p.hex")
        # 3 + 2 + 2 bits and one of fill: 100 10 00, 000 00 10, 011 01 01.
        self.assertEqual((self.folder / "p.hex").read_text().split(), ["90", "04", "6a"])
        self.assertIn("missing = 4", self.terse("inspect", "m.terse").stdout)

    def test_a_gap_where_training_had_none(self):
        self.train("degree")
        self.write("gap.csv", "temp,room,floor\n3,hall,1\n4,,1\n")
        self.refused("predict", "m.terse", "gap.csv", says=["line 3, column 2 ('room')", "missing"])
        self.refused("encode", "m.terse", "gap.csv", says=["line 3, column 2 ('room')"])

    def test_unseen_categories(self):
        self.write("attic.csv", "temp,room,floor\n3,hall,1\n4,attic,1\n")
        self.train("degree")
        says = ["line 3, column 2 ('room')", "'attic'", "--unseen level"]
        self.refused("predict", "m.terse", "attic.csv", says=says)
        self.train("degree", "--unseen", "level")
        self.assertEqual(self.json("inspect", "m.terse")["features"][1]["unseen_code"], 3)
        rows = self.terse("predict", "m.terse", "attic.csv").stdout.splitlines()
        self.assertEqual(len(rows), 3)

    def test_one_stray_word_is_no_column_of_categories(self):
        self.write("stray.csv", "a,b,y\n1,2,3\nbroken,3,4\n2,5,6\n3,1,2\n")
        self.refused("train", "stray.csv", "--target", "y", "-o", "m.terse", says=["line 3", "'broken'"])

    def test_text_of_too_many_kinds(self):
        text = "name,a,y\n" + "".join(f"n{i},{i % 7},{i % 11}\n" for i in range(300))
        self.write("names.csv", text)
        says = ["'name'", "300 different values", "--ignore name"]
        self.refused("train", "names.csv", "--target", "y", "-o", "m.terse", says=says)
        self.terse("train", "names.csv", "--target", "y", *QUICK, "--ignore", "name", "-o", "m.terse")

    def test_dropping_readings_makes_gaps_harmless(self):
        self.write_rooms("rooms.csv", gaps=False)
        losses = {}
        for rate in (0, 0.2):
            self.train("degree", "--drop-rate", rate)
            answer = self.json("evaluate", "m.terse", "rooms.csv", "--without-each")
            self.assertEqual([entry["feature"] for entry in answer["without_each"]], ["temp", "room", "floor"])
            losses[rate] = answer["without_each"]
        self.assertEqual([e["sent_instead"] for e in losses[0]], ["mean", "nothing", "nothing"])
        self.assertEqual({e["sent_instead"] for e in losses[0.2]}, {"missing level"})
        for entry in losses[0.2]:
            self.assertLess(entry["mse"], 1.0)
        self.train("degree", "--drop-rate", 0.2)
        said = self.terse("evaluate", "m.terse", "rooms.csv", "--without-each").stdout
        self.assertIn("without a reading of one feature", said)

    def test_messages_of_float32_are_checked(self):
        self.train("degree", "--method", "fp")
        good = "41a00000" + "3f800000" + "00000000"
        self.write("p.hex", good + "\n7fc00000" + good[8:] + "\n")
        self.terse("decode", "m.terse", "p.hex")
        for bad in ("41a00000" + "40400000" + "00000000", "41a00000" + "7fc00000" + "00000000", "7f800000" + good[8:]):
            self.write("p.hex", good + "\n" + bad + "\n")
            self.refused("decode", "m.terse", "p.hex", says=["payload 2"])

    def test_same_seed_same_model(self):
        predictions = []
        for _ in range(2):
            self.train("comfort", "--unseen", "level", "--drop-rate", "0.1")
            predictions.append(self.terse("predict", "m.terse", "rooms.csv").stdout)
        self.assertEqual(*predictions)


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
