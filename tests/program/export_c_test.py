"""terse export to C, from outside: options, refusals, reports. What the C computes: tests/peers/device.

Usage: export_c_test.py PATH_OF_TERSE
"""

import json
import os
import random
import subprocess
import sys
import unittest

import program_test


class ExportC(program_test.ProgramTest):
    def export(self, *options):
        return json.loads(self.terse("export", self.model(), "--to", "c", "-o", "out", "--json", *options).stdout)

    def test_files_are_named_and_there(self):
        facts = self.export()
        self.assertEqual(facts["files"][:2], ["m.h", "m.c"])
        self.assertEqual(facts["reading_type"], "float")
        for name in facts["files"]:
            self.assertTrue((self.folder / "out" / name).exists(), name)
        self.export("--prefix", "probe")
        self.assertIn("PROBE_PAYLOAD_BYTES", (self.folder / "out/probe.h").read_text())

    def test_inputs_for_all_and_for_one(self):
        facts = self.export("--input", "int16,0.01", "--input", "humidity, %=uint8,0.5,-10")
        held = {f["name"]: (f["type"], f["scale"], f["offset"]) for f in facts["features"]}
        self.assertEqual(held, {"temperature": ("int16", 0.01, 0), "humidity, %": ("uint8", 0.5, -10),
                                "noise": ("int16", 0.01, 0)})
        self.assertEqual(facts["reading_type"], "int16_t")

    def test_inputs_from_a_file(self):
        table = self.write("inputs.csv", 'feature,type,scale,offset\n"humidity, %",uint8,0.5,-10\nnoise,uint16,,2\n')
        facts = self.export("--inputs", table, "--input", "int16,0.01", "--input", "noise=uint10")
        held = {f["name"]: (f["type"], f["scale"], f["offset"]) for f in facts["features"]}
        self.assertEqual(held, {"temperature": ("int16", 0.01, 0), "humidity, %": ("uint8", 0.5, -10),
                                "noise": ("uint10", 1, 0)})
        to_c = ["export", "m.terse", "-o", "bad", "--to", "c", "--inputs"]
        self.refused(*to_c, "absent.csv", says=["absent.csv"])
        for text, part in (("noise,int16\n", "line 1"), ("feature,type\nnoise\n", "line 2"),
                           ("feature,type\nwind,int16\n", "'wind'"), ("feature,type\nnoise,int7\n", "'int7'"),
                           ("feature,type,scale\nnoise,int16,x\n", "scale 'x'")):
            self.refused(*to_c, self.write("bad.csv", text), says=["bad.csv", part])

    def test_calibration_reports_what_it_rounded(self):
        model = self.model()
        few = self.write("few.csv", 'temperature,"humidity, %",noise\n-20,0,0\n40,100,1\n')
        command = ["export", model, "--to", "c", "-o", "out", "--input", "int16,0.01",
                   "--input", "noise=int16,0.0001"]
        exact = json.loads(self.terse(*command, "--json").stdout)
        rounded = json.loads(self.terse(*command, "--json", "--calibration", few).stdout)
        self.assertEqual(exact["thresholds_moved"], 0)
        self.assertEqual(rounded["table_bytes"] * 2, exact["table_bytes"])
        self.assertGreater(rounded["thresholds_moved"], 0)
        self.assertLessEqual(max(f["moved_max"] for f in rounded["features"]), 1.28)
        forced = json.loads(self.terse(*command, "--json", "--threshold-bytes", "1", "--calibration",
                                       "sensors.csv").stdout)
        self.assertEqual(forced["table_bytes"], rounded["table_bytes"])
        self.assertGreater(forced["calibration_codes_changed"], 0)
        self.assertLess(forced["calibration_codes_changed"], 0.2 * forced["calibration_codes"])
        report = self.terse(*command, "--report", "--calibration", few).stdout
        self.assertIn(f"tables in flash: {rounded['table_bytes']} bytes", report)
        self.assertIn("were rounded", (self.folder / "out/README.md").read_text())

    def test_thresholds_out_of_reach_are_told_and_not_stored(self):
        """The range of the type ends at the middle of temperature and humidity."""
        cut = ["--input", "temperature=uint8,0.25,-20", "--input", "humidity, %=uint8,0.2", "--input", "noise=uint8,0.004"]
        model = self.model("--bits", "3")
        command = ["export", model, "--to", "c", "-o", "out"]
        whole = json.loads(self.terse(*command, "--input", "int16,0.01", "--json").stdout)
        self.assertEqual([f["out_of_reach"] for f in whole["features"]], [0, 0, 0])
        done = self.terse(*command, *cut, "--json")
        facts = json.loads(done.stdout)
        self.assertEqual(done.stderr, "")
        beyond = facts["features"][1]["out_of_reach"]
        self.assertGreater(beyond, 1)
        self.assertEqual([f["thresholds"] for f in facts["features"]], [7, 7, 7])
        report = self.terse(*command, *cut, "--report").stdout
        total = sum(f["out_of_reach"] for f in facts["features"])
        self.assertIn(f"{total} thresholds need no comparison", report)
        # A scale that is off by far is accepted, and told.
        done = self.terse(*command, "--input", "int32,1e-12", "--input", "noise=float32")
        self.assertEqual([line.split("'")[1] for line in done.stderr.splitlines()], ["temperature", "humidity, %"])
        self.assertIn("check scale and offset", done.stderr)

    def test_refusals(self):
        model = self.model()
        to_c = ["export", model, "-o", "out", "--to", "c"]
        self.refused("export", model, "-o", "out", "--to", "cobol", says=["'cobol'", "arduino"])
        self.refused("export", "absent.terse", "-o", "out", "--to", "c", says=["absent.terse"])
        self.refused(*to_c, "--form", "tiny", says=["--form"])
        self.refused(*to_c, "--prefix", "Mein Modell", says=["--prefix", "'Mein Modell'"])
        self.refused(*to_c, "--input", "int12", says=["'int12'", "uint10"])
        self.refused(*to_c, "--input", "int16,zero", says=["scale 'zero'"])
        self.refused(*to_c, "--input", "int16,0", says=["scale of 0"])
        self.refused(*to_c, "--input", "int16,nan", says=["'nan'"])
        self.refused(*to_c, "--input", "int16,1,2,3", says=["--input"])
        self.refused(*to_c, "--input", "pressure=int16", says=["'pressure'"])
        self.assertFalse((self.folder / "out").exists())

    def test_full_precision_has_no_encoder(self):
        self.refused("export", self.model("--method", "fp"), "--to", "c", "-o", "out", says=["full precision"])

    def test_a_folder_that_cannot_be_made_is_a_failed_job(self):
        self.write("taken", "x")
        self.assertIn("taken", self.terse("export", self.model(), "--to", "c", "-o", "taken", expect=1).stderr)


