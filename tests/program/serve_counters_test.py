"""terse serve when counters start again, when messages come late, and when too much is refused.

Usage: serve_counters_test.py PATH_OF_TERSE
"""

import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from serve_process import Server, make_model

PROGRAM = ""


class CountersTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.models = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.models.cleanup)
        cls.messages = make_model(PROGRAM, cls.models.name)

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.sent, self.predicted = 0, {}

    def serve(self, *arguments):
        return Server(PROGRAM, self.folder, Path(self.models.name) / "pump.terse", *arguments)

    def send(self, server, *counters):
        """The outcomes of messages whose bytes depend on when they are sent, as readings do."""
        outcomes = []
        for counter in counters:
            self.sent += 1
            payload = self.messages[self.sent % len(self.messages)][0]
            body = [{"device": "d", "counter": counter, "hex": payload}]
            answer = server.post("/v1/models/pump/payloads", body)[1][0]
            self.predicted[counter] = answer.get("prediction")
            outcomes.append(answer["status"])
        return outcomes

    def assert_latest(self, server, counter):
        self.assertEqual(server.json("/v1/devices")[1][0]["prediction"], self.predicted[counter])

    def test_a_new_battery(self):
        with self.serve() as server:
            self.assertEqual(self.send(server, 40000, 0, 0), ["stored", "stored", "conflict"])
        with self.serve("--counters", "pump=window") as server:
            self.assertEqual(self.send(server, 50000, 0, 0, 1), ["stored", "stored", "conflict", "stored"])
            self.assert_latest(server, 1)
            self.assertEqual(self.send(server, 49999), ["stored"])
            self.assert_latest(server, 1)
        with self.serve("--counters", "window:3", "--counters", "pump=window:5") as server:
            self.assertEqual(self.send(server, 10, 5, 4, 6), ["stored", "stored", "stored", "stored"])
        database = sqlite3.connect(self.folder / "terse.sqlite")
        runs = database.execute("SELECT key, run FROM messages ORDER BY id").fetchall()
        database.close()
        self.assertEqual(runs, [("40000", 0), ("0", 0), ("50000", 0), ("0", 1), ("1", 1), ("49999", 0), ("10", 1),
                                ("5", 1), ("4", 2), ("6", 2)])

    def test_late_messages_are_not_the_latest(self):
        with self.serve() as server:
            self.assertEqual(self.send(server, 7, 6), ["stored", "stored"])
            self.assert_latest(server, 7)
            history = [row["key"] for row in server.json("/v1/messages?device=d")[1]]
            self.assertEqual(history, ["6", "7"])

    def test_too_much_is_refused(self):
        with self.serve("--quarantine-mib", "1") as server:
            for number in range(5):
                body = bytes([number]) * 300_000
                answer = server.curl("/v1/models/pump/payloads?device=d", "-H",
                                     "Content-Type: application/octet-stream", data=body)
                self.assertEqual(answer[0], 422)
            dropped = re.search(r"(?m)^terse_quarantine_dropped_total (\d+)$", server.curl("/metrics")[1]).group(1)
            self.assertEqual(dropped, "2")
        database = sqlite3.connect(self.folder / "terse.sqlite")
        kept = database.execute("SELECT substr(hex(payload), 1, 2) FROM refusals ORDER BY id").fetchall()
        database.close()
        self.assertEqual(kept, [("02",), ("03",), ("04",)])

    def test_what_cannot_be_meant(self):
        for text, problem in (("often", "not [MODEL=]strict"), ("window:0", "not [MODEL=]strict"),
                              ("=session", "not [MODEL=]strict"), ("pump=window:+5", "not [MODEL=]strict"),
                              ("fan=session", "the model 'fan' is not served")):
            done = subprocess.run([PROGRAM, "serve", Path(self.models.name) / "pump.terse", "--store", "none",
                                   "--http", "127.0.0.1:0", "--counters", text],
                                  cwd=self.folder, capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(problem, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
