"""The house rules: each function takes the House and yields Problems."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

from house import Problem, lines_of
from include_rules import include_direction, libraries_in_their_room, namespaces_are_folders, no_circles

LINES_MAX = 400
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = {"cpp": 100, "python": 120, "shell": 120, "cmake": 120}
FILE_BYTES_MAX = 256_000
INSTALLED_HEADERS_MAX = 30


# Sources without a test file of their own, and where they are tested instead.
TESTED_ELSEWHERE = {
    "training/signed_sums_kernel": "training/submodels_test: sums and gradients",
    "model/decoder/tabm_runner": "model/decoder/tabm_test",
    "training/trainer_state": "training/trainer_test, training/submodels_test",
    "model/decoder/trees_runner": "model/decoder/trees_test, model/decoder/tree_walk_test",
    "data/content_hash": "data/row_columns_test, data/categories_test: what changes it",
    "train/encoder_columns": "program/encoder_test.py: tables that fit an encoder, and others",
    "train/model_columns": "program/tasks_test.py, program/reading_test.py: tables that a model is used on",
    "train/any_decoder": "train/joint_test, train/boosted_decoder_test: Decoder::best and others",
    "train/code_examples": "train/boosted_decoder_test: gaps, classes, weights",
    "train/decoder_choice": "train/boosted_decoder_test: Decoder::best",
    "train/network": "train/joint_test: every method",
    "train/one_decoder": "train/joint_test: every method; train/boosted_decoder_test",
    "allocate/goal": "program/allocate_test.py",
    "export/text/device_inputs": "program/export_c_test.py: --input and --inputs, good and bad",
    "export/text/requirements": "program/export_c_test.py, program/export_decoders_test.py: what is refused",
    "model/messages": "program/program_test.py: encode and decode, there and back",
    "train/measured_training": "program/program_test.py: train, and what evaluate finds again",
    "train/model_table": "program/tasks_test.py, program/reading_test.py: tables that a model is used on",
    "train/record": "program/splits_test.py, program/copies_test.py: test parts found again",
    "cli/reading_report": "program/reconstruct_test.py: its lines",
    "train/training_table": "program/tasks_test.py, program/reading_test.py: tables of every kind",
    "train/option_rows": "train/option_table_test: every row of the table",
    "export/c/avr": "tests/peers/device: compiled and run",
    "export/c/compute": "program/computed_test.py: compiled and run",
    "export/c/size": "tests/peers/device: compiled and run",
    "export/c/speed": "tests/peers/device: compiled and run",
    "export/js/prediction": "check_js.py: predictions in two engines",
    "export/js/repository": "check_js.py: examples are decoded",
    "export/onnx/graph": "check_onnx.sh: by ONNX's checker",
    "export/onnx/outputs": "check_onnx.sh: numbers, classes and several targets in ONNX Runtime",
    "export/onnx/scales": "check_onnx.sh: full precision on scales in ONNX Runtime",
    "export/onnx/trees": "check_onnx.sh: a boosted decoder in ONNX Runtime",
    "export/onnx/payload": "check_onnx.sh: every kind of message in ONNX Runtime",
    "serve/core/kept_uplinks": "serve/core/pipeline_test: keys, outcomes and refusals",
    "serve/core/prediction_answer": "serve/core/batch_predictor_test, serve/core/pipeline_test",
    "serve/predictor/client": "program/serve_predictor_test.py: a server that answers, fails, drips and lies",
    "serve/predictor/exchange": "program/serve_predictor_test.py: byte by byte",
    "serve/coap/predictions": "program/serve_observe_test.py: by coap-client and raw datagrams",
    "serve/coap/response": "program/serve_coap_test.py: by coap-client",
    "serve/coap/server": "program/serve_coap_test.py: by coap-client and raw datagrams",
    "serve/dtls/transport": "program/serve_dtls_test.py: by openssl s_client, datagram by datagram",
    "serve/dtls/datagram_bio": "serve/dtls/sessions_test: by OpenSSL's client, datagram by datagram",
    "serve/http/server": "program/serve_test.py: by curl",
    "serve/http/connection": "program/serve_http_test.py: byte by byte",
    "serve/http/listener": "program/serve_flood_test.py: by 450 slow peers",
    "serve/http/stream": "program/serve_http_access_test.py: with certificates of openssl",
    "serve/http/questions": "program/serve_http_query_test.py: by curl",
    "serve/http/uplinks": "program/serve_http_query_test.py: by curl",
    "serve/mqtt/client": "program/serve_mqtt_test.py: at a real broker",
    "serve/store/open_store": "serve/service_test, and program/serve_postgres_test.py: at a real database",
    "serve/store/postgres_batch": "store_test: at a real database",
    "serve/store/postgres_connection": "program/serve_postgres_test.py: at a real database",
    "serve/store/postgres_schema": "store_test: at a real database, old tables and foreign ones",
    "serve/store/postgres_store": "store_test, program/serve_postgres_test.py: at a real database",
    "serve/store/postgres_writer": "store_test: at a real database",
    "serve/store/sqlite_expiry": "store_test",
    "serve/core/json_answers": "program/serve_test.py: by curl",
    "serve/dtls/pem_files": "program/serve_certificates_test.py: by files of openssl, good and bad",
    "serve/store/sqlite_statement": "sqlite_store_test",
    "serve/store/sqlite_writer": "store_test",
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


def options_by_their_name(house):
    """The library names options as records do (`bits`); how the command line spells them, only cli/ knows."""
    for path, text in house.texts.items():
        room = house.room_of(path)
        if not room or room == "cli":
            continue
        for number, line in lines_of(text):
            code = re.sub(r"(?<!:)//.*", "", line)
            if re.search(r'"(?:[^"]*\s)?--[a-z][a-z-]*[\s";,]', code) and "run_node(" not in code:
                yield Problem(path, number, "'--...' in the library: throw OptionError with the option's name, and "
                                            "mention others in backquotes; cli/ adds the dashes")


def headers(house):
    public = set(house.public_headers())
    installed = house.installed_headers()
    if len(installed) > INSTALLED_HEADERS_MAX:
        yield Problem("src/terse/CMakeLists.txt", 1, f"{len(installed)} installed headers: at most "
                                                     f"{INSTALLED_HEADERS_MAX}; show them to rooms alone")
    for path in sorted(public | set(installed)):
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
    small_files, short_functions, nothing_left_for_later, words_that_say_something, calls,
    options_by_their_name, headers, links, one_version, no_machine_paths, formatted,
]
