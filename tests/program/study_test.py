"""Studies from outside: killed and resumed, shared between processes and merged.

Usage: study_test.py PATH_OF_TERSE
"""

import csv
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = ""
SMALL = ["fried:400", "--methods", "fp,bw-sq", "--bits", "2,3", "--splits", "3", "--hidden", "2x16", "--epochs", "3"]


class StudyTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def terse(self, *arguments, expect=0):
        done = subprocess.run(
            [PROGRAM, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True, timeout=300
        )
        self.assertEqual(done.returncode, expect, f"terse {arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def results(self, name):
        return sorted((self.folder / name / "trials").glob("*/*.json"))

    def losses(self, name):
        with open(self.folder / name / "summary.csv", newline="") as file:
            return [(row["data"], row["method"], row["bits"], row["losses"]) for row in csv.DictReader(file)]

    def interrupted(self, name, number):
        """Starts a study of some seconds, sends the signal once results appear, gives the exit code."""
        arguments = ["study", *SMALL[:-1], "2000", "--jobs", "1", "-o", name]
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 120
        while len(self.results(name)) < 2 and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.01)
        self.assertIsNone(process.poll(), "the study ended before it could be stopped")
        process.send_signal(number)
        self.said = process.communicate(timeout=60)[1]
        return process.returncode

    def resumed(self, name):
        finished = {path: path.stat().st_mtime_ns for path in self.results(name)}
        self.assertLess(len(finished), 9)
        done = self.terse("study", *SMALL[:-1], "2000", "-o", name)
        self.assertIn(f"{9 - len(finished)} trainings done", done.stderr)
        self.assertEqual(len(self.results(name)), 9)
        for path, written in finished.items():
            self.assertEqual(path.stat().st_mtime_ns, written, f"{path} was written again")


class Resume(StudyTest):
    def test_a_killed_study_repeats_no_finished_training(self):
        self.assertEqual(self.interrupted("s", signal.SIGKILL), -signal.SIGKILL)
        self.resumed("s")

    def test_ctrl_c_stops_cleanly(self):
        self.assertEqual(self.interrupted("s", signal.SIGINT), 1)
        self.assertIn("finished trainings are kept in 's'", self.said.splitlines()[-1])
        self.assertEqual(list((self.folder / "s").glob("**/*.part")), [])
        self.resumed("s")

    def test_other_settings_start_other_trainings(self):
        self.terse("study", *SMALL, "-o", "s")
        self.assertEqual(len(self.results("s")), 9)
        self.terse("study", *SMALL, "--dropout", "0.1", "-o", "s")
        self.assertEqual(len(self.results("s")), 18)


class Shards(StudyTest):
    def test_merged_shards_are_the_whole(self):
        self.terse("study", *SMALL, "-o", "whole")
        for index in (1, 2, 3):
            self.terse("study", *SMALL, "--shard", f"{index}/3", "-o", f"part{index}")
            self.assertGreater(len(self.results(f"part{index}")), 0)
        self.assertEqual(sum(len(self.results(f"part{index}")) for index in (1, 2, 3)), 9)
        self.terse("study", "merge", "part1", "part2", "part3", "-o", "merged")
        self.assertEqual(self.losses("merged"), self.losses("whole"))

    def test_what_is_missing_is_said(self):
        self.terse("study", *SMALL, "--shard", "1/2", "-o", "part1")
        done = self.terse("study", "merge", "part1", "-o", "merged")
        self.assertIn("splits are not done", done.stdout)


class Output(StudyTest):
    def test_json_agrees_with_the_files(self):
        printed = json.loads(self.terse("study", *SMALL, "--json", "-o", "s").stdout)
        self.assertEqual(printed, json.loads((self.folder / "s" / "summary.json").read_text()))
        self.assertEqual([cell["bits"] for cell in printed["cells"]], [0, 2, 3])
        self.assertEqual(printed["cells"][1]["payload_bits"], 20)

    def test_a_search_chooses_by_cross_validation(self):
        (self.folder / "portfolio.json").write_text('[{"hidden": "1x2"}, {"hidden": "2x32"}]')
        options = ["--portfolio", "portfolio.json", "--folds", "2", "--json", "-o", "s"]
        printed = json.loads(self.terse("study", "fried:1000", *SMALL[1:-1], "20", *options).stdout)
        for cell in printed["cells"]:
            self.assertIn(["hidden", "2x32"], cell["settings"])

    def test_its_report_is_made(self):
        self.terse("study", *SMALL, "-o", "s")
        printed = json.loads(self.terse("report", "s", "-o", "r", "--json").stdout)
        page = Path(self.folder / printed["page"]).read_text()
        self.assertTrue("<td>bw-sq</td>" in page)
        self.assertTrue("Fewest bits as good as full precision" in page)
        names = {path.name for path in (self.folder / "r").iterdir()}
        self.assertEqual(names, {"report.html", "report.csv", "report.md", "report.tex", "figures"})
        self.assertIn("summary.json", self.terse("report", "nowhere", expect=2).stderr)

    def test_classes_with_gaps_and_names(self):
        draw = random.Random(4)
        lines = ["temperature,room,felt"]
        for _ in range(400):
            temperature, room = draw.uniform(10, 30), draw.choice(["attic", "cellar"])
            felt = "warm" if temperature + (5 if room == "attic" else 0) > 20 else "cold"
            lines.append(f"{'' if draw.random() < 0.1 else f'{temperature:.2f}'},{room},{felt}")
        (self.folder / "rooms.csv").write_text("\n".join(lines) + "\n")
        study = ["study", "rooms.csv", "--target", "felt", "--missing", "level", "--bits", "3", "--splits", "2",
                 "--hidden", "1x16", "--epochs", "30", "--batch", "32", "--lr", "0.01", "--methods", "fp,bw-sq",
                 "-o", "s"]
        self.assertIn("| accuracy |", self.terse(*study).stdout)
        cells = json.loads(self.terse(*study, "--json").stdout)["cells"]
        self.assertGreater(cells[1]["accuracy"], 0.8)
        self.assertEqual(cells[1]["payload_bits"], 4)  # 3, one of whose codes is for gaps, and one for 2 rooms
        self.terse("report", "s", "-o", "r")
        self.assertIn(f"({100 * cells[1]['accuracy']:.1f} %)", (self.folder / "r" / "report.md").read_text())
        trial = json.loads(self.results("s")[0].read_text())["trial"]
        self.assertEqual(trial["task"], "classification")

    def test_wrong_use_is_refused(self):
        for arguments, says in (
            (["fried:400"], "--output"),
            (["-o", "s"], "DATA"),
            (["fried:400", "fried:400", "-o", "s"], "NAME=DATA"),
            (["fried:400", "--methods", "magic", "-o", "s"], "magic"),
            (["fried:400", "--bits", "9", "-o", "s"], "9"),
            (["fried:400", "--shard", "3/2", "-o", "s"], "3/2"),
            (["fried:400", "--portfolio", "none.json", "-o", "s"], "none.json"),
            (["merge", "nowhere", "-o", "s"], "nowhere"),
        ):
            self.assertIn(says, self.terse("study", *arguments, expect=2).stderr)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
