"""Tables of any kind as named columns: numpy, pandas, polars, Arrow, and whatever exchanges data frames."""

from collections.abc import Mapping

import numpy as np

from terse import _terse
from terse.cells import Numbers, Words, of_array, of_bools, of_categories, of_objects, of_times, refuse


class Table:
    """Columns by name, in order. named: whether the names are the table's own, not made from places."""

    def __init__(self, rows, columns, named):
        self.rows, self.columns, self.named = rows, columns, named

    @property
    def names(self):
        return [name for name, _ in self.columns]

    def native(self, source, units=None):
        """The library's view of the columns, which stay where they are."""
        native = _terse.Columns(text_of(source, "source"), self.rows)
        for name, column in self.columns:
            unit = text_of((units or {}).get(name, ""), f"units of '{name}'")
            text_of(name, "X: a column's name")
            if isinstance(column, Numbers):
                native.add_numbers(name, unit, column.values)
            else:
                for word in column.words:
                    text_of(word, f"{source}, column '{name}'")
                native.add_words(name, unit, column.words, column.of_row)
        return native

    def categorical(self):
        """Names of the columns that are categories by their own word."""
        return [name for name, column in self.columns if isinstance(column, Words) and column.named]


def text_of(value, where):
    """A str that can be written down, which half a surrogate pair cannot."""
    if not isinstance(value, str):
        refuse(where, f"{value!r} is not a str", "give a text")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        refuse(where, f"{value!r} is not Unicode", "decode it with its own encoding")
    return value


def made_names(count):
    return [f"x{place}" for place in range(count)]


def owner(value):
    """The package that a value's class is from."""
    return type(value).__module__.split(".")[0]


def table_of(X, source="X"):
    """Any table. Raises ValueError with one line that names what is wrong."""
    if isinstance(X, Table):
        return X
    if owner(X) == "pandas" and hasattr(X, "columns"):
        return pandas_table(X, source)
    if owner(X) == "polars" and hasattr(X, "get_columns"):
        return Table(X.height, [(one.name, polars_column(one, source)) for one in X.get_columns()], True)
    if owner(X) == "polars" and hasattr(X, "collect"):
        return table_of(X.collect(), source)
    if isinstance(X, Mapping):
        return mapping_table(X, source)
    if hasattr(X, "__arrow_c_stream__") and not hasattr(X, "__array__") or owner(X) == "pyarrow":
        return arrow_table(X, source)
    if hasattr(X, "__dataframe__"):
        return arrow_table(X, source)
    return array_table(X, source)


def array_table(X, source):
    if hasattr(X, "toarray") and hasattr(X, "nnz"):
        refuse(source, "Sparse data was passed, but dense data is required", "use its .toarray()")
    if isinstance(X, np.ma.MaskedArray):
        X = X.astype(np.float64).filled(np.nan)
    try:
        values = np.asarray(X)
    except ValueError:
        refuse(source, "rows differ in length", "give each row the same number of columns")
    if values.dtype.names:
        columns = [(name, of_array(values[name].reshape(-1), f"{source}, column '{name}'"))
                   for name in values.dtype.names]
        return Table(values.size, columns, True)
    if values.dtype.kind == "c":
        refuse(source, "Complex data not supported", "give the parts as columns of their own")
    if values.ndim != 2:
        refuse(source, f"Expected 2D array of rows x features, got {values.ndim}D array of shape {values.shape}",
               "Reshape your data either using array.reshape(-1, 1) if it has one feature, or array.reshape(1, -1)"
               " if it is one row")
    names = made_names(values.shape[1])
    if values.dtype.kind == "b":
        values = values.astype(np.float32)
    if values.dtype.kind in "iu" or values.dtype == np.float16:
        values = values.astype(np.float64)
    columns = [(name, of_array(values[:, place], f"{source}, column {place + 1}")) for place, name in enumerate(names)]
    return Table(values.shape[0], columns, False)


def mapping_table(X, source):
    columns = []
    for name, values in X.items():
        values = np.asarray(values)
        if values.ndim != 1:
            refuse(source, f"column '{name}' has shape {values.shape}", "give one value for each row")
        columns.append((str(name), of_array(values, f"{source}, column '{name}'")))
    if not columns:
        refuse(source, "there are no columns", "give one for each feature")
    return Table(len(next(iter(X.values()))), columns, True)


def pandas_table(X, source):
    columns = []
    names = [name if isinstance(name, str) else str(name) for name in X.columns]
    for place, name in enumerate(names):
        columns.append((name, pandas_column(X.iloc[:, place], f"{source}, column {place + 1} ('{name}')")))
    # Names made by pandas are places, too.
    return Table(len(X), columns, any(isinstance(name, str) for name in X.columns))


def pandas_column(series, where):
    dtype = series.dtype
    kind = getattr(dtype, "kind", "O")
    if type(dtype).__name__ == "CategoricalDtype":
        return of_categories(list(series.cat.categories), series.cat.codes.to_numpy())
    if type(dtype).__name__ == "SparseDtype":
        return pandas_column(series.sparse.to_dense(), where)
    if isinstance(dtype, np.dtype) and kind in "fiub":
        return of_array(series.to_numpy(), where)
    if kind == "M":
        if getattr(dtype, "tz", None) is not None:
            series = series.dt.tz_localize(None)
        return of_times(series.to_numpy(dtype="datetime64[s]"))
    if kind == "b":
        gaps = series.isna().to_numpy()
        return of_bools(series.to_numpy(dtype=bool, na_value=False), gaps)
    if kind in "fiu":
        return Numbers(series.to_numpy(dtype=np.float64, na_value=np.nan))
    if kind in "OU" and type(dtype).__name__ not in ("PeriodDtype", "IntervalDtype"):
        return of_objects(series.tolist(), where)
    refuse(where, f"holds {dtype}", "give numbers, texts or times")


