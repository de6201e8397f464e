"""Constructions that do not sound like English, each with the mend, and where to look for them.

A scope is a function that takes the House and yields (path, text) with everything blanked that is not to be read; lines
stay where they are. `documents` reads the prose of Markdown files, `comments` the C++ of src/ and of tests/, `strings`
that of src/.
"""

import re

from house import STRING_OR_COMMENT, Problem, blank

BE = r"(?:is|are|was|were|be|been|being)"
# "There is no default", "is no longer", "are no worse than" are English.
COMPARATIVE = (r"(?:longer|more|less|fewer|worse|better|larger|smaller|bigger|slower|faster|later|earlier|"
               r"sooner|higher|lower|greater|wider|narrower|further|farther|closer|different|doubt|easier|harder|"
               r"cheaper|one)\b")


class Ban:
    """A pattern in which a space stands for any white space, a line break within a comment included; with the mend.

    unless: what makes it English all the same; searched from 16 characters before the match to 24 after its start.
    """

    GAP = r"(?:[ \t]+|[ \t]*\n[ \t]*(?:(?://[/!]?<?|[>*|])[ \t]*)?)"

    def __init__(self, pattern, mend, unless=None):
        self.pattern = re.compile(pattern.replace(" ", self.GAP))
        self.mend = mend
        self.unless = re.compile(unless) if unless else None

    def matches(self, text):
        for match in self.pattern.finditer(text):
            around = " ".join(text[max(0, match.start() - 16):match.start() + 24].split())
            if not (self.unless and self.unless.search(around)):
                yield match


BANNED = [
    Ban(rf"\b(?:{BE}|[Ii]sn't|[Aa]ren't) none\b", "a noun is not negated: 'is not one', 'has none', 'is missing'",
        rf"[Tt]here {BE} none"),
    Ban(rf"\b{BE} no (?!{COMPARATIVE})[a-z]+", "a noun is not negated: 'is not a broker address', not 'is no broker'",
        rf"[Tt]here (?:{BE}|has been|have been|may be|can be|will be|would be|must be|need be|should be) no\b"),
    Ban(r"\bno such an?\b", "say 'no such X', or name what is missing"),
    Ban(r"\bthe trained thing\b", "say 'the model', or what it is"),
    Ban(r"\b[Ss]trangers?\b", "say who: 'a project outside', 'somebody else', 'an unknown peer'"),
    Ban(r"\b[Hh]all\b", "say 'the headers that every room may include', or the room's name",
        r"P\. Hall\b|\bHall's\b"),  # the statistician
    Ban(r"\b(?:of|at|by|for|in|with|to|than|under) so many\b", "say 'a given number of', or which number"),
    Ban(r"\bneeds not\b", "'need not' takes no s; or 'does not need to'"),
    Ban(r"\bbelongs? into\b", "'belongs in'"),
    Ban(r"\bsome per ?cent\b", "'a few percent'"),
    Ban(r"\bper cent\b", "one spelling: 'percent'"),
    Ban(r"\bwhat stands\b", "'what is written', 'what is there'"),
    Ban(r"\bstands? (?:in|at|on|above|below|once|here|beside|behind|under|for itself)\b",
        "text does not stand: 'is in', 'is listed in', 'comes before'", r"(?:^|\W)stands? in for\b|stand-"),
    Ban(r"(?:[.;:] |\n\n)(?P<here>Who(?:ever)? [a-z][^?.;]*[.;])",
        "a sentence does not open with a relative Who: 'Anyone who', 'A device that'"),
    Ban(r"\b(?:nothing|anything|something) else as\b", "'nothing else than', 'nothing but'"),
    Ban(r"\bmakes? (?:it )?(?:possible|necessary) (?:to|that)\b", "say who can or must do it"),
    Ban(r"\bso called\b", "'so-called', or nothing"),
    Ban(r"\b[Ii]nformations\b", "'information' has no plural"),
    Ban(r"\ballows? to\b", "'allows X to', 'lets X'"),
]
OPENING = re.compile(r"(?:What|How|Which|Who|Whose|Whom)\b")
OPENING_MEND = "open by saying what the thing is: a noun, not a question word"


def without_code(text):
    """Markdown without code blocks, code in lines and the targets of links; line for line."""
    text = re.sub(r"(?ms)^[ \t]*```.*?^[ \t]*```[ \t]*$", blank, text)
    text = re.sub(r"(?m)^(?: {4}|\t).*$", "", text)
    text = re.sub(r"`[^`\n]*`", lambda match: "`" * len(match.group()), text)
    return re.sub(r"\]\([^)\s]*\)", "]", text)


def documents(house):
    """Prose that people read outside the code."""
    for path, text in house.texts.items():
        named = str(path) in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")
        if path.suffix == ".md" and (named or path.parts[0] in ("docs", "results")):
            yield path, without_code(text)


def parts_of_sources(house, folders, wanted):
    for path, text in house.texts.items():
        if path not in house.code or path.parts[0] not in folders:
            continue
        kept, end = [], 0
        for match in STRING_OR_COMMENT.finditer(text):
            kept.append(re.sub(r"[^\n]", " ", text[end:match.start()]))
            kept.append(match.group() if wanted(match.group()) else re.sub(r"[^\n]", " ", match.group()))
            end = match.end()
        yield path, "".join(kept)


def comments(house):
    """Comments of the sources and of their tests."""
    return parts_of_sources(house, ("src", "tests"), lambda text: text.startswith("/"))


def strings(house):
    """Strings of the sources: messages, help texts, and what is written into exports."""
    return parts_of_sources(house, ("src",), lambda text: text.startswith(('"', "R")))


def openings(path, text):
    """(line, words) of what a reader sees first: headings and first sentences of pages, first comments of files."""
    if path.suffix != ".md":
        first = re.match(r"//[/!]?\s*(.*)", text)
        return [(1, first.group(1))] if first else []
    found = [(number, line.lstrip("# ")) for number, line in enumerate(text.splitlines(), 1) if line.startswith("#")]
    first = re.search(r"(?m)^(?!#|Status:|\s*$)(.+)$", text)
    if first:
        found.append((text.count("\n", 0, first.start()) + 1, first.group(1).lstrip("> *|-")))
    return found


def problems(house, scopes=(documents,)):
    """What the scopes hold against the rules of this file."""
    for scope in scopes:
        for path, text in scope(house):
            for ban in BANNED:
                for match in ban.matches(text):
                    group = "here" if "here" in match.groupdict() else 0
                    line = text.count("\n", 0, match.start(group)) + 1
                    words = " ".join(match.group(group).split())
                    yield Problem(path, line, f"'{words[:40]}': {ban.mend}")
            for line, words in openings(path, text):
                if OPENING.match(words):
                    yield Problem(path, line, f"'{words[:40]}': {OPENING_MEND}")
