"""Copies of rows kept on one side of a split, from outside: by train, evaluate, study, allocate and compress.

Usage: copies_test.py PATH_OF_TERSE
"""

import json
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = ""
TOGETHER = ["--keep-copies-together", "features"]
QUICK = ["--hidden", "1x16", "--epochs", "3", "--batch", "64", "--decoder", "network", "--quiet"]


class CopiesTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def terse(self, *arguments, expect=0):
        learns = ["--target", "target"] if arguments[0] in ("train", "allocate", "study") else []
        done = subprocess.run(
            [PROGRAM, *map(str, arguments), *learns], cwd=self.folder, capture_output=True, text=True, timeout=300
        )
        self.assertEqual(done.returncode, expect, f"terse {arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def printed(self, *arguments):
        return json.loads(self.terse(*arguments, "--json").stdout)

    def table(self, name="t.csv", copies=4, targets_too=True, steps=0):
        """300 rows with targets that nothing predicts, each of them a few times; x in so many steps."""
        draw = random.Random(3)
        lines = []
        for _ in range(300):
            x = draw.randrange(steps) if steps else draw.random()
            reading = f"{x},{draw.random()}"
            target = draw.gauss(0, 1) + (x if steps else 0)
            for _ in range(copies):
                lines.append(f"{reading},{target if targets_too else target + draw.gauss(0, 0.1)}")
        draw.shuffle(lines)
        (self.folder / name).write_text("x,y,target\n" + "\n".join(lines) + "\n")
        return name

    def test_what_was_learned_by_heart_no_longer_counts(self):
        known = self.printed("train", self.table(), "--method", "xgb", "--quiet", "-o", "m.terse")
        unknown = self.printed("train", "t.csv", "--method", "xgb", *TOGETHER, "--quiet", "-o", "m.terse")
        self.assertLess(known["mse"], 0.5)
        self.assertGreater(unknown["mse"], 0.9)
        self.assertEqual(unknown["rows"], {"train": 1080, "test": 120})

    def test_equal_rows_are_told_by_their_target_too(self):
        self.table(targets_too=False)
        by_features = self.printed("train", "t.csv", "--method", "xgb", *TOGETHER, "--quiet", "-o", "m.terse")
        by_rows = self.printed(
            *("train", "t.csv", "--method", "xgb", "--keep-copies-together", "rows", "--quiet", "-o", "m.terse")
        )
        self.assertGreater(by_features["mse"], 0.9)
        self.assertLess(by_rows["mse"], 0.5)

    def test_the_test_part_is_found_again(self):
        trained = self.printed("train", self.table(), *QUICK, *TOGETHER, "-o", "m.terse")
        again = self.printed("evaluate", "m.terse", "t.csv", "--part", "test")
        self.assertEqual((again["rows"], again["mse"]), (120, trained["mse"]))
        smaller = self.printed("compress", "m.terse", "--data", "t.csv", "--memory", "4000", "--epochs", "2",
                               "--quiet", "-o", "s.terse")
        self.assertEqual(smaller["metrics_before"]["mse"], trained["mse"])

    def test_an_allocated_model_finds_its_test_part_again(self):
        allocated = ["allocate", self.table(steps=8), "--payload-bits", "3", "--bits", "3", *QUICK, "--folds", "2",
                     "--round-epochs", "1", "--final-epochs", "2"]
        for extra in ([], TOGETHER):
            self.terse(*allocated, *extra, "-o", "m.terse")
            again = self.printed("evaluate", "m.terse", "t.csv", "--part", "test")
            self.assertEqual(again["rows"], 120)
            self.assertEqual(self.printed("inspect", "m.terse")["mse"], again["mse"])

    def test_a_study_splits_and_folds_that_way(self):
        study = ["study", self.table(), "--methods", "xgb", "--splits", "2", "--quiet"]
        known = self.printed(*study, "-o", "known")
        unknown = self.printed(*study, *TOGETHER, "-o", "unknown")
        losses = [result["cells"][0]["losses"] for result in (known, unknown)]
        self.assertLess(max(losses[0]), min(losses[1]))

    def test_another_word_is_refused(self):
        refused = self.terse("train", self.table(), "--keep-copies-together", "yes", "-o", "m.terse", expect=2)
        self.assertIn("--keep-copies-together: yes not in", refused.stderr)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
