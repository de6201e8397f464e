"""Compiles what a configured build folder lists without writing objects: warnings and errors, no more.

scripts/compile_only.py BUILD_FOLDER FOLDER...    only sources in one of the project's FOLDERs

Sources that the build itself would write, which hold texts alone, are left out until they are there.
"""

import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def commands(build, folders):
    """Command and working folder of each source, once even if several targets compile it alike."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text("utf-8")):
        source = Path(entry["file"])
        if not source.exists() or not any(source.is_relative_to(PROJECT / folder) for folder in folders):
            continue
        words = shlex.split(entry["command"])
        output = words.index("-o")
        found.setdefault((*words[:output], *words[output + 2 :], "-fsyntax-only"), entry["directory"])
    return found.items()


def main():
    build, folders = Path(sys.argv[1]), sys.argv[2:]

    def run(command):
        return subprocess.run(command[0], cwd=command[1], capture_output=True, text=True, check=False)

    todo = list(commands(build, folders))
    if not todo:
        sys.exit(f"compile_only: {build} lists no source of {', '.join(folders)}")
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        failed = [result for result in workers.map(run, todo) if result.returncode != 0]
    for result in failed:
        print(result.stderr, end="", file=sys.stderr)
    print(f"{len(todo)} sources compiled, {len(failed)} with warnings or errors")
    sys.exit(1 if failed else 0)


main()
