"""The exported encoder, compiled and run: on this machine by gcc and clang, on a simulated ATmega328P, Cortex-M0 and
RV32. Everywhere the payloads must be those of the library and of the definitions in reference.py: on random readings,
on every threshold and beside it, on zeros, extremes and NaN.

Usage: encoder_test.py TERSE WRITE_MODELS [TEST...]
"""

import json
import math
import os
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import cores
import reference
from cases import CASES

TERSE = WRITE_MODELS = ""


class Exported:
    """A model of a case, its exported encoder, and rows with the payloads they must give."""

    def __init__(self, folder, case, form, rows=48, calibrated=False):
        self.folder, self.case = Path(folder), case
        features, levels, self.packing, self.tag, inputs = CASES[case]
        self.model = self.folder / "m.terse"
        tag = "none" if self.tag is None else str(self.tag)
        cores.call([WRITE_MODELS, features, levels, self.packing, tag, 1 + len(case), self.model])
        inspected = json.loads(cores.call([TERSE, "inspect", self.model, "--json"]).stdout)
        self.inspected = inspected["features"]
        self.levels = [feature["levels"] for feature in self.inspected]
        command = [TERSE, "export", self.model, "--to", "c", "--prefix", "m", "--form", form, "-o", self.folder,
                   "--json"]
        self.inputs = inputs(self.inspected) if callable(inputs) else inputs
        for value in self.inputs:
            command += ["--input", value]
        self.draw = random.Random(case + form)
        self.facts = json.loads(cores.call(command).stdout)
        self.make_rows(rows, hard=not calibrated)
        if calibrated:
            self.facts = json.loads(cores.call([*command, "--calibration", self.table()]).stdout)

    def make_rows(self, rows, hard):
        self.features = [reference.Feature(f, t) for f, t in zip(self.facts["features"], self.inspected)]
        self.rows = reference.rows_of(self.features, rows, self.draw, hard)
        self.bytes = [reference.row_bytes(row, self.facts["reading_type"], self.features) for row in self.rows]
        self.payloads = [self.payload(row) for row in self.rows]
        may = [feature.missing_code is not None or not feature.sent for feature in self.features]
        # Now and then a mark on a feature that cannot be missing, which refuses the row.
        self.masks = [[self.draw.random() < (0.3 if allowed else 0.02) for allowed in may] for _ in self.rows]

    def payload(self, row, mask=()):
        mask = mask or [False] * len(row)
        if any(map(reference.Feature.refuses, self.features, row, mask)):
            return reference.refused(self.facts["payload_bytes"])
        codes = [feature.code(held, missing) for feature, held, missing in zip(self.features, row, mask)]
        return reference.payload_of(codes, self.levels, self.packing, self.tag)

    def masked_bytes(self):
        return [row + reference.mask_bytes(mask) for row, mask in zip(self.bytes, self.masks)]

    def masked_payloads(self):
        return [self.payload(row, mask) for row, mask in zip(self.rows, self.masks)]

    def library_rows(self):
        """Numbers of the rows that the library takes, and the readings of all."""
        readings = [[f.reading(held) for f, held in zip(self.features, row)] for row in self.rows]
        taken = [all(f.takes(held) for f, held in zip(self.features, row)) for row in self.rows]
        return [r for r, row in enumerate(taken) if row], readings

    def table(self):
        """The readings of those rows as the library gets them."""
        chosen, readings = self.library_rows()
        path = self.folder / "rows.csv"
        lines = [",".join(f"feature {f}" for f in range(len(self.features)))]
        lines += [",".join(self.field(f, value) for f, value in enumerate(readings[r])) for r in chosen]
        path.write_text("\n".join(lines) + "\n")
        return path

    def field(self, feature, value):
        if math.isnan(value):
            return ""
        names = self.inspected[feature].get("categories")
        if names is None:
            return f"{value:.9g}"
        return names[int(value)] if value < len(names) else "none of them"

    def library_payloads(self):
        done = cores.call([TERSE, "encode", self.model, self.table()])
        return [bytes.fromhex(line) for line in done.stdout.decode().split()]


class EncoderTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def each_case(self, forms=("size", "speed"), turn=None):
        """Every case in these forms, or with turn 0 or 1 in one of them, in the other with the other turn."""
        for index, case in enumerate(CASES):
            for form in forms if turn is None else [forms[(index + turn) % 2]]:
                yield Exported(self.folder, case, form)

    def each_case_with_gaps(self, forms=("size", "speed")):
        for case in CASES:
            if any("m" in level for level in CASES[case][1].split(",")):
                for form in forms:
                    yield Exported(self.folder, case, form)

    def same(self, payloads, expected, exported):
        wrong = [r for r, (p, e) in enumerate(zip(payloads, expected)) if p != e]
        where = f"{exported.case}, {exported.facts['form']}: rows {wrong}"
        self.assertEqual([p.hex() for p in payloads], [p.hex() for p in expected], where)


