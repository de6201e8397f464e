"""The house rules of CONTRIBUTING.md, checked; and the checks themselves, checked.

Usage: structure_test.py PROJECT_FOLDER ROOMS_TXT
"""

import sys
import unittest
from pathlib import Path

from house import House, code_of
from planted import problems_of
from rules import RULES, cpp_functions

ROOMS = "base: \ndata: base\ntrain: data\nserve/core: data\ncli: data train\n"
GOOD_HEADER = """// Rows.
#pragma once

namespace terse::data {

/// How many.
int rows();

}  // namespace terse::data
"""
GOOD_PROJECT = {
    "CMakeLists.txt": "project(terse VERSION 0.1.0)\n",
    "CHANGELOG.md": "# Changelog\n\n## 0.1.0 (unreleased)\n\nSee [the rooms](src/terse/data).\n",
    "src/terse/data/CMakeLists.txt": "terse_room(data\n  SOURCES table.cpp\n  HEADERS table.h)\n",
    "src/terse/data/table.h": GOOD_HEADER,
    "src/terse/data/table.cpp": '#include "terse/data/table.h"\n',
    "tests/data/table_test.cpp": '#include "terse/data/table.h"\n',
    "src/terse/cli/main.cpp": '#include "terse/data/table.h"\n',
}


def call(line):
    """A source that calls what it should not."""
    return f"void f() {{ {line} }}\n"


# What is planted, and a part of the message that must follow, with the line.
PLANTED = [
    ({"src/terse/data/table.cpp": '#include "terse/train/joint.h"\n'},
     "table.cpp:1: data may include base, not train"),
    ({"src/terse/serve/core/x.cpp": '#include "terse/train/joint.h"\n', "tests/serve/core/x_test.cpp": "\n"},
     "x.cpp:1: serve/core may include data, not train"),
    ({"src/terse/data/inner.h": "// x\n#pragma once\n", "src/terse/cli/a.cpp": '#include "terse/data/inner.h"\n'},
     "a.cpp:1: data/inner.h is private to data"),
    ({"src/terse/data/a.h": '// x\n#pragma once\n#include "terse/data/b.h"\n',
      "src/terse/data/b.h": '// x\n#pragma once\n#include "terse/data/a.h"\n'},
     "a circle of files: data/a -> data/b -> data/a"),
    ({"src/terse/data/a.h": "// x\n#pragma once\n",
      "src/terse/data/b.h": '// x\n#pragma once\n#include "terse/data/a.h"\n',
      "src/terse/data/a.cpp": '#include "terse/data/b.h"\n', "tests/data/a_test.cpp": "\n"},
     "a circle of files: data/a -> data/b -> data/a"),
    ({"src/terse/serve/core/x.h": "// x\n#pragma once\nnamespace terse::serve {\nint f();\n}\n"},
     "x.h:3: namespace terse::serve: this folder's is terse::serve::core"),
    ({"src/terse/data/table.cpp": '#include "table.h"\n'}, "the whole path"),
    ({"src/terse/attic/box.cpp": "\n", "tests/attic/box_test.cpp": "\n"}, "room 'attic' is unknown"),
    ({"src/terse/data/table.cpp": "#include <CLI/CLI.hpp>\n"}, "belongs to cli"),
    ({"src/terse/data/table.cpp": "#include <boost/any.hpp>\n"}, "add it to LIBRARIES"),
    ({"src/terse/data/table.h": GOOD_HEADER.replace("namespace", "#include <curl/curl.h>\nnamespace", 1),
      "src/terse/CMakeLists.txt": "terse_component(codec\n  HEADERS data/table.h)\n"}, "in an installed header"),
    ({"src/terse/CMakeLists.txt": "terse_component(codec HEADERS " + "a.h " * 34 + ")\n"}, "34 installed headers"),
    ({"src/terse/data/lonely.cpp": "\n"}, "write tests/data/lonely_test.cpp"),
    ({"src/terse/data/table.cpp": "//\n" * 401}, "table.cpp:401: 401 lines"),
    ({"src/terse/data/table.cpp": "\n// " + "x" * 98 + "\n"}, "table.cpp:2: 101 columns"),
    ({"docs/table.md": "x" * 256_001}, "256001 bytes"),
    ({"src/terse/data/table.cpp": "namespace a {\n\nint f(\n    int x) {\n" + "  if (x) {\n  }\n" * 40 + "}\n}\n"},
     "table.cpp:3: a function of 83 lines"),
    ({"src/terse/data/table.cpp": "A::A() : b_(1) {\n" + "\n" * 70 + "}\n"}, "a function of 72 lines"),
    ({"bench/long.py": "def f():\n" + "    pass\n" * 70}, "long.py:1: a function of 71 lines"),
    ({"docs/plan.md": "one\nTO" + "DO: two\n"}, "plan.md:2: do it"),
    ({"src/terse/data/table_utils.h": GOOD_HEADER}, "'table_utils.h' says nothing"),
    ({"src/terse/data/table.cpp": "class TableManager {};\n"}, "'TableManager' says nothing"),
    ({"src/terse/data/table.cpp": call('printf("x");')}, "the library never prints"),
    ({"src/terse/data/table.cpp": call("std::cout << 1;")}, "the library never prints"),
    ({"src/terse/data/table.cpp": call("std::rand();")}, "base::Random"),
    ({"src/terse/data/table.cpp": call('std::strtod("1", nullptr);')}, "no locale"),
    ({"src/terse/data/table.cpp": call('setlocale(0, "");')}, "locale"),
    ({"src/terse/data/table.cpp": call("assert(true);")}, "TERSE_CHECK"),
    ({"src/terse/data/table.cpp": call("exit(1);")}, "only cli/ ends"),
    ({"src/terse/data/table.cpp": call('std::getenv("HOME");')}, "TERSE_SIMD"),
    ({"src/terse/data/table.cpp": call("int* a = new int;")}, "own it"),
    ({"src/terse/data/table.cpp": call("delete a;")}, "own it"),
    ({"src/terse/data/table.cpp": "using namespace std;\n"}, "name what you use"),
    ({"src/terse/data/table.cpp": call('throw base::InputError("--bits", "", "", "");')}, "'--...' in the library"),
    ({"src/terse/data/table.cpp": call('f("lower --lr");')}, "'--...' in the library"),
    ({"src/terse/data/table.h": GOOD_HEADER.replace("#pragma once", "")}, "add #pragma once"),
    ({"src/terse/data/table.h": GOOD_HEADER.replace("// Rows.\n", "")}, "begin with a comment"),
    ({"src/terse/data/table.h": GOOD_HEADER.replace("/// How many.\n", "")}, "table.h:6: say above it"),
    ({"src/terse/data/CMakeLists.txt": "terse_room(data HEADERS gone.h)\n"}, "gone.h:1: is named under HEADERS"),
    ({"README.md": "\n[a](docs/nowhere.md)\n"}, "README.md:2: 'docs/nowhere.md' is not there"),
    ({"CHANGELOG.md": "## 0.2.0\n"}, "newest version 0.2.0, but CMakeLists.txt has 0.1.0"),
    ({"scripts/x": "cd /ho" + "me/me\n"}, "x:1: a path of one machine"),
    ({"src/terse/data/table.cpp": "int  rows;\n"}, "table.cpp:1: run ./scripts/format"),
]


