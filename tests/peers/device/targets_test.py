"""What the project promises of the encoder's size and speed. The simulators are exact: the figures do not depend on
the machine or its load.

Usage: targets_test.py TERSE WRITE_MODELS
"""

import itertools
import os
import sys
import tempfile
import unittest
from pathlib import Path

import bench
import cores
import trained_bench
from measure import BITS_OF, measure_random

TERSE = WRITE_MODELS = ""


class Targets(unittest.TestCase):
    def measured(self, core, bits, form, held="int16", scale="0.0002"):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            return measure_random(TERSE, WRITE_MODELS, folder, core(folder), 81, bits, form, held, scale)

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


class Expected(unittest.TestCase):
    def test_what_export_expects_of_other_sizes_is_what_is_measured(self):
        for make in (cores.Avr, cores.CortexM0, cores.RiscV):
            for held, form, features, bits in (("int16", "size", 30, 2), ("int16", "speed", 40, 4),
                                               ("uint8", "size", 50, 3), ("float32", "size", 20, 4)):
                with tempfile.TemporaryDirectory() as temporary:
                    folder = Path(temporary)
                    core = make(folder)
                    measured = measure_random(TERSE, WRITE_MODELS, folder, core, features, bits, form, held,
                                              bench.SCALES[held])
                expected = next(cost for cost in measured["expected"] if cost["core"] == core.name)
                where = f"{core.name}, {features} features, {bits} bits, {held}, {form}: {expected}"
                self.assertAlmostEqual(expected["flash_bytes"] / measured["flash"], 1, delta=0.1, msg=where)
                self.assertAlmostEqual(expected[core.counts] / measured["run"].cycles, 1, delta=0.1, msg=where)


class Widths(cores.OnEveryCore, unittest.TestCase):
    """Codes of different widths take little longer than if all were as wide as the widest, and little more flash than
    their thresholds."""

    MOST = {"ATmega328P": 1.15, "Cortex-M0": 1.5, "RV32IMAC": 1.2}

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def on(self, core):
        for held, form, reach in trained_bench.WAYS[:2]:
            for bits, levels in ((3, [4] + 80 * [8]), (4, 76 * [16] + [8] + 4 * [16])):
                best, mixed = (measure_random(TERSE, WRITE_MODELS, self.folder, core, 81, bits, form, held, reach,
                                              levels=each) for each in (None, levels))
                where = core.name, held, bits
                self.assertLessEqual(mixed["run"].cycles, self.MOST[core.name] * best["run"].cycles, where)
                self.assertLessEqual(mixed["flash"], mixed["floor"] + 200, where)


class OutOfReach(cores.OnEveryCore, unittest.TestCase):
    """Thresholds that every held value passes, or none, cost nothing beyond the best case of the shape."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def on(self, core):
        self.of_trained_models(core)
        # At one end, and at both at once, which costs one more question: the converter's range is cut.
        for held, form, reach in trained_bench.WAYS:
            for bits in trained_bench.BITS:
                best = measure_random(TERSE, WRITE_MODELS, self.folder, core, 21, bits, form, held, reach)
                for low, high, most in ((-6.5, 1.3, 1.1), (-1.3, 6.5, 1.1), (-1.3, 1.3, 1.15)):
                    scale = f"{(high - low) / (2 ** BITS_OF[held] - 1)!r},{low}"
                    cut = measure_random(TERSE, WRITE_MODELS, self.folder, core, 21, bits, form, held, scale,
                                         inside=True)
                    self.assertLessEqual(cut["run"].cycles, most * best["run"].cycles,
                                         (core.name, held, form, bits, low, high))

    def of_trained_models(self, core):
        """Thresholds as they were trained are out of reach at times; moved midway, they leave levels unused."""
        table, = trained_bench.tables(TERSE, self.folder, None)
        model = self.folder / "trained.terse"
        needless = {"trained": 0, "midway": 0}
        for between, bits in itertools.product(needless, trained_bench.BITS):
            cores.call([TERSE, "train", table.path, "--target", table.target, "--bits", bits, *trained_bench.TRAINING,
                        "--between", between, "-o", model])
            for held, form, reach in trained_bench.WAYS:
                trained, out_of_reach, columns = trained_bench.measure_trained(TERSE, self.folder, core, table, model,
                                                                               held, form)
                best = measure_random(TERSE, WRITE_MODELS, self.folder, core, 10, bits, form, held, reach)
                needless[between] += out_of_reach + sum(2 ** bits - column.levels() for column in columns)
                self.assertLessEqual(trained["run"].cycles, 1.1 * best["run"].cycles, (core.name, held, form, bits))
                self.assertEqual(len(trained["expected"]), 3)
                if form == "size" and isinstance(core, cores.Avr):
                    self.assertLessEqual(trained["flash"], trained["floor"] + 150)
        self.assertGreater(min(needless.values()), 0, f"nothing needless to compare: this tests nothing: {needless}")


if __name__ == "__main__":
    TERSE, WRITE_MODELS = map(os.path.abspath, sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