class Library(EncoderTest):
    def test_the_definitions_and_the_library_agree(self):
        for exported in self.each_case(forms=["size"]):
            chosen, _ = exported.library_rows()
            self.assertGreater(len(chosen), 10)
            self.same(exported.library_payloads(), [exported.payloads[r] for r in chosen], exported)


class Host(EncoderTest):
    def run_with(self, compiler, exported, extra=()):
        sources = [cores.HERE / "host_main.c", cores.HERE / "host_elsewhere.c"]
        program = self.folder / "host"
        here = self.folder / "m.o"
        extra = [*extra, *cores.refusal_flags(self.folder)]
        cores.call([cores.need(compiler), *cores.STRICT, *extra, "-O2", "-c", self.folder / "m.c", "-o", here])
        cores.call([compiler, *cores.STRICT, *extra, "-O2", f"-I{self.folder}", *sources, here, "-o", program])
        for way in ("encode", "samples", "stream"):
            done = cores.call([program, way], input=b"".join(exported.bytes))
            self.same(cores.split(done.stdout, exported.facts["payload_bytes"]), exported.payloads, exported)
        cores.call([program, "miscounted"], input=b"".join(exported.bytes[:4]))

    def test_gcc(self):
        for exported in self.each_case():
            self.run_with("gcc", exported)

    def test_gcc_with_marks_of_what_is_missing(self):
        for exported in self.each_case_with_gaps():
            self.assertIn(True, sum(exported.masks, []))
            program = self.folder / "host"
            cores.call([cores.need("gcc"), *cores.STRICT, "-O2", "-DMASKED", *cores.refusal_flags(self.folder),
                        f"-I{self.folder}", cores.HERE / "host_main.c", cores.HERE / "host_elsewhere.c",
                        self.folder / "m.c", "-o", program])
            for way in ("masked", "masked_stream"):
                done = cores.call([program, way], input=b"".join(exported.masked_bytes()))
                payloads = cores.split(done.stdout, exported.facts["payload_bytes"])
                self.same(payloads, exported.masked_payloads(), exported)

    def test_clang_with_undefined_behaviour_sanitizer(self):
        for exported in self.each_case():
            self.run_with("clang", exported, ["-fsanitize=undefined", "-fno-sanitize-recover=all"])

    def test_cplusplus_takes_the_header(self):
        Exported(self.folder, "levels", "size")
        source = self.folder / "two.cpp"
        source.write_text('#include "m.h"\n#include "m.h"\nint main() { return M_FEATURES == 11 ? 0 : 1; }\n')
        cores.call(["g++", "-Wall", "-Wextra", "-pedantic", "-Werror", source, "-o", self.folder / "two"])
        cores.call([self.folder / "two"])

    def test_calibration_narrows_without_changing_a_code(self):
        for case, whole, narrow in (("2 bits", 2, 1), ("float", 4, 2)):
            with self.subTest(case=case):
                exported = Exported(self.folder, case, "size", rows=2, calibrated=True)
                self.assertEqual({f["threshold_bytes"] for f in exported.facts["features"]}, {narrow})
                self.assertGreater(exported.facts["thresholds_moved"], 0)
                self.run_with("gcc", exported)
                self.assertEqual(exported.facts["table_bytes"] * whole,
                                 Exported(self.folder, case, "size").facts["table_bytes"] * narrow)


