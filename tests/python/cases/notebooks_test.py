"""The notebooks of docs/notebooks, each by its own kernel; torch/notebook_test.py runs the one that needs PyTorch."""

import ast
import json
import sys
import unittest

from case import ROOT, PackageTest

sys.path.insert(0, str(ROOT / "tests" / "python"))
from run_notebook import values_of  # noqa: E402

FOLDER = ROOT / "docs" / "notebooks"


class Notebooks(PackageTest):
    def test_how_few_bytes(self):
        values = values_of(FOLDER / "how_few_bytes.ipynb")
        full, equal = ast.literal_eval(values[1]), ast.literal_eval(values[2])
        self.assertEqual((full[0], equal[0]), (40, 3))
        self.assertGreater(full[1], equal[1])
        # What says nothing about the target is not sent.
        self.assertIn("{'light'", values[6])
        self.assertEqual(set(ast.literal_eval(values[6])), {"light", "warmth", "water", "nitrogen", "potassium"})

    def test_from_scikit_learn_to_an_arduino(self):
        values = values_of(FOLDER / "from_scikit_learn_to_an_arduino.ipynb")
        self.assertGreater(ast.literal_eval(values[1])[1], 0.95)
        self.assertIn("library.properties", values[2])
        self.assertEqual(values[-1], "True")

    def test_they_are_kept_without_outputs(self):
        for path in FOLDER.glob("*.ipynb"):
            for cell in json.loads(path.read_text("utf-8"))["cells"]:
                self.assertFalse(cell.get("outputs"), path.name)
                self.assertFalse(cell.get("execution_count"), path.name)


if __name__ == "__main__":
    unittest.main()
