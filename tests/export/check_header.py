"""The header-only decoder against the library, compiled without a warning by g++ and clang++.

Usage: check_header.py --write PATH_OF_WRITE_DECODERS
"""

import json
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

WRITE = ""
HERE = Path(__file__).parent
STATUS = ["ok", "wrong_length", "impossible_code", "nonzero_fill", "wrong_tag"]
FLAGS = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-pedantic", "-Werror"]


class Header(unittest.TestCase):
    def compiled(self, compiler, folder, facts):
        program = folder / compiler
        sources = [HERE / "header_program.cpp", HERE / "header_second.cpp"]
        flags = [*FLAGS, *(["-DCLASSES"] if facts["classes"] else [])]
        flags += ["-DTARGETS"] if facts["targets"] else []
        if any(feature["categories"] for feature in facts["features"]):
            flags.append("-DCATEGORIES")
        done = subprocess.run([compiler, *flags, "-I", folder / "header", *sources, "-o", program],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return program

    def check(self, program, facts):
        messages = facts["messages"]
        lines = "".join(" ".join(map(str, message["bytes"])) + "\n" for message in messages)
        done = subprocess.run([program], input=lines, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0)
        answers = done.stdout.splitlines()
        self.assertEqual(len(answers), len(messages))
        for message, answer in zip(messages, answers):
            status, _, rest = answer.partition(" ")
            self.assertEqual(STATUS[int(status)], STATUS[message["status"]], message)
            if message["status"] == 0:
                prediction, *probabilities, codes = rest.split("|")
                self.assertEqual(list(map(int, codes.split())), message["codes"])
                if facts["targets"]:
                    self.assertEqual(1 + len(probabilities), len(message["outputs"]))
                    for found, wanted in zip([prediction, *probabilities], message["outputs"]):
                        self.assertLessEqual(abs(float(found) - wanted), 1e-5 * max(1, abs(wanted)))
                    continue
                if facts["classes"]:
                    self.assertEqual(prediction, message["prediction"])
                    self.assertEqual(len(probabilities), len(message["probabilities"]))
                    for found, wanted in zip(probabilities, message["probabilities"]):
                        self.assertLessEqual(abs(float(found) - wanted), 1e-5)
                    continue
                wanted = message["prediction"]
                self.assertLessEqual(abs(float(prediction) - wanted), 1e-5 * max(1, abs(wanted)))

    def check_readings(self, folder, program, facts):
        count = len(facts["features"])
        rows = list(struct.iter_unpack(f"<{count}f", (folder / "readings.f32").read_bytes()))
        lines = "".join("r " + " ".join(map(str, row)) + "\n" for row in rows)
        done = subprocess.run([program], input=lines, capture_output=True, text=True, timeout=60)
        answers = [line.split(" ")[1:] for line in done.stdout.split("\n")[:-1]]
        self.assertEqual(len(answers), len(rows))
        wanted = [facts["codes"][at:at + count] for at in range(0, len(facts["codes"]), count)]
        for answer, codes in zip(answers, wanted):
            self.assertEqual([int(text.partition("=")[0]) for text in answer], codes)
            for text, code, feature in zip(answer, codes, facts["features"]):
                names = feature["categories"]
                self.assertEqual(text.partition("=")[1:], ("=", names[code]) if code < len(names) else ("", ""))

    def check_what_has_no_code(self, program, facts):
        """A row of one number for all features at a time, which some cannot read."""
        count = len(facts["features"])
        wrong = ("nan", "-nan", "0.5", "-1", "1e9", "inf", "0")
        lines = "".join("r " + " ".join([value] * count) + "\n" for value in wrong)
        done = subprocess.run([program], input=lines, capture_output=True, text=True, timeout=60)
        for value, line in zip(wrong, done.stdout.split("\n")):
            for feature, text in zip(facts["features"], line.split(" ")[1:]):
                if "nan" in value:
                    wanted = str(feature["levels"] - 1) if feature["missing"] else "-"
                elif feature["categories"]:
                    wanted = value if value == "0" else "-"
                else:
                    wanted = str(sum(float(value) > threshold for threshold in feature["thresholds"]))
                self.assertEqual(text.partition("=")[0], wanted, (value, feature["name"]))

    def test_every_model_with_every_compiler(self):
        with tempfile.TemporaryDirectory() as temporary:
            subprocess.run([WRITE, temporary], check=True)
            folders = sorted(path for path in Path(temporary).iterdir() if not path.name.startswith(("full", "tabm")))
            self.assertGreaterEqual(len(folders), 4)
            for folder in folders:
                facts = json.loads((folder / "facts.json").read_text())
                for compiler in ("g++", "clang++"):
                    with self.subTest(model=folder.name, compiler=compiler):
                        self.check(self.compiled(compiler, folder, facts), facts)
                        self.check_readings(folder, folder / compiler, facts)
                        self.check_what_has_no_code(folder / compiler, facts)


if __name__ == "__main__":
    sys.argv.remove("--write")
    WRITE = sys.argv.pop(1)
    unittest.main()
