"""What does not build: templates that CMake refuses, and names that only a template or only its C++ knows.

Usage: templates_test.py CMAKE COMPILER PROJECT
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CMAKE, COMPILER, PROJECT = sys.argv[1:4]

GREETING = "Hello @NAME@@?LOUD@!@/LOUD@@#GUESTS@, @.NAME@@/GUESTS@\n"
FILLED = """#include "terse/export/text/greetings.h"
std::string greeting() {
  using terse::export_text::greetings::GreetingTxt;
  std::vector<GreetingTxt::GuestsItem> guests;
  guests.push_back({.name = "Bea"});
  return GreetingTxt{.guests = guests, .loud = true, .name = "Ada"}.filled();
}
"""


class Templates(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "parts").mkdir()

    def compile_templates(self, templates):
        """What terse_templates() in CMake runs."""
        for name, text in templates.items():
            (self.folder / f"{name}.in").write_text(text)
        command = [CMAKE, f"-DFOLDER={self.folder}", "-DHEADER=terse/export/text/greetings.h",
                   f"-DOUTPUT={self.folder}", "-P", f"{PROJECT}/cmake/compile_templates.cmake"]
        return subprocess.run(command, capture_output=True, text=True)

    def compile(self, source, *folders):
        command = [COMPILER, "-std=c++20", "-fsyntax-only", f"-I{PROJECT}/src"]
        command += [f"-I{folder}" for folder in folders] + [source]
        return subprocess.run(command, capture_output=True, text=True)

    def greet(self, template, filled):
        self.assertEqual(self.compile_templates({"greeting.txt": template}).stderr, "")
        (self.folder / "greet.cpp").write_text(filled)
        return self.compile(self.folder / "greet.cpp", self.folder)

    def refused(self, says, templates):
        done = self.compile_templates(templates)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(says, " ".join(done.stderr.split()))
        self.assertFalse((self.folder / "terse").exists())


class TheLanguage(Templates):
    def test_what_is_not_a_tag(self):
        for text in ("to some@example\n", "@name@\n", "@NAME\n", "@NAME @\n", "@1ST@\n", "@>Part@\n", "an @ sign\n"):
            self.refused("a.txt.in: no tag begins at", {"a.txt": text})

    def test_sections_end_where_they_should(self):
        self.refused("a.txt.in: @?LOUD@ has no end", {"a.txt": "@?LOUD@\nx\n"})
        self.refused("@/LOUD@ stands in no section @?LOUD@", {"a.txt": "x @/LOUD@\n"})
        self.refused("@/LOUD@ stands in no section", {"a.txt": "@?LOUD@@#GUESTS@@/LOUD@@/GUESTS@\n"})
        self.refused("@/NAME@ stands in no section", {"a.txt": "@#GUESTS@@?.NAME@x@/NAME@@/GUESTS@\n"})
        self.refused("@:QUIET@ stands in no section", {"a.txt": "@?LOUD@x@:QUIET@y@/LOUD@\n"})

    def test_what_parts_a_section(self):
        self.refused("':' parts what @?GUESTS@ holds, ',' what @#GUESTS@ holds",
                     {"a.txt": "@#GUESTS@x@:GUESTS@y@/GUESTS@\n"})
        self.refused("':' parts what @?LOUD@ holds", {"a.txt": "@?LOUD@x@,LOUD@y@/LOUD@\n"})

    def test_dots_mean_items(self):
        self.refused("@.NAME@ has more dots than there are lists around it", {"a.txt": "@.NAME@\n"})
        self.refused("@?..OLD@ has more dots", {"a.txt": "@#GUESTS@@?..OLD@x@/..OLD@@/GUESTS@\n"})

    def test_a_name_is_one_thing(self):
        self.refused("NAME is a blank and a list", {"a.txt": "@NAME@\n@#NAME@x@/NAME@\n"})
        self.refused("NAME is a blank and a list", {"a.txt": "@#NAME@x@/NAME@ @NAME@\n"})

    def test_parts(self):
        self.refused("a.txt.in: there is no parts/absent.txt.in", {"a.txt": "@>absent.txt@\n"})
        self.refused("its parts hold each other",
                     {"a.txt": "@>b.txt@\n", "parts/b.txt": "@>c.txt@\n", "parts/c.txt": "x\n@>b.txt@\n"})


class Names(Templates):
    def test_known_on_both_sides_they_compile(self):
        self.assertEqual(self.greet(GREETING, FILLED).stderr, "")

    def test_unknown_to_the_cpp(self):
        for wrong, name in ((GREETING.replace("@NAME@", "@NMAE@"), "name"), (GREETING.replace("LOUD", "LAUD"), "loud"),
                            (GREETING.replace("GUESTS", "GESTS"), "GuestsItem"),
                            (GREETING.replace("@.NAME@", "@.NMAE@"), "name")):
            done = self.greet(wrong, FILLED)
            self.assertNotEqual(done.returncode, 0, wrong)
            self.assertRegex(done.stderr, f"(?s)error: .*{name}", wrong)

    def test_unknown_to_the_template(self):
        for right, wrong in ((".name = \"Ada\"", ".nmae = \"Ada\""), (".loud = true, ", ".loud = true, .mood = 1, "),
                             ("{.name = \"Bea\"}", "{.nmae = \"Bea\"}")):
            self.assertIn(right, FILLED)
            done = self.greet(GREETING, FILLED.replace(right, wrong))
            self.assertNotEqual(done.returncode, 0, wrong)
            self.assertIn(wrong.replace(".loud = true, ", "").split()[0].strip("{."), done.stderr)

    def test_left_out(self):
        for left_out in (".guests = guests, ", ".loud = true, ", ", .name = \"Ada\"", ".name = \"Bea\""):
            self.assertIn(left_out, FILLED)
            done = self.greet(GREETING, FILLED.replace(left_out, ""))
            self.assertNotEqual(done.returncode, 0, left_out)
            self.assertIn("error: ", done.stderr)

    def test_of_another_kind(self):
        for right, wrong in ((".loud = true", ".loud = \"true\""), (".loud = true", ".loud = 1"),
                             (".name = \"Ada\"", ".name = true"), (".name = \"Ada\"", ".name = 1.5")):
            done = self.greet(GREETING, FILLED.replace(right, wrong))
            self.assertNotEqual(done.returncode, 0, wrong)

    def test_of_an_exported_file(self):
        """A blank of a real template, misspelt: the source that fills it in does not compile."""
        room = Path(PROJECT) / "src/terse/export/js"
        templates = {path.relative_to(room / "templates").as_posix()[:-3]: path.read_text()
                     for path in (room / "templates").rglob("*.in")}
        command = [CMAKE, f"-DFOLDER={self.folder}", "-DHEADER=terse/export/js/templates.h",
                   f"-DOUTPUT={self.folder}", "-P", f"{PROJECT}/cmake/compile_templates.cmake"]
        for right, wrong in (("", ""), ("@.DESCRIPTION@", "@.DESCRIBTION@")):
            for name, text in templates.items():
                (self.folder / f"{name}.in").write_text(text.replace(right, wrong) if right else text)
            subprocess.run(command, check=True)
            done = self.compile(room / "repository.cpp", self.folder)
            self.assertEqual("description" in done.stderr, wrong != "", done.stderr)
            self.assertEqual(done.returncode != 0, wrong != "", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
