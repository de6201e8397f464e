"""Projects written to a temporary folder, with a problem planted, for the tests of the rules."""

import tempfile
from pathlib import Path

from house import House


def problems_of(files, rules, room_table=""):
    """What the rules say, as texts, of a project of these files: {path: text}."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        house = House(folder, room_table)
        return [str(problem) for rule in rules for problem in rule(house)]
