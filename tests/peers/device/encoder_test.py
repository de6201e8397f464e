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

TERSE = WRITE_MODELS = ""


def parting_the_largest(held, scale, offset=0.0, failures=""):
    """Inputs of one scale, by which a threshold of feature 0 lies between the held value of the largest reading and
    its neighbour."""
    _, lowest, highest = reference.TYPES[held]

    def inputs(inspected):
        middle = inspected[0]["thresholds"][len(inspected[0]["thresholds"]) // 2]
        between = highest - 0.5 if scale > 0 else lowest + 0.5
        return [f"{held},{scale},{offset}{failures}",
                f"feature 0={held},{scale},{middle - between * scale!r}{failures}"]
    return inputs


# name: features, levels, packing, tag, inputs
CASES = {
    "1 bit": (13, "2", "bits", None, ["int16,0.0002"]),
    "2 bits": (9, "4", "bits", None, ["int16,0.0002"]),
    "3 bits": (9, "8", "bits", None, ["int16,0.0002"]),
    "4 bits": (7, "16", "bits", None, ["int16,0.0002"]),
    "5 bits": (5, "32", "bits", None, ["int16,0.0002"]),
    "8 bits": (2, "256", "bits", None, ["int16,0.0001"]),
    "81 features": (81, "4", "bits", None, ["int16,0.0002"]),
    "tag": (8, "4", "bits", 0x5E, ["int16,0.0002"]),
    "bytes": (9, "8", "bits", None, ["uint8,0.025,-3.2"]),
    "bytes, 2 bits": (9, "4", "bits", None, ["uint8,0.025,-3.2"]),
    "10 bits": (9, "8", "bits", None, ["uint10,0.006,-3"]),
    "10 bits, packed": (41, "4", "bits", None, ["uint10,0.006,-3"]),
    "10 bits, packed, 4 bits": (13, "16", "radix", None, ["uint10,-0.006,3.1"]),
    "unsigned": (9, "4", "bits", None, ["uint16,0.0001,-3.2"]),
    "long": (6, "8", "bits", None, ["int32,1e-7,0.25"]),
    "float": (6, "8", "bits", None, ["float32"]),
    "float, scaled": (6, "4", "bits", 3, ["float32,0.5,1"]),
    "out of reach": (6, "8", "bits", None, ["uint8,0.01"]),
    "out of reach, words": (6, "8", "bits", None, ["uint16,0.0001"]),
    "out of reach, signed": (6, "8", "bits", None, ["int16,0.00001"]),
    "below": (9, "8", "bits", None, ["uint16,0.0001,-1.2"]),
    "below, 4 bits": (7, "16", "bits", 9, ["uint8,0.02,-1.4"]),
    "both ends": (9, "8", "bits", None, ["uint8,0.014,-1.8"]),
    "both ends, 1 bit": (13, "2", "bits", None, ["int16,0.00003"]),
    "both ends, 2 bits": (19, "4", "bits", None, ["int16,0.00003"]),
    "both ends, 4 bits": (7, "16", "bits", None, ["int16,0.00005"]),
    "both ends, words": (9, "8", "radix", None, ["uint16,0.00005,-1.6"]),
    "both ends, 10 bits": (7, "8", "bits", None, ["uint10,0.003,-1.5"]),
    "both ends, 10 bits, packed": (41, "8", "bits", None, ["uint10,0.003,-1.5"]),
    "both ends, long": (6, "8", "bits", None, ["int32,7e-10"]),
    "both ends, falling": (6, "8", "bits", None, ["uint8,-0.01,1.3"]),
    "both ends, in row": (41, "8", "bits", None, ["uint8,0.014,-1.8"]),
    "both ends, in row, 2 bits": (21, "4", "bits", 6, parting_the_largest("uint8", 0.011, -1.4)),
    "both ends, in row, words": (9, "8", "bits", None, parting_the_largest("int16", 0.00004)),
    "both ends, in row, words, 4 bits": (7, "16", "bits", None, parting_the_largest("uint16", 0.00004, -1.3)),
    "both ends, in row, 10 bits": (31, "4", "bits", None, parting_the_largest("uint10", 0.0024, -1.2)),
    "both ends, in row, falling": (9, "8", "radix", None, parting_the_largest("int16", -0.00004)),
    "both ends, levels": (11, "1,3,4,5,2,16,64,7", "bits", None, ["uint8,0.012,-1.5"]),
    "both ends, levels, radix": (11, "1,3,4,5,2,16,64,7", "radix", 0xA7, ["int16,0.00004"]),
    "both ends, gaps": (11, "8m,4,2m,5m", "bits", None, ["int16,0.00003"]),
    "both ends, kinds": (9, "3,4,9", "radix", None,
                         ["int16,0.00004", "feature 1=uint8,0.012,-1.5", "feature 3=uint10,-0.003,1.5",
                          "feature 4=float32", "feature 5=int32,1e-10"]),
    "nothing in reach": (5, "4", "bits", None, ["uint8,0.001,50"]),
    "nothing in reach, radix": (5, "3,4m", "radix", 7, ["int16,0.00001,-50"]),
    "one end each": (6, "4", "bits", None, ["int16,0.0002", "feature 0=int16,0.0001,50", "feature 4=int16,0.0001,-50"]),
    "sentinel, below": (9, "8", "bits", None, ["uint16,0.0001,-1.2,missing=0"]),
    "sentinel, both ends": (9, "8", "bits", 3, ["uint8,0.014,-1.8,missing=255"]),
    "sentinel, both ends, 10 bits, packed": (41, "8", "bits", None, ["uint10,0.003,-1.5,missing=1023,min=3"]),
    "sentinel, in row": (9, "8", "bits", None, parting_the_largest("int16", 0.00004, failures=",missing=0x7FFF")),
    "limits, in row, bytes": (21, "4", "bits", 6, parting_the_largest("uint8", 0.011, -1.4, ",min=9")),
    "limits, both ends, long": (6, "8", "radix", None, ["int32,7e-10,max=2147483646"]),
    "limits, both ends, levels": (11, "1,3,4,5,2,16,64,7", "bits", None, ["uint8,0.012,-1.5,max=250"]),
    "sentinel, both ends, gaps": (11, "8m,4,2m,5m", "bits", None, ["int16,0.00003,missing=-127"]),
    "sentinel, nothing in reach": (5, "4", "bits", None, ["uint8,0.001,50,missing=7"]),
    "sentinel, nothing in reach, gaps": (5, "3,4m", "radix", 7, ["int16,0.00001,-50,missing=-1"]),
    "sentinels, nothing in reach, kinds": (5, "4,3m", "bits", None,
                                           ["uint8,0.001,50,missing=7", "feature 1=int32,1e-12,50,max=9",
                                            "feature 2=int16,0.00001,50", "feature 3=uint16,0.00001,-50"]),
    "sentinel, one end each": (6, "4", "bits", None, ["int16,0.0002,missing=-5", "feature 0=int16,0.0001,50,missing=-5",
                                                      "feature 4=int16,0.0001,-50,missing=-5"]),
    "sentinel, all but one out of reach": (6, "4", "bits", None, ["int16,0.0001,50",
                                                                  "feature 2=int16,0.0002,missing=-5"]),
    "sentinel, one out of reach": (6, "4", "radix", None, ["int16,0.0002", "feature 2=int16,0.0001,50,missing=-5",
                                                           "feature 3=float32", "feature 5=int16,0.0001,50"]),
    "falling": (6, "8", "bits", None, ["int16,-0.0002,0.1"]),
    "falling, 10 bits": (6, "4", "bits", None, ["uint10,-0.006,3"]),
    "falling, float": (6, "4", "bits", None, ["float32,-2,0.5"]),
    "radix": (9, "4", "radix", None, ["int16,0.0002"]),
    "levels": (11, "1,3,4,5,2,16,64,7", "bits", None, ["int16,0.0002"]),
    "levels, radix": (11, "1,3,4,5,2,16,64,7", "radix", 0xA7, ["int16,0.0002"]),
    "levels of one width": (11, "8,5,7,6", "bits", None, ["int16,0.0002"]),
    "levels of one width, 4 bits": (9, "13,16,11", "bits", 4, ["uint8,0.02,-1.4"]),
    "levels of one width, both ends": (13, "3,4", "bits", None, ["uint8,0.014,-1.8"]),
    "levels of one width, in row": (9, "8,6", "bits", None, parting_the_largest("int16", 0.00006)),
    "levels of one width, 10 bits, packed": (41, "4,3", "bits", None, ["uint10,0.006,-3"]),
    "levels of one width, float": (6, "7,8,5", "bits", None, ["float32,-2,0.5"]),
    "levels, float": (9, "3,6,2", "radix", None, ["float32"]),
    "kinds": (9, "3,4,9", "bits", None,
              ["int16,0.0002", "feature 1=uint8,0.025,-3.2", "feature 3=uint10,-0.006,3", "feature 5=int16,-0.0003"]),
    "widths": (4, "200,4", "radix", None, ["uint16,0.0001,-3.2", "feature 0=uint8,0.025,-3.2", "feature 3=int32,1e-8"]),
    "mixed": (11, "4,8,1", "bits", 5, ["int16,0.0002", "feature 1=float32", "feature 4=float32,-2,0.5",
                                       "feature 6=int32,1e-7,0.25"]),
    "mixed gaps": (9, "3m,9m,4", "radix", None, ["float32", "feature 1=uint8,0.025,-3.2", "feature 3=int16,-0.0002"]),
    "mixed gaps, one kind": (4, "4m,1,1,1", "bits", None, ["int16,0.0002", "feature 0=float32"]),
    "gaps": (11, "8m,4,2m,5m", "bits", None, ["int16,0.0002"]),
    "gaps, float": (7, "16m", "bits", 9, ["float32"]),
    "gaps, radix": (9, "6m,3m", "radix", None, ["float32,-2,0.5"]),
    "categories": (7, "5c,8,3cu", "bits", None, ["int16,0.0002"]),
    "gaps and categories": (9, "6cum,5m,4c,2cm", "bits", None, ["float32"]),
    "sentinel": (9, "4", "bits", None, ["int16,0.0002,,missing=-127"]),
    "sentinel, tag": (6, "16", "bits", 7, ["int16,0.0002,missing=0x7FFF"]),
    "sentinel, bytes": (9, "8", "bits", None, ["uint8,0.025,-3.2,missing=0xFF"]),
    "sentinel, falling": (6, "8", "radix", None, ["int16,-0.0002,0.1,missing=85"]),
    "sentinel, one feature": (6, "4", "bits", None, ["int16,0.0002", "feature 2=int16,0.0002,,missing=-32768"]),
    "limits": (9, "8", "bits", None, ["int16,0.0002,,min=-9000,max=0x2328"]),
    "limits, packed": (41, "4", "bits", None, ["uint10,0.006,-3,max=1000"]),
    "limits, long": (6, "8", "bits", None, ["int32,1e-7,0.25,min=-30000000,missing=7"]),
    "sentinel, float": (6, "8", "bits", None, ["float32,missing=-1.5,max=4"]),
    "sentinel, falling float": (6, "4", "bits", None, ["float32,-2,0.5,missing=0,min=-1"]),
    "limits, all finite": (6, "8", "bits", None, ["float32,min=-3.4028235e38,max=3.4028235e38"]),
    "sentinels, mixed": (11, "4,8,1", "bits", 5,
                         ["int16,0.0002,,missing=-1", "feature 1=float32,missing=0", "feature 4=float32,-2,0.5,max=1",
                          "feature 6=int32,1e-7,0.25,min=-20000000"]),
    "sentinel, gaps": (9, "8m,4,2m,5m", "bits", None, ["int16,0.0002,,missing=0x7FFF,min=-12000"]),
    "sentinel, float gaps": (7, "3m,4", "radix", 9, ["float32,missing=-1.5"]),
    "sentinel, categories": (9, "6cum,5m,4c,2cm,8", "radix", None, ["uint8,0.025,-3.2,missing=255"]),
    "gaps and categories, kinds": (9, "6cum,5m,4c,2cm,8", "radix", None,
                                   ["int16,-0.0002", "feature 0=uint8", "feature 1=uint10,0.006,-3"]),
}


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
