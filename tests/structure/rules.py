"""The house rules: each function takes the House and yields Problems."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

from house import Problem, lines_of

LINES_MAX = 400
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = {"cpp": 100, "python": 120, "shell": 120, "cmake": 120}
FILE_BYTES_MAX = 256_000

# Header prefix -> rooms that may include it. A new library gets a line here, and one room.
LIBRARIES = {
    "CLI/": {"cli"},
    "curl/": {"data"},
    "openssl/": {"data", "serve/core", "serve/dtls"},
    "zlib.h": {"data", "model", "model/safetensors"},
    "oneapi/dnnl/": {"inference"},
    "omp.h": {"inference"},
    "xgboost/": {"boosted"},
    "nlohmann/": {"airtime", "text", "data", "model", "model/safetensors", "boosted", "study", "report", "reproduce",
                  "serve/core", "serve/http", "serve/coap", "serve/mqtt", "cli"},
    "fmt/": {"text", "base", "data", "quantize", "payload", "model", "model/decoder", "model/safetensors", "boosted",
             "train", "study", "report", "reproduce", "airtime", "export/text", "export/c", "export/cpp", "export/js",
             "export/onnx", "serve/store", "serve/core", "serve/http", "serve/coap", "serve/dtls", "serve/mqtt", "cli",
             "compress"},
    "boost/math/": {"stats"},
    "httplib.h": {"serve/http"},
    "coap3/": {"serve/dtls"},
    "sqlite3.h": {"serve/store"},
    "mosquitto.h": {"serve/mqtt"},
    "mqtt_protocol.h": {"serve/mqtt"},
    "libpq-fe.h": {"serve/store"},
    "immintrin.h": {"simd", "quantize", "model/decoder", "training"},
}
OPERATING_SYSTEM = re.compile(r"^(unistd|fcntl|signal|spawn|poll|netdb|arpa/inet|sys/\w+)\.h$")

# Sources without a test file of their own, and where they are tested instead.
TESTED_ELSEWHERE = {
    "export/c/avr": "tests/peers/device: compiled and run",
    "export/c/layout_text": "package_test: part of the README",
    "export/c/vectors": "package_test: vectors are part of the package",
    "export/c/parts": "tests/peers/device: compiled and run",
    "export/c/size": "tests/peers/device: compiled and run",
    "export/c/speed": "tests/peers/device: compiled and run",
    "export/js/network": "check_js.py: predictions in two engines",
    "export/js/repository": "check_js.py: examples are decoded",
    "export/onnx/graph": "check_onnx.sh: by ONNX's checker",
    "export/onnx/trees": "check_onnx.sh: a boosted decoder in ONNX Runtime",
    "export/onnx/payload": "check_onnx.sh: every kind of message in ONNX Runtime",
    "serve/coap/predictions": "program/serve_observe_test.py: by coap-client and raw datagrams",
    "serve/dtls/request": "program/serve_certificates_test.py: by coap-client",
    "serve/coap/response": "program/serve_coap_test.py: by coap-client",
    "serve/dtls/server": "program/serve_coap_test.py: by coap-client and raw datagrams",
    "serve/coap/server": "program/serve_coap_test.py: by coap-client and raw datagrams",
    "serve/web/dashboard": "program/serve_dashboard_test.py: in headless Chromium",
    "serve/dtls/predictions": "program/serve_certificates_test.py: by coap-client",
    "serve/dtls/held_request": "program/serve_dtls_test.py: by openssl s_client, datagram by datagram",
    "serve/http/server": "program/serve_test.py: by curl",
    "serve/mqtt/client": "program/serve_mqtt_test.py: at a real broker",
    "serve/store/postgres_connection": "program/serve_postgres_test.py: at a real database",
    "serve/store/postgres_store": "program/serve_postgres_test.py: at a real database",
    "serve/core/json_answers": "program/serve_test.py: by curl",
    "serve/http/openapi": "program/serve_test.py: by curl",
    "serve/dtls/pem_files": "program/serve_certificates_test.py: by files of openssl, good and bad",
    "serve/dtls/returning_peers": "program/serve_dtls_test.py: by openssl s_client, datagram by datagram",
    "serve/store/sqlite_statement": "sqlite_store_test",
    "training/steps_dense": "steps_layer_test: every path against the dense reference",
    "training/steps_sorted": "steps_layer_test: every path against the dense reference",
}

# What not to call, where it is allowed all the same, and what to write instead.
BANNED_CALLS = [
    (r"\b(?:std::)?(?:f?printf|puts|fputs)\s*\(|std::c(?:out|err|log)\b|fmt::print\b", ("cli/", "base/error.cpp"),
     "the library never prints: throw, return, or let cli/ print"),
    (r"\b(?:std::)?s?rand\s*\(", (), "use base::Random, the same on every machine"),
    (r"\b(?:std::)?(?:atof|atoi|strto(?:d|f|l|ul)|sto[dfi])\s*\(", (),
     "use std::from_chars, which knows no locale"),
    (r"\bsetlocale\s*\(", (), "nothing may depend on the locale"),
    (r"\bassert\s*\(", (), "use TERSE_CHECK for our bugs, InputError for input"),
    (r"\b(?:std::)?(?:_?exit|quick_exit)\s*\(", ("cli/",), "throw JobError: only cli/ ends the program"),
    (r"\bgetenv\s*\(", ("base/cpu.cpp", "data/openml.cpp"), "the library reads TERSE_SIMD and the cache folder only"),
    (r"(?<!operator )\b(?:new\s+[\w:]|malloc\s*\(|free\s*\()", ("base/matrix.h",),
     "let a container or make_unique own it"),
    (r"\bdelete\s+\w|\bdelete\[\]", ("base/matrix.h",), "let a container or unique_ptr own it"),
    (r"\busing namespace\b", (), "name what you use"),
]
BANNED_WORDS = {"util", "utils", "helper", "helpers", "manager", "misc", "common"}
# Put together, so that this file keeps its own rules.
LATER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
MACHINE_PATH = re.compile(r"(?<![\w.}/])/(?:wo" + r"rk|tm" + r"p|ho" + r"me|ro" + r"ot)/")


def includes_of(house, path):
    """(line, included path below src/terse) of each of the project's headers in a file."""
    for number, line in lines_of(house.code[path]):
        match = re.match(r'#include "terse/([^"]+)"', line)
        if match:
            yield number, match.group(1)


