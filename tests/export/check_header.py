"""The header-only decoder against the library, compiled without a warning by g++ and clang++.

Usage: check_header.py --write PATH_OF_WRITE_DECODERS
"""

import json
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
    def compiled(self, compiler, folder):
        program = folder / compiler
        sources = [HERE / "header_program.cpp", HERE / "header_second.cpp"]
        done = subprocess.run([compiler, *FLAGS, "-I", folder / "header", *sources, "-o", program],
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
            status, *rest = answer.split()
            self.assertEqual(STATUS[int(status)], STATUS[message["status"]], message)
            if message["status"] == 0:
                self.assertEqual(list(map(int, rest[1:])), message["codes"])
                wanted = message["prediction"]
                self.assertLessEqual(abs(float(rest[0]) - wanted), 1e-5 * max(1, abs(wanted)))

    def test_every_model_with_every_compiler(self):
        with tempfile.TemporaryDirectory() as temporary:
            subprocess.run([WRITE, temporary], check=True)
            folders = sorted(path for path in Path(temporary).iterdir() if path.name != "full")
            self.assertGreaterEqual(len(folders), 4)
            for folder in folders:
                facts = json.loads((folder / "facts.json").read_text())
                for compiler in ("g++", "clang++"):
                    with self.subTest(model=folder.name, compiler=compiler):
                        self.check(self.compiled(compiler, folder), facts)


if __name__ == "__main__":
    sys.argv.remove("--write")
    WRITE = sys.argv.pop(1)
    unittest.main()
