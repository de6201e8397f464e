"""terse export to js, onnx and header, from outside. What they compute: tests/export.

Usage: export_decoders_test.py PATH_OF_TERSE
"""

import json
import os
import sys
import unittest

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
        self.assertEqual(facts["files"], ["m.js", "m-codec.yaml"])
        self.assertEqual(facts["script_bytes"], (self.folder / "out/m.js").stat().st_size)
        self.assertLess(self.files("js", "--compact")["script_bytes"], facts["script_bytes"])
        self.assertGreater(self.files("js", "--network")["script_bytes"], facts["script_bytes"])

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

    def test_a_script_too_long_is_refused(self):
        self.terse("train", self.sensor_table(), "--target", "yield", "--hidden", "2x64", "--epochs", "1",
                   "--quiet", "-o", "wide.terse")
        self.refused("export", "wide.terse", "--to", "js", "--network", "-o", "out",
                     says=["40960", "--network"])


if __name__ == "__main__":
    program_test.PROGRAM = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
