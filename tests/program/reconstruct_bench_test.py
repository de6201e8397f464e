#!/usr/bin/env python3
"""The formats of bench/reconstruct.py: encodings by published vectors, sizes, and the table in docs/reconstruct.md.

    reconstruct_bench_test.py PATH_OF_TERSE PROJECT_FOLDER
"""

import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TERSE = str(Path(sys.argv.pop(1)).resolve())
PROJECT = Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(PROJECT / "bench"))

import reconstruct  # noqa: E402


class Formats(unittest.TestCase):
    # RFC 8949, appendix A.
    def test_cbor(self):
        for value, text in ((0, "00"), (24, "1818"), (100, "1864"), ("a", "6161"), ([1, 2, 3], "83010203"),
                            ({1: 2, 3: 4}, "a201020304"), (1.5, "f93e00"), (65504.0, "f97bff"), (-4.0, "f9c400")):
            self.assertEqual(reconstruct.cbor(value).hex(), text)

    # The encoding guide of Protocol Buffers: packed fields, and 150 as a varint.
    def test_protobuf(self):
        self.assertEqual(reconstruct.varint(150).hex(), "9601")
        self.assertEqual(reconstruct.protobuf([3, 270, 86942]).hex(), "0a06038e029ea705")

    @unittest.skipUnless(importlib.util.find_spec("cbor2") and importlib.util.find_spec("google.protobuf"),
                         "cbor2 and protobuf of PyPI are not there")
    def test_the_libraries_write_the_same(self):
        self.assertIn("the sizes are", reconstruct.check())

    def test_sizes_that_can_be_counted(self):
        for count in reconstruct.COUNTS:
            known = dict(reconstruct.sizes(count))
            self.assertEqual(known["struct of 8 bits"], count)
            self.assertEqual(known["Cayenne LPP, analog inputs"], 4 * count)
            # An array, and of each reading a map of two, two keys, a letter with its length and a half float.
            self.assertEqual(known["SenML-CBOR, half floats"], count * 8 + 1)
        self.assertEqual([reconstruct.levels_of(share) for share in reconstruct.SHARES], [256, 51, 11])

    def test_terse_sends_what_the_table_says(self):
        draw = random.Random(3)
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "table.csv"
            names = reconstruct.NAMES[:8]
            rows = [",".join(f"{draw.uniform(0, 100):.3f}" for _ in names) for _ in range(400)]
            table.write_text("\n".join([",".join(names), *rows, ",".join(["0"] * 8), ",".join(["100"] * 8)]) + "\n")
            for percent in (1, 5):
                done = subprocess.run([TERSE, "train", table, "--reconstruct", "--tolerance", f"{percent}%", "--json",
                                       "--test-fraction", "0", "--quiet", "-o", table.with_suffix(".terse")],
                                      check=True, capture_output=True)
                self.assertEqual(json.loads(done.stdout)["payload_bytes"], reconstruct.terse_bytes(8, percent / 100))

    def test_the_document_has_the_table(self):
        self.assertIn(reconstruct.formats_table(TERSE), (PROJECT / "docs/reconstruct.md").read_text())


if __name__ == "__main__":
    unittest.main()
