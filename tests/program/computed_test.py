"""Features that the device computes of its readings: trained, encoded, served from a file, and run in C.

Usage: computed_test.py PATH_OF_TERSE
"""

import csv
import json
import random
import shutil
import struct
import subprocess
import sys
import unittest
from pathlib import Path

import program_test
from program_test import ProgramTest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "model"))
import check_model

SHORT = ["--hidden", "2x16", "--epochs", "8", "--threads", "1", "--quiet"]
HARNESS = """#include <stdio.h>
#include "m.h"
int main(void) {
  m_reading_t readings[M_FEATURES];
  uint8_t payload[M_PAYLOAD_BYTES];
  while (fread(readings, sizeof readings[0], M_READINGS, stdin) == M_READINGS) {
    int i;
    readings[M_FEATURES - 1] = 1e9F;
    m_compute(readings);
    if (m_encode(readings, payload) != M_OK) {
      puts("none");
      continue;
    }
    for (i = 0; i < M_PAYLOAD_BYTES; ++i) printf("%02x", payload[i]);
    puts("");
  }
  return 0;
}
"""


def float32(number):
    return struct.unpack("<f", struct.pack("<f", number))[0]


class Computed(ProgramTest):
    def setUp(self):
        super().setUp()
        self.table("rows.csv", 1, 900)
        self.table("fresh.csv", 2, 3000)

    def table(self, name, seed, rows):
        """y depends on a product of readings; one has a heavy tail, one says nothing."""
        draw = random.Random(seed)
        lines = ["a,b,heavy,noise,y"]
        for _ in range(rows):
            a, b, heavy, noise = draw.gauss(20, 5), draw.uniform(-1, 1), draw.expovariate(0.1) ** 2, draw.random()
            y = a * b + min(heavy, 300) / 60 + draw.gauss(0, 0.5)
            lines.append(",".join(f"{float32(value)!r}" for value in (a, b, heavy, noise, y)))
        return self.write(name, "\n".join(lines) + "\n")

    def train(self, *options, computed="forest-alone", output="m.terse"):
        return json.loads(self.terse("train", "rows.csv", "--target", "y", "--computed", computed, *SHORT, *options,
                                     "-o", output, "--json").stdout)

    def payloads(self, model="m.terse", table="fresh.csv"):
        self.terse("encode", model, table, "-o", "p.hex")
        return (self.folder / "p.hex").read_text().split()

    def test_the_level_is_the_message(self):
        said = self.train("--level-bits", "3", "--tag", "auto")
        self.assertEqual((said["payload_bits"], said["payload_bytes"], said["compression"]), (3, 2, 128 / 3))
        self.assertLess(said["mse"], 0.25)
        shown = self.terse("inspect", "m.terse").stdout
        self.assertIn("level of y is computed on the device: the sum of 30 trees of depth 5 on 4 readings, "
                      "3782 bytes of tables", shown)
        self.assertIn("not sent, computed with", shown)
        facts = json.loads(self.terse("inspect", "m.terse", "--json").stdout)
        self.assertEqual(facts["features"][-1]["forest"],
                         {"trees": 30, "depth": 5, "table_bytes": 3782, "readings": ["a", "b", "heavy", "noise"]})
        self.assertEqual(facts["record"]["settings"]["computed"], "forest-alone")
        messages = self.payloads()
        self.assertEqual(len(set(messages)), 8)
        self.write("messages.hex", "\n".join(messages) + "\n")
        decoded = [line.split(",")[-1] for line in self.terse("decode", "m.terse", "messages.hex").stdout.splitlines()]
        predicted = self.terse("predict", "m.terse", "fresh.csv").stdout.splitlines()
        self.assertEqual((len(decoded), decoded == predicted), (3001, True))
        again = json.loads(self.terse("evaluate", "m.terse", "rows.csv", "--part", "test", "--json").stdout)
        self.assertEqual(again["mse"], said["mse"])

    def test_the_same_seed_gives_the_same_model(self):
        for computed in ("forest", "forest-alone"):
            self.train("--decoder", "boosted", computed=computed)
            one = json.loads(self.terse("inspect", "m.terse", "--json").stdout)
            messages = self.payloads()
            self.train("--decoder", "boosted", computed=computed)
            self.assertTrue(self.payloads() == messages)
            self.assertEqual(json.loads(self.terse("inspect", "m.terse", "--json").stdout)["id"], one["id"])

    def test_the_level_goes_behind_the_codes(self):
        said = self.train("--bits", "2", "--level-bits", "4", "--decoder", "network", computed="forest")
        self.assertEqual(said["payload_bits"], 4 * 2 + 4)
        without = json.loads(self.terse("train", "rows.csv", "--target", "y", "--bits", "3", *SHORT, "--decoder",
                                        "network", "-o", "plain.terse", "--json").stdout)
        self.assertEqual(without["payload_bits"], 12)
        self.assertLess(said["mse"], without["mse"])

    def test_a_renewed_decoder_keeps_the_forest(self):
        self.train("--decoder", "network")
        before = self.payloads()
        self.terse("train", "fresh.csv", "--encoder", "m.terse", "--decoder", "boosted", *SHORT, "-o", "new.terse")
        self.assertTrue(self.payloads("new.terse") == before)
        self.refused("train", "fresh.csv", "--encoder", "m.terse", "--computed", "forest", "-o", "x.terse",
                     says=["--computed", "stays as it is"])
        few = self.write("few.csv", "a,b,heavy,y\n1,2,3,4\n2,3,4,5\n")
        self.refused("train", few, "--encoder", "m.terse", "-o", "x.terse", says=["'noise'"])
        self.refused("encode", "m.terse", few, says=["'noise'"])

    def rows_of_floats(self, name):
        with open(self.folder / name, newline="", encoding="utf-8") as file:
            return [[float(row[key]) for key in ("a", "b", "heavy", "noise")] for row in csv.DictReader(file)]

    def compiled(self, *flags):
        (self.folder / "out/harness.c").write_text(HARNESS)
        command = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror",
                   "-DM_READINGS=4", *flags, "m.c", "m_compute.c"]
        for program in ("harness", "m_test"):
            subprocess.run([*command, f"{program}.c", "-o", program], cwd=self.folder / "out", check=True)
        subprocess.run(["./m_test"], cwd=self.folder / "out", check=True, stdout=subprocess.DEVNULL)

    def test_c_computes_what_the_library_does(self):
        """Random rows; each reading where a tree's decision turns, and one float32 on both sides; rows far away."""
        for options, form in ((("--computed", "forest-alone", "--level-bits", "5", "--packing", "radix"), "size"),
                              (("--computed", "forest", "--bits", "3", "--forest-depth", "3"), "speed")):
            self.terse("train", "rows.csv", "--target", "y", *options, "--decoder", "boosted", *SHORT, "-o", "m.terse")
            facts = json.loads(self.terse("export", "m.terse", "--to", "c", "--form", form, "-o", "out",
                                          "--json").stdout)
            self.assertIn("m_compute.c", facts["files"])
            self.assertGreater(facts["forest_bytes"], 500)
            rows = self.rows_of_floats("fresh.csv")
            draw = random.Random(9)
            for _ in range(4000):
                row = list(draw.choice(rows))
                place = draw.randrange(4)
                low, high = float32(row[place]), float32(draw.choice(rows)[place])
                row[place] = draw.choice([low, float32(low + (high - low) * draw.random()), 3e38, -3e38, 0.0, -0.0])
                rows.append(row)
            rows += self.turns(rows)
            lines = ["a,b,heavy,noise"] + [",".join(repr(value) for value in row) for row in rows]
            self.write("all.csv", "\n".join(lines) + "\n")
            expected = self.payloads(table="all.csv")
            self.compiled("-Os")
            given = b"".join(struct.pack("<4f", *row) for row in rows)
            found = subprocess.run(["./harness"], cwd=self.folder / "out", input=given, capture_output=True, check=True)
            self.assertEqual(len(expected), len(rows))
            wrong = [(row, one, other) for row, one, other in zip(rows, found.stdout.decode().split(), expected)
                     if one != other]
            self.assertEqual((len(wrong), wrong[:3]), (0, []))
            nothing = subprocess.run(["./harness"], cwd=self.folder / "out", capture_output=True, check=True,
                                     input=struct.pack("<4f", 20.0, float("nan"), 1.0, 0.5))
            self.assertEqual(nothing.stdout, b"none\n")

    def turns(self, rows):
        """Readings just below, at and above every boundary between two of the trees' integers that a threshold has."""
        document, tensors = check_model.read(self.folder / "m.terse")
        part = {name: tensors[f"forests.0.{name}"][1] for name in ("offsets", "scales", "nodes", "thresholds")}
        thresholds = struct.unpack(f"<{len(part['nodes'])}h", part["thresholds"])
        inputs = document["features"][-1]["forest"]["inputs"]
        draw = random.Random(4)
        found = []
        usual = rows[:3000]
        for node, threshold in zip(part["nodes"], thresholds):
            centre = float32(part["offsets"][node] + (threshold + 1) / part["scales"][node])
            (bits,) = struct.unpack("<i", struct.pack("<f", centre))
            for step in (-2, -1, 0, 1, 2):
                row = list(draw.choice(usual))
                row[inputs[node]] = struct.unpack("<f", struct.pack("<i", bits + step if bits > 2 else bits))[0]
                found.append(row)
        return found

    def allocate(self, *options, output="a.terse"):
        return json.loads(self.terse("allocate", "rows.csv", "--target", "y", *SHORT, "--folds", "2", "--final-epochs",
                                     "4", "--round-epochs", "1", *options, "-o", output, "--json").stdout)

    def flash_of(self, compiler, size, *flags):
        """Bytes of code and tables of what computes, as this compiler makes them; data would be in flash twice."""
        subprocess.run([compiler, *flags, "-std=c99", "-Os", "-ffreestanding", "-c", "m_compute.c", "-o", "compute.o"],
                       cwd=self.folder / "out", check=True)
        said = subprocess.run([size, "compute.o"], cwd=self.folder / "out", check=True, capture_output=True, text=True)
        text, data, *_ = map(int, said.stdout.splitlines()[1].split()[:2])
        return text + 2 * data

    def test_allocate_with_flash_finds_better_messages(self):
        plain = self.allocate("--payload-bits", "6")
        found = self.allocate("--payload-bits", "6", "--device-flash", "4096")
        self.assertLess(found["mse"], 0.8 * plain["mse"])
        self.assertLessEqual(found["payload_bits"], 6)
        computed = found["curve"][0]["computed"]
        self.assertEqual(computed["levels"], found["curve"][0]["levels"][-1])
        facts = json.loads(self.terse("inspect", "a.terse", "--json").stdout)
        forest = facts["features"][-1]["forest"]
        self.assertEqual((forest["depth"], forest["trees"]), (computed["forest_depth"], computed["forest_trees"]))
        self.assertTrue(forest["table_bytes"] < computed["flash_bytes"] <= 4096)
        self.assertGreater(computed["flash_bytes"], 4096 - 61)
        again = json.loads(self.terse("evaluate", "a.terse", "rows.csv", "--part", "test", "--json").stdout)
        self.assertEqual(again["mse"], found["mse"])
        said = self.terse("allocate", "rows.csv", "--target", "y", *SHORT, "--folds", "2", "--payload-bits", "6",
                          "--device-flash", "4096", "-o", "b.terse").stdout
        self.assertIn("level of y is computed on the device: the sum of ", said)
        self.terse("export", "a.terse", "--to", "c", "-o", "out", "--prefix", "m")
        on_avr = self.flash_of("avr-gcc", "avr-size", "-mmcu=atmega328p")
        self.assertAlmostEqual(on_avr, computed["flash_bytes"], delta=0.05 * on_avr)
        for tools in (("arm-none-eabi-gcc", "arm-none-eabi-size", "-mcpu=cortex-m0", "-mthumb"),
                      ("riscv64-unknown-elf-gcc", "riscv64-unknown-elf-size", "-march=rv32imc", "-mabi=ilp32")):
            self.assertLess(self.flash_of(*tools), computed["flash_bytes"], tools)
        rows = self.rows_of_floats("fresh.csv")
        self.compiled("-Os")
        sent = subprocess.run(["./harness"], cwd=self.folder / "out", capture_output=True, check=True,
                              input=b"".join(struct.pack("<4f", *row) for row in rows)).stdout.decode().split()
        self.assertTrue(sent == self.payloads("a.terse"))

    def test_full_precision_has_no_level(self):
        """What messages are compared with is a model of the readings, whatever the device computes."""
        points = ("--curve", "c", "--budgets", "24,6")
        plain = self.allocate(*points)
        found = self.allocate(*points, "--device-flash", "2500")
        self.assertEqual(found["full_precision"], plain["full_precision"])
        with open(self.folder / "c/curve.csv", newline="", encoding="utf-8") as file:
            levels = [int(row["level"]) for row in csv.DictReader(file)]
        self.assertEqual(levels, [point.get("computed", {"levels": 0})["levels"] for point in found["curve"]])
        self.assertGreater(max(levels), 1)
        for point, before in zip(found["curve"], plain["curve"]):
            self.assertLessEqual(point["validation_loss"], before["validation_loss"])

    def test_exported_decoders_read_the_level(self):
        self.train("--decoder", "network", "--bits", "2", "--tag", "7", computed="forest")
        messages = self.payloads()[:50]
        self.write("messages.hex", "\n".join(messages) + "\n")
        decoded = self.terse("decode", "m.terse", "messages.hex").stdout.splitlines()
        expected = [float(line.split(",")[-1]) for line in decoded[1:]]
        self.terse("export", "m.terse", "--to", "header", "-o", "header")
        (self.folder / "header/main.cpp").write_text(
            '#include <cstdio>\n#include "m.hpp"\nint main() {\n  std::uint8_t bytes[m::payload_bytes];\n'
            "  while (std::fread(bytes, 1, sizeof bytes, stdin) == sizeof bytes) {\n    m::codes_type codes{};\n"
            "    if (m::unpack(bytes, sizeof bytes, codes) != m::status::ok) return 1;\n"
            '    std::printf("%.9g\\n", static_cast<double>(m::predict(codes)));\n  }\n}\n')
        subprocess.run(["c++", "-std=c++17", "-O1", "main.cpp", "-o", "main"], cwd=self.folder / "header", check=True)
        given = b"".join(bytes.fromhex(message) for message in messages)
        found = subprocess.run(["./main"], cwd=self.folder / "header", input=given, capture_output=True, check=True)
        for one, other in zip(map(float, found.stdout.split()), expected, strict=True):
            self.assertAlmostEqual(one, other, delta=1e-4 * (1 + abs(other)))
        self.terse("export", "m.terse", "--to", "js", "--network", "-o", "js")
        if not shutil.which("node"):
            return
        script = next((self.folder / "js").glob("*.js")).read_text() + (
            "\nfor (const hex of %s) {\n  const bytes = Array.from(Buffer.from(hex, 'hex'));\n"
            "  console.log(decodeUplink({bytes, fPort: 1}).data.y);\n}\n" % json.dumps(messages))
        (self.folder / "run.js").write_text(script)
        done = subprocess.run(["node", "run.js"], cwd=self.folder, capture_output=True, text=True, check=True)
        for one, other in zip(map(float, done.stdout.split()), expected, strict=True):
            self.assertAlmostEqual(one, other, delta=1e-4 * (1 + abs(other)))

    def test_packages_compute_before_they_encode(self):
        self.train("--decoder", "boosted")
        places = {"c": "", "arduino": "src/", "platformio": "src/", "esp-idf": "", "zephyr": "src/"}
        for kind, place in places.items():
            facts = json.loads(self.terse("export", "m.terse", "--to", kind, "-o", kind, "--json").stdout)
            self.assertIn(f"{place}m_compute.c", facts["files"])
            self.assertIn("m_compute(readings);", (self.folder / kind / "README.md").read_text())
            if kind in ("esp-idf", "zephyr"):
                self.assertIn("m_compute.c", (self.folder / kind / "CMakeLists.txt").read_text())
        for path in ("arduino/examples/send_lmic/send_lmic.ino", "arduino/examples/send_radiolib/send_radiolib.ino",
                     "arduino/examples/print_payload/print_payload.ino", "zephyr/samples/advertise/src/main.c",
                     "esp-idf/examples/put_readings/main/main.c"):
            text = (self.folder / path).read_text()
            self.assertIn("m_compute(readings);", text, path)
            send = "m_put_readings(udp" if "esp-idf" in path else "m_encode(readings"
            self.assertLess(text.index("m_compute(readings);"), text.index(send), path)

    def test_what_is_not_there_is_refused(self):
        self.train("--decoder", "network")
        for kind in ("rust", "micropython", "onnx"):
            self.refused("export", "m.terse", "--to", kind, "-o", "x", says=["computed feature", f"--to {kind}"])
        for options in (("--input", "int16"), ("--input", "a=float32,2"), ("--threshold-bytes", "2"),
                        ("--calibration", "rows.csv"), ("--with-network",)):
            self.refused("export", "m.terse", "--to", "c", "-o", "x", *options, says=["m.terse" if "net" in options[0]
                                                                                     else options[0]])
        self.refused("compress", "m.terse", "--data", "rows.csv", "--memory", "3000", "-o", "x.terse",
                     says=["computed feature"])
        self.refused("train", "rows.csv", "--target", "y", "--computed", "forest", "--method", "fp", "-o", "x.terse",
                     says=["--computed", "method fp"])
        self.refused("train", "rows.csv", "--target", "y", "--computed", "forest", "--drop-rate", "0.1", "-o",
                     "x.terse", says=["--computed", "--drop-rate"])
        self.refused("train", "rows.csv", "--target", "y", "--computed", "trees", "-o", "x.terse", says=["--computed"])
        self.refused("train", "rows.csv", "--target", "y,noise", "--computed", "forest", "-o", "x.terse",
                     says=["--computed", "one target"])
        self.refused("train", "rows.csv", "--target", "y", "--network", "tabm", "--computed", "forest", "-o", "x.terse",
                     says=["--network", "--computed"])
        self.refused("train", "rows.csv", "--target", "y", "--level-bits", "9", "-o", "x.terse", says=["--level-bits"])
        self.refused("allocate", "rows.csv", "--target", "y", "--payload", "1", "--device-flash", "900", "-o",
                     "x.terse", says=["--device-flash", "900 bytes hold no forest of 4 readings", "give 1120 or more"])
        self.refused("allocate", "rows.csv", "--encoder", "m.terse", "--device-flash", "9000", "-o", "x.terse",
                     says=["--encoder", "--device-flash"])
        classes = self.write("classes.csv", "a,b,y\n" + "".join(
            f"{i % 17},{i % 5},{'uvw'[i % 3]}\n" for i in range(60)))
        self.refused("allocate", classes, "--target", "y", "--payload", "1", "--device-flash", "9000", "-o", "x.terse",
                     says=["--device-flash", "two classes"])
        gaps = self.write("gaps.csv", "a,b,y\n" + "".join(
            f"{i % 17},{'' if i == 7 else i % 5},{i % 3}.5\n" for i in range(60)))
        self.refused("train", gaps, "--target", "y", "--missing", "level", "--computed", "forest", "-o", "x.terse",
                     says=["'b'", "gap", "compute nothing"])
        names = self.write("names.csv", "a,b,y\n" + "".join(
            f"{i % 17},{'xyz'[i % 3]},{i % 7}.5\n" for i in range(60)))
        self.refused("train", names, "--target", "y", "--computed", "forest", "-o", "x.terse",
                     says=["'b'", "categories", "compute nothing"])


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
