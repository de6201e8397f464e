#!/usr/bin/env python3
"""terse allocate from outside: allocate_test.py PATH_OF_TERSE"""

import json
import sys
import unittest
from pathlib import Path

import program_test
from program_test import ProgramTest

SMALL = ["fried:2000", "--bits", "2", "--hidden", "1x16", "--epochs", "5", "--quiet"]


class Allocate(ProgramTest):
    def test_the_message_fits_and_is_read_back(self):
        printed = json.loads(self.terse("allocate", *SMALL, "--payload", "1", "--json", "-o", "m.terse").stdout)
        self.assertEqual(printed["payload_bytes"], 1)
        bits = [point["bits"] for point in printed["curve"]]
        self.assertEqual(bits[0], 20)
        self.assertEqual(bits, sorted(bits, reverse=True))
        self.assertLessEqual(bits[-1], 8)
        self.terse("data", "get", "fried:5", "-o", "t.csv")
        self.terse("encode", "m.terse", "t.csv", "-o", "p.hex")
        self.assertEqual({len(line) for line in (self.folder / "p.hex").read_text().split()}, {2})
        decoded = self.terse("decode", "m.terse", "p.hex").stdout.splitlines()
        predicted = self.terse("predict", "m.terse", "t.csv").stdout.splitlines()
        self.assertEqual([line.split(",")[-1] for line in decoded[1:]], [line.split(",")[-1] for line in predicted[1:]])

    def test_wrong_use_is_refused(self):
        self.assertIn("--payload", self.terse("allocate", *SMALL, "-o", "m.terse", expect=2).stderr)
        refused = self.terse("allocate", *SMALL, "--payload", "0", "-o", "m.terse", expect=2)
        self.assertIn("--payload", refused.stderr)
        self.assertFalse((self.folder / "m.terse").exists())


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
