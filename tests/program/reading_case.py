"""A folder for tables, and the built program that reads them."""

import csv
import json
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

QUICK = ["--hidden", "1x16", "--epochs", "6", "--batch", "64", "--lr", "1e-2", "--bits", "2", "--threads", "1"]


class ReadingCase(unittest.TestCase):
    program = ""  # set by main

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def terse(self, *arguments, expect=0, given=None):
        done = subprocess.run(
            [self.program, *map(str, arguments)],
            cwd=self.folder, capture_output=True, text=True, timeout=300, input=given,
        )
        self.assertEqual(done.returncode, expect, f"terse {arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def refused(self, *arguments, says=()):
        """Exit code 2, nothing on stdout, one line on stderr that holds every part of `says`."""
        done = self.terse(*arguments, expect=2)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for part in says:
            self.assertIn(part, done.stderr)
        return done.stderr

    def write(self, name, text, encoding="utf-8"):
        (self.folder / name).write_bytes(text.encode(encoding))
        return name

    def rows(self, count=300, seed=3):
        """a and b decide y."""
        draw = random.Random(seed)
        for _ in range(count):
            a, b = round(draw.uniform(-2, 2), 3), round(draw.uniform(10, 30), 2)
            yield a, b, round(a + b / 10 + draw.gauss(0, 0.05), 4)

    def plain(self, name="plain.csv", **options):
        lines = ["a,b,y"] + [f"{a},{b},{y}" for a, b, y in self.rows(**options)]
        return self.write(name, "\n".join(lines) + "\n")

    def features(self, model):
        return [f["name"] for f in json.loads(self.terse("inspect", model, "--json").stdout)["features"]]

    def got(self, *arguments, given=None):
        """What `data get` makes of a table, as rows of texts."""
        return list(csv.reader(self.terse("data", "get", *arguments, given=given).stdout.splitlines()))
