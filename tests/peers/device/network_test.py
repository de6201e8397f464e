"""The exported network, compiled and run: on this machine by gcc and clang, on a simulated ATmega328P, Cortex-M0 and
RV32. Everywhere it must give the numbers of tests/model/integer_network.py, which knows the model format alone, on
random codes, on the lowest and highest, and through the encoder on readings.

Usage: network_test.py TERSE WRITE_NETWORKS [TEST...]
"""

import csv
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import cores
import reference

sys.path.insert(0, str(cores.HERE.parents[1] / "model"))

import check_model  # noqa: E402
import integer_network  # noqa: E402

TERSE = WRITE_NETWORKS = ""
ROWS = 40

# name: features, levels, packing, tag, hidden units, bits a weight, kind
CASES = {
    "2 bits": (6, "4", "bits", None, "16,16", "2", "regression"),
    "4 bits": (6, "4", "bits", None, "16,16", "4", "regression"),
    "6 bits": (6, "4", "bits", None, "16,16", "6", "regression"),
    "8 bits": (6, "4", "bits", None, "16,16", "8", "regression"),
    "table and output alone": (5, "8", "bits", None, "9", "4,8", "regression"),
    "all widths": (9, "3,8,1,5", "bits", 0x5E, "13,30,7", "2,4,6,8", "regression"),
    "falling widths": (11, "16,2", "radix", None, "24,10,3,2", "8,6,4,2", "regression"),
    "radix, tag": (7, "3,5,256", "radix", 9, "12,12", "6,2,8", "regression"),
    "classes": (8, "4,6", "bits", None, "20,11", "4,2,8", "classes"),
    "gaps": (8, "8m,3", "bits", None, "18,6", "2,8,4", "regression"),
    "classes, gaps": (5, "5m", "radix", None, "14", "6,4", "classes"),
    "sums beyond 16 bits": (300, "2", "bits", None, "8,8", "8", "regression"),
    "extreme scales": (6, "4", "bits", None, "24,24,24", "4,8,2", "extreme"),
}
LARGE = {"long rows": (300, "256", "bits", None, "40,32", "2", "regression")}


class Exported:
    """A compressed model of a case, its exported code, codes and what they must give."""

    def __init__(self, folder, case, rows=ROWS):
        self.folder, self.case = Path(folder), case
        features, levels, packing, tag, hidden, bits, self.kind = {**CASES, **LARGE}[case]
        self.model = self.folder / "m.terse"
        cores.call([WRITE_NETWORKS, features, levels, packing, "none" if tag is None else tag, hidden, bits, self.kind,
                    self.model])
        self.facts = json.loads(cores.call([TERSE, "export", self.model, "--to", "c", "--with-network", "--prefix", "m",
                                            "--input", "int16,0.0002", "-o", self.folder, "--json"]).stdout)
        document, tensors = check_model.read(self.model)
        self.network = integer_network.IntegerNetwork(document, tensors)
        self.fixed = integer_network.FixedPoint(document, self.network)
        draw = random.Random(case)
        levels = self.network.levels
        self.codes = [[0] * len(levels), [level - 1 for level in levels]]
        self.codes += [[draw.randrange(level) for level in levels] for _ in range(rows - 2)]
        self.expected = [self.numbers(codes) for codes in self.codes]
        self.bytes = [bytes(codes) for codes in self.codes]

    def numbers(self, codes):
        """The prediction; of classes the likeliest, then all scores."""
        results = self.fixed.results(self.network.sums_of_codes(codes))
        return [results.index(max(results)), *results] if self.kind == "classes" else results

    def outputs(self):
        return len(self.expected[0])

    def flags(self):
        return ["-DCLASSES"] if self.kind == "classes" else []

    def read(self, output):
        each = 4 * self.outputs()
        return [list(struct.unpack(f"<{self.outputs()}i", output[at : at + each]))
                for at in range(0, len(output), each)]


class NetworkTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def same(self, found, exported):
        wrong = [r for r, (one, other) in enumerate(zip(found, exported.expected)) if one != other]
        self.assertEqual(found, exported.expected, f"{exported.case}: rows {wrong}")


