"""What scikit-learn's users pass, checked as its own estimators do."""

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import _check_sample_weight
from sklearn.utils.validation import column_or_1d as one_column

from terse.cells import refuse
from terse.frames import Table, made_names, owner, table_of

try:  # since 1.6
    from sklearn.utils.validation import _check_feature_names, _check_n_features
except ImportError:
    _check_feature_names = _check_n_features = None


def remember(estimator, X, reset):
    """n_features_in_ and feature_names_in_, or the comparison with them."""
    if _check_feature_names is not None:
        _check_feature_names(estimator, X, reset=reset)
        _check_n_features(estimator, X, reset=reset)
    else:
        estimator._check_feature_names(X, reset=reset)
        estimator._check_n_features(X, reset=reset)


def is_frame(X):
    return hasattr(X, "columns") or hasattr(X, "__dataframe__") or owner(X) in ("polars", "pyarrow")


def array_of(estimator, X):
    """An array of two dimensions: numbers, or objects with texts."""
    finite = "allow-nan" if estimator._allows_gaps() else True
    word = "ensure_all_finite" if _check_feature_names is not None else "force_all_finite"
    if getattr(X, "dtype", None) is not None and getattr(X.dtype, "kind", "") in "OUSM":
        return check_array(X, dtype=None, **{word: False})
    return check_array(X, dtype="numeric", **{word: finite})


def checked(estimator, X, reset):
    if is_frame(X):
        table = table_of(X)
        remember(estimator, X, reset)
    else:
        X = array_of(estimator, X)
        remember(estimator, X, reset)
        table = table_of(X)
    return table


def names_of(estimator):
    own = getattr(estimator, "feature_names_in_", None)
    return made_names(estimator.n_features_in_) if own is None else list(own)


def table_for_fit(estimator, X):
    return table_for(estimator, X, reset=True)


def table_for_use(estimator, X):
    return table_for(estimator, X, reset=False)


def table_for(estimator, X, reset):
    table = checked(estimator, X, reset=reset)
    if table.rows == 0:
        refuse("X", "Found array with 0 sample(s)", "a minimum of 1 is required")
    columns = [(name, column) for name, (_, column) in zip(names_of(estimator), table.columns)]
    return Table(table.rows, columns, True)


def check_names(estimator, input_features):
    if input_features is None:
        return
    own = names_of(estimator)
    if len(input_features) != len(own) or ("feature_names_in_" in vars(estimator) and list(input_features) != own):
        raise ValueError("input_features is not equal to feature_names_in_")


def require_target(y):
    if y is None:
        raise ValueError("the estimator requires y to be passed, but the target y is None")


def column_or_1d(y):
    require_target(y)
    y = one_column(y, warn=True)
    if np.iscomplexobj(y):
        raise ValueError("y: Complex data not supported")
    return y


def numbers_of(y):
    """A target of numbers, float64."""
    y = column_or_1d(y)
    word = "ensure_all_finite" if _check_feature_names is not None else "force_all_finite"
    return check_array(y, ensure_2d=False, dtype=np.float64, input_name="y", **{word: True})


def weights_of(sample_weight, rows):
    return _check_sample_weight(sample_weight, np.empty((rows, 1)), dtype=np.float64)


def require_length(rows, column):
    own = len(column.values if hasattr(column, "values") else column.of_row)
    if own != rows:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: [{rows}, {own}]")
