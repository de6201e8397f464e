"""Every command that reads tables has the same options for it, and its messages name no option that it lacks.

Usage: reading_messages_test.py PATH_OF_TERSE
"""

import subprocess
import sys
import unittest
from pathlib import Path

import program_test
from reading_case import QUICK, ReadingCase

# Every command that reads a table, and how it names it. MODEL stands for a model of the table.
READERS = [
    ("train", "TABLE", "--target", "y", *QUICK, "-o", "out.terse"),
    ("allocate", "TABLE", "--target", "y", "--payload", "1", "--epochs", "2", "--round-epochs", "1",
     "--final-epochs", "2", "--hidden", "1x8", "--decoder", "network", "--folds", "2", "-o", "out.terse"),
    ("study", "TABLE", "--target", "y", "--methods", "bw-sq", "--bits", "2", "--splits", "2", "--hidden", "1x8",
     "--epochs", "2", "-o", "study"),
    ("evaluate", "MODEL", "TABLE"),
    ("predict", "MODEL", "TABLE"),
    ("encode", "MODEL", "TABLE"),
    ("inspect", "MODEL", "--data", "TABLE"),
    ("compress", "MODEL", "--data", "TABLE", "--memory", "100000", "--epochs", "1", "-o", "small.terse"),
    ("export", "MODEL", "--to", "c", "--calibration", "TABLE", "-o", "device"),
    ("data", "get", "TABLE"),
    ("data", "describe", "TABLE"),
]  # fmt: skip


class Messages(ReadingCase):
    def test_every_reader_has_every_reading_option_and_names_no_other(self):
        self.terse("train", self.plain(count=120), "--target", "y", *QUICK, "-o", "MODEL")
        wrong = {
            "TEXT.csv": "a,b,y\n" + "1,x1,2\n2,3,4\n" * 3,
            "GAP.csv": "a,b,y\n1,,2\n2,3,4\n5,1,7\n",
            "NUMBERS.csv": "1,2\n3,4\n",
            "RAGGED.csv": "a,b,y\n1,2,3\n1,2\n",
            "INFINITE.csv": "a,b,y\n1,inf,3\n1,2,4\n",
            "COMMA.csv": 'a,b,y\n1.5,"1,5",3\n1,"2,5",4\n1,7,3\n',
            "TARGET.csv": "a,b,y\n1,2,z\n1,2,4\n5,1,7\n",
            "NAMES.csv": "a,b,y\n" + "".join(f"1,n{i},{i}\n" for i in range(400)),
            "EMPTY.csv": "",
            "LONG.csv": "a,b,y\n1,2,3,4\n",
        }
        reading = ("--no-header", "--columns", "--separator", "--decimal", "--encoding", "--comment", "--skip-lines",
                   "--units-row", "--na", "--dates")  # fmt: skip
        for name, text in wrong.items():
            self.write(name, text)
        for reader in READERS:
            words = reader[:2] if reader[0] == "data" else reader[:1]
            options = self.terse(*words, "--help").stdout
            for option in reading:
                self.assertIn(option, options, words)
            for name in wrong:
                arguments = [name if part == "TABLE" else part for part in reader]
                done = subprocess.run(
                    [program_test.PROGRAM, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=300
                )
                if done.returncode == 0:
                    continue
                with self.subTest(reader=words, table=name):
                    self.assertEqual(done.returncode, 2, done.stderr)
                    last = done.stderr.strip().splitlines()[-1]
                    last = last.replace("train again with --missing level or a --drop-rate", "")  # another command
                    for word in last.split():
                        flag = word.strip("`:;,.'()")
                        if flag.startswith("--"):
                            self.assertIn(flag + " ", options, last)


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
