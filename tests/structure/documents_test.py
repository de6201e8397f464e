"""The rules of the documents hold, and each of them finds what it is for.

Usage: documents_test.py PROJECT_FOLDER
"""

import sys
import unittest
from pathlib import Path

from documents import RULES
from house import House
from planted import problems_of

FIRST = "# 1. Rooms\n\nStatus: amended by [3](0003-walls.md)\n\nWords.\n"
GOOD_PROJECT = {
    "README.md": "[the index](docs/README.md#all), [results](results)\n\n| `b` | |\n\n## Map\n\n"
                 "| `data` | tables |\n| `export/{c,js}` | code |\n"
                 "| `cli` | `examples/01/main.cpp`, `bench/x.py NAME` |\n",
    "src/terse/data/CMakeLists.txt": "terse_room(data\n  SOURCES table.cpp)\n",
    "src/terse/export/CMakeLists.txt": "terse_room(export/c USES data)\nterse_room(export/js)\n",
    "docs/README.md": "[start](start.md), [decisions](decisions)\n",
    "docs/start.md": "# Start\n\n```cpp\nint rows();\n```\n",
    "docs/decisions/README.md": "| 1 | [Rooms](0001-rooms.md) | amended by [3](0003-walls.md) |\n| 2 | not used | |\n"
                                "| 3 | [Walls](0003-walls.md) | accepted |\n",
    "docs/decisions/0001-rooms.md": FIRST,
    "docs/decisions/0003-walls.md": "# 3. Walls\n\nStatus: accepted\n",
    "results/README.md": "[a folder](table/README.md)\n",
    "results/table/README.md": "`journal.tar.xz` holds trainings.\n",
    "results/table/journal.tar.xz": "",
    "examples/01/main.cpp": "// A table.\nint rows();\nint main() {}\n",
}
PLANTED = [
    ({"docs/lost.md": "# Lost\n"}, "docs/lost.md:1: no chain of links"),
    ({"docs/a/one.md": "[two](two.md)\n", "docs/a/two.md": "[one](one.md)\n"}, "docs/a/one.md:1: no chain of links"),
    ({"results/README.md": "nothing\n"}, "results/table/README.md:1: no chain of links"),
    ({"README.md": "[the index](docs/README.md)\n"}, "results/README.md:1: no chain of links"),
    ({"docs/start.md": "[more](more.md)\n", "docs/more.md": "# More\n"}, "docs/more.md:1: link it from docs/README.md"),
    ({"docs/decisions/0001-rooms.md": "# Rooms\n"}, "0001-rooms.md:1: begin with '# 1. TITLE'"),
    ({"docs/decisions/0001-rooms.md": FIRST.replace("# 1.", "# 2.")}, "0001-rooms.md:1: begin with '# 1. TITLE'"),
    ({"docs/decisions/0001-rooms.md": "# 1. Rooms\n\nWords.\n"}, "0001-rooms.md:3: write 'Status: accepted'"),
    ({"docs/decisions/0001-rooms.md": FIRST.replace("amended", "doubted")}, "0001-rooms.md:3: write 'Status:"),
    ({"docs/decisions/0001-rooms.md": FIRST.replace("[3]", "[2]")}, "0003-walls.md is not decision 2"),
    ({"docs/decisions/0001-rooms.md": "# 1. Rooms\n\nStatus: accepted\n"},
     "README.md:1: write the row '| 1 | [Rooms](0001-rooms.md) | accepted |'"),
    ({"docs/decisions/0004-doors.md": "# 4. Doors\n\nStatus: accepted\n"}, "write the row '| 4 | [Doors]"),
    ({"docs/decisions/0005-roof.md": "# 5. Roof\n\nStatus: accepted\n"}, "there is no decision 4"),
    ({"results/table/new.tar.xz": ""}, "results/table/new.tar.xz:1: say in results/table/README.md what it holds"),
    ({"docs/start.md": "# Start\n\n```cpp\nint columns();\n```\n"}, "docs/start.md:3: no file of examples/"),
    ({"docs/start.md": "\n`tests/data/gone_test.cpp`\n"}, "docs/start.md:2: 'tests/data/gone_test.cpp' is not there"),
    ({"src/terse/walls/CMakeLists.txt": "terse_room(walls USES data)\n"}, "the map lacks the room 'walls'"),
    ({"src/terse/export/CMakeLists.txt": "terse_room(export/js)\n"}, "the map names 'export/c', which is not a room"),
]


class RulesTest(unittest.TestCase):
    def problems(self, changes):
        return problems_of({**GOOD_PROJECT, **changes}, RULES)

    def test_a_good_project_has_no_problems(self):
        self.assertEqual(self.problems({}), [])

    def test_every_planted_problem_is_reported(self):
        for changes, message in PLANTED:
            with self.subTest(message=message):
                found = self.problems(changes)
                self.assertTrue(any(message in problem for problem in found), f"not found in {found}")


class ProjectTest(unittest.TestCase):
    def test_the_rules_hold(self):
        house = House(PROJECT, "")
        self.assertGreater(len([path for path in house.paths if path.parts[0] == "docs"]), 50)
        for rule in RULES:
            with self.subTest(rule=rule.__name__):
                found = [str(problem) for problem in rule(house)]
                if found:
                    self.fail("\n" + "\n".join(found))


if __name__ == "__main__":
    PROJECT = Path(sys.argv[1]).resolve()
    unittest.main(argv=sys.argv[:1])
