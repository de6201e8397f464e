"""The language rules hold in documents and sources, and each of them finds what it is for, and only that.

Usage: language_test.py PROJECT_FOLDER
"""

import sys
import tempfile
import unittest
from pathlib import Path

import language
from house import House

# A sentence, and a part of the mend that must be offered.
FOUND = [
    ("The address is no broker address.", "'is not a broker address'"),
    ("Columns that are no readings are left out.", "a noun is not negated"),
    ("A filter is\nno topic.", "a noun is not negated"),
    ("It was no number, and cannot be no more.", "a noun is not negated"),
    ("The file cannot be read, is none, or is empty.", "'is not one'"),
    ("This one is none of a new one.", "'is not one'"),
    ("There is no such a file.", "'no such X'"),
    ("The trained thing: read the trained thing.", "'the model'"),
    ("A stranger's project links it.", "say who"),
    ("Strangers may not.", "say who"),
    ("Headers in the hall.", "every room may include"),
    ("A message of so many bits.", "'a given number of'"),
    ("It needs not be sent.", "'need not'"),
    ("This belongs into the next search.", "'belongs in'"),
    ("That costs some per cent.", "'a few percent'"),
    ("It is 5 per cent.", "'percent'"),
    ("The figures stand in the page.", "text does not stand"),
    ("What follows is what stands there.", "'what is written'"),
    ("It is simple. Who has proven a name can speak for it.", "relative Who"),
    ("It is nothing else as a sum.", "'nothing but'"),
    ("It makes it possible to send less.", "say who can"),
    ("This allows to send less.", "'lets X'"),
    ("More informations follow.", "no plural"),
]
ENGLISH = [
    "There is no default, and there are no headers; where there is none, nothing is sent.",
    "It is no longer sent, is no more than a byte, and they are no worse than float32.",
    "There may be no broker, and there\nis no broker.",
    "Who reads it? That is the question.",
    "It has no header and takes no argument. It shall be small, and the shallow hallmark is not.",
    "So many bytes were sent that the queue was full; how many so ever.",
    "A plain TCP server stands in for the broker.",
    "There is no such file.",
    "The code is `is no code`, and `a hall`.",
    "```text\nis no broker\n```",
    "    is no broker\n",
    "See [the page](docs/in-the-hall.md).",
]
OPENINGS = [
    ("docs/a.md", "# What a device sends\n\nWords.\n", 1),
    ("docs/a.md", "# Title\n\n## How it works\n", 3),
    ("docs/a.md", "# Title\n\nHow a page should not begin.\n\nWords.\n", 3),
    ("docs/decisions/a.md", "# 1. Title\n\nStatus: accepted\n\nWhich one?\n", 5),
    ("README.md", "# Title\n\nWords.\n\n### Who reads it\n", 5),
]


class RulesTest(unittest.TestCase):
    def problems(self, files, scopes=(language.documents,)):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return [str(problem) for problem in language.problems(House(folder, ""), scopes)]

    def test_every_construction_is_found_with_its_mend(self):
        for sentence, mend in FOUND:
            with self.subTest(sentence):
                found = self.problems({"docs/a.md": f"# Title\n\nOne line.\n\n{sentence}\n"})
                self.assertTrue(any(mend in problem for problem in found), found)
                self.assertTrue(all(problem.startswith("docs/a.md:5: ") for problem in found), found)

    def test_every_ban_has_a_sentence(self):
        for ban in language.BANNED:
            matching = [sentence for sentence, _ in FOUND if any(ban.matches(sentence))]
            self.assertTrue(matching or ban.mend.startswith("'so-called'"), ban.pattern.pattern)

    def test_english_is_left_alone(self):
        for text in ENGLISH:
            with self.subTest(text):
                self.assertEqual(self.problems({"docs/a.md": f"# Title\n\nWords.\n\n{text}\n"}), [])

    def test_openings(self):
        for name, text, line in OPENINGS:
            with self.subTest(text):
                found = self.problems({name: text})
                self.assertEqual(len(found), 1, found)
                self.assertIn(f"{name}:{line}: ", found[0])
                self.assertIn("open by saying what the thing is", found[0])
        self.assertEqual(self.problems({"docs/a.md": "# Title\n\nWords.\n\nHow much is it? Little.\n"}), [])

    def test_all_documents_are_read_and_nothing_else(self):
        bad = "# Title\n\nIt is no number.\n"
        names = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/a.md", "docs/b/c.md", "results/a.md"]
        found = self.problems({name: bad for name in [*names, "web/README.md", "docs/a.txt", "src/terse/a.cpp"]})
        self.assertEqual(sorted(problem.split(":")[0] for problem in found), sorted(names))

    def test_sources_by_scope(self):
        source = ('// How it is done.\n#include "is no file"\nint f();  // is no\n// number\n'
                  '/// This is\n/// no number.\nconst char* a = "is no broker";  // "there is no broker"\n'
                  'auto b = R"(is no\nraw)";\n')
        files = {"src/terse/a.cpp": source, "tests/a_test.cpp": source}
        self.assertEqual(self.problems(files), [])
        found = self.problems(files, (language.comments,))
        lines = [f"{name}:{line}" for name in files for line in (3, 5, 1)]
        self.assertEqual([problem.split(": ")[0] for problem in found], lines, found)
        found = self.problems(files, (language.strings,))
        self.assertEqual([problem.split(": ")[0] for problem in found],
                         ["src/terse/a.cpp:2", "src/terse/a.cpp:7", "src/terse/a.cpp:8"], found)


class ProjectTest(unittest.TestCase):
    def test_the_documents_are_in_english(self):
        house = House(PROJECT, "")
        self.assertGreater(len(list(language.documents(house))), 50)
        self.none_in(language.problems(house))

    def test_the_sources_are_in_english(self):
        house = House(PROJECT, "")
        self.assertGreater(len(list(language.comments(house))), 500)
        self.assertGreater(len(list(language.strings(house))), 300)
        found = language.problems(house, (language.comments, language.strings))
        self.none_in(found)

    def none_in(self, problems):
        found = [str(problem) for problem in problems]
        if found:
            self.fail("\n" + "\n".join(found))


if __name__ == "__main__":
    PROJECT = Path(sys.argv[1]).resolve()
    unittest.main(argv=sys.argv[:1])
