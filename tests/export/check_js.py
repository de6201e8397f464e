"""The codec in JavaScript against the library: the same messages in Node.js, Duktape (ES5) and QuickJS.

Usage: check_js.py --write PATH_OF_WRITE_DECODERS --quickjs FOLDER
"""

import json
import math
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import js_engines

WRITE = ""
STATUS = ["ok", "wrong_length", "impossible_code", "nonzero_fill", "wrong_tag"]
ENGINES = {}


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


class Codec(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        subprocess.run([WRITE, cls.temporary.name], check=True)
        numbered = (path for path in Path(cls.temporary.name).iterdir() if path.name.isdigit())
        cls.folders = sorted(numbered, key=lambda path: int(path.name))

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def answers(self, engine, folder, messages, form):
        """What decodeUplink says to each message, in one run."""
        script = (folder / form / "codec.js").read_text() + f"var M = {json.dumps(messages)}, R = [];\n" \
            "for (var m = 0; m < M.length; m++) R.push(decodeUplink({bytes: M[m], fPort: 1}));\n"
        return js_engines.result(ENGINES[engine], engine, folder / "run.js", script, "R")

    def each(self, form):
        for folder in self.folders:
            facts = json.loads((folder / "facts.json").read_text())
            messages = [message["bytes"] for message in facts["messages"]]
            for engine in ENGINES:
                with self.subTest(model=folder.name, engine=engine):
                    answers = self.answers(engine, folder, messages, form)
                    self.assertEqual(len(answers), len(messages))
                    yield facts, list(zip(facts["messages"], answers))

    def check_refusal(self, message, answer):
        self.assertNotIn("data", answer)
        self.assertEqual(answer["errors"][0].split(":")[0], STATUS[message["status"]])

    def test_codes_and_exact_bounds(self):
        met = set()
        for facts, pairs in self.each("exact"):
            for message, answer in pairs:
                met.add(message["status"])
                if message["status"] != 0:
                    self.check_refusal(message, answer)
                    continue
                data = answer["data"]
                sent = [f for f in facts["features"] if f["levels"] > 1]
                self.assertEqual(set(data), {f["name"] for f in sent})
                for feature, code in zip(facts["features"], message["codes"]):
                    if feature["levels"] > 1:
                        self.check_interval(feature, code, data[feature["name"]])
        self.assertEqual(met, set(range(5)))

    def check_interval(self, feature, code, value):
        self.assertEqual(value["code"], code)
        if self.is_special(feature, code, value):
            return
        origin = feature["origin"]
        t = [origin + threshold for threshold in feature["thresholds"]]
        if not t:
            self.assertEqual(value, {"code": 0, "low": None, "high": None, "middle": origin + feature["mean"]})
            return
        low = t[code - 1] if code else None
        high = t[code] if code < len(t) else None
        shown = single if origin == 0 else float
        self.assertEqual(None if value["low"] is None else shown(value["low"]), low)
        self.assertEqual(None if value["high"] is None else shown(value["high"]), high)
        first, last = (t[1] - t[0], t[-1] - t[-2]) if len(t) > 1 else [2 * feature["deviation"]] * 2
        low = t[0] - first if low is None else low
        high = t[-1] + last if high is None else high
        scale = abs(low) + abs(high)
        self.assertTrue(math.isclose(value["middle"], (low + high) / 2, rel_tol=1e-6, abs_tol=1e-6 * scale))

    def is_special(self, feature, code, value):
        """Whether the code is no number of thresholds; then the rest of the value must say so."""
        if feature["missing"] and code == feature["levels"] - 1:
            self.assertEqual(value, {"code": code, "missing": True})
            return True
        if not feature["categories"]:
            return False
        names = feature["categories"]
        self.assertEqual(value, {"code": code, "category": names[code] if code < len(names) else None})
        return True

    def test_compact_bounds_are_near(self):
        for facts, pairs in self.each("compact"):
            for message, answer in pairs:
                if message["status"] != 0:
                    self.check_refusal(message, answer)
                    continue
                for feature, code in zip(facts["features"], message["codes"]):
                    t = [feature["origin"] + threshold for threshold in feature["thresholds"]]
                    if feature["levels"] == 1:
                        continue
                    value = answer["data"][feature["name"]]
                    self.assertEqual(value["code"], code)
                    if self.is_special(feature, code, value) or not t:
                        continue
                    widest = max([b - a for a, b in zip(t, t[1:])], default=0)
                    allowed = widest / 150 + 1e-6 * abs(t[0])
                    if code:
                        self.assertLessEqual(abs(value["low"] - t[code - 1]), allowed)
                    if code < len(t):
                        self.assertLessEqual(abs(value["high"] - t[code]), allowed)

    def test_predictions(self):
        for facts, pairs in self.each("network"):
            for message, answer in pairs:
                if message["status"] != 0:
                    continue
                if facts["targets"]:
                    self.check_targets(facts, message, answer["data"])
                    continue
                found = answer["data"][facts["target"]]
                if facts["classes"]:
                    self.assertEqual(found["label"], message["prediction"])
                    self.assertEqual(list(found["probabilities"]), facts["classes"])
                    for value, wanted in zip(found["probabilities"].values(), message["probabilities"]):
                        self.assertLessEqual(abs(value - wanted), 1e-5)
                else:
                    self.assertLessEqual(abs(found - message["prediction"]), 1e-5 * max(1, abs(found)))

    @staticmethod
    def targets_of(facts, outputs):
        """(name, classes, the library's outputs) of each of several targets."""
        begin = 0
        for target in facts["targets"]:
            end = begin + max(1, len(target["classes"]))
            yield target["name"], target["classes"], outputs[begin:end]
            begin = end

    def check_targets(self, facts, message, data):
        for name, classes, wanted in self.targets_of(facts, message["outputs"]):
            if not classes:
                self.assertLessEqual(abs(data[name] - wanted[0]), 1e-5 * max(1, abs(wanted[0])))
                continue
            self.assertEqual(data[name]["label"], classes[wanted.index(max(wanted))])
            self.assertEqual(list(data[name]["probabilities"]), classes)
            for value, other in zip(data[name]["probabilities"].values(), wanted):
                self.assertLessEqual(abs(value - other), 1e-5)

    def check_flat_targets(self, facts, message, data):
        for name, classes, wanted in self.targets_of(facts, message["outputs"]):
            if not classes:
                self.assertLessEqual(abs(data[name] - wanted[0]), 1e-5 * max(1, abs(wanted[0])))
                continue
            self.assertEqual(data[name], classes[wanted.index(max(wanted))])
            self.assertAlmostEqual(data[name + "_probability"], max(wanted), delta=1e-5)

    def flat(self, value):
        """What --flat makes of a feature's object, as a list of no or one value."""
        if not isinstance(value, dict):
            return [value]
        return [] if "missing" in value else [value["category"] if "category" in value else value["middle"]]

    def test_flat_is_the_same_without_objects(self):
        for folder in self.folders:
            messages = [message["bytes"] for message in json.loads((folder / "facts.json").read_text())["messages"]]
            for engine in ENGINES:
                nested = self.answers(engine, folder, messages, "exact")
                for answer, flat in zip(nested, self.answers(engine, folder, messages, "flat")):
                    if "data" in answer:
                        answer["data"] = {n: v for n, value in answer["data"].items() for v in self.flat(value)}
                    self.assertEqual(flat, answer)

    def test_flat_predictions(self):
        for facts, pairs in self.each("flat network"):
            for message, answer in pairs:
                if message["status"] != 0:
                    continue
                if facts["targets"]:
                    self.check_flat_targets(facts, message, answer["data"])
                    continue
                found = answer["data"][facts["target"]]
                if facts["classes"]:
                    self.assertEqual(found, message["prediction"])
                    probability = answer["data"][facts["target"] + "_probability"]
                    self.assertAlmostEqual(probability, max(message["probabilities"]), delta=1e-5)
                else:
                    self.assertLessEqual(abs(found - message["prediction"]), 1e-5 * max(1, abs(found)))

    def test_normalize_uplink_takes_what_the_repository_has_names_for(self):
        folder = self.folders[-1]
        self.assertNotIn("normalizeUplink", (folder / "exact" / "codec.js").read_text())
        script = (folder / "flat" / "codec.js").read_text()
        for other in self.folders[:-1]:
            self.assertNotIn("normalizeUplink", (other / "flat" / "codec.js").read_text())
        data = {"Temperature": -300, "humidity": 101, "wind_direction": 720, "soil temperature": 290, "light": 5,
                "illuminance": 6, "time": 1}
        most = {"air": {"temperature": -273.15, "relativeHumidity": 100}, "wind": {"direction": 359.99}}
        for engine in ENGINES:
            for data_of, wanted in ((data, most), ({"humidity": 40.5}, {"air": {"relativeHumidity": 40.5}}), ({}, {})):
                call = f"normalizeUplink({{data: {json.dumps(data_of)}}})"
                found = js_engines.result(ENGINES[engine], engine, folder / "run.js", script, call)
                self.assertEqual(found, {"data": wanted})


    def test_a_package_by_ts013_decodes_its_examples(self):
        run = "var assert = require('assert'), codec = require('./index.js');\n" \
            "var examples = require('./examples.json'), about = require('./metadata.json');\n" \
            "assert.ok(about.specVersion === '1.0.0' && about.main === 'index.js' && about.codec.examples);\n" \
            "examples.forEach(function (example) {\n" \
            "  assert.strictEqual(example.type, 'uplink');\n" \
            "  assert.deepStrictEqual(codec.decodeUplink(example.input), example.output, example.description);\n" \
            "});\nconsole.log(examples.length);\n"
        for folder in self.folders:
            for form in ("exact", "compact", "flat"):
                path = folder / form / "ts013" / "run.js"
                path.write_text(run)
                done = subprocess.run(["node", path], capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertGreaterEqual(int(done.stdout), 4)


if __name__ == "__main__":
    sys.argv.remove("--write")
    WRITE = sys.argv.pop(1)
    sys.argv.remove("--quickjs")
    ENGINES = js_engines.commands(Path(sys.argv.pop(1)))
    unittest.main()
