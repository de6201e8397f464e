"""The pages of docs/reference say what the program says.

    reference_test.py TERSE FOLDER [--write]

FOLDER: docs/reference. command-line.md is made from `terse COMMAND --help` of every command; --write makes it anew.
http.md is made from openapi.json in the same way. metrics.md is written by hand and compared with what a running server
answers at /metrics: names, types, labels.
"""

import difflib
import re
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from http_page import http_page
from openapi_check import DOCUMENT
from serve_process import Server, make_model

INTRODUCTION = """# Command line

The help text of every command, as the program prints it. This page is generated; after a change of the program:

    python3 tests/program/reference_test.py build/release/terse docs/reference --write

Exit codes: 0 is success, 1 a job that failed, 2 wrong usage or wrong input. Results go to stdout, progress and messages
to stderr; `--json` makes results machine-readable.
"""


def help_of(program, command):
    done = subprocess.run([program, *command, "--help"], check=True, capture_output=True, text=True, timeout=60)
    return done.stdout.strip()


def commands(program, command=()):
    """(words of a command, its help), depth first: a command before the commands below it."""
    text = help_of(program, command)
    yield command, text
    below = re.search(r"(?ms)^Subcommands:\n(.*?)(?:^\S|^$|\Z)", text)
    for name in re.findall(r"(?m)^  (\S+)", below.group(1)) if below else []:
        yield from commands(program, (*command, name))


def command_line_page(program):
    found = list(commands(program))
    page = INTRODUCTION
    page += "\n| command | |\n|---|---|\n"
    for command, text in found[1:]:
        words = " ".join(command)
        page += f"| [`terse {words}`](#terse-{words.replace(' ', '-')}) | {text.splitlines()[0]} |\n"
    for command, text in found:
        page += f"\n## {' '.join(('terse', *command))}\n\n```text\n{text}\n```\n"
    return page


class CommandLineTest(unittest.TestCase):
    def test_every_command_is_found(self):
        found = [" ".join(command) for command, _ in commands(TERSE)]
        self.assertEqual(len(found), len(set(found)))
        for name in ("", "train", "serve", "data", "data get", "study merge", "reproduce"):
            self.assertIn(name, found)

    def test_the_page_is_what_the_program_prints(self):
        page = (REFERENCE / "command-line.md").read_text()
        printed = command_line_page(TERSE)
        changed = difflib.unified_diff(page.splitlines(), printed.splitlines(), "page", "program", lineterm="")
        remedy = "run python3 tests/program/reference_test.py build/release/terse docs/reference --write"
        self.assertEqual("", "\n".join(changed), "docs/reference/command-line.md is out of date: " + remedy)


class HttpTest(unittest.TestCase):
    def test_the_page_is_what_the_document_says(self):
        changed = difflib.unified_diff((REFERENCE / "http.md").read_text().splitlines(),
                                       http_page(DOCUMENT.value).splitlines(), "page", "document", lineterm="")
        remedy = "run python3 tests/program/reference_test.py build/release/terse docs/reference --write"
        self.assertEqual("", "\n".join(changed), "docs/reference/http.md is out of date: " + remedy)


def documented_metrics(page):
    """Name -> (type, {label: values}), from the rows `| name | type | label: value, value; label | meaning |`."""
    found = {}
    for name, kind, labels in re.findall(r"(?m)^\| `(terse_\w+)` \| (\w+) \| ([^|]*)\|", page):
        values = {}
        for each in filter(None, (part.strip() for part in labels.split(";"))):
            label, _, listed = each.partition(":")
            values[label.strip("`")] = set(re.findall(r"`([^`]+)`", listed))
        found[name] = (kind, values)
    return found


def exposed_metrics(text):
    """The same of an answer in Prometheus' text format; a histogram's own label `le` and suffixes left out."""
    found = {name: (kind, {}) for name, kind in re.findall(r"(?m)^# TYPE (\w+) (\w+)$", text)}
    for sample, labels in re.findall(r"(?m)^(\w+)(?:\{(.*)\})? \S+$", text):
        name = sample if sample in found else re.sub(r"_(bucket|sum|count)$", "", sample)
        for label, value in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels):
            if label != "le":
                found[name][1].setdefault(label, set()).add(value)
    return found


class MetricsTest(unittest.TestCase):
    def server_metrics(self):
        """Of a server with every front end that counts; its broker is away, its models had enough messages."""
        with tempfile.TemporaryDirectory() as folder:
            messages = make_model(TERSE, folder)
            subprocess.run([TERSE, "compress", "pump.terse", "--data", "pump.csv", "--max-loss", "400", "--epochs",
                            "1", "--quiet", "-o", "renewed.terse"], cwd=folder, check=True, capture_output=True)
            with socket.socket() as nobody:  # bound and never listening: refuses connections
                nobody.bind(("127.0.0.1", 0))
                broker = f"mqtt://127.0.0.1:{nobody.getsockname()[1]}"
                with Server(TERSE, folder, "pump.terse", "pump=renewed.terse", "--compare", "pump=100", "--store",
                            "x.sqlite", "--heartbeat", "1h", "--mqtt", broker, "--predictor",
                            "http://127.0.0.1:1") as server:
                    many = [{"device": "d", "hex": payload} for payload, _ in messages]
                    status, _ = server.post("/v1/models/pump/payloads", many)
                    self.assertEqual(status, 200)
                    status, text = server.curl("/metrics")
                    self.assertEqual(status, 200)
                    return exposed_metrics(text)

    def test_the_page_names_every_metric(self):
        documented = documented_metrics((REFERENCE / "metrics.md").read_text())
        exposed = self.server_metrics()
        self.assertEqual(set(documented), set(exposed))
        for name, (kind, labels) in exposed.items():
            with self.subTest(name):
                self.assertEqual(documented[name][0], kind)
                self.assertEqual(set(documented[name][1]), set(labels))
                for label, listed in documented[name][1].items():
                    if listed:  # a closed list
                        self.assertEqual(listed, labels[label])

    def test_both_readers_see_labels_and_types(self):
        text = '# TYPE a_s histogram\na_s_bucket{le="1"} 0\na_s_sum 0\na_s_count 0\n'
        text += '# TYPE b counter\nb{x="1",y="p"} 2\nb{x="2",y="p"} 2\n'
        self.assertEqual(exposed_metrics(text),
                         {"a_s": ("histogram", {}), "b": ("counter", {"x": {"1", "2"}, "y": {"p"}})})
        page = "| `terse_a` | counter | `x`: `1`, `2`; `y` | words |\n| `terse_b` | gauge | | words |\n"
        self.assertEqual(documented_metrics(page),
                         {"terse_a": ("counter", {"x": {"1", "2"}, "y": set()}), "terse_b": ("gauge", {})})


if __name__ == "__main__":
    TERSE, REFERENCE = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    if sys.argv[3:] == ["--write"]:
        (REFERENCE / "command-line.md").write_text(command_line_page(TERSE))
        (REFERENCE / "http.md").write_text(http_page(DOCUMENT.value))
    else:
        unittest.main(argv=sys.argv[:1])
