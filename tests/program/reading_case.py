"""A folder for tables, and the built program that reads them."""

import csv
import json
import random

from program_test import ProgramTest

QUICK = ["--hidden", "1x16", "--epochs", "6", "--batch", "64", "--lr", "1e-2", "--bits", "2", "--threads", "1",
         "--decoder", "network"]


class ReadingCase(ProgramTest):
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
