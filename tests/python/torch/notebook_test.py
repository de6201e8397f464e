"""The notebook about a network of one's own, with Debian's PyTorch and a kernel from PyPI."""

import ast
import os
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(HERE.parent))
from python_test import environment  # noqa: E402
from run_notebook import values_of  # noqa: E402


class Notebook(unittest.TestCase):
    def test_my_own_network(self):
        python = environment(Path(os.environ["TERSE_PYTHON_WORK"]) / "environment-torch", HERE / "requirements.txt",
                             "--system-site-packages")
        os.environ["OMP_NUM_THREADS"] = "1"  # the machine has other tests to run
        values = values_of(ROOT / "docs" / "notebooks" / "my_own_network.ipynb", python)
        error, variance = ast.literal_eval(values[0])
        self.assertLess(error, variance / 10)
        self.assertIn("comfort", values[1])
        payload_bytes, difference = ast.literal_eval(values[2])
        self.assertEqual(payload_bytes, 2)
        self.assertLess(difference, 1e-5)
        self.assertIn("firmware.c", values[3])


if __name__ == "__main__":
    unittest.main()
