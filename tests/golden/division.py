"""Divides what the program wrote into two sets: code, whose bytes are to stay, and words, for people.

code    source without its comments, tables, JSON without its prose, models, messages, graphs: every byte of it
words   comments of source, READMEs, prose in JSON, text on pages, everything printed for a person
"""

import re

C_LIKE = (".c", ".h", ".hpp", ".cpp", ".ino", ".js")
HASH_COMMENTS = (".yml", ".yaml", ".conf", ".properties", ".cmake", "CMakeLists.txt", "Kconfig")
PAGES = (".html",)
PROSE = (".txt", "README.md")

# Comments, and before them the strings that may hold their signs.
STRING_OR_COMMENT = re.compile(
    r'"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])*'"  # not the separator of C++'s digits
    r"|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)
# Fields of JSON whose text is for people.
PROSE_FIELD = re.compile(
    r'("(?:description|summary|title|subtitle|text|end|source|note|error|reason)"\s*:\s*)("(?:[^"\\]|\\.)+")'
)
PROSE_LIST = re.compile(r'("(?:notes|errors|title|subtitle|text)"\s*:\s*)(\[(?:\s*"(?:[^"\\]|\\.)*",?)+\s*\])')


def without_blanks(text):
    """Lines without blanks at their ends, and no empty ones."""
    lines = (line.rstrip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


def c_like(text):
    comments = []

    def replaced(match):
        if not match.group().startswith("/"):
            return match.group()
        comments.append(match.group())
        return ""

    code = STRING_OR_COMMENT.sub(replaced, text)
    return without_blanks(code), "\n".join(comments)


def hash_comments(text):
    comments = re.findall(r"(?m)^\s*#.*$", text)
    return without_blanks(re.sub(r"(?m)^\s*#.*$", "", text)), "\n".join(comments)


def json_prose(text):
    prose = []

    def replaced(match):
        prose.append(match.group(2))
        return match.group(1) + '"prose"'

    code = PROSE_LIST.sub(replaced, PROSE_FIELD.sub(replaced, text))
    return code, "\n".join(prose)


def markdown_tables(text):
    """Rows of tables that hold a digit are code, the rest is words."""
    lines = text.split("\n")
    rows = [line.startswith("|") and any(c.isdigit() for c in line) for line in lines]
    code = "\n".join(line for line, row in zip(lines, rows) if row)
    return code, "\n".join(line for line, row in zip(lines, rows) if not row)


def page(text):
    """Text between tags that says something is words; tags, styles and scripts are code."""
    words = []

    def replaced(match):
        if not re.search(r"[A-Za-z]{2}", match.group(1)):
            return match.group()
        words.append(match.group(1))
        return ">words<"

    def outside(part):
        return re.sub(r">([^<>]+)<", replaced, part)

    parts = re.split(r"(<(?:script|style)\b.*?</(?:script|style)>)", text, flags=re.DOTALL)
    code = "".join(part if i % 2 else outside(part) for i, part in enumerate(parts))
    return code, "\n".join(words)


def divided(name, data, exported=False):
    """(code, words) of one artefact, each bytes or None; exported: a file of `terse export`, whose JSON is code."""
    if name.endswith(C_LIKE):
        parts = c_like(data.decode())
    elif name.endswith(HASH_COMMENTS):
        parts = hash_comments(data.decode())
    elif name.endswith(PROSE):
        return None, data
    elif name.endswith(".json") and not exported:
        parts = json_prose(data.decode())
    elif name.endswith(".md"):
        parts = markdown_tables(data.decode())
    elif name.endswith(PAGES):
        parts = page(data.decode())
    else:
        return data, None
    code, words = (part.encode() for part in parts)
    return code, words or None
