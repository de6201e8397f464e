"""What a codec brings along for The Things Network's device repository: the rules of its schemas, restated here, and
its own examples, decoded.

Source of the rules: schema.json (endDevicePayloadCodec) and lib/payload.json of
github.com/TheThingsNetwork/lorawan-devices, as of 2024.

Usage: /usr/bin/python3 check_repository.py --write PATH_OF_WRITE_DECODERS --quickjs FOLDER
"""

import json
import math
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import js_engines
import yaml

WRITE = ""
ENGINES = {}
SCRIPT_BYTES = 40_960
IDENTIFIER = re.compile(r"[a-z0-9](-?[a-z0-9]){2,}")
FILE = re.compile(r"([a-z0-9-]+/)*([a-z0-9_-]+\.)+[a-z0-9]+")
ZERO = -273.15
# The least and the largest value of each quantity; what is not listed may not stand there.
QUANTITIES = {
    "air": {"temperature": (ZERO, math.inf), "relativeHumidity": (0, 100), "pressure": (900, 1100), "co2": (0, 1e6),
            "lightIntensity": (0, math.inf)},
    "soil": {"depth": (0, math.inf), "moisture": (0, 100), "temperature": (ZERO, math.inf), "ec": (0, 621),
             "pH": (0, 14), "n": (0, 1e6), "p": (0, 1e6), "k": (0, 1e6)},
    "wind": {"speed": (0, math.inf), "direction": (0, math.nextafter(360, 0))},
}


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def are_texts(value):
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def wrong_with_example(example):
    if not isinstance(example.get("description"), str):
        yield "description"
    sent = example["input"]
    if not 1 <= len(sent["bytes"]) <= 256 or any(type(b) is not int or not 0 <= b <= 255 for b in sent["bytes"]):
        yield "bytes"
    if type(sent["fPort"]) is not int or not 1 <= sent["fPort"] <= 255:
        yield "fPort"
    output = example["output"]
    if not are_texts(output.get("errors", [])) or not are_texts(output.get("warnings", [])):
        yield "errors and warnings"
    if not output.get("errors") and not isinstance(output.get("data"), dict):
        yield "data"
    if set(example) - {"description", "input", "output", "normalizedOutput"}:
        yield "a key that the repository does not know"


def wrong_with_normalized(measurements):
    if not isinstance(measurements, list):
        yield "no list"
        return
    for measurement in measurements:
        for group, values in measurement.items():
            for name, value in values.items():
                low, high = QUANTITIES.get(group, {}).get(name, (math.inf, -math.inf))
                if not is_number(value) or not low <= value <= high:
                    yield f"{group}.{name} = {value}"


def wrong_with_codec(path):
    """What the repository would not take of a codec's file and of the script that it names."""
    if not IDENTIFIER.fullmatch(path.stem) or len(path.stem) > 36:
        yield "id " + path.stem
    codec = yaml.safe_load(path.read_text())
    if set(codec) != {"uplinkDecoder"}:
        yield "decoders"
    name = codec["uplinkDecoder"]["fileName"]
    if not FILE.fullmatch(name) or not name.endswith(".js"):
        yield "fileName " + name
    if len((path.parent / name).read_bytes()) > SCRIPT_BYTES:
        yield "length of the script"
    for example in codec["uplinkDecoder"]["examples"]:
        yield from wrong_with_example(example)
        if "normalizedOutput" in example:
            yield from wrong_with_normalized(example["normalizedOutput"]["data"])


class Rules(unittest.TestCase):
    def wrong(self, text, name="some-codec.yaml"):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.js").write_text("//\n")
            path = Path(folder) / name
            path.write_text("uplinkDecoder:\n  fileName: a.js\n  examples:\n  - " + text)
            return list(wrong_with_codec(path))

    def test_each_rule_finds_what_breaks_it(self):
        good = "{description: d, input: {fPort: 1, bytes: [1, 255]}, output: {data: {a: 1}}}"
        self.assertEqual(self.wrong(good), [])
        for part, instead in (("[1, 255]", "[]"), ("255", "256"), ("255", "1.0"), ("fPort: 1", "fPort: 0"),
                              ("data: {a: 1}", "data: 5"), ("data: {a: 1}", "errors: [1]"), ("{data: {a: 1}}", "{}"),
                              ("description: d, ", ""), ("}}}", "}}, more: 1}")):
            self.assertNotEqual(self.wrong(good.replace(part, instead)), [], instead)
        for name in ("a_codec.yaml", "A-codec.yaml", "ab.yaml", "a--b.yaml", "x" * 37 + ".yaml"):
            self.assertNotEqual(self.wrong(good, name), [], name)
        for quantities in ("{air: {temperature: -300}}", "{air: {humidity: 5}}", "{water: {level: 1}}",
                           "{wind: {direction: 360}}", "{air: {co2: true}}"):
            text = good[:-1] + ", normalizedOutput: {data: [" + quantities + "]}}"
            self.assertEqual(len(self.wrong(text)), 1, quantities)


class Repository(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        subprocess.run([WRITE, cls.temporary.name], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def codecs(self):
        paths = sorted(Path(self.temporary.name).glob("*/*/codec-codec.yaml"))
        self.assertGreater(len(paths), 40)
        for path in paths:
            with self.subTest(codec=path.parent):
                yield path, yaml.safe_load(path.read_text())["uplinkDecoder"]["examples"]

    def test_the_repository_takes_the_files(self):
        for path, examples in self.codecs():
            self.assertEqual(list(wrong_with_codec(path)), [])
            self.assertGreaterEqual(len(examples), 1 if "network" in path.parent.name else 4)

    def test_examples_decode_to_what_they_say(self):
        normalized = 0
        for path, examples in self.codecs():
            script = (path.parent / "codec.js").read_text()
            calls = f"var M = {json.dumps([e['input'] for e in examples])}, R = [], N = [];\n" \
                "for (var m = 0; m < M.length; m++) R.push(decodeUplink(M[m]));\n" \
                "if (typeof normalizeUplink !== 'undefined')\n" \
                "  N = R.map(function (r) { return r.data && normalizeUplink(r).data; });\n"
            for engine, command in ENGINES.items():
                found, data = js_engines.result(command, engine, path.parent / "run.js", script + calls, "[R, N]")
                self.assertEqual(found, [example["output"] for example in examples])
                wanted = [example["normalizedOutput"]["data"] for example in examples if "normalizedOutput" in example]
                self.assertEqual([[one] for one in data if one is not None], wanted)
                normalized += len(wanted)
        self.assertGreaterEqual(normalized, 3 * len(ENGINES))


if __name__ == "__main__":
    sys.argv.remove("--write")
    WRITE = sys.argv.pop(1)
    sys.argv.remove("--quickjs")
    ENGINES = js_engines.commands(Path(sys.argv.pop(1)))
    unittest.main()
