"""Readings given back: from the table and its tolerances to the server's answers.

Usage: reconstruct_test.py PATH_OF_TERSE
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
ROWS = 3000
NAMES = ["temperature", "board", "humidity", "state"]
TOLERANCES = {"temperature": 0.2, "board": 0.6, "humidity": 2.0}


def write_table(path):
    """The board follows the temperature, humidity nothing, the state is a name."""
    draw = random.Random(6)
    lines = [",".join(NAMES)]
    for _ in range(ROWS):
        temperature = draw.uniform(0, 30)
        board = temperature + 5 + draw.uniform(-0.2, 0.2)
        lines.append(f"{temperature:.3f},{board:.3f},{draw.uniform(0, 100):.2f},{draw.choice(['off', 'on', 'idle'])}")
    path.write_text("\n".join(lines) + "\n")


class ReconstructTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        write_table(cls.folder / "table.csv")
        with open(cls.folder / "table.csv") as lines:
            cls.table = list(csv.DictReader(lines))
        cls.asked = ",".join(f"{name}={value}" for name, value in TOLERANCES.items())
        cls.said = cls.terse("train", "table.csv", "--reconstruct", "--tolerance", cls.asked, "--threads", "1", "-o",
                             "room.terse").stdout
        cls.shown = json.loads(cls.terse("inspect", "room.terse", "--json").stdout)
        cls.terse("encode", "room.terse", "table.csv", "-o", "room.hex")
        cls.predicted = list(csv.DictReader(io.StringIO(cls.terse("predict", "room.terse", "table.csv").stdout)))

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def terse(cls, *arguments, fails=False):
        done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, cwd=cls.folder)
        assert (done.returncode != 0) == fails, done.stderr
        return done

    def refusal(self, *arguments):
        done = self.terse(*arguments, fails=True)
        self.assertEqual(done.returncode, 2, done.stderr)
        said = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
        self.assertEqual(len(said), 1, done.stderr)
        return said[0]

    def errors(self, name):
        return sorted(abs(float(row[name]) - float(read[name])) for row, read in zip(self.predicted, self.table))

    def test_tolerances_are_kept(self):
        for name, tolerance in TOLERANCES.items():
            errors = self.errors(name)
            self.assertLessEqual(errors[math.ceil(0.95 * ROWS) - 1], tolerance)
            self.assertRegex(self.said, rf"\n{name} +\d+ .* kept \(\d+\.\d % of the rows within it\)")
        self.assertTrue(all(row["state"] == read["state"] for row, read in zip(self.predicted, self.table)))
        self.assertRegex(self.said, r"\nstate +3  accuracy 1\.0000")

    def test_what_another_reading_tells_is_not_sent_twice(self):
        levels = {feature["name"]: feature["levels"] for feature in self.shown["features"]}
        # Alone: steps of twice the tolerance over the range.
        for name in ("temperature", "humidity"):
            values = [float(row[name]) for row in self.table]
            alone = math.ceil((max(values) - min(values)) / (2 * TOLERANCES[name])) + 1
            self.assertIn(levels[name], (alone, alone - 1), name)
        self.assertEqual(levels["board"], 1)

    def test_evaluate_measures_what_predict_says(self):
        said = json.loads(self.terse("evaluate", "room.terse", "table.csv", "--json").stdout)
        for name, tolerance in TOLERANCES.items():
            errors, own = self.errors(name), said["targets"][name]
            self.assertAlmostEqual(own["mae"], sum(errors) / ROWS, places=4)
            self.assertAlmostEqual(own["error_95"], errors[math.ceil(0.95 * ROWS) - 1], places=4)
            self.assertAlmostEqual(own["error_worst"], errors[-1], places=4)
            self.assertEqual((own["tolerance"], own["kept"]), (tolerance, True))
            self.assertAlmostEqual(own["within"], sum(e <= tolerance for e in errors) / ROWS, places=2)
        self.assertEqual(said["targets"]["state"]["accuracy"], 1)
        test = json.loads(self.terse("evaluate", "room.terse", "table.csv", "--part", "test", "--json").stdout)
        self.assertEqual(test["rows"], ROWS // 10)

    # The bins are known from the thresholds: no decoder is worse than their centres.
    def test_is_no_worse_than_the_centres_of_bins(self):
        for feature in self.shown["features"][:3]:
            name, cuts = feature["name"], feature["thresholds"]
            if not cuts:
                continue
            values = [float(row[name]) for row in self.table]
            edges = [min(values), *cuts, max(values)]
            centres = [(low + high) / 2 for low, high in zip(edges, edges[1:])]
            plain = sorted(abs(value - centres[sum(cut < value for cut in cuts)]) for value in values)
            own = self.errors(name)
            self.assertLessEqual(own[int(0.95 * ROWS)], plain[int(0.95 * ROWS)] + 1e-3)
            self.assertLessEqual(sum(own), sum(plain) * 1.001)

    def test_bits_choose_the_levels_without_tolerances(self):
        said = json.loads(self.terse("train", "table.csv", "--reconstruct", "--bits", "3", "--hidden", "2x32",
                                     "--epochs", "5", "--json", "-o", "bits.terse").stdout)
        self.assertEqual(said["payload_bits"], 11)  # 3 a number, 2 for three names
        self.assertEqual(list(said["targets"]), NAMES)
        self.assertNotIn("kept", said["targets"]["board"])
        self.assertIn("error_95", said["targets"]["board"])

    def test_javascript_says_what_the_library_says(self):
        self.terse("export", "room.terse", "--to", "js", "--network", "--prefix", "codec", "-o", "js")
        (self.folder / "run.js").write_text(
            "const fs = require('fs');\n"
            "const decode = new Function(fs.readFileSync('js/codec.js', 'utf8') + '; return decodeUplink;')();\n"
            "const lines = fs.readFileSync('room.hex', 'utf8').trim().split('\\n').slice(0, 200);\n"
            "console.log(JSON.stringify(lines.map((line) => decode({ bytes: Buffer.from(line, 'hex') }).data)));\n")
        said = json.loads(subprocess.run(["node", "run.js"], cwd=self.folder, check=True, capture_output=True).stdout)
        for data, row in zip(said, self.predicted):
            for name in TOLERANCES:
                self.assertAlmostEqual(data[name], float(row[name]), delta=1e-4)
            self.assertEqual(data["state"]["label"], row["state"])

    def test_the_server_names_each_reading(self):
        messages = (self.folder / "room.hex").read_text().split()
        with Server(PROGRAM, self.folder, self.folder / "room.terse") as server:
            status, answer = server.json("/v1/models/room/payloads?device=d&counter=1", data=bytes.fromhex(messages[7]))
        self.assertEqual(status, 200)
        self.assertEqual(list(answer["predictions"]), NAMES)
        for name in TOLERANCES:
            self.assertTrue(math.isclose(answer["predictions"][name], float(self.predicted[7][name]), rel_tol=1e-6))
        self.assertEqual(answer["predictions"]["state"], self.predicted[7]["state"])

    def test_a_budget_of_bytes_chooses_the_tolerance(self):
        percents = []
        for size in (2, 3):
            said = json.loads(self.terse("train", "table.csv", "--reconstruct", "--payload", size, "--json", "-o",
                                         "budget.terse").stdout)
            self.assertLessEqual(said["payload_bytes"], size)
            values = [float(row["humidity"]) for row in self.table]
            percents.append(100 * said["targets"]["humidity"]["tolerance"] / (max(values) - min(values)))
        self.assertLess(percents[1], percents[0])
        # 3 bytes hold 2^24 messages: three states, and equal steps for what the board does not tell.
        self.assertLess(percents[1], 1)

    def test_one_reading_alone(self):
        said = self.terse("train", "table.csv", "--reconstruct", "--features", "humidity", "--tolerance", "1%", "-o",
                          "one.terse").stdout
        self.assertRegex(said, r"\nhumidity +51 .* kept \(100\.0 % of the rows within it\)")
        self.assertIn("readings given back", self.terse("evaluate", "one.terse", "table.csv").stdout)

    def test_an_encoder_of_the_field_gives_its_readings_back(self):
        field = self.terse("train", "table.csv", "--target", "humidity", "--bits", "4", "--hidden", "1x8", "--epochs",
                           "2", "--decoder", "network", "--json", "-o", "field.terse")
        again = self.terse("train", "table.csv", "--reconstruct", "--encoder", "field.terse", "--decoder", "boosted",
                           "--json", "-o", "renewed.terse")
        said = json.loads(again.stdout)
        self.assertEqual(said["id"], json.loads(field.stdout)["id"])
        self.assertEqual(list(said["targets"]), ["temperature", "board", "state"])

    def test_what_does_not_work_says_so(self):
        (self.folder / "gap.csv").write_text("a,b\n1,2\n,3\n2,5\n3,3\n")
        train = ("train", "table.csv", "-o", "x.terse")
        for more, said in (
                (("--reconstruct", "--target", "board"), "--target: is every reading with --reconstruct"),
                (("--reconstruct", "--task", "regression"), "--task: is for a target"),
                (("--tolerance", "1%", "--target", "board"), "--tolerance: is for readings that are given back"),
                (("--reconstruct", "--tolerance", "1%", "--levels", "board=3"), "--levels: tolerances choose"),
                (("--reconstruct", "--tolerance", "1%", "--method", "bw-qq"), "--method: tolerances choose"),
                (("--reconstruct", "--tolerance", "board=0"), "is not NAME=TOLERANCE"),
                (("--reconstruct", "--tolerance", "state=1"), "'state' holds categories"),
                (("--reconstruct", "--tolerance", "board=0.001"), "levels, more than 256; give it 0.0"),
                (("--payload", "3", "--target", "board"), "--payload: is for --reconstruct without --tolerance"),
                (("--reconstruct", "--payload", "3", "--tolerance", "1%"), "--payload: is for --reconstruct"),
                (("--reconstruct", "--payload", "0"), "--payload: leaves nothing to choose"),
                (("--reconstruct", "--tag", "7", "--payload", "1"), "--payload: leaves nothing to choose"),
                (("--reconstruct", "--decoder", "stack"), "--decoder: stack does not go with --reconstruct"),
                (("--reconstruct", "--computed", "forest"), "--computed: forest does not go with --reconstruct"),
                (("--reconstruct", "--loss", "absolute"), "--loss: "),
                (("--reconstruct", "--method", "fp"), "--method: fp does not go with --reconstruct")):
            self.assertIn(said, self.refusal(*train, *more))
        self.assertIn("there is a gap, which cannot be given back", self.refusal(
            "train", "gap.csv", "--reconstruct", "--missing", "level", "-o", "x.terse"))
        self.assertIn("the model gives its readings back", self.refusal(
            "evaluate", "room.terse", "table.csv", "--target", "board"))
        self.assertFalse((self.folder / "x.terse").exists())


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
