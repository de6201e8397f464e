"""Whole numbers of the command line: negative, too large, with a sign, a fraction, zeros in front.

Usage: whole_numbers_test.py PATH_OF_TERSE
"""

import json
import sys
import unittest
from pathlib import Path

import program_test
from program_test import ProgramTest

# Commands up to an option that takes a whole number; the value follows.
OPTIONS = [
    ["allocate", "sensors.csv", "--target", "yield", "-o", "m.terse", "--payload"],
    ["allocate", "sensors.csv", "--target", "yield", "-o", "m.terse", "--payload-bits"],
    ["allocate", "sensors.csv", "--target", "yield", "-o", "m.terse", "--payload", "1", "--device-flash"],
    ["train", "sensors.csv", "--target", "yield", "-o", "m.terse", "--seed"],
    ["train", "sensors.csv", "--target", "yield", "-o", "m.terse", "--threads"],
    ["compress", "m.terse", "--data", "sensors.csv", "-o", "n.terse", "--memory"],
]


class WholeNumbers(ProgramTest):
    def setUp(self):
        super().setUp()
        self.sensor_table()

    def test_what_is_none_is_refused(self):
        for option in OPTIONS:
            for value in ("-5", "-0", "+5", "1e3", "0x10", "5.0", "4k", "", "1,000", "\u0665"):
                with self.subTest(option=option, value=value):
                    self.refused(*option, value, says=["is not a whole number from 0 up"] if value[:1] != "-" else [])
            with self.subTest(option=option):
                self.refused(*option, "99999999999999999999", says=["'99999999999999999999' is too large"])
        self.assertEqual(list(self.folder.glob("*.terse")), [])

    def test_zeros_in_front_do_not_change_the_base(self):
        seeds = {}
        for seed in ("10", "010", "0000010", "8"):
            self.terse("train", "sensors.csv", "--target", "yield", "--hidden", "1x4", "--epochs", "1",
                       "--seed", seed, "--quiet", "-o", "m.terse")
            seeds[seed] = json.loads(self.terse("inspect", "m.terse", "--json").stdout)["record"]["seed"]
        self.assertEqual(seeds, {"10": 10, "010": 10, "0000010": 10, "8": 8})


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
