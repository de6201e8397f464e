"""Builds the Python package against the library as it was installed, in an environment of its own, and runs the tests
beside this file there.

Usage: python_test.py BUILD_FOLDER WORK_FOLDER CXX_COMPILER
"""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=600, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def environment(folder, requirements, *options):
    """The interpreter of a virtual environment that has them, made anew only where they have changed.

    options: of venv.
    """
    python, written = folder / "bin" / "python", folder / "requirements.txt"
    wanted = requirements.read_text()
    if not written.is_file() or written.read_text() != wanted:
        run(sys.executable, "-m", "venv", "--clear", *options, folder)
        # Sources are compiled where they are imported.
        run(python, "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", "-r",
            requirements)
        written.write_text(wanted)
    return python


def install(python, build, work, compiler):
    prefix = work / "library"
    run("cmake", "--install", build, "--prefix", prefix)
    cache = (build / "CMakeCache.txt").read_text()
    launcher = re.findall(r"^CMAKE_CXX_COMPILER_LAUNCHER:\w+=(.*)$", cache, re.MULTILINE)
    run("cmake", "-S", ROOT / "python", "-B", work / "module", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}",
        f"-DPython_EXECUTABLE={python}", f"-DCMAKE_CXX_COMPILER={compiler}",
        *(f"-DCMAKE_CXX_COMPILER_LAUNCHER={name}" for name in launcher))
    run("cmake", "--build", work / "module")
    # Outside of the environment, for other interpreters of this version.
    run("cmake", "--install", work / "module", "--prefix", work / "package")
    run("cmake", "-E", "copy_directory", ROOT / "python" / "terse", work / "package" / "terse")


def main():
    build, work, compiler = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    work.mkdir(parents=True, exist_ok=True)
    python = environment(work / "environment", HERE / "requirements.txt")
    install(python, build, work, compiler)
    # Outside of the sources, so that what was installed is what is imported.
    tests = subprocess.run([python, "-m", "unittest", "discover", "-s", HERE / "cases", "-p", "*_test.py"], cwd=work,
                           env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(work / "package"), "MPLBACKEND": "agg",
                                "TERSE_PROGRAM": str(build / "terse"), "TERSE_ROOT": str(ROOT)}, timeout=600)
    sys.exit(tests.returncode)


if __name__ == "__main__":
    main()