class GapsAndCategories(program_test.ProgramTest):
    RUN = """#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "m.h"
int main(void) {
  char gap[64]; float kind; unsigned i;
  while (scanf("%63s %f", gap, &kind) == 2) {
    uint8_t payload[M_PAYLOAD_BYTES];
    m_reading_t readings[2];
    readings[0] = gap[0] == '?' ? NAN : (float)atof(gap);
    readings[1] = kind;
    m_encode(readings, payload);
    for (i = 0; i < sizeof payload; ++i) printf("%02x", payload[i]);
    puts("");
  }
  return 0;
}
"""

    def test_the_device_sends_what_the_library_sends(self):
        draw = random.Random(1)
        rows = [(draw.choice(["", f"{draw.uniform(-30, 30):.2f}"]), draw.choice("xyz")) for _ in range(400)]
        table = self.write("t.csv", "a,kind,y\n" + "".join(f"{a},{k},{float(a or 7) + ord(k)}\n" for a, k in rows))
        self.terse("train", table, "--target", "y", *program_test.QUICK, "--bits", "3", "--missing", "level",
                   "-o", "m.terse")
        sent = self.terse("encode", "m.terse", table).stdout
        self.write("run.c", self.RUN)
        for form in ("size", "speed"):
            self.terse("export", "m.terse", "--to", "c", "-o", ".", "--form", form)
            subprocess.run(["cc", "-std=c99", "m.c", "run.c", "-o", "run"], cwd=self.folder, check=True)
            lines = "".join(f"{a or '?'} {'xyz'.index(k)}\n" for a, k in rows)
            done = subprocess.run([self.folder / "run"], input=lines, capture_output=True, text=True, check=True)
            self.assertEqual(done.stdout, sent, form)
        self.refused("export", "m.terse", "--to", "c", "-o", "x", "--input", "kind=int16,0.5",
                     says=["--input", "'kind' is categorical"])


if __name__ == "__main__":
    program_test.PROGRAM = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
