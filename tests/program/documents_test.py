"""Runs the commands that the documents show, and compares what they print.

Usage: documents_test.py PATH_OF_TERSE DOCUMENT...

In a ```console block every line that begins with "$ " is a command (continued while lines end with a backslash, or to
the line END after <<'END'); the lines below it are what it prints on stdout. Commands of one document run in order in
one temporary folder. Last digits differ between processors: numbers with a decimal point must agree to a tenth
(seconds need not), whole numbers and hexadecimal ones are compared as "a number". A line "..." stands for any number of
lines; a command shown without output may print anything. Other blocks (```text, ```sh) are not run.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

NUMBER = re.compile(r"-?\b\d+(\.\d+)?(e[-+]?\d+)?\b")
FIGURE = re.compile(r"-?\b\d+\.\d+(?:e[-+]?\d+)?\b(?! s\b)")
HEXADECIMAL = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{6,}\b")


def steps(document):
    """(line number, command, expected lines) of every command in the ```console blocks."""
    found, inside, continued = [], False, False
    here_document = False
    for number, line in enumerate(document.splitlines(), 1):
        if here_document:
            start, command, expected = found[-1]
            found[-1] = (start, command + "\n" + line, expected)
            here_document = line != "END"
        elif line.startswith("```"):
            inside, continued = line == "```console", False
        elif inside and continued:
            start, command, expected = found[-1]
            found[-1] = (start, command + "\n" + line, expected)
            continued = line.endswith("\\")
        elif inside and line.startswith("$ "):
            found.append((number, line[2:], []))
            continued = line.endswith("\\")
            here_document = line.endswith("<<'END'")
        elif inside and found:
            found[-1][2].append(line)
    return found


def shape(line):
    """The line without its figures and the width of its columns."""
    return " ".join(NUMBER.sub("0", HEXADECIMAL.sub("0", line)).split())


def agree(expected, printed):
    """Whether two lines say the same, but for the last digits."""
    pairs = zip(map(float, FIGURE.findall(expected)), map(float, FIGURE.findall(printed)))
    return shape(expected) == shape(printed) and all(abs(a - b) <= 0.1 * max(abs(a), abs(b)) for a, b in pairs)


def matches(expected, printed):
    """Whether the printed lines have the shape of the expected ones."""
    if not expected:
        return not printed
    if expected[0] == "...":
        return any(matches(expected[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and agree(expected[0], printed[0]) and matches(expected[1:], printed[1:])


def failures(path, environment):
    """What is wrong with the commands of one document, as a list of messages."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for number, command, expected in steps(path.read_text()):
            done = subprocess.run(
                ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=240,
                stdin=subprocess.DEVNULL,
            )
            place = f"{path.name}:{number}: $ {command}"
            if done.returncode != 0:
                wrong.append(f"{place}\nends with {done.returncode}:\n{done.stdout}{done.stderr}")
                break
            printed = done.stdout.splitlines()
            if expected and not matches(expected, printed):
                wrong.append(f"{place}\nprints\n{done.stdout}\nbut the document shows\n" + "\n".join(expected))
    return wrong


class Reading(unittest.TestCase):
    """The test itself notices a document that is wrong."""

    def failures_of(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.md"
            path.write_text(text)
            return failures(path, dict(os.environ))

    def test_finds_commands_and_their_output(self):
        text = "x\n```console\n$ echo a \\\n  b\na b\n$ true\n```\n```text\n$ false\n```\n"
        self.assertEqual(steps(text), [(3, "echo a \\\n  b", ["a b"]), (6, "true", [])])
        self.assertEqual(self.failures_of(text), [])

    def test_a_here_document_belongs_to_its_command(self):
        text = "```console\n$ cat > a <<'END'\n$ no command\n```\nEND\n$ cat a\nb\n```\n"
        self.assertEqual(steps(text), [(2, "cat > a <<'END'\n$ no command\n```\nEND", []), (6, "cat a", ["b"])])

    def test_a_failing_command_is_reported(self):
        wrong = self.failures_of("```console\n$ true\n$ exit 3\n```\n")
        self.assertEqual(len(wrong), 1)
        self.assertIn("page.md:3: $ exit 3\nends with 3", wrong[0])

    def test_other_output_is_reported(self):
        self.assertEqual(len(self.failures_of("```console\n$ echo warm\ncold\n```\n")), 1)
        self.assertEqual(len(self.failures_of("```console\n$ printf 'a\\nb\\n'\na\n```\n")), 1)

    def test_last_digits_may_differ_and_dots_leave_out(self):
        text = "```console\n$ printf 'MSE 0.52  in 3.1 s\\nb\\nc\\n77d074fc\\n'\nMSE 0.5 in 0.1 s\n...\nbad5e7c4\n```\n"
        self.assertEqual(self.failures_of(text), [])
        self.assertEqual(len(self.failures_of(text.replace("MSE 0.5 ", "MSE 0.4 "))), 1)


class Documents(unittest.TestCase):
    def test_commands_do_what_the_documents_show(self):
        terse = Path(PROGRAM)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "terse").symlink_to(terse)
            environment = dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}")
            for path in DOCUMENTS:
                with self.subTest(path=path.name):
                    self.assertGreater(len(steps(path.read_text())), 0, "no ```console block: nothing is tested")
                    self.assertEqual("\n".join(failures(path, environment)), "")


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv[1])
    DOCUMENTS = [Path(name) for name in sys.argv[2:]]
    unittest.main(argv=sys.argv[:1])