class RulesTest(unittest.TestCase):
    """Every rule sees what it is for: a test of a rule that cannot fail would be worth nothing."""

    def problems(self, changes):
        style = {".clang-format": (PROJECT / ".clang-format").read_text()}
        return problems_of({**style, **GOOD_PROJECT, **changes}, RULES, ROOMS)

    def test_a_good_project_has_no_problems(self):
        self.assertEqual(self.problems({}), [])

    def test_every_planted_problem_is_reported(self):
        for changes, message in PLANTED:
            with self.subTest(message=message):
                found = self.problems(changes)
                self.assertTrue(any(message in problem for problem in found), f"not found in {found}")

    def test_what_only_looks_like_a_problem_is_not_reported(self):
        for line in ('const char* text = "printf(std::rand())";', "// never new, never exit(1)", "int renew = 0;",
                     "A& operator=(const A&) = delete;", 'char quote = \'"\'; // assert(', "int printed(1);"):
            with self.subTest(line=line):
                found = self.problems({"src/terse/data/table.cpp": line + "\n"})
                self.assertEqual([problem for problem in found if "format" not in problem], [])

    def test_code_without_strings_and_comments_keeps_its_lines(self):
        text = 'int a; // b\nauto c = R"(x\ny)";\n/* d\ne */ int f = 1\'000;\n'
        self.assertEqual(code_of(text), 'int a; \nauto c = ""\n;\n\n int f = 1\'000;\n')

    def test_functions_are_found_in_namespaces_and_classes(self):
        code = "namespace n {\nstruct S {\n  int a = 1;\n  int f() const {\n    return a;\n  }\n};\n"
        code += "int g() { return {}; }\n}\n"
        self.assertEqual(list(cpp_functions(code)), [(4, 6), (8, 8)])


class ProjectTest(unittest.TestCase):
    def test_the_house_rules_hold(self):
        house = House(PROJECT, ROOM_TABLE)
        self.assertGreater(len(house.code), 50)
        self.assertGreater(len(house.public_headers()), 20)
        for rule in RULES:
            with self.subTest(rule=rule.__name__):
                found = [str(problem) for problem in rule(house)]
                self.assertFalse(found, "\n" + "\n".join(found))


if __name__ == "__main__":
    PROJECT = Path(sys.argv[1]).resolve()
    ROOM_TABLE = Path(sys.argv[2]).read_text()
    unittest.main(argv=sys.argv[:1])