def polars_column(series, source):
    where, kind = f"{source}, column '{series.name}'", str(series.dtype).split("(")[0]
    if kind in ("Float32", "Float64"):
        return Numbers(series.to_numpy() if series.null_count() == 0 else series.fill_null(float("nan")).to_numpy())
    if kind.startswith(("Int", "UInt", "Decimal")):
        return Numbers(series.cast(float_type(series)).fill_null(float("nan")).to_numpy())
    if kind == "Boolean":
        return of_bools(series.fill_null(False).to_numpy(), series.is_null().to_numpy())
    if kind in ("Categorical", "Enum"):
        words = series.drop_nulls().unique().cast(str).to_list()
        places = {word: place for place, word in enumerate(words)}
        return of_categories(words, [places.get(word, -1) for word in series.cast(str).to_list()])
    if kind in ("Datetime", "Date"):
        return of_times(series.to_numpy().astype("datetime64[s]"))
    if kind in ("String", "Utf8", "Null", "Object"):
        return of_objects(series.to_list(), where)
    refuse(where, f"holds {series.dtype}", "give numbers, texts or times")


def float_type(series):
    import polars
    return polars.Float64


def arrow_table(X, source):
    try:
        import pyarrow
        import pyarrow.interchange
    except ImportError:
        refuse(source, f"a table of {owner(X)} is read through Arrow", "install pyarrow, or give a numpy array")
    if isinstance(X, (pyarrow.Table, pyarrow.RecordBatch)):
        table = X
    elif hasattr(X, "__arrow_c_stream__"):
        table = pyarrow.table(X)
    else:
        table = pyarrow.interchange.from_dataframe(X)
    columns = []
    for place, name in enumerate(table.schema.names):
        column = table.column(place)
        if isinstance(column, pyarrow.ChunkedArray):
            column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        columns.append((name, arrow_column(column, f"{source}, column {place + 1} ('{name}')")))
    return Table(table.num_rows, columns, True)


def arrow_column(column, where):
    import pyarrow
    if isinstance(column, pyarrow.ChunkedArray):  # of no or of several chunks
        column = pyarrow.concat_arrays(column.chunks) if column.num_chunks else pyarrow.array([], column.type)
    kind = column.type
    types = pyarrow.types
    if types.is_floating(kind) and column.null_count == 0:
        return of_array(column.to_numpy(zero_copy_only=False), where)
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return of_array(column.cast(pyarrow.float64()).to_numpy(zero_copy_only=False), where)
    if types.is_dictionary(kind):
        codes = column.indices.fill_null(-1).cast(pyarrow.int32()).to_numpy(zero_copy_only=False)
        return of_categories(column.dictionary.to_pylist(), codes)
    if types.is_timestamp(kind) or types.is_date(kind):
        return of_times(column.to_numpy(zero_copy_only=False).astype("datetime64[s]"))
    if types.is_boolean(kind) or types.is_string(kind) or types.is_large_string(kind) or types.is_null(kind):
        return of_objects(column.to_pylist(), where)
    if str(kind) == "string_view":
        return of_objects(column.to_pylist(), where)
    refuse(where, f"holds {kind}", "give numbers, texts or times")


def column_of(y, rows, source="y"):
    """(name or None, column) of one value for each row."""
    if y is None:
        refuse(source, "is None", "give one value for each row")
    name = getattr(y, "name", None)
    if owner(y) == "polars" and hasattr(y, "to_frame"):
        column = polars_column(y, source)
    elif owner(y) == "pandas" and hasattr(y, "cat" if str(getattr(y, "dtype", "")) == "category" else "array") \
            and not hasattr(y, "columns"):
        column = pandas_column(y, source)
    elif hasattr(y, "columns") or hasattr(y, "__dataframe__"):
        table = table_of(y, source)
        if len(table.columns) != 1:
            refuse(source, f"there are {len(table.columns)} columns", "one target is predicted at a time")
        name, column = table.columns[0]
    else:
        name, column = None, of_plain(y, source)
    length = len(column.values if isinstance(column, Numbers) else column.of_row)
    if length != rows:
        refuse(source, f"has {length} values where X has {rows} rows", "give one for each row")
    return (name if isinstance(name, str) and name else None), column


def targets_of(y, rows, source="y"):
    """list of (name or None, column): of a table of several columns or an array of rows x targets each, else one."""
    several = getattr(y, "ndim", 1) == 2 and y.shape[1] > 1 or isinstance(y, Mapping)
    several = several or hasattr(y, "columns") and len(y.columns) > 1
    if not several:
        return [column_of(y, rows, source)]
    table = table_of(y, source)
    if table.rows != rows:
        refuse(source, f"has {table.rows} rows where X has {rows}", "give one for each")
    return [(name if table.named else f"y{place}", column) for place, (name, column) in enumerate(table.columns)]


def of_plain(y, source):
    if owner(y) == "pyarrow":
        return arrow_column(y, source)
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        refuse(source, f"has shape {values.shape}", "give one value for each row")
    return of_array(values, source)


__all__ = ["Table", "column_of", "made_names", "table_of", "targets_of"]
