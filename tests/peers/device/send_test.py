"""What decides in C about sending, on simulated processors and this machine, against the rule in words.

Usage: send_test.py TERSE WRITE_MODELS
"""

import sys
import tempfile
import unittest
from pathlib import Path

import cores
import send_cases


class SendTest(cores.OnEveryCore, unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def on(self, core):
        for case in send_cases.CASES:
            with self.subTest(case):
                measured = send_cases.measure(TERSE, WRITE_MODELS, self.folder, core, *case)
                self.assertTrue(0 < measured["sent"] < measured["of"], measured)

    def test_other_levels_and_heartbeats(self):
        for case in send_cases.CASES:
            walk = send_cases.Walk(TERSE, WRITE_MODELS, self.folder, case)
            for change, heartbeat in send_cases.RULES:
                with self.subTest(case, change=change):
                    self.assertEqual(walk.in_c(change, heartbeat), walk.by_the_rule(change, heartbeat))


if __name__ == "__main__":
    TERSE, WRITE_MODELS = (str(Path(each).resolve()) for each in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1])