def include_direction(house):
    shown = {str(path) for path in house.public_headers()}
    for path, code in house.code.items():
        room = house.room_of(path)
        if not room:
            continue
        if room not in house.rooms:
            yield Problem(path, 1, f"room '{room}' is unknown: declare it with terse_room()")
            continue
        for number, line in lines_of(code):
            match = re.match(r'#include "(?!terse/)([^"]+)"', line)
            if match:
                name = match.group(1).split("/")[-1]
                yield Problem(path, number, f'write #include "terse/{room}/{name}", the whole path')
        for number, included in includes_of(house, path):
            other = house.room_named(tuple(included.split("/")))
            if other != room and other not in house.rooms[room]:
                allowed = ", ".join(sorted(house.rooms[room])) or "no room"
                yield Problem(path, number, f"{room} may include {allowed}, not {other} (see USES)")
            elif other != room and f"src/terse/{included}" not in shown:
                yield Problem(path, number, f"{included} is private to {other}: name it under its HEADERS, or call "
                                            "what that room shows")


# Circles that are still to be opened: an include from the first to the second is not followed.
CIRCLES_LEFT = {
    ("training/steps_layer", "training/steps_state"), ("training/steps_layer", "training/steps_dense"),
    ("training/steps_layer", "training/steps_sorted"), ("export/c/parts", "export/c/source"),
    ("export/c/network", "export/c/package"), ("compress/rounded_network", "compress/fine_tuning"),
    ("allocate/level_table", "allocate/merge_order"), ("allocate/decoders", "allocate/allocate"),
    ("cli/allocate_view", "cli/allocate_figure"), ("data/table", "data/openml"), ("data/table", "data/fried"),
    ("data/table", "data/near_names"), ("data/table", "data/csv"), ("data/table", "data/categories"),
    ("data/table", "data/arff"), ("data/table", "data/cell"),
}


def no_circles(house):
    """Neither rooms nor files include each other, directly or through others."""
    files = {}
    for path in house.code:
        if house.room_of(path):
            files["/".join(path.parts[2:])] = [included for _, included in includes_of(house, path)]
    # A source and its header are one: what the source includes, the header's readers get.
    both = {}
    for name, included in files.items():
        stem = name.rsplit(".", 1)[0]
        stems = {other.rsplit(".", 1)[0] for other in included}
        both.setdefault(stem, set()).update(other for other in stems if (stem, other) not in CIRCLES_LEFT)
    for graph, what in ((both, "file"), (house.rooms, "room")):
        circle = circle_in(graph)
        if circle:
            yield Problem("src/terse", 1, f"a circle of {what}s: " + " -> ".join(circle))


def circle_in(graph):
    """The nodes of one circle, the first again at the end; nothing if there is none."""
    done, way = set(), []

    def visit(node):
        if node in way:
            return way[way.index(node):] + [node]
        if node in done:
            return None
        way.append(node)
        for other in sorted(graph.get(node, ())):
            circle = visit(other) if other != node else None
            if circle:
                return circle
        way.pop()
        done.add(node)
        return None

    return next((circle for circle in map(visit, sorted(graph)) if circle), None)


