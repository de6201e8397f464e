"""The examples of a page, run as doctest does. In ```pycon blocks, in order, with one namespace."""

import doctest
import os
import re
import tempfile
from pathlib import Path


def failures(page, wanted):
    """What differs in the blocks of the sections whose heading `wanted` takes."""
    text, sections = Path(page).read_text("utf-8"), []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        if wanted(section.split("\n")[0]):
            sections += re.findall(r"^```pycon\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    test = doctest.DocTestParser().get_doctest("\n".join(sections), {}, str(page), str(page), 0)
    said = []
    with tempfile.TemporaryDirectory() as folder:
        before = os.getcwd()
        os.chdir(folder)
        try:
            doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
        finally:
            os.chdir(before)
    return len(test.examples), "".join(said)
