#!/usr/bin/env python3
"""Packs and unpacks docs/payload-vectors.json by an implementation of its own.

Written from docs/payload-format.md alone, with strings of binary digits and Python's integers, so
that the document, the vectors and the library cannot be wrong together unnoticed.
usage: check_vectors.py VECTORS.json
"""

import json
import sys


def widths(levels):
    """Digits each code takes in packing "bits"."""
    return [len(bin(count - 1)) - 2 if count > 1 else 0 for count in levels]


def largest_number(levels):
    """The number of the message with every code at its highest (packing "radix")."""
    number = 1
    for count in levels:
        number *= count
    return number - 1


def message_bits(packing, levels):
    if packing == "bits":
        return sum(widths(levels))
    return largest_number(levels).bit_length()


def pack(packing, levels, tag, codes):
    bits = message_bits(packing, levels)
    count = (bits + 7) // 8
    if packing == "bits":
        digits = "".join(
            format(code, f"0{width}b") for code, width in zip(codes, widths(levels)) if width
        )
        body = bytes(int(digits.ljust(count * 8, "0")[i * 8 : i * 8 + 8], 2) for i in range(count))
    else:
        number = 0
        for code, levels_here in zip(codes, levels):
            number = number * levels_here + code
        body = number.to_bytes(count, "big")
    return (b"" if tag is None else bytes([tag])) + body


def unpack(packing, levels, tag, payload):
    """The codes, or the name of what is wrong."""
    head = 0 if tag is None else 1
    if len(payload) != head + (message_bits(packing, levels) + 7) // 8:
        return "wrong_length"
    if tag is not None and payload[0] != tag:
        return "wrong_tag"
    body = payload[head:]
    codes = []
    if packing == "bits":
        digits = "".join(format(byte, "08b") for byte in body)
        for width in widths(levels):
            codes.append(int("0" + digits[:width], 2))
            digits = digits[width:]
        if any(code >= count for code, count in zip(codes, levels)):
            return "impossible_code"
        return "nonzero_fill" if "1" in digits else codes
    number = int.from_bytes(body, "big")
    if number > largest_number(levels):
        return "impossible_code"
    for count in reversed(levels):
        codes.append(number % count)
        number //= count
    return codes[::-1]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        vectors = json.load(file)
    wrong = []

    def expect(name, what, found, expected):
        if found != expected:
            wrong.append(f"{name}: {what} is {found}, expected {expected}")

    for vector in vectors["messages"]:
        name, layout = vector["name"], (vector["packing"], vector["levels"], vector["tag"])
        payload = bytes.fromhex(vector["payload"])
        expect(name, "bits", message_bits(*layout[:2]), vector["bits"])
        expect(name, "payload", pack(*layout, vector["codes"]).hex(), vector["payload"])
        expect(name, "codes", unpack(*layout, payload), vector["codes"])
    for vector in vectors["refused"]:
        layout = (vector["packing"], vector["levels"], vector["tag"])
        found = unpack(*layout, bytes.fromhex(vector["payload"]))
        expect(vector["name"], "answer", found, vector["status"])

    for line in wrong:
        print(line)
    checked = len(vectors["messages"]) + len(vectors["refused"])
    print(f"{checked} vectors checked, {len(wrong)} wrong")
    return 1 if wrong or checked < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
