"""The engines that network servers run codecs with, or their kin: Node.js, Duktape (a strict ES5 engine) and QuickJS
(ChirpStack's, as an npm package)."""

import json
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIXTURE = ("package.json", "package-lock.json", "run.js")
SHOW = {"Node.js": "console.log", "Duktape": "print", "QuickJS": "print"}


def commands(quickjs):
    """How to run a script in each engine. quickjs: a folder for that package, filled if it is not."""
    quickjs.mkdir(parents=True, exist_ok=True)
    for name in FIXTURE:
        shutil.copy(HERE / "quickjs" / name, quickjs)
    lock, installed = quickjs / "package-lock.json", quickjs / "installed"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=quickjs, check=True)
        shutil.copy(lock, installed)
    return {"Node.js": ["node", "--use-strict"], "Duktape": ["duk"], "QuickJS": ["node", quickjs / "run.js"]}


def result(command, engine, path, script, expression):
    """The value of an expression behind a script, which is written to `path` for that."""
    path.write_text(f"{script}\n{SHOW[engine]}(JSON.stringify({expression}));\n")
    done = subprocess.run([*command, path], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{engine}: {done.stderr}{done.stdout}")
    return json.loads(done.stdout)