class Limits(EncoderTest):
    """What an ATmega2560 cannot hold."""

    def compiled(self, features, levels, *options):
        model = self.folder / "m.terse"
        cores.call([WRITE_MODELS, features, levels, "bits", "none", 1, model])
        done = cores.call([TERSE, "export", model, "--to", "c", "--prefix", "m", "--input", "int16,0.0002", "-o",
                           self.folder, *options])
        cores.call(["gcc", *cores.STRICT, "-c", self.folder / "m.c", "-o", self.folder / "host.o"])
        avr = subprocess.run([cores.need("avr-gcc"), "-mmcu=atmega2560", "-Os", "-c", self.folder / "m.c", "-o",
                              self.folder / "avr.o"], capture_output=True, text=True, check=False)
        return done.stderr.decode(), avr

    def test_tables_beyond_an_object_are_known_at_export(self):
        note, avr = self.compiled(150, "256")
        self.assertIn("note: this does not compile for AVR: ", note)
        self.assertIn("it ends at feature 64 (feature 64) of 150", note)
        self.assertNotEqual(avr.returncode, 0)
        self.assertIn("it ends at feature 64 (feature 64) of 150", avr.stderr)
        note, avr = self.compiled(150, "256", "--threshold-bytes", "1")
        self.assertIn("it ends at feature 128", note)
        self.assertNotEqual(avr.returncode, 0)

    def test_what_fits_compiles(self):
        for features, levels, options in ((64, "256", ()), (150, "16", ()), (128, "256", ("--threshold-bytes", "1"))):
            note, avr = self.compiled(features, levels, *options)
            self.assertEqual((note, avr.returncode), ("", 0), avr.stderr)


class Simulated(cores.OnEveryCore, EncoderTest):
    def on(self, core):
        """The AVR, whose loops are its own, takes all; each of the others every second one, which are all together."""
        turn = {cores.CortexM0: 0, cores.RiscV: 1}.get(type(core))
        for exported in self.each_case(turn=turn):
            rows = {"rows": exported.bytes} if isinstance(core, cores.Bare) else {}
            firmware = core.build(self.folder, self.folder, **rows)
            run = core.run(firmware, exported.bytes, exported.facts["payload_bytes"])
            self.same(run.payloads, exported.payloads, exported)
        for exported in self.each_case_with_gaps():
            rows = {"rows": exported.masked_bytes()} if isinstance(core, cores.Bare) else {}
            firmware = core.build(self.folder, self.folder, masked=True, **rows)
            run = core.run(firmware, exported.masked_bytes(), exported.facts["payload_bytes"])
            self.same(run.payloads, exported.masked_payloads(), exported)

    def test_flash_of_the_esp8266_is_read_by_words(self):
        core = cores.Esp8266(self.folder)
        for case in ("3 bits", "bytes", "10 bits, packed", "long", "float", "levels, radix", "kinds", "widths",
                     "mixed gaps", "sentinels, mixed", "gaps and categories, kinds"):
            for form in ("size", "speed"):
                exported = Exported(self.folder, case, form)
                run = core.run(core.build(self.folder, self.folder, rows=exported.bytes), exported.bytes,
                               exported.facts["payload_bytes"])
                self.same(run.payloads, exported.payloads, exported)
                self.assertEqual(run.words_misread, 0, case)
                self.assertEqual(run.words_read > 0, form == "size", case)

    def test_a_byte_read_from_flash_is_noticed(self):
        exported = Exported(self.folder, "bytes", "size")
        core = cores.Esp8266(self.folder)
        source = (self.folder / "m.c").read_text()
        plain = source.replace("((uint8_t)m_word(address))", "(*(address))")
        self.assertNotEqual(plain, source)
        (self.folder / "m.c").write_text(plain)
        run = core.run(core.build(self.folder, self.folder, rows=exported.bytes), exported.bytes,
                       exported.facts["payload_bytes"])
        self.assertGreater(run.words_misread, 0)

    def test_atmega328p_without_optimisation(self):
        for case in ("3 bits", "sentinel"):
            exported = Exported(self.folder, case, "size")
            core = cores.Avr(self.folder)
            run = core.run(core.build(self.folder, self.folder, level="-O0"), exported.bytes,
                           exported.facts["payload_bytes"])
            self.same(run.payloads, exported.payloads, exported)

    def test_reading_by_reading_on_atmega328p(self):
        for case in ("3 bits", "float", "sentinel", "sentinels, mixed", "sentinel, gaps", "levels, radix"):
            for form in ("size", "speed"):
                exported = Exported(self.folder, case, form)
                core = cores.Avr(self.folder)
                run = core.run(core.build(self.folder, self.folder, masked="streamed"), exported.bytes,
                               exported.facts["payload_bytes"])
                self.same(run.payloads, exported.payloads, exported)

    def test_calibrated_bytes_on_atmega328p(self):
        exported = Exported(self.folder, "2 bits", "size", rows=2, calibrated=True)
        core = cores.Avr(self.folder)
        run = core.run(core.build(self.folder, self.folder), exported.bytes, exported.facts["payload_bytes"])
        self.same(run.payloads, exported.payloads, exported)


if __name__ == "__main__":
    TERSE, WRITE_MODELS = map(os.path.abspath, sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
