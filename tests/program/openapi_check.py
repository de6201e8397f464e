"""Answers of `terse serve` compared with its openapi.json: path, method, status, media type and schema."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
# What the server answers wherever it is asked, so that a path need not list it.
EVERYWHERE = {"404": "NotFound", "405": "MethodNotAllowed"}


def python_with_requirements():
    """The python3 of a virtual environment in build/ that has what requirements.txt names (from PyPI)."""
    folder = ROOT / "build" / "test-python"
    stamp = folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != REQUIREMENTS.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, timeout=300)
        subprocess.run([folder / "bin" / "python3", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        "-r", REQUIREMENTS], check=True, timeout=600)
        stamp.write_text(REQUIREMENTS.read_text())
    return folder / "bin" / "python3"


def _import_jsonschema():
    try:
        import jsonschema
    except ImportError:
        python = python_with_requirements()
        found = subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], check=True,
                               capture_output=True, text=True, timeout=60).stdout.strip()
        sys.path.append(found)
        import jsonschema
    return jsonschema


class Document:
    """What openapi.json promises."""

    def __init__(self, path=ROOT / "src" / "terse" / "serve" / "http" / "openapi.json"):
        self.value = json.loads(Path(path).read_text())
        self.validators = {}
        self.patterns = [(re.compile(re.sub(r"\{\w+\}", "(.+)" if "{device}" in path else "([^/]+)", path) + "$"), path)
                         for path in self.value["paths"]]

    def response(self, method, target, status):
        """(what is promised, a name for it), or (None, why not)."""
        path = target.partition("?")[0]
        found = next((known for pattern, known in self.patterns if pattern.match(path)), None)
        operation = self.value["paths"].get(found, {}).get("get" if method == "HEAD" else method.lower(), {})
        promised = operation.get("responses", {}).get(str(status))
        if promised is None and (not operation or status == 404) and str(status) in EVERYWHERE:
            promised = {"$ref": f"#/components/responses/{EVERYWHERE[str(status)]}"}
        # Before the path is looked at, the request is.
        if promised is None and not operation:
            promised = self.value["paths"]["/v1/devices"]["get"]["responses"].get(str(status))
        if promised is None:
            return None, f"{method} {path} may not answer {status}"
        if "$ref" in promised:
            promised = self.value["components"]["responses"][promised["$ref"].rsplit("/", 1)[1]]
        return promised, f"{method} {found or path} {status}"

    def check(self, method, target, status, media_type, body):
        """Raises AssertionError if this answer is not promised. body: text; nothing of it is looked at for HEAD."""
        if method == "OPTIONS" and status == 204:
            assert body == "", (target, body)
            return
        promised, name = self.response(method, target, status)
        assert promised is not None, name
        plain = media_type.partition(";")[0].strip().lower()
        assert plain in promised["content"], f"{name}: {media_type} instead of {list(promised['content'])}"
        if method == "HEAD":
            return
        if name + plain not in self.validators:
            schema = {**promised["content"][plain]["schema"], "components": self.value["components"]}
            self.validators[name + plain] = _import_jsonschema().Draft202012Validator(schema)
        value = json.loads(body) if plain == "application/json" else body
        problem = next(self.validators[name + plain].iter_errors(value), None)
        assert problem is None, f"{name}: {problem.message[:300]} at {list(problem.absolute_path)}"


DOCUMENT = Document()


def check_curl(arguments, target, data, status, media_type, body):
    """The same for a call of curl with these arguments."""
    arguments = list(map(str, arguments))
    method = "GET" if data is None else "POST"
    if "-X" in arguments:
        method = arguments[arguments.index("-X") + 1]
    if "-I" in arguments or "--head" in arguments:
        method = "HEAD"
    if "-i" in arguments:
        body = body.replace("\r\n", "\n").rpartition("\n\n")[2]
    DOCUMENT.check(method, target, status, media_type, body)
