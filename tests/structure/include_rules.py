"""Who may include what: rooms, private headers, circles, namespaces, libraries."""

import itertools
import re

from house import Problem, lines_of

# Header prefix -> rooms that may include it. A new library gets a line here, and one room.
LIBRARIES = {
    "CLI/": {"cli"},
    "curl/": {"data"},
    "openssl/": {"data", "serve/core", "serve/coap", "serve/dtls"},
    "zlib.h": {"data", "model", "model/safetensors"},
    "oneapi/dnnl/": {"inference"},
    "omp.h": {"inference"},
    "xgboost/": {"boosted"},
    "nlohmann/": {"airtime", "text", "data", "model", "model/safetensors", "boosted", "study", "report", "reproduce",
                  "serve/core", "serve/http", "serve/coap", "serve/mqtt", "serve/predictor", "cli"},
    "fmt/": {"text", "base", "data", "quantize", "payload", "model", "model/decoder", "model/safetensors", "boosted",
             "train", "stats", "study", "report",
             "reproduce", "airtime", "export/text", "export/c", "export/cpp", "export/js", "export/onnx",
             "export/python", "export/rust",
             "serve/store", "serve/core", "serve/http", "serve/coap", "serve/mqtt", "serve/predictor", "cli",
             "compress", "allocate"},
    "boost/math/": {"stats"},
    "boost/asio/": {"serve/http", "serve/predictor"},
    "boost/beast/": {"serve/http", "serve/predictor"},
    "sqlite3.h": {"serve/store"},
    "mosquitto.h": {"serve/mqtt"},
    "mqtt_protocol.h": {"serve/mqtt"},
    "libpq-fe.h": {"serve/store"},
    "immintrin.h": {"simd", "quantize", "model/decoder", "training"},
}
OPERATING_SYSTEM = re.compile(r"^(unistd|fcntl|malloc|signal|spawn|poll|netdb|arpa/inet|sys/\w+)\.h$")


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
        both.setdefault(stem, set()).update(stems)
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


def only_declares(lines):
    """Whether nothing but names of classes stands before the namespace ends: another room's, not included."""
    inside = itertools.takewhile(lambda line: not line.startswith("}"), lines)
    return all(re.fullmatch(r"(?:class|struct) \w+;\s*", line) for line in inside if line.strip())


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
            if found and found != wanted and not only_declares(code.splitlines()[number:]):
                yield Problem(path, number, f"namespace {found}: this folder's is {wanted}")


def libraries_in_their_room(house):
    installed = set(house.installed_headers())
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
            elif path in installed:
                yield Problem(path, number, f"<{header}> in an installed header: hide it in the .cpp")
