"""What the rules look at: the project's files, their text without comments, rooms and public headers."""

import re
import subprocess
from pathlib import Path

CPP = (".cpp", ".h")
SCRIPTS_WITHOUT_SUFFIX = ("scripts", ".ci")


class Problem:
    """A broken rule: where, and what to write instead."""

    def __init__(self, path, line, text):
        self.path, self.line, self.text = path, line, text

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


def blank(match):
    """As many lines as the match, and nothing in them."""
    return "\n" * match.group().count("\n")


STRING_OR_COMMENT = re.compile(
    r'R"(?P<raw>[^()\s\\]{0,16})\(.*?\)(?P=raw)"'  # raw string
    r'|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''  # character, not a digit separator
    r'|"(?:\\.|[^"\\\n])*"'
    r"|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)


def code_of(text):
    """C++ without the content of strings and without comments; the lines stay where they are."""

    def replaced(match):
        return blank(match) if match.group().startswith("/") else '""' + blank(match)

    # Names of included files are strings only by their looks.
    lines = [line if line.startswith("#include") else None for line in text.split("\n")]
    cleaned = STRING_OR_COMMENT.sub(replaced, text).split("\n")
    return "\n".join(kept if kept is not None else line for kept, line in zip(lines, cleaned))


class House:
    """The files of one project folder."""

    def __init__(self, root, room_table):
        self.root = Path(root)
        self.rooms = {}
        for line in room_table.splitlines():
            room, _, uses = line.partition(":")
            self.rooms[room.strip()] = set(uses.split())
        self.paths = sorted(self.listed())
        self.texts = {}
        for path in self.paths:
            if path.parts[0] == "fuzz" and "corpus" in path.parts:
                continue  # hostile bytes on purpose
            try:
                self.texts[path] = (self.root / path).read_text("utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                continue
        self.code = {path: code_of(text) for path, text in self.texts.items() if path.suffix in CPP}

    def listed(self):
        """Every file git knows or would take; without git every file outside build folders."""
        command = ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        if (self.root / ".git").exists():
            names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
            found = [Path(name) for name in names if name]
        else:
            found = [path.relative_to(self.root) for path in self.root.rglob("*")]
            found = [path for path in found if path.parts[0] not in ("build", ".git")]
        return [path for path in found if (self.root / path).is_file()]

    def kind(self, path):
        """cpp, python, shell, cmake, markdown or nothing."""
        if path.suffix in CPP:
            return "cpp"
        if path.suffix == ".sh" or (not path.suffix and path.parts[0] in SCRIPTS_WITHOUT_SUFFIX):
            return "shell"
        if path.suffix == ".cmake" or path.name == "CMakeLists.txt":
            return "cmake"
        return {".py": "python", ".md": "markdown"}.get(path.suffix, "")

    def room_of(self, path):
        """The room of a file in src/terse ("data", "serve/core"), or nothing."""
        if path.parts[:2] != ("src", "terse") or path.suffix not in CPP or len(path.parts) == 3:
            return ""  # src/terse/*.h: one header for each component, nothing but includes
        return self.room_named(path.parts[2:])

    def room_named(self, parts):
        """The innermost declared room that a path below src/terse lies in; else the path's first folder."""
        for count in range(len(parts) - 1, 0, -1):
            if "/".join(parts[:count]) in self.rooms:
                return "/".join(parts[:count])
        return parts[0]

    def public_headers(self):
        """The headers that the rooms' CMakeLists.txt name under HEADERS."""
        found = []
        for path, text in self.texts.items():
            if path.parts[:2] != ("src", "terse") or path.name != "CMakeLists.txt":
                continue
            for match in re.finditer(r"terse_room\(([\w/]+)(.*?)\)", text, re.DOTALL):
                names = re.search(r"\bHEADERS\s+((?:[\w.]+\.h\s*)+)", match.group(2))
                found += [path.parent / name for name in names.group(1).split()] if names else []
        return found

    def installed_headers(self):
        """The headers that terse_component() in src/terse/CMakeLists.txt names: all that other projects include."""
        text = self.texts.get(Path("src/terse/CMakeLists.txt"), "")
        found = re.findall(r"\bHEADERS\s+((?:[\w./]+\.h\s*)+)", text)
        return [Path("src/terse") / name for names in found for name in names.split()]


def lines_of(text):
    return enumerate(text.splitlines(), 1)
