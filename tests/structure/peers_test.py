"""The table of docs/peers.md is that of results/peers/peers.csv.

Usage: peers_test.py ROOT [--write]
"""

import csv
import sys
from pathlib import Path

BEGIN, END = "<!-- from results/peers/peers.csv -->\n", "<!-- end -->\n"
HEAD = "| set | what | on the device | bytes | error | flash | RAM | cycles |\n|---|---|---|---|---|---|---|---|\n"


def table_of(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 6, "too few rows"
    lines = []
    for row in rows:
        numbers = [f"{int(row[name]):,}" for name in ("flash", "ram", "cycles")]
        bold = "**" if row["peer"].startswith("Terse") else ""
        cells = [row["set"], f"{bold}{row['peer']}{bold}", row["on_device"], row["bytes"], f"{float(row['error']):.3f}",
                 *numbers]
        lines.append(f"| {' | '.join(cells)} |\n")
    return HEAD + "".join(lines)


def main():
    root = Path(sys.argv[1])
    page = root / "docs" / "peers.md"
    text = page.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    wanted = before + BEGIN + "\n" + table_of(root / "results" / "peers" / "peers.csv") + "\n" + END + after
    if sys.argv[2:] == ["--write"]:
        page.write_text(wanted)
    elif text != wanted:
        sys.exit("docs/peers.md is not what results/peers/peers.csv says: peers_test.py ROOT --write")


if __name__ == "__main__":
    main()
