"""terse reproduce on a small built-in table: trains, resumes, writes the tables again, refuses nonsense.

    reproduce_test.py TERSE DOCUMENTS RESULTS

DOCUMENTS: the folder with the committed pages; RESULTS: the folder with the archives they are written from.
"""

import json
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

TERSE = sys.argv.pop(1)
DOCUMENTS = Path(sys.argv.pop(1))
RESULTS = Path(sys.argv.pop(1))
PORTFOLIO = [{"hidden": "2x16", "epochs": 3}]


def run(*arguments, status=0):
    done = subprocess.run([TERSE, *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stderr}"
    return done


class ReproduceTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.output = str(Path(self.folder.name) / "reproduction")
        self.portfolio = Path(self.folder.name) / "portfolio.json"
        self.portfolio.write_text(json.dumps(PORTFOLIO))

    def trials(self):
        return {path: path.stat().st_mtime_ns for path in Path(self.output, "trials").rglob("*.json")}

    def arguments(self, *targets):
        return ["reproduce", *targets, "-o", self.output, "--data", "fried=fried:600", "--sets", "fried", "--splits",
                "2", "--search", str(self.portfolio), "--quiet"]

    def test_trains_resumes_and_writes_again(self):
        first = json.loads(run(*self.arguments("table9", "table11"), "--bits", "2,3", "--json").stdout)
        methods = {cell["method"] for cell in first["cells"]}
        self.assertEqual(methods, {"fp", "pr-mq", "pr-qq", "llt4", "llt9", "lsq", "bw-sq", "sq", "bw-mq", "bw-qq"})
        self.assertEqual(len(first["cells"]), 1 + 9 * 2)
        for cell in first["cells"]:
            self.assertEqual(cell["splits"], 2)
            self.assertIn(cell["mark"], ("better", "inside", "worse"))
            self.assertLess(0.0, cell["mse"])
        trials = self.trials()
        self.assertEqual(len(trials), 2 * (1 + 9 * 2))

        again = run(*self.arguments("table9", "table11"), "--bits", "2,3").stdout
        self.assertEqual(trials, self.trials())
        self.assertIn("### fried", again)
        self.assertIn("bw-sq", again)

        written = run("reproduce", "table9", "-o", self.output, "--bits", "2,3", "--no-training").stdout
        self.assertEqual(again, written)
        self.assertTrue((Path(self.output) / "report" / "report.html").exists())

    def test_the_committed_documents_follow_from_their_journal(self):
        for document, data, plans, arguments in (
            ("reproduce.md", "fried", "plans.tar.xz", ["table9", "--methods", "fp,bw-sq"]),
            ("baselines.md", "wine_quality", "plans-baselines.tar.xz", ["table9", "table11"]),
            ("superconduct.md", "superconduct", "plans-superconduct.tar.xz", ["table9", "table11"]),
            ("folds.md", "wine_quality", "plans-folds.tar.xz", ["table9", "--methods", "fp,bw-sq"]),
            ("schedules.md", "wine_quality", "plans-schedules.tar.xz", ["table6"]),
            ("schedules-superconduct.md", "superconduct", "plans-schedules-superconduct.tar.xz", ["table7"]),
        ):
            folder = Path(self.output) / document
            for part in [RESULTS / plans, *RESULTS.glob("journal-*.tar.xz")]:
                with tarfile.open(part) as archive:
                    archive.extractall(folder)
            with self.subTest(document):
                written = run("reproduce", *arguments, "-o", folder, "--no-training").stdout
                self.assertEqual(written, (DOCUMENTS / document).read_text())
                self.assertIn(data, written)

    def test_the_page_of_the_archives_counts_their_trainings(self):
        page = (RESULTS / "README.md").read_text()
        counted = dict(re.findall(r"(?m)^\| `(journal-[\w-]+\.tar\.xz)` \| (\d+) \|", page))
        held = {}
        for part in RESULTS.glob("journal-*.tar.xz"):
            with tarfile.open(part) as archive:
                held[part.name] = str(sum(name.endswith(".json") for name in archive.getnames()))
        self.assertEqual(counted, held)
        total = sum(map(int, held.values()))
        self.assertIn(f"\n{total:,} trainings, ", page)

    def test_refuses_what_it_does_not_know(self):
        for arguments, part in (
            (["reproduce", "table1", "-o", self.output], "table1"),
            (["reproduce", "table9", "-o", self.output, "--sets", "iris"], "iris"),
            (["reproduce", "table9", "-o", self.output, "--methods", "sq"], "sq"),
            (["reproduce", "table9", "-o", self.output, "--bits", "9"], "9"),
            (["reproduce", "table9", "-o", self.output, "--no-training"], "holds no reproduction"),
        ):
            done = run(*arguments, status=2)
            self.assertIn(part, done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
