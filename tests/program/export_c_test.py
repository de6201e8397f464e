"""terse export to C, from outside: options, refusals, reports. What the C computes: tests/peers/device.

Usage: export_c_test.py PATH_OF_TERSE
"""

import json
import os
import random
import re
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

    def test_what_travels_has_an_id_and_a_tag(self):
        plain = self.export()
        self.assertNotIn("tag", plain)
        header = (self.folder / "out/m.h").read_text()
        self.assertIn(f'#define M_MODEL_ID "{plain["id"]}"\n', header)
        self.assertNotIn("M_TAG", header)
        for tag, said in (("auto", int(plain["id"][:2], 16)), ("0x7e", 126), ("7", 7)):
            facts = self.export("--tag", tag)
            self.assertEqual((facts["id"], facts["tag"]), (plain["id"], said))
            self.assertEqual(facts["payload_bytes"], plain["payload_bytes"] + 1)
            self.assertEqual(facts["files"][-1], "m.terse")
            self.assertIn(f"#define M_TAG 0x{said:02X}\n", (self.folder / "out/m.h").read_text())
            kept = json.loads(self.terse("inspect", "out/m.terse", "--json").stdout)
            self.assertEqual((kept["id"], kept["tag"]), (plain["id"], said))
        # A model that has the tag already is enough.
        again = self.terse("export", "out/m.terse", "--to", "c", "--tag", "7", "-o", "again", "--json")
        self.assertEqual(again.stderr, "")
        self.assertNotIn("m.terse", json.loads(again.stdout)["files"])
        self.refused("export", "m.terse", "--to", "c", "-o", "bad", "--tag", "256", says=["--tag", "'256'", "0x7e"])
        self.refused("export", "m.terse", "--to", "c", "-o", ".", "--tag", "7", says=["m.terse"])

    def test_versions_of_packages_grow_with_the_model(self):
        files = {"arduino": "library.properties", "platformio": "library.json", "esp-idf": "idf_component.yml",
                 "rust": "Cargo.toml", "js": "ts013/metadata.json"}
        self.model()
        self.terse("train", "sensors.csv", "--target", "yield", *program_test.QUICK, "--seed", "3", "-o", "other.terse")
        for kind, name in files.items():
            def version(model, *options):
                self.terse("export", model, "--to", kind, "--prefix", "m", "-o", kind, *options)
                return re.search(r'\bversion\W+(\d+\.\d+\.\d+)', (self.folder / kind / name).read_text()).group(1)

            changed = ("--flat",) if kind == "js" else ("--input", "int16")
            self.assertEqual([version("m.terse"), version("m.terse"), version("m.terse", *changed),
                              version("m.terse", *changed), version("other.terse"), version("m.terse"),
                              version("m.terse", "--package-version", "7.0.2"), version("m.terse")],
                             ["1.0.0", "1.0.0", "1.0.1", "1.0.1", "2.0.0", "3.0.0", "7.0.2", "7.0.2"], kind)
        for options in (("--to", "rust", "--package-version", "1.2"), ("--to", "rust", "--package-version", "1.2.x"),
                        ("--to", "c", "--package-version", "1.0.0")):
            self.refused("export", "m.terse", "-o", "bad", *options, says=["--package-version"])

    def test_sending_on_change_is_part_of_each_package_of_c(self):
        self.model("--bits", "3")
        places = {"c": "", "arduino": "src/", "platformio": "src/", "esp-idf": "", "zephyr": "src/"}
        for kind, place in places.items():
            facts = json.loads(self.terse("export", "m.terse", "--to", kind, "-o", kind, "--json",
                                          "--send-on-change").stdout)
            self.assertIn(f"{place}m_send.c", facts["files"])
            self.assertIn("m_due(&sender, payload)", (self.folder / kind / "README.md").read_text())
            if kind in ("esp-idf", "zephyr"):
                self.assertIn(f"{place}m_send.c", (self.folder / kind / "CMakeLists.txt").read_text())
        subprocess.run(["cc", "-std=c99", "-ffreestanding", "-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion",
                        "-pedantic", "-Werror", "-c", "m_send.c", "-o", "m_send.o"], cwd=self.folder / "c", check=True)
        self.assertNotIn("m_send.c", self.export()["files"])
        for language, file in (("rust", "src/send.rs"), ("micropython", "m_send.py")):
            for options, there in ((["--send-on-change"], True), ([], False)):
                folder = language + str(there)
                facts = json.loads(self.terse("export", "m.terse", "--to", language, "-o", folder, "--json",
                                              *options).stdout)
                self.assertEqual(file in facts["files"], there)
                readme = (self.folder / folder / "README.md").read_text()
                self.assertEqual("sender.due(" in readme, there)

    def test_names_that_others_own_are_not_taken(self):
        model = self.model()
        for owned in ("switch", "math", "string", "stdint", "stdio", "features", "gamma", "main", "arduino", "nul"):
            (self.folder / f"{owned}.terse").write_bytes((self.folder / model).read_bytes())
            for options in ((f"{owned}.terse",), (model, "--prefix", owned)):
                answer = self.terse("export", *options, "--to", "c", "-o", "out")
                self.assertIn(f"note: '{owned}' is a", answer.stderr)
                self.terse("export", *options, "--to", "header", "-o", "out")
                self.write("use.cpp", f'#include "{owned}_model.hpp"\n#include "{owned}_model.h"\n#include <cstdio>\n'
                           f"int main() {{ return {owned}_model::features == 3 ? 0 : 1; }}\n")
                subprocess.run(["cc", "-std=c99", "-Iout", f"out/{owned}_model.c", f"out/{owned}_model_test.c", "-o",
                                "test"], cwd=self.folder, check=True)
                subprocess.run(["c++", "-std=c++17", "-Iout", "use.cpp", "-o", "use"], cwd=self.folder, check=True)
                for program in ("test", "use"):
                    subprocess.run([self.folder / program], check=True, stdout=subprocess.DEVNULL)
            self.assertEqual(sorted(path.stem for path in (self.folder / "out").glob("*.h")), [f"{owned}_model"])
            for path in (self.folder / "out").glob("*_model*"):
                path.unlink()
        self.assertEqual(self.terse("export", model, "--to", "c", "-o", "out").stderr, "")

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

    def test_what_is_no_reading(self):
        facts = self.export("--input", "int16,0.01,missing=-127,max=0x7FFE", "--input",
                            "humidity, %=uint8,0.5,,missing=255", "--input", "noise=float32,missing=-9.5,min=-1,max=2")
        shown = {f["name"]: {n: f[n] for n in ("missing", "min", "max") if n in f} for f in facts["features"]}
        self.assertEqual(shown, {"temperature": {"missing": -127, "max": 0x7FFE}, "humidity, %": {"missing": 255},
                                 "noise": {"missing": -9.5, "min": -1, "max": 2}})
        self.assertTrue(facts["refuses"])
        readme = (self.folder / "out/README.md").read_text()
        self.assertIn("no reading: -127, above 32766 |", readme)
        self.assertIn("`M_NO_READING`", readme)
        self.assertFalse(self.export("--input", "int16,0.01")["refuses"])
        table = self.write("inputs.csv", "feature,type,missing,max,scale\nnoise,int16,-1,,0.5\ntemperature,uint8\n")
        facts = self.export("--inputs", table)
        self.assertEqual([(f["scale"], f.get("missing")) for f in facts["features"] if f["name"] == "noise"],
                         [(0.5, -1)])
        to_c = ["export", "m.terse", "-o", "bad", "--to", "c"]
        for text, says in (("int16,missing=x", "missing 'x'"), ("int16,missing=0x1FFFF", "-32768 to 32767"),
                           ("uint10,max=1024", "0 to 1023"), ("int16,min=5,max=4", "no value"),
                           ("int16,missing=1,missing=2", "'missing=2'"), ("int16,missing=", "'missing='"),
                           ("int16,least=3", "'least=3'"), ("int16,missing=1,0.5", "TYPE[,SCALE"),
                           ("float32,missing=nan", "'nan'"),
                           ("float32,max=1e39", "beyond"), ("int16,min=3,max=3,missing=3", "no value"),
                           ("uint8,missing=1.0", "'1.0'"), ("uint8,missing=--1", "'--1'"),
                           ("wind=int16,missing=3", "'wind'"), ("noise=int7,missing=3", "'int7'")):
            self.refused(*to_c, "--input", text, says=["--input", says])
        self.refused(*to_c, "--inputs", self.write("bad.csv", "feature,type,best\n"), says=["'best'", "missing"])
        self.refused(*to_c, "--inputs", self.write("bad.csv", "feature,type,max,max\n"), says=["'max'", "twice"])

    def test_a_category_is_no_missing_reading(self):
        rows = "".join(f"{i % 7},{'red' if i % 3 else 'blue'},{i}\n" for i in range(200))
        self.terse("train", self.write("kinds.csv", "a,kind,y\n" + rows), "--target", "y", *program_test.QUICK,
                   "-o", "kinds.terse")
        to_c = ["export", "kinds.terse", "--to", "c", "-o", "bad"]
        for text, held in (("uint8,missing=1", 1), ("kind=uint8,min=1", 0), ("kind=float32,missing=0", 0),
                           ("int16,max=0", 1)):
            self.refused(*to_c, "--input", text, says=["--input", f"'kind' holds {held}"])
        self.refused(*to_c, "--inputs", self.write("kinds_held.csv", "feature,type,max\nkind,uint8,0\n"),
                     says=["'kind' holds 1"])
        self.terse(*to_c[:-1], "good", "--input", "uint8,missing=2")

    def test_names_may_look_like_inputs(self):
        table = self.sensor_table()
        text = (self.folder / table).read_text().replace("noise", "a=int8,missing=3", 1)
        self.terse("train", self.write("odd.csv", text.replace("a=int8,missing=3", '"a=int8,missing=3"', 1)),
                   "--target", "yield", *program_test.QUICK, "-o", "odd.terse")
        facts = json.loads(self.terse("export", "odd.terse", "--to", "c", "-o", "out", "--json", "--input",
                                      "a=int8,missing=3=int16,missing=7").stdout)
        self.assertEqual([f.get("missing") for f in facts["features"] if f["name"].startswith("a=")], [7])

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
        cut = ["--input", "temperature=uint8,0.25,-20", "--input", "humidity, %=uint8,0.2",
               "--input", "noise=uint8,0.004"]
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
