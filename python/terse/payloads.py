"""Messages and codes as arrays of bytes, from what users have."""

import numpy as np

from terse.cells import refuse


def payload_bytes_of(payload, place):
    if isinstance(payload, str):
        try:
            return bytes.fromhex(payload)
        except ValueError:
            refuse(f"payloads: payload {place + 1}", f"{payload!r} is not hexadecimal", "write two digits for a byte")
    return bytes(payload)


def whole_bytes(values, what):
    values = np.asarray(values)
    if values.ndim != 2:
        refuse(what, f"have shape {values.shape}", "give rows of them")
    if values.dtype != np.uint8:
        if values.dtype.kind not in "iu" or ((values < 0) | (values > 255)).any():
            refuse(what, "are not whole numbers from 0 to 255", "give uint8")
        values = values.astype(np.uint8)
    return np.ascontiguousarray(values)
