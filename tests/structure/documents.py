"""Rules of the documents: a reader finds every page, every decision has a status, every archive a description."""

import re
from pathlib import Path

from house import Problem, lines_of

README = Path("README.md")
INDEX = Path("docs/README.md")
DECISIONS = Path("docs/decisions")
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED_FILE = re.compile(r"`((?:src|tests|docs|results|bench|scripts|cmake|examples|packaging|web)/[\w./-]+)`")
DECISION_NAME = re.compile(r"(\d{4})-[a-z0-9-]+\.md")
STATUS = re.compile(r"accepted|(?:amended|superseded) by \[(\d+)\]\((\d{4}-[a-z0-9-]+\.md)\)"
                    r"(?: and \[(\d+)\]\((\d{4}-[a-z0-9-]+\.md)\))?")


def pages_linked_from(house, path):
    """The Markdown files that a page links to; a folder stands for its README.md."""
    for target in LINK.findall(house.texts[path]):
        target = target.split("#")[0]
        if not target or re.match(r"\w+:", target):
            continue
        inside = Path(*resolved_parts(path.parent / target))
        for page in (inside, inside / "README.md"):
            if page.suffix == ".md" and page in house.texts:
                yield page


def resolved_parts(path):
    """The parts of a relative path without `..`."""
    parts = []
    for part in path.parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return parts or ["."]


def every_page_is_reached(house):
    """Following links from README.md leads to each page of docs/ and results/."""
    reached, waiting = set(), [README] if README in house.texts else []
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += pages_linked_from(house, page)
    for path in house.paths:
        if path.suffix == ".md" and path.parts[0] in ("docs", "results") and path not in reached:
            yield Problem(path, 1, "no chain of links leads here from README.md: link it from the page above it")


def the_index_names_every_page(house):
    """docs/README.md links each page of docs/; the decisions have a table of their own."""
    named = set(pages_linked_from(house, INDEX)) if INDEX in house.texts else set()
    for path in house.paths:
        if path.suffix != ".md" or path.parts[0] != "docs" or path == INDEX:
            continue
        if not (path.parent == DECISIONS and DECISION_NAME.fullmatch(path.name)) and path not in named:
            yield Problem(path, 1, f"link it from {INDEX}: who reads it, and what for")


def decisions_have_a_status(house):
    """Each decision says under its title whether it holds; README.md lists all, and explains unused numbers."""
    table_path = DECISIONS / "README.md"
    table = house.texts.get(table_path, "")
    numbers = set()
    for path in house.paths:
        match = DECISION_NAME.fullmatch(path.name) if path.parent == DECISIONS else None
        if not match:
            continue
        number = int(match.group(1))
        numbers.add(number)
        lines = house.texts[path].splitlines() + [""] * 3
        title = re.fullmatch(r"# (\d+)\. (.+)", lines[0])
        if not title or int(title.group(1)) != number:
            yield Problem(path, 1, f"begin with '# {number}. TITLE'")
            continue
        status = lines[2].removeprefix("Status: ")
        if lines[1] or status == lines[2] or not STATUS.fullmatch(status):
            yield Problem(path, 3, "write 'Status: accepted', 'Status: amended by [N](FILE)' or 'superseded by'")
            continue
        for other, file in re.findall(r"\[(\d+)\]\(([^)]+)\)", status):
            if not file.startswith(f"{int(other):04}-"):
                yield Problem(path, 3, f"{file} is not decision {other}")
        row = f"| {number} | [{title.group(2)}]({path.name}) | {status} |"
        if row not in table.splitlines():
            yield Problem(table_path, 1, f"write the row '{row}'")
    for number in set(range(1, max(numbers, default=0))) - numbers:
        if not re.search(rf"(?m)^\| {number} \| not used \|", table):
            yield Problem(table_path, 1, f"there is no decision {number}: write the row '| {number} | not used | |'")


def archives_are_described(house):
    """README.md of a folder of results names each file in it."""
    for path in house.paths:
        if path.parts[0] != "results" or path.suffix == ".md":
            continue
        page = path.parent / "README.md"
        if f"`{path.name}`" not in house.texts.get(page, ""):
            yield Problem(path, 1, f"say in {page} what it holds, which command made it, and how to check it")


def quoted_code_is_built(house):
    """C++ that a document shows stands in examples/, word for word, where it is compiled and run."""
    sources = [text for path, text in house.texts.items() if path.parts[0] == "examples"]
    for path, text in house.texts.items():
        if path.suffix != ".md":
            continue
        block, start = None, 0
        for number, line in lines_of(text):
            if block is None:
                block, start = ([], number) if line == "```cpp" else (None, 0)
            elif line == "```":
                if not any("\n".join(block) + "\n" in source for source in sources):
                    yield Problem(path, start, "no file of examples/ holds this code: quote one, word for word")
                block = None
            else:
                block.append(line)


def named_files_exist(house):
    """A path inside the project that a document names in `code` is there."""
    for path, text in house.texts.items():
        if path.suffix != ".md":
            continue
        for number, line in lines_of(text):
            for name in NAMED_FILE.findall(line):
                if not (house.root / name).exists():
                    yield Problem(path, number, f"'{name}' is not there: name the file as it is called now")


def the_map_names_every_room(house):
    """README.md has a row for each room, `export/{c,js}` standing for two, and for nothing else."""
    text = house.texts.get(README, "")
    named = set()
    for cell in re.findall(r"(?m)^\| `([a-z/{},]+)` \|", text.partition("\n## Map\n")[2]):
        folder, _, inner = cell.rstrip("}").partition("{")
        named |= {folder + each for each in inner.split(",")}
    rooms = {"cli"} if named else set()
    for path, cmake in house.texts.items():
        if path.parts[:2] == ("src", "terse") and path.name == "CMakeLists.txt":
            rooms |= set(re.findall(r"\bterse_room\(([\w/]+)", cmake))
    for room in sorted(rooms - named):
        yield Problem(README, 1, f"the map lacks the room '{room}'")
    for room in sorted(named - rooms):
        yield Problem(README, 1, f"the map names '{room}', which is not a room")


RULES = [every_page_is_reached, the_index_names_every_page, decisions_have_a_status, archives_are_described,
         quoted_code_is_built, named_files_exist, the_map_names_every_room]