def namespaces_are_folders(house):
    """export is a word of C++ that cannot name a namespace: what lies in export/c is in export_c."""
    for path, code in house.code.items():
        room = house.room_of(path)
        if not room:
            continue
        wanted = "terse::" + "::".join(path.parts[2:-1]).replace("export::", "export_")
        for number, line in lines_of(code):
            match = re.match(r"namespace (terse(?:::\w+)*) \{", line)
            found = match and re.sub(r"::(TERSE_KERNEL|assets|baseline|avx2|avx512)$", "", match.group(1))
            if found and found != wanted:
                yield Problem(path, number, f"namespace {found}: this folder's is {wanted}")


def libraries_in_their_room(house):
    public = set(house.public_headers())
    for path, code in house.code.items():
        room = house.room_of(path)
        for number, line in lines_of(code):
            match = re.match(r"#include <([^>]+)>", line)
            if not room or not match or not re.search(r"[/.]", match.group(1)):
                continue
            header = match.group(1)
            prefix = next((prefix for prefix in LIBRARIES if header.startswith(prefix)), None)
            if OPERATING_SYSTEM.match(header):
                continue
            if prefix is None:
                yield Problem(path, number, f"<{header}>: no library of ours; add it to LIBRARIES with its one room")
            elif room not in LIBRARIES[prefix]:
                rooms = ", ".join(sorted(LIBRARIES[prefix]))
                yield Problem(path, number, f"<{header}> belongs to {rooms}: call what that room offers")
            elif path in public and room not in ("simd", "report"):
                yield Problem(path, number, f"<{header}> in a public header: hide it in the .cpp")


def each_source_has_its_test(house):
    paths = set(house.paths)
    for path in house.paths:
        room = house.room_of(path)
        if path.suffix != ".cpp" or not room or room == "cli":
            continue  # the program's commands are tested from outside, in tests/program
        if re.search(r"_kernels?$", path.stem):
            continue  # tested through the file that dispatches to it, on every instruction set
        test = Path("tests") / room / f"{path.stem}_test.cpp"
        listed = f"{room}/{path.stem}" in TESTED_ELSEWHERE
        if test not in paths and not listed:
            yield Problem(path, 1, f"write {test}, or say in TESTED_ELSEWHERE where it is tested")
        if test in paths and listed:
            yield Problem(test, 1, "is there: take it out of TESTED_ELSEWHERE")


def small_files(house):
    for path in house.paths:
        size = (house.root / path).stat().st_size
        if size > FILE_BYTES_MAX and path.parts[:2] != ("tests", "golden"):
            yield Problem(path, 1, f"{size} bytes: at most {FILE_BYTES_MAX}; generate it, or put it in tests/golden")
        kind = house.kind(path)
        if path not in house.texts or kind not in COLUMNS_MAX:
            continue
        lines = house.texts[path].splitlines()
        if len(lines) > LINES_MAX:
            yield Problem(path, LINES_MAX + 1, f"{len(lines)} lines: at most {LINES_MAX}; a file holds one idea")
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX[kind]:
                yield Problem(path, number, f"{len(line)} columns: at most {COLUMNS_MAX[kind]}")


def cpp_functions(code):
    """(first line, last line) of each function body, found by its braces."""
    stack, header, header_line, line = [], "", 1, 1
    for character in re.sub(r"(?m)^[ \t]*#(?:.*\\\n)*.*$", lambda m: "\n" * m.group().count("\n"), code):
        if character == "\n":
            line += 1
        if character == "{":
            scope = re.match(r'\s*(?:namespace|class|struct|union|enum|extern|template\s*<[^{]*>\s*(?:class|struct))\b',
                             header) and not re.search(r"\)\s*(?:const|noexcept|override)*\s*$", header)
            inside = any(kind == "function" for kind, _ in stack)
            kind = "scope" if scope else "function" if "(" in header and not inside else "block"
            stack.append((kind, header_line))
        elif character == "}" and stack:
            kind, first = stack.pop()
            if kind == "function":
                yield first, line
        if character in "{};":
            header = ""
        else:
            if not header.strip() and not character.isspace():
                header_line = line
            header += character


def short_functions(house):
    for path, text in house.texts.items():
        found = []
        if path in house.code:
            found = list(cpp_functions(house.code[path]))
        elif house.kind(path) == "python":
            nodes = ast.walk(ast.parse(text))
            found = [(node.lineno, node.end_lineno) for node in nodes if isinstance(node, ast.FunctionDef)]
        for first, last in found:
            count = last - first + 1
            if count > FUNCTION_LINES_MAX:
                yield Problem(path, first, f"a function of {count} lines: at most {FUNCTION_LINES_MAX}; name its steps")


