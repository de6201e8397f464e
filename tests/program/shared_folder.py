"""A folder that all tests of a class share, for models that take long to make, and the program run in it."""

import subprocess
import tempfile
import unittest
from pathlib import Path


class SharedFolder(unittest.TestCase):
    program = ""  # set by main

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)

    @classmethod
    def terse(cls, *arguments, expect=0):
        done = subprocess.run([cls.program, *map(str, arguments)], cwd=cls.folder, capture_output=True, text=True,
                              timeout=60)
        assert done.returncode == expect, (arguments, done.stdout, done.stderr)
        return done
