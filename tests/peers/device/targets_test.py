"""What the project promises of the encoder's size and speed. The simulators are exact: the figures do not depend on
the machine or its load.

Usage: targets_test.py TERSE WRITE_MODELS
"""

import os
import sys
import tempfile
import unittest
from pathlib import Path

import bench
import cores

TERSE = WRITE_MODELS = ""


class Targets(unittest.TestCase):
    def measured(self, core, bits, form, held="int16", scale="0.0002"):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            return bench.measure(TERSE, WRITE_MODELS, folder, core(folder), 81, bits, form, held, scale)

    def holds(self, measured, flash_beyond=None, cycles=None):
        self.assertEqual(measured["ram"], 0)
        if flash_beyond is not None:
            self.assertLessEqual(measured["flash"], measured["floor"] + flash_beyond)
        if cycles is not None:
            self.assertLessEqual(measured["run"].cycles_max, cycles)

    def test_size_form_on_atmega328p(self):
        for bits, cycles in ((2, 3200), (3, 4600), (4, 6100)):
            self.holds(self.measured(cores.Avr, bits, "size"), flash_beyond=150, cycles=cycles)
        self.holds(self.measured(cores.Avr, 2, "size", "uint8", "0.025,-3.2"), flash_beyond=150)

    def test_speed_form_on_atmega328p(self):
        for bits, cycles in ((2, 1450), (3, 1950), (4, 2350)):
            self.holds(self.measured(cores.Avr, bits, "speed"), cycles=cycles)

    def test_size_form_on_cortex_m0(self):
        self.holds(self.measured(cores.CortexM0, 2, "size"), flash_beyond=130, cycles=4100)


if __name__ == "__main__":
    TERSE, WRITE_MODELS = map(os.path.abspath, sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