def nothing_left_for_later(house):
    for path, text in house.texts.items():
        for number, line in lines_of(text):
            if LATER.search(line):
                yield Problem(path, number, "do it, or open an issue: open matters do not live in the code")


def words_that_say_something(house):
    def words(name):
        return set(re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().replace("-", "_").split("_"))

    for path in house.paths:
        for part in path.parts:
            if words(part.split(".")[0]) & BANNED_WORDS:
                yield Problem(path, 1, f"'{part}' says nothing: name it after the one thing inside")
    for path, code in house.code.items():
        for number, line in lines_of(code):
            for name in re.findall(r"[A-Za-z_]\w+", line):
                if words(name) & BANNED_WORDS and not name.startswith("mosquitto_"):
                    yield Problem(path, number, f"'{name}' says nothing: name it after what it does")


def calls(house):
    for path, code in house.code.items():
        if not house.room_of(path):
            continue
        inside = "/".join(path.parts[2:])
        for pattern, allowed, instead in BANNED_CALLS:
            if any(inside == place or (place.endswith("/") and inside.startswith(place)) for place in allowed):
                continue
            for number, line in lines_of(code):
                match = re.search(pattern, line)
                if match:
                    yield Problem(path, number, f"'{match.group().strip()}': {instead}")


def headers(house):
    public = set(house.public_headers())
    for path in sorted(public):
        if path not in house.texts:
            yield Problem(path, 1, "is named under HEADERS but not there")
    for path, text in house.texts.items():
        if path.suffix != ".h":
            continue
        if not re.search(r"(?m)^#pragma once$", text):
            yield Problem(path, 1, "add #pragma once")
        if path.parts[0] == "src" and not text.startswith("//"):
            yield Problem(path, 1, "begin with a comment: what this file is for, its one idea")
        if path in public:
            yield from uncommented_declarations(path, text)


def uncommented_declarations(path, text):
    """A paragraph at the level of the namespace that declares functions or a class begins with a comment."""
    depth, fresh = 0, True
    for number, line in lines_of(text):
        stripped = line.strip()
        namespace = re.match(r"(?:inline )?namespace\b|\}\s*// namespace", stripped)
        declares = re.match(r"(?!return|TERSE_|#)(?:class \w+[^;]*\{$|[\w\[].*[\w>&*] \w+\()", stripped)
        if fresh and depth == 0 and line == line.lstrip() and declares and "[[noreturn]]" not in line:
            yield Problem(path, number, "say above it with /// what it gives: shapes, units, errors, source")
        fresh = not stripped or bool(namespace)
        if not namespace:
            depth += line.count("{") - line.count("}")


def links(house):
    for path, text in house.texts.items():
        if path.suffix != ".md":
            continue
        for number, line in lines_of(text):
            for target in re.findall(r"\]\(([^)\s]+)\)", line):
                target = target.split("#")[0]
                if target and not re.match(r"\w+:", target) and not (house.root / path.parent / target).exists():
                    yield Problem(path, number, f"'{target}' is not there")


def one_version(house):
    cmake = house.texts.get(Path("CMakeLists.txt"), "")
    changes = house.texts.get(Path("CHANGELOG.md"), "")
    version = re.search(r"VERSION (\d+\.\d+\.\d+)", cmake)
    newest = re.search(r"(?m)^## (\d+\.\d+\.\d+)", changes)
    if not version or not newest or version.group(1) != newest.group(1):
        yield Problem("CHANGELOG.md", 1, f"newest version {newest and newest.group(1)}, but CMakeLists.txt has "
                                         f"{version and version.group(1)}")


def no_machine_paths(house):
    for path, text in house.texts.items():
        for number, line in lines_of(text):
            if MACHINE_PATH.search(line):
                yield Problem(path, number, "a path of one machine: use mktemp, tempfile or a path inside the project")


def formatted(house):
    program = shutil.which("clang-format-14") or shutil.which("clang-format")
    if program is None:
        yield Problem("scripts/format", 1, "clang-format 14 is missing: scripts/install-packages test")
        return
    names = [str(path) for path in house.code]
    command = [program, "--style=file", "--dry-run", *names]
    done = subprocess.run(command, cwd=house.root, capture_output=True, text=True)
    places = set(re.findall(r"(?m)^(\S+?):(\d+):\d+: warning: code should be clang-formatted", done.stderr))
    for name, number in sorted(places):
        yield Problem(name, number, "run ./scripts/format")


RULES = [
    include_direction, no_circles, namespaces_are_folders, libraries_in_their_room, each_source_has_its_test,
    small_files, short_functions, nothing_left_for_later, words_that_say_something, calls, headers, links, one_version,
    no_machine_paths, formatted,
]