class Host(NetworkTest):
    def run_with(self, compiler, exported, extra=()):
        objects = []
        for source in (self.folder / "m.c", self.folder / "m_network.c"):
            objects.append(source.with_suffix(".o"))
            cores.call([cores.need(compiler), *cores.STRICT, *extra, "-O2", "-c", source, "-o", objects[-1]])
        program = self.folder / "host"
        cores.call([compiler, *cores.STRICT, *extra, *exported.flags(), "-O2", f"-I{self.folder}",
                    cores.HERE / "network_host.c", *objects, "-o", program])
        for way in ("codes", "payload"):
            rows = exported.bytes if way == "codes" else self.payloads(exported)
            done = cores.call([program, way], input=b"".join(rows))
            self.same(exported.read(done.stdout), exported)

    def payloads(self, exported):
        packing, tag = {**CASES, **LARGE}[exported.case][2:4]
        levels = exported.network.levels
        return [reference.payload_of(codes, levels, packing, tag) for codes in exported.codes]

    def test_gcc(self):
        for case in [*CASES, *LARGE]:
            self.run_with("gcc", Exported(self.folder, case))

    def test_clang_with_undefined_behaviour_sanitizer(self):
        for case in [*CASES, *LARGE]:
            self.run_with("clang", Exported(self.folder, case),
                          ["-fsanitize=undefined,address", "-fno-sanitize-recover=all"])

    def test_the_cases_are_not_all_the_same_prediction(self):
        for case in CASES:
            exported = Exported(self.folder, case)
            self.assertGreater(len({tuple(numbers) for numbers in exported.expected}), 1, case)

    def test_the_general_form_is_tested(self):
        Exported(self.folder, "extreme scales")
        self.assertIn("m_guards", (self.folder / "m_network.c").read_text())
        Exported(self.folder, "all widths")
        self.assertNotIn("m_guards", (self.folder / "m_network.c").read_text())

    def test_nothing_but_integers_and_nothing_written(self):
        for case in CASES:
            Exported(self.folder, case)
            target = self.folder / "network.o"
            cores.call(["gcc", *cores.STRICT, "-Os", "-c", self.folder / "m_network.c", "-o", target])
            names = cores.call(["nm", target]).stdout.decode().split("\n")
            self.assertEqual([name for name in names if " U " in name and "m_encode" not in name], [], case)
            self.assertEqual([name for name in names if " d " in name.lower() or " b " in name.lower()], [], case)
            text = (self.folder / "m_network.c").read_text()
            self.assertNotRegex(text, r"\b(float|double|malloc|int64_t|uint64_t|long long)\b")

    def test_vectors_and_their_test(self):
        for case in ("all widths", "classes", "gaps", "radix, tag"):
            exported = Exported(self.folder, case)
            command = next(line.strip() for line in (self.folder / "README.md").read_text().splitlines()
                           if "m_network_test" in line and line.startswith("    "))
            done = cores.call(["sh", "-c", command], cwd=self.folder)
            self.assertIn(b"32 of 32 predictions are right", done.stdout, case)
            with open(self.folder / "vectors.csv", newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual(len(rows), 32)
            hexadecimal = self.folder / "payloads.hex"
            hexadecimal.write_text("".join(row["payload"] + "\n" for row in rows))
            lines = cores.call([TERSE, "decode", exported.model, hexadecimal]).stdout.decode().splitlines()
            decoded = list(csv.DictReader(lines))
            self.assertEqual(len(decoded), 32)
            for row, one in zip(rows, decoded):
                codes = [int(one[f"feature {f}"]) for f in range(len(exported.network.levels))]
                self.assertEqual(int(row["prediction"]), exported.numbers(codes)[0], case)
                if exported.kind == "regression":
                    step = 10.0 ** -exported.facts["network"]["decimals"]
                    self.assertAlmostEqual(int(row["prediction"]) * step, float(one["target"]), delta=1.5 * step)

    def test_a_wrong_prediction_is_found(self):
        Exported(self.folder, "4 bits")
        path = self.folder / "m_network_test.c"
        text = path.read_text()
        at = text.index("predictions[] = {") + len("predictions[] = {\n  ")
        path.write_text(text[:at] + "1" + text[at:])
        cores.call(["cc", "-I.", "m.c", "m_network.c", "m_network_test.c", "-o", "t"], cwd=self.folder)
        done = subprocess.run([self.folder / "t"], capture_output=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"31 of 32", done.stdout)

    def test_readings_go_through_the_encoder(self):
        for case in ("all widths", "gaps", "classes"):
            exported = Exported(self.folder, case)
            with open(self.folder / "vectors.csv", newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            names = [name for name in rows[0] if name.startswith("feature")]
            held = b"".join(struct.pack("<h", int(row[name] or 0)) for row in rows for name in names)
            missing = b"".join(
                bytes(sum((row[name] == "") << bit for bit, name in enumerate(names[at : at + 8]))
                      for at in range(0, len(names), 8)) for row in rows)
            masked = case == "gaps"
            each = (len(names) + 7) // 8
            lines = b"".join(held[2 * len(names) * r : 2 * len(names) * (r + 1)]
                             + (missing[each * r : each * (r + 1)] if masked else b"") for r in range(len(rows)))
            program = self.folder / "host"
            cores.call(["gcc", *cores.STRICT, *exported.flags(), *(["-DMASKED"] if masked else []),
                        f"-I{self.folder}", cores.HERE / "network_host.c", self.folder / "m.c",
                        self.folder / "m_network.c", "-o", program])
            found = exported.read(cores.call([program, "readings"], input=lines).stdout)
            self.assertEqual([numbers[0] for numbers in found], [int(row["prediction"]) for row in rows], case)


class Refused(NetworkTest):
    def test_a_float_network_is_told_to_be_compressed(self):
        cores.call([TERSE, "train", "fried:200", "--hidden", "1x4", "--epochs", "1", "--decoder", "network",
                    "--quiet", "-o", "f.terse"], cwd=self.folder)
        done = subprocess.run([TERSE, "export", "f.terse", "--to", "c", "--with-network", "-o", "x"], cwd=self.folder,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"compress it first: terse compress f.terse", done.stderr)
        self.assertFalse((self.folder / "x").exists())

    def test_trees_have_no_network(self):
        cores.call([TERSE, "train", "fried:300", "--decoder", "boosted", "--quiet", "-o", "b.terse"], cwd=self.folder)
        done = subprocess.run([TERSE, "export", "b.terse", "--to", "c", "--with-network", "-o", "x"], cwd=self.folder,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"boosted trees", done.stderr)


class Simulated(cores.OnEveryCore, NetworkTest):
    def on(self, core):
        for case in CASES:
            exported = Exported(self.folder, case, rows=16)
            rows = {"rows": exported.bytes} if isinstance(core, cores.Bare) else {}
            firmware = core.build(self.folder, self.folder, network=exported.flags(), **rows)
            run = core.run(firmware, exported.bytes, 4 * exported.outputs())
            self.same([numbers for payload in run.payloads for numbers in exported.read(payload)], exported)
            whole = exported.facts["network"]["stack_bytes"]
            self.assertLess(run.stack, whole + 120, case)


if __name__ == "__main__":
    TERSE, WRITE_NETWORKS = map(os.path.abspath, sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
