"""What a server stored, written as CSV and predicted anew; and models that predict classes.

Usage: serve_history_test.py PATH_OF_TERSE
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from serve_process import Server, make_model

PROGRAM = ""


class HistoryTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def terse(self, *arguments, code=0):
        done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True,
                              timeout=120)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def test_history_and_replay(self):
        messages = make_model(PROGRAM, self.folder)
        make_model(PROGRAM, self.folder, "pump2", seed=2)
        with Server(PROGRAM, self.folder, "pump.terse") as server:
            for number, (payload, _) in enumerate(messages[:30]):
                server.json(f"/v1/models/pump/payloads?device=d,{number}&counter={number}",
                            data=bytes.fromhex(payload))
        done = self.terse("replay", "terse.sqlite", "--before", "pump.terse", "--model", "pump.terse", "--json",
                          "-o", "same.csv")
        self.assertEqual(json.loads(done.stdout), {"messages": 30, "passed_over": 0, "exact": True})
        rows = list(csv.DictReader((self.folder / "same.csv").read_text().splitlines()))
        self.assertEqual([row["device"] for row in rows], [f"d,{number}" for number in range(30)])
        for row, (payload, prediction) in zip(rows, messages):
            self.assertEqual(row["payload"], payload)
            self.assertAlmostEqual(float(row["prediction"]), prediction, delta=1e-5)
            self.assertAlmostEqual(float(row["new wear"]), prediction, delta=1e-5)
        other = self.terse("replay", "terse.sqlite", "--before", "pump.terse", "--model", "pump2.terse")
        self.assertIn("the thresholds differ", other.stderr)
        self.assertEqual(len(other.stdout.splitlines()), 31)
        self.assertEqual(len(self.terse("replay", "terse.sqlite", "--name", "fan").stdout.splitlines()), 1)
        self.terse("replay", "nothing.sqlite", code=2)
        self.terse("replay", "terse.sqlite", "--model", "pump.terse", code=2)

    def test_no_name_from_outside_becomes_a_formula(self):
        messages = make_model(PROGRAM, self.folder)
        devices = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "'d", "-5", "plain"]
        with Server(PROGRAM, self.folder, "pump.terse") as server:
            for device in devices:
                status, _ = server.post("/v1/models/pump/payloads",
                                        {"device": device, "key": "=" + device, "hex": messages[0][0]})
                self.assertEqual(status, 200)
        rows = list(csv.reader(self.terse("replay", "terse.sqlite").stdout.splitlines()))[1:]
        for device, (name, _, _, key, *_) in zip(devices, rows):
            self.assertEqual(key, "'=" + device)
            # One more "'" in front of what a spreadsheet would read as a formula, and of its like.
            self.assertEqual(name, device if device in ("-5", "plain") else "'" + device)

    def test_identical_trainings_are_one_version(self):
        make_model(PROGRAM, self.folder)
        model = (self.folder / "pump.terse").read_bytes()
        versions = []
        for folder in ("one", "two"):
            (self.folder / folder).mkdir()
            make_model(PROGRAM, self.folder / folder)
            with Server(PROGRAM, self.folder / folder, "pump.terse") as server:
                versions.append(server.json("/v1/models")[1][0]["version"])
        self.assertEqual(versions[0], versions[1])
        self.assertNotEqual((self.folder / "one" / "pump.terse").read_bytes(), model)

    def test_classes_are_answered_by_their_names(self):
        draw = random.Random(3)
        lines = ["a,b,state"]
        for _ in range(400):
            a, b = draw.uniform(0, 10), draw.uniform(0, 10)
            lines.append(f"{a:.3f},{b:.3f},{'worn, bad' if a + b > 10 else 'good'}".replace("worn, bad", '"worn, bad"'))
        (self.folder / "state.csv").write_text("\n".join(lines) + "\n")
        self.terse("train", "state.csv", "--target", "state", "--task", "classification", "--hidden", "1x8", "--epochs",
                   "5", "--bits", "3", "--decoder", "network", "--quiet", "-o", "state.terse")
        self.terse("encode", "state.terse", "state.csv", "-o", "state.hex")
        payloads = (self.folder / "state.hex").read_text().split()[:50]
        expected = list(csv.DictReader(self.terse("decode", "state.terse", "state.hex").stdout.splitlines()))
        with Server(PROGRAM, self.folder, "state.terse") as server:
            for number, payload in enumerate(payloads):
                path = f"/v1/models/state/payloads?device=d&counter={number}"
                answer = server.json(path, data=bytes.fromhex(payload))[1]
                label = expected[number]["state"]
                self.assertEqual((answer["status"], answer["prediction"]), ("stored", label))
                self.assertAlmostEqual(answer["probability"], float(expected[number][f"p({label})"]), delta=1e-5)
                again = server.json(path, data=bytes.fromhex(payload))[1]
                self.assertEqual((again["status"], again["prediction"]), ("duplicate", label))
            self.assertEqual(server.json("/v1/devices")[1][0]["prediction"], expected[49]["state"])
            self.assertEqual(sorted(server.json("/v1/models")[1][0]["classes"]), ["good", "worn, bad"])
        rows = list(csv.DictReader(self.terse("replay", "terse.sqlite").stdout.splitlines()))
        self.assertEqual([row["prediction"] for row in rows], [each["state"] for each in expected[:50]])


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
