"""Predictions with an interval: trained, measured, sent and answered.

Usage: interval_test.py PATH_OF_TERSE
"""

import csv
import io
import json
import math
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from serve_process import Server

PROGRAM = ""
ROWS = 4000
NAMES = ["y", "y lower", "y upper"]


def write_table(path, seed):
    """y = 10 a with noise whose deviation is 0.2 + 2 b."""
    draw = random.Random(seed)
    lines = ["a,b,y"]
    for _ in range(ROWS):
        a, b = draw.random(), draw.random()
        lines.append(f"{a:.5f},{b:.5f},{10 * a + draw.gauss(0, 0.2 + 2 * b):.5f}")
    path.write_text("\n".join(lines) + "\n")


class IntervalTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        write_table(cls.folder / "table.csv", 1)
        write_table(cls.folder / "new.csv", 2)
        cls.said = cls.train("--interval", "80%", "-o", "sure.terse").stdout
        cls.rows = list(csv.DictReader(io.StringIO(cls.terse("predict", "sure.terse", "new.csv").stdout)))
        with open(cls.folder / "new.csv") as lines:
            cls.truth = [float(row["y"]) for row in csv.DictReader(lines)]

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def terse(cls, *arguments, fails=False):
        done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, cwd=cls.folder)
        assert (done.returncode != 0) == fails, done.stderr
        return done

    @classmethod
    def train(cls, *more, fails=False):
        return cls.terse("train", "table.csv", "--target", "y", "--bits", "3", "--hidden", "2x32", "--epochs", "20",
                         "--threads", "1", "--quiet", *more, fails=fails)

    def test_holds_the_share_of_rows_it_never_saw(self):
        self.assertRegex(self.said, r"80 % interval, coverage \d+\.\d %, mean width \d")
        self.assertEqual(list(self.rows[0]), NAMES)
        held = sum(float(row["y lower"]) <= y <= float(row["y upper"]) for row, y in zip(self.rows, self.truth)) / ROWS
        # 360 rows calibrate: three deviations of theirs and of the new rows.
        self.assertLess(abs(held - 0.8), 3 * math.sqrt(0.16 * (1 / 360 + 1 / ROWS)))
        said = json.loads(self.terse("evaluate", "sure.terse", "new.csv", "--json").stdout)
        self.assertAlmostEqual(said["coverage"], held, places=3)
        width = sum(float(row["y upper"]) - float(row["y lower"]) for row in self.rows) / ROWS
        self.assertAlmostEqual(said["interval_width"], width, places=4)
        self.assertEqual(said["interval"], 0.8)
        error = sum((float(row["y"]) - y) ** 2 for row, y in zip(self.rows, self.truth)) / ROWS
        self.assertAlmostEqual(said["mse_raw"], error, places=3)

    def test_ends_never_cross(self):
        for row in self.rows:
            self.assertLess(float(row["y lower"]), float(row["y"]))
            self.assertLess(float(row["y"]), float(row["y upper"]))

    def test_evaluate_finds_the_test_part_again(self):
        self.assertIn("80 % interval", self.terse("evaluate", "sure.terse", "table.csv", "--part", "test").stdout)
        (self.folder / "named.csv").write_text((self.folder / "new.csv").read_text().replace("a,b,y", "a,b,seen", 1))
        self.assertIn("coverage", self.terse("evaluate", "sure.terse", "named.csv", "--target", "seen").stdout)

    def test_a_logarithmic_scale_keeps_the_order(self):
        text = (self.folder / "table.csv").read_text().split("\n")
        lines = [text[0]] + [",".join((a, b, f"{math.exp(float(y) / 4):.5f}")) for a, b, y in
                             (line.split(",") for line in text[1:] if line)]
        (self.folder / "log.csv").write_text("\n".join(lines) + "\n")
        self.terse("train", "log.csv", "--target", "y", "--bits", "3", "--hidden", "1x16", "--epochs", "5",
                   "--interval", "90%", "--target-scale", "log", "--quiet", "-o", "log.terse")
        said = json.loads(self.terse("evaluate", "log.terse", "log.csv", "--json").stdout)
        self.assertLess(abs(said["coverage"] - 0.9), 0.06)

    def test_decode_javascript_and_server_say_the_same(self):
        self.terse("encode", "sure.terse", "new.csv", "-o", "new.hex")
        decoded = list(csv.DictReader(io.StringIO(self.terse("decode", "sure.terse", "new.hex").stdout)))
        self.assertEqual({name: decoded[5][name] for name in NAMES}, self.rows[5])
        self.terse("export", "sure.terse", "--to", "js", "--network", "--prefix", "codec", "-o", "js")
        (self.folder / "run.js").write_text(
            "const fs = require('fs');\n"
            "const decode = new Function(fs.readFileSync('js/codec.js', 'utf8') + '; return decodeUplink;')();\n"
            "const lines = fs.readFileSync('new.hex', 'utf8').trim().split('\\n').slice(0, 200);\n"
            "console.log(JSON.stringify(lines.map((line) => decode({ bytes: Buffer.from(line, 'hex') }).data)));\n")
        said = json.loads(subprocess.run(["node", "run.js"], cwd=self.folder, check=True, capture_output=True).stdout)
        for data, row in zip(said, self.rows):
            for name in NAMES:
                self.assertAlmostEqual(data[name], float(row[name]), delta=1e-4)
        message = (self.folder / "new.hex").read_text().split()[5]
        with Server(PROGRAM, self.folder, self.folder / "sure.terse") as server:
            answer = server.json("/v1/models/sure/payloads?device=d&counter=1", data=bytes.fromhex(message))[1]
        self.assertEqual(list(answer["predictions"]), NAMES)
        for name in NAMES:
            self.assertTrue(math.isclose(answer["predictions"][name], float(self.rows[5][name]), rel_tol=1e-5))

    def test_what_does_not_work_says_so(self):
        for more, said in (
                (("--decoder", "boosted"), "--decoder: boosted does not go with --interval; give network"),
                (("--network", "tabm"), "--network: tabm does not go with --interval"),
                (("--method", "fp"), "--method: fp does not go with --interval"),
                (("--loss", "poisson"), "--loss: poisson does not go with --interval"),
                (("--interval", "20%"), "give a percentage from 50% to below 100%")):
            interval = () if "--interval" in more else ("--interval", "90%")
            done = self.train("-o", "x.terse", *interval, *more, fails=True)
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stderr)
        two = self.terse("train", "table.csv", "--target", "y,a", "--interval", "90%", "-o", "x.terse", fails=True)
        self.assertIn("--interval: is for one target", two.stderr)
        self.assertIn("several targets", self.terse("compress", "sure.terse", "--data", "table.csv", "--memory", "50",
                                                    "-o", "x.terse", fails=True).stderr)
        self.assertFalse((self.folder / "x.terse").exists())


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
