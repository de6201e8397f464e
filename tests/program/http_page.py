"""docs/reference/http.md, made from openapi.json."""

INTRODUCTION = """# HTTP

Every path, parameter and answer of `terse serve`. This page is generated from
[openapi.json](../../src/terse/serve/http/openapi.json), which the server gives at `/openapi.json`, and with which every
answer in the tests is compared. After a change:

    python3 tests/program/reference_test.py build/release/terse docs/reference --write

Limits, hosts, origins and tokens: [server/start.md](../server/start.md#http).
"""


def _kind(schema):
    """A schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "const" in schema:
        return f"`{schema['const'].strip()}`"
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    for choice in ("oneOf", "anyOf"):
        if choice in schema and "properties" not in schema:
            return " or ".join(_kind(each) for each in schema[choice])
    kind = schema.get("type", "any value")
    if kind == "array":
        return "array of " + _kind(schema["items"])
    words = kind if isinstance(kind, str) else " or ".join(kind)
    if "minimum" in schema or "maximum" in schema:
        words += f" from {schema.get('minimum', '')}" + (f" to {schema['maximum']}" if "maximum" in schema else "")
    if "maxLength" in schema:
        words += f" of {schema.get('minLength', 0)} to {schema['maxLength']} characters"
    if "pattern" in schema:
        words += f" like `{schema['pattern']}`"
    if "default" in schema:
        words += f" ({schema['default']})".lower()
    return words.replace("|", "\\|")


def _sentence(text):
    return (text[:1].upper() + text[1:]).replace("|", "\\|")


def _response(document, response):
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    bodies = [f"{media}: {_kind(content['schema'])}" for media, content in response.get("content", {}).items()]
    headers = [f"header `{name}`" for name in response.get("headers", {})]
    return _sentence(response["description"]), "; ".join(bodies + headers)


def http_page(document):
    page = INTRODUCTION + f"\n{document['info']['description']}\n\n| path | method | |\n|---|---|---|\n"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            page += f"| `{path}` | {method.upper()} | {operation['summary']} |\n"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            about = f"{operation['summary']}. {operation.get('description', '')}".rstrip()
            page += f"\n## {method.upper()} {path}\n\n{about}\n"
            rights = [right for each in operation.get("security", []) for right in each.get("token", [])]
            if rights:
                page += f"\nWith tokens it needs the right `{rights[0]}`.\n"
            elif operation.get("security") == []:
                page += "\nOpen to all, with tokens too.\n"
            if operation.get("parameters"):
                page += "\n| parameter | in | value | meaning |\n|---|---|---|---|\n"
            for each in operation.get("parameters", []):
                page += (f"| `{each['name']}` | {each['in']} | {_kind(each['schema'])} | "
                         f"{_sentence(each.get('description', ''))} |\n")
            for media, content in operation.get("requestBody", {}).get("content", {}).items():
                page += f"\nBody, {media}: {_kind(content['schema'])}.\n"
            page += "\n| status | meaning | answer |\n|---|---|---|\n"
            for status, response in sorted(operation["responses"].items()):
                meaning, answer = _response(document, response)
                page += f"| {status} | {meaning} | {answer} |\n"
    page += "\n## Schemas\n"
    for name, schema in document["components"]["schemas"].items():
        page += f"\n### {name}\n\n{_sentence(schema.get('description', ''))}".rstrip() + "\n"
        if "properties" not in schema:
            page += f"\n{_sentence(_kind({key: schema[key] for key in schema if key != 'description'}))}.\n"
            continue
        page += "\n| field | value | meaning |\n|---|---|---|\n"
        for field, value in schema["properties"].items():
            always = "always; " if field in schema.get("required", []) else ""
            meaning = _sentence(always + value.get("description", "")).rstrip("; ")
            page += f"| `{field}` | {_kind(value)} | {meaning} |\n"
    return page
