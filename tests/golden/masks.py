"""Takes out of what the program writes what differs from run to run: times, the machine, the version.

Masks work on the text itself, so that order, spaces and digits of everything else stay part of the hash.
"""

import html
import json
import re
import struct
import urllib.parse
import zlib

SECONDS = re.compile(r'("(?:train_seconds|train_seconds_mean|seconds)"\s*:\s*)[-+.\de]+')
MACHINE = re.compile(r'("(?:command|hardware|version)"\s*:\s*)"(?:[^"\\]|\\.)*"')
RECEIVED = re.compile(r'("(?:received_ms|first_ms|last_ms|at_ms)"\s*:\s*)\d+')


def json_text(text):
    """JSON of any layout without seconds, command, hardware and version."""
    text = SECONDS.sub(r"\g<1>0", text)
    text = MACHINE.sub(r'\g<1>"masked"', text)
    return RECEIVED.sub(r"\g<1>0", text)


def plain_text(text):
    """What a command prints for a person."""
    text = re.sub(r"\b(trained +in )\d+\.\d( s\b)", r"\g<1>0.0\g<2>", text)
    text = re.sub(r"(?m)^(command   ).*$", r"\1masked", text)
    text = re.sub(r"(?m)^(- (?:command|version|hardware): ).*$", r"\1masked", text)
    return re.sub(r"less time than the published one.*?times as long\.", "masked", text, flags=re.DOTALL)


def csv_text(text):
    """A table whose columns of seconds hold 0."""
    lines = text.split("\n")
    columns = lines[0].split(",")
    seconds = [i for i, name in enumerate(columns) if name in ("train_seconds", "train_seconds_mean")]
    if not seconds:
        return text
    # Columns are counted from the left: names of data and everything else before hold no commas.
    for number, line in enumerate(lines[1:], 1):
        fields = line.split(",")
        for i in seconds:
            if i < len(fields):
                fields[i] = "0"
        lines[number] = ",".join(fields)
    return "\n".join(lines)


def page_text(text):
    """report.html without the machine, times and the libraries that draw, which are not ours."""
    text = re.sub(r"<script>(.{50000,}?)</script>", "<script>a library</script>", text, flags=re.DOTALL)
    text = re.sub(r"(, by Terse )\d+\.\d+\.\d+\.", r"\1masked.", text)
    text = re.sub(r"(<dt>(?:command|hardware|version)</dt><dd>).*?(</dd>)", r"\1masked\2", text)
    text = re.sub(r'(<td class="number">)\d+\.\d(</td><td>[^<]*</td></tr>)', r"\g<1>0.0\2", text)

    def address(match):
        table = urllib.parse.unquote(html.unescape(match.group(2)))
        return match.group(1) + csv_text(table) + match.group(3)

    return re.sub(r'(href="data:text/csv[^,"]*,)([^"]*)(")', address, text)


def document_text(text):
    """The JSON document of a model."""
    text = re.sub(r'("train_seconds"\s*:\s*)[-+.\de]+', r"\g<1>0", text)
    return re.sub(r'("record"\s*:\s*\{\s*"command"\s*:\s*)"(?:[^"\\]|\\.)*"', r'\1"masked"', text)


def compact(value):
    """JSON as the program writes it into a model file."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def read_model(model):
    """(header, tensors' bytes) of a model file that is laid out as documented."""
    length = struct.unpack("<Q", model[:8])[0]
    text, data = model[8 : 8 + length], model[8 + length :]
    header = json.loads(text)
    about = header["__metadata__"]
    if about["checksum"] != checksum(data, about["document"]):
        raise ValueError("the checksum of the model file is not the documented one")
    if written_model(header, data) != model:
        raise ValueError("the model file is laid out in another way than before")
    return header, data


def written_model(header, data):
    header["__metadata__"]["checksum"] = checksum(data, header["__metadata__"]["document"])
    text = compact(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def changed_model(model, change):
    """The bytes of a model file whose document went through change(text)."""
    header, data = read_model(model)
    header["__metadata__"]["document"] = change(header["__metadata__"]["document"])
    return written_model(header, data)


def scaled_tensor(model, name, factor):
    """The bytes of a model file, the numbers of one tensor times a power of two."""
    header, data = read_model(model)
    begin, end = header[name]["data_offsets"]
    form = f"<{(end - begin) // 4}f"
    values = [value * factor for value in struct.unpack(form, data[begin:end])]
    return written_model(header, data[:begin] + struct.pack(form, *values) + data[end:])


def checksum(data, document):
    return f"{zlib.crc32(data):08x}{zlib.crc32(document.encode()):08x}"


def masked_model(model):
    """A model file, valid as before, that took no time and was made by no command."""
    return changed_model(model, document_text)
