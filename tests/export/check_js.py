"""The codec in JavaScript against the library: the same messages in Node.js and in Duktape (ES5).

Usage: check_js.py --write PATH_OF_WRITE_DECODERS
"""

import json
import math
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

WRITE = ""
STATUS = ["ok", "wrong_length", "impossible_code", "nonzero_fill", "wrong_tag"]
ENGINES = {"Node.js": ["node", "--use-strict"], "Duktape": ["duk"]}


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


class Codec(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        subprocess.run([WRITE, cls.temporary.name], check=True)
        cls.folders = sorted(path for path in Path(cls.temporary.name).iterdir() if not path.name.startswith("full"))

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def answers(self, engine, folder, messages, form):
        """What decodeUplink says to each message, in one run."""
        path = folder / "run.js"
        show = "console.log" if engine == "Node.js" else "print"
        calls = f"var M = {json.dumps(messages)}, R = [];\n" \
            "for (var m = 0; m < M.length; m++) R.push(decodeUplink({bytes: M[m], fPort: 1}));\n" \
            f"{show}(JSON.stringify(R));\n"
        path.write_text((folder / form / "codec.js").read_text() + calls)
        done = subprocess.run([*ENGINES[engine], path], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        return json.loads(done.stdout)

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
        t = feature["thresholds"]
        if not t:
            self.assertEqual(value, {"code": 0, "low": None, "high": None, "middle": feature["mean"]})
            return
        low = t[code - 1] if code else None
        high = t[code] if code < len(t) else None
        self.assertEqual(None if value["low"] is None else single(value["low"]), low)
        self.assertEqual(None if value["high"] is None else single(value["high"]), high)
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
                    t = feature["thresholds"]
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
                found = answer["data"][facts["target"]]
                if facts["classes"]:
                    self.assertEqual(found["label"], message["prediction"])
                    self.assertEqual(list(found["probabilities"]), facts["classes"])
                    for value, wanted in zip(found["probabilities"].values(), message["probabilities"]):
                        self.assertLessEqual(abs(value - wanted), 1e-5)
                else:
                    self.assertLessEqual(abs(found - message["prediction"]), 1e-5 * max(1, abs(found)))

    def test_repository_examples_decode_to_what_they_say(self):
        for folder in self.folders:
            for form in ("exact", "compact"):
                bytes_of, expected = [], []
                for line in (folder / form / "codec-codec.yaml").read_text().splitlines():
                    name, _, value = line.strip().partition(": ")
                    if name == "bytes":
                        bytes_of.append(json.loads(value))
                    elif name in ("data", "errors"):
                        expected.append({name: json.loads(value)})
                self.assertGreaterEqual(len(expected), 4)
                for engine in ENGINES:
                    self.assertEqual(self.answers(engine, folder, bytes_of, form), expected)


    def test_a_package_by_ts013_decodes_its_examples(self):
        run = "var assert = require('assert'), codec = require('./index.js');\n" \
            "var examples = require('./examples.json'), about = require('./metadata.json');\n" \
            "assert.ok(about.specVersion === '1.0.0' && about.main === 'index.js' && about.codec.examples);\n" \
            "examples.forEach(function (example) {\n" \
            "  assert.strictEqual(example.type, 'uplink');\n" \
            "  assert.deepStrictEqual(codec.decodeUplink(example.input), example.output, example.description);\n" \
            "});\nconsole.log(examples.length);\n"
        for folder in self.folders:
            for form in ("exact", "compact"):
                path = folder / form / "ts013" / "run.js"
                path.write_text(run)
                done = subprocess.run(["node", path], capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertGreaterEqual(int(done.stdout), 4)


if __name__ == "__main__":
    sys.argv.remove("--write")
    WRITE = sys.argv.pop(1)
    unittest.main()
