"""terse export to js, onnx and header, from outside. What they compute: tests/export.

Usage: export_decoders_test.py PATH_OF_TERSE
"""

import json
import os
import random
import subprocess
import sys
import unittest
from pathlib import Path

import program_test


class ExportDecoders(program_test.ProgramTest):
    def files(self, form, *options):
        answer = self.terse("export", self.model(), "--to", form, "-o", "out", "--json", *options)
        facts = json.loads(answer.stdout)
        for name in facts["files"]:
            self.assertTrue((self.folder / "out" / name).exists(), name)
        return facts

    def test_javascript(self):
        facts = self.files("js")
        self.assertEqual(facts["files"], ["m.js", "m-codec.yaml", "ts013/index.js", "ts013/metadata.json",
                                          "ts013/examples.json"])
        self.assertEqual(facts["script_bytes"], (self.folder / "out/m.js").stat().st_size)
        self.assertLess(self.files("js", "--compact")["script_bytes"], facts["script_bytes"])
        self.assertGreater(self.files("js", "--network")["script_bytes"], facts["script_bytes"])

    def test_ids_and_tags_are_in_all_of_them(self):
        self.model("--tag", "0x7e")
        model_id = json.loads(self.terse("inspect", "m.terse", "--json").stdout)["id"]
        for form in ("js", "onnx", "header", "micropython", "rust"):
            self.terse("export", "m.terse", "--to", form, "-o", form)
        said = {"js/m.js": f'return fail("wrong_tag: " + r + ", not 126 of model {model_id}");',
                "js/m-codec.yaml": f'errors: ["wrong_tag: 127, not 126 of model {model_id}"]',
                "header/m.hpp": f'model_id = "{model_id}";', "micropython/m.py": f'MODEL_ID = "{model_id}"',
                "rust/src/lib.rs": f'MODEL_ID: &str = "{model_id}";', "onnx/m-payload.onnx": model_id}
        for name, text in said.items():
            self.assertIn(text.encode(), (self.folder / name).read_bytes(), name)
        for name in ("header/m.hpp", "micropython/m.py", "rust/src/lib.rs"):
            self.assertRegex((self.folder / name).read_text(), "(?i)tag.* = (126|0x7E)", name)

    def test_a_folder_is_not_named_like_a_file(self):
        for form, name in (("js", "codec.js"), ("c", "pump.h"), ("onnx", "pump.onnx"), ("header", "a/pump.hpp")):
            answer = self.terse("export", self.model(), "--to", form, "-o", name, expect=2)
            self.assertIn(f"'{name}' would be a folder with", answer.stderr)
            self.assertFalse((self.folder / name).exists())
        (self.folder / "there.js").mkdir()
        self.terse("export", self.model(), "--to", "js", "-o", "there.js")
        self.terse("export", self.model(), "--to", "js", "-o", "version.2")

    def test_flat_javascript_for_key_value_stores(self):
        draw = random.Random(2)
        rows = [(draw.uniform(-10, 30), draw.uniform(0, 100)) for _ in range(300)]
        table = self.write("air.csv", "air_temperature,humidity,y\n°C,%,\n"
                           + "".join(f"{t:.2f},{h:.1f},{t + h / 10:.3f}\n" for t, h in rows))
        self.terse("train", table, "--target", "y", *program_test.QUICK, "-o", "my_air.terse")
        command = ["export", "my_air.terse", "--to", "js", "--flat", "-o", "out"]
        facts = json.loads(self.terse(*command, "--json").stdout)
        self.assertEqual(facts["files"][:2], ["my_air.js", "my-air-codec.yaml"])
        self.assertEqual(facts["normalized"], {"air_temperature": "air.temperature",
                                               "humidity": "air.relativeHumidity"})
        self.assertIn("normalizeUplink: humidity is air.relativeHumidity\n", self.terse(*command, "--report").stdout)
        payload = list(bytes.fromhex(self.terse("encode", "my_air.terse", table).stdout.split()[0]))
        script = (self.folder / "out/my_air.js").read_text()
        self.write("run.js", script + f"var data = decodeUplink({{bytes: Uint8Array.from({payload})}}).data;\n"
                   "console.log(JSON.stringify([data, normalizeUplink({data: data}).data]));\n")
        done = subprocess.run(["node", "run.js"], cwd=self.folder, capture_output=True, text=True, check=True)
        data, normalized = json.loads(done.stdout)
        self.assertEqual(normalized["air"]["temperature"], data["air_temperature"])
        self.assertLess(abs(data["air_temperature"] - rows[0][0]), 20)

    def test_onnx(self):
        names = self.files("onnx", "--prefix", "probe")["files"]
        self.assertEqual(names, ["probe-readings.onnx", "probe-codes.onnx", "probe-payload.onnx"])

    def test_header(self):
        self.assertEqual(self.files("header")["files"], ["m.hpp"])

    def test_full_precision_has_readings_only(self):
        model = self.model("--method", "fp")
        for form in ("js", "header"):
            self.refused("export", model, "--to", form, "-o", "out", says=["--to " + form, "full precision"])
        facts = json.loads(self.terse("export", model, "--to", "onnx", "-o", "out", "--json").stdout)
        self.assertEqual(facts["files"], ["m-readings.onnx"])

    def rooms(self):
        """Comfort by temperature (with gaps) and kind of room."""
        draw = random.Random(5)
        lines = ["temperature,kind,noise,comfort"]
        for _ in range(500):
            t, kind = draw.uniform(0, 40), draw.choice(["hall", "lab", "attic"])
            comfort = "cold" if t < 15 else "hot" if t > (30 if kind == "attic" else 22) else "fine"
            lines.append(f"{'' if draw.random() < 0.1 else f'{t:.2f}'},{kind},{draw.random():.3f},{comfort}")
        return self.write("rooms.csv", "\n".join(lines) + "\n")

    def script_answers(self, model):
        """What the exported script makes of the model's messages, and what terse decode makes of them."""
        self.terse("export", model, "--to", "js", "--network", "-o", "out")
        messages = (self.folder / "sent.hex").read_text().split()
        calls = "".join(f"R.push(decodeUplink({{fPort: 1, bytes: {list(bytes.fromhex(message))}}}).data);\n"
                        for message in messages)
        script = (self.folder / "out" / (Path(model).stem + ".js")).read_text()
        self.write("run.js", script + "var R = [];\n" + calls + "console.log(JSON.stringify(R));\n")
        done = subprocess.run(["node", "run.js"], cwd=self.folder, capture_output=True, text=True, check=True)
        return json.loads(done.stdout), json.loads(self.terse("decode", model, "sent.hex", "--json").stdout)

    def test_a_classifier_with_gaps_and_categories(self):
        table = self.rooms()
        self.terse("train", table, "--target", "comfort", "--missing", "level", "--bits", "2", *program_test.QUICK,
                   "-o", "c.terse")
        self.write("sent.hex", self.terse("encode", "c.terse", table).stdout)
        answers, decoded = self.script_answers("c.terse")
        self.assertEqual([a["comfort"]["label"] for a in answers], decoded["predictions"])
        for answer, wanted in zip(answers, decoded["probabilities"]):
            for label, value in zip(decoded["classes"], wanted):
                self.assertAlmostEqual(answer["comfort"]["probabilities"][label], value, places=5)
        rows = (self.folder / table).read_text().splitlines()[1:]
        for answer, row in zip(answers, rows):
            temperature, kind = row.split(",")[:2]
            self.assertEqual(answer["kind"]["category"], kind)
            self.assertEqual(answer["temperature"].get("missing", False), temperature == "")
        for form in ("onnx", "header"):
            self.terse("export", "c.terse", "--to", form, "-o", "out")
        self.write("use.cpp", '#include "c.hpp"\nint main() { return c::classes == 3 ? 0 : 1; }\n')
        subprocess.run(["c++", "-std=c++17", "-Iout", "use.cpp", "-o", "use"], cwd=self.folder, check=True)
        subprocess.run([self.folder / "use"], check=True)

    def test_trees_of_a_classifier_with_gaps_and_categories(self):
        table = self.rooms()
        self.terse("train", table, "--target", "comfort", "--missing", "level", "--bits", "3", "--decoder", "boosted",
                   *program_test.SHORT, "-o", "t.terse")
        self.write("sent.hex", self.terse("encode", "t.terse", table).stdout)
        self.terse("export", "t.terse", "--to", "onnx", "-o", "out")
        self.terse("export", "t.terse", "--to", "header", "-o", "out")
        self.refused("export", "t.terse", "--to", "c", "--with-network", "-o", "out", says=["boosted"])
        decoded = json.loads(self.terse("decode", "t.terse", "sent.hex", "--json").stdout)
        messages = (self.folder / "sent.hex").read_text().split()
        lines = "".join(
            "  {\n    const std::uint8_t m[] = {%s};\n    t::codes_type codes{};\n    t::unpack(m, sizeof m, codes);\n"
            "    std::printf(\"%%s\\n\", t::class_names[t::predict(codes)]);\n  }\n"
            % ", ".join(map(str, bytes.fromhex(message))) for message in messages[:100])
        self.write("use.cpp", f'#include <cstdio>\n#include "t.hpp"\nint main() {{\n{lines}}}\n')
        subprocess.run(["c++", "-std=c++17", "-Iout", "use.cpp", "-o", "use"], cwd=self.folder, check=True)
        said = subprocess.run([self.folder / "use"], check=True, capture_output=True, text=True).stdout.split()
        self.assertEqual(said, decoded["predictions"][:100])

    def test_boosted_trees(self):
        table = self.sensor_table()
        self.terse("train", table, "--target", "yield", "--decoder", "boosted", "--bits", "1", *program_test.SHORT,
                   "-o", "b.terse")
        self.write("sent.hex", self.terse("encode", "b.terse", table).stdout)
        facts = json.loads(self.terse("inspect", "b.terse", "--json").stdout)
        self.assertIn("boosted", json.dumps(facts))
        self.terse("export", "b.terse", "--to", "header", "-o", "out")
        self.assertIn("roots[]", (self.folder / "out/b.hpp").read_text())
        answers, decoded = self.script_answers("b.terse")
        # Trees' values are summed on the standardised target: its scale, not the sum's, bounds the error.
        scale = max(decoded["predictions"]) - min(decoded["predictions"])
        for answer, wanted in zip(answers, decoded["predictions"]):
            self.assertLessEqual(abs(answer["yield"] - wanted), 1e-6 * scale)

    def test_a_script_too_long_is_refused(self):
        self.terse("train", self.sensor_table(), "--target", "yield", "--hidden", "2x64", "--epochs", "1",
                   "--decoder", "network", "--quiet", "-o", "wide.terse")
        self.refused("export", "wide.terse", "--to", "js", "--network", "-o", "out",
                     says=["40960", "--network"])


if __name__ == "__main__":
    program_test.PROGRAM = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
