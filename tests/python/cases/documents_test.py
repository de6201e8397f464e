"""The examples of docs/python.md, but for those of PyTorch, which torch_test.py runs."""

import sys
import unittest

from case import ROOT, PackageTest

sys.path.insert(0, str(ROOT / "tests" / "python"))
import blocks  # noqa: E402


class Documents(PackageTest):
    def test_what_the_page_shows_is_so(self):
        examples, said = blocks.failures(ROOT / "docs" / "python.md", lambda heading: heading != "PyTorch")
        self.assertGreater(examples, 20)
        self.assertEqual(said.splitlines(), [])


if __name__ == "__main__":
    unittest.main()
