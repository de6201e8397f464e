"""Runs the program in a folder of its own and keeps the hash of everything it writes."""

import hashlib
import os
import subprocess
import threading
from pathlib import Path

import masks
from division import divided

RUN_SECONDS_MAX = 300
HASH_DIGITS = 16


class Workplace:
    """A folder to work in, the program, and the sets `code` and `words`: name -> [bytes, first digits of SHA-256]."""

    def __init__(self, program, folder, keep=None):
        self.program = str(Path(program).resolve())
        self.folder = Path(folder) / "work"
        self.keep = Path(keep).resolve() if keep else None
        self.sets = {"code": {}, "words": {}}
        self.failures = []
        self.lock = threading.Lock()
        for name in ("work", "home", "cache"):
            (Path(folder) / name).mkdir()
        self.environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(Path(folder) / "home"),
            "XDG_CACHE_HOME": str(Path(folder) / "cache"),
            "TZ": "UTC",
            "LC_ALL": "C",
            "OMP_NUM_THREADS": "1",
            "TERSE_SIMD": "avx2",
            "ONEDNN_MAX_CPU_ISA": "AVX2",
        }

    def add(self, name, data, exported=False):
        """Hashes one artefact into the sets it belongs to."""
        for kind, part in zip(("code", "words"), divided(name, data, exported)):
            if part is None:
                continue
            with self.lock:
                if name in self.sets[kind]:
                    self.failures.append(f"{name}: made twice")
                self.sets[kind][name] = [len(part), hashlib.sha256(part).hexdigest()[:HASH_DIGITS]]
            if self.keep:
                path = self.keep / kind / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(part)

    def run(self, name, *arguments, expect=0):
        """stdout as bytes. What is said on stderr is words; another exit code than expected is a failure."""
        command = [self.program, *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=RUN_SECONDS_MAX)
        if done.returncode != expect:
            said = done.stderr.decode(errors="replace").strip()
            with self.lock:
                self.failures.append(f"{name}: exit code {done.returncode}, not {expect}: {said}")
        if done.stderr:
            self.add(name + ".stderr.txt", masks.plain_text(done.stderr.decode()).encode())
        return done.stdout

    def text(self, name, *arguments, expect=0):
        """A command whose stdout is for a person."""
        out = self.run(name + ".txt", *arguments, expect=expect)
        self.add(name + ".txt", masks.plain_text(out.decode()).encode())

    def json(self, name, *arguments):
        """A command with --json."""
        out = self.run(name + ".json", *arguments, "--json")
        self.add(name + ".json", masks.json_text(out.decode()).encode())

    def data(self, name, *arguments):
        """A command whose stdout is data: CSV or hexadecimal lines."""
        self.add(name, self.run(name, *arguments))

    def refused(self, name, *arguments, expect=2):
        """A command that must fail and say why, on stderr alone."""
        out = self.run("refused/" + name, *arguments, expect=expect)
        if out:
            self.add("refused/" + name + ".txt", out)

    def file(self, name, path, exported=False):
        """A file that the program wrote, masked by what it is."""
        data = (self.folder / path).read_bytes()
        if not exported:
            data = self.masked(str(path), data)
        self.add(name, data, exported)

    @staticmethod
    def masked(path, data):
        if path.endswith(".terse"):
            return masks.masked_model(data)
        for endings, mask in (((".json",), masks.json_text), ((".csv",), masks.csv_text), ((".html",), masks.page_text),
                              ((".md", ".tex"), masks.plain_text)):
            if path.endswith(endings):
                return mask(data.decode()).encode()
        return data

    def files(self, name, folder, exported=False, leave_out=()):
        """Every file below a folder."""
        for path in sorted((self.folder / folder).rglob("*")):
            below = path.relative_to(self.folder / folder).as_posix()
            if path.is_file() and not below.startswith(tuple(leave_out)):
                self.file(f"{name}/{below}", path, exported)

    def model(self, name, path, change=None):
        """A model that was made: masked, hashed as NAME.terse, and put into models/ for whatever follows."""
        model = self.masked(".terse", (self.folder / path).read_bytes())
        if change:
            model = change(model)
        self.add(f"model/{name}.terse", model)
        place = self.folder / "models" / f"{name}.terse"
        place.write_bytes(model)
