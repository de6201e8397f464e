"""One column of any kind as numbers or words, as the library takes them."""

import datetime
import numbers

import numpy as np


class Numbers:
    """A column of numbers: float32 or float64, NaN where there is a gap."""

    def __init__(self, values):
        # The library steps from number to number, not from byte to byte.
        self.values = values if values.strides[0] % values.itemsize == 0 else np.ascontiguousarray(values)


class Words:
    """A column of texts: an index into words for each row, -1 where there is a gap."""

    def __init__(self, words, of_row, named=False):
        self.words, self.of_row = words, of_row
        self.named = named  # a column of categories, whatever its words look like


def refuse(where, problem, remedy):
    raise ValueError(f"{where}: {problem}; {remedy}")


def of_array(values, where):
    """A column of a numpy array of one dimension."""
    values = np.asarray(values)
    kind = values.dtype.kind
    if kind == "f":
        return Numbers(values if values.dtype in (np.float32, np.float64) else values.astype(np.float64))
    if kind in "iu":
        return Numbers(values.astype(np.float64))
    if kind == "b":
        return of_bools(values, np.zeros(len(values), bool))
    if kind == "M":
        return of_times(values.astype("datetime64[s]"))
    if kind in "OUT":
        return of_objects(values.tolist(), where)
    refuse(where, f"holds {values.dtype}", "give numbers, texts or times")


def of_bools(values, gaps):
    return Words(["False", "True"], np.where(gaps, -1, np.asarray(values, np.int32)).astype(np.int32))


def of_times(values):
    """Of datetime64[s]: the texts that a CSV would have, which the library takes for dates."""
    distinct, of_row = np.unique(values, return_inverse=True)
    gaps = np.isnat(distinct)
    words = [str(text).replace("T", " ") for text in np.datetime_as_string(distinct[~gaps])]
    places = np.full(len(distinct), -1, np.int32)
    places[~gaps] = np.arange(len(words), dtype=np.int32)
    return Words(words, np.ascontiguousarray(places[of_row.reshape(-1)]))


def is_gap(value):
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, numbers.Real) and value != value


def of_objects(values, where):
    """Of Python's own values: numbers if all are, otherwise texts."""
    gaps = [is_gap(value) for value in values]
    present = [value for value, gap in zip(values, gaps) if not gap]
    if all(isinstance(value, numbers.Number) and not isinstance(value, (bool, np.bool_)) for value in present):
        if any(isinstance(value, numbers.Complex) and not isinstance(value, numbers.Real) for value in present):
            refuse(where, "holds complex numbers", "give their parts as two columns")
        try:
            return Numbers(np.array([np.nan if gap else float(value) for value, gap in zip(values, gaps)], np.float64))
        except OverflowError:
            refuse(where, "holds a number beyond what a float holds", "give smaller ones")
    places, of_row = {}, np.full(len(values), -1, np.int32)
    for row, (value, gap) in enumerate(zip(values, gaps)):
        if not gap:
            of_row[row] = places.setdefault(word_of(value, f"{where}, row {row + 1}"), len(places))
    return Words(list(places), of_row)


def word_of(value, where):
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_, numbers.Number)):
        return repr(float(value)).removesuffix(".0") if isinstance(value, float) else str(value)
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(" ", "seconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    refuse(where, f"holds {type(value).__name__}", "give numbers, texts or times")


def of_categories(words, codes):
    """Of a column that its owner calls categorical."""
    words = [word if isinstance(word, str) else word_of(word, "a category") for word in words]
    return Words(words, np.ascontiguousarray(codes, np.int32), named=True)


def values_of(texts):
    """Texts as bools or numbers where all of them are."""
    if list(texts) == ["False", "True"]:
        return np.array([False, True])
    for kind in (np.int64, np.float64):
        try:
            values = np.array([kind(text) for text in texts])
        except (ValueError, OverflowError):
            continue
        if np.isfinite(values).all():
            return values
    return np.array(list(texts))
