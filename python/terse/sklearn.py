"""Estimators for scikit-learn: regressor, classifier, and a transformer from readings to codes.

>>> from terse.sklearn import TerseRegressor
>>> TerseRegressor(bits=3).fit(X, y).predict(X)     # doctest: +SKIP
"""

import numbers
from inspect import Parameter, Signature
from textwrap import wrap

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted

from terse import sklearn_input as given
from terse.cells import Numbers, Words, refuse
from terse.training import Job, options, train_job

# Parameters that are not options of the library, or are by another name.
OWN_PARAMETERS = {"missing": "error", "categorical": None, "dates": "ignore", "protocol": "terse", "random_state": None,
                  "progress": False}
NO_OPTIONS = (*OWN_PARAMETERS, "output")
# Options that scikit-learn has ways of its own for: rows to test on, weights, seeds, several targets.
LEFT_OUT = ("seed", "test_fraction", "split", "keep_copies_together", "weight", "target_weight")
OPTIONS = tuple(row["name"] for row in options() if row["name"] not in LEFT_OUT)


def constructor(**defaults):
    """An __init__ that takes every option of the library by name, as scikit-learn reads it from the signature."""
    values = {**dict.fromkeys(OPTIONS), "bits": 4, **OWN_PARAMETERS, **defaults}
    signature = Signature([Parameter("self", Parameter.POSITIONAL_OR_KEYWORD),
                           *(Parameter(name, Parameter.KEYWORD_ONLY, default=value) for name, value in values.items())])

    def __init__(self, **parameters):
        bound = signature.bind(self, **parameters)
        bound.apply_defaults()
        for name in values:
            setattr(self, name, bound.arguments[name])

    __init__.__signature__ = signature
    return __init__


PARAMETERS = """
    Parameters
    ----------
    bits : int
        Bits per feature: 2^bits levels each.
    levels : dict of str to int, optional
        Levels of single features.
    {others}
        As :func:`terse.options` lists them; None is the library's default.
    missing : {"error", "level"}
        A gap: an error, or a code of its own.
    categorical : list of str, optional
        Columns whose numbers are categories; texts and pandas categories always are.
    dates : {"ignore", "parts", "levels"}
        What becomes of columns of dates.
    protocol : {"terse", "paper"}
        Whose defaults hold.
    random_state : int, RandomState or None
        The seed. None is 0: the same result every time.
    progress : bool or callable
        As for :func:`terse.train`.

    Attributes
    ----------
    model_ : terse.Model
        Trained on all rows of fit.
    n_features_in_ : int
    feature_names_in_ : numpy.ndarray of str
        Where X has names.
"""
OTHERS = "\n    ".join(wrap(", ".join(name for name in OPTIONS if name not in ("bits", "levels")), 110))


class TerseEstimator(BaseEstimator):
    """What regressor, classifier and encoder share."""

    __init__ = constructor()

    def _seed(self):
        if self.random_state is None:
            return 0
        if isinstance(self.random_state, numbers.Integral):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _options(self):
        chosen = {name: value for name, value in self.get_params(deep=False).items() if name not in NO_OPTIONS}
        return {**chosen, "seed": self._seed(), "test_fraction": 0.0}

    def _allows_gaps(self):
        return self.missing == "level" or bool(self.drop_rate)

    def _train(self, X, y, task, sample_weight):
        """The model of y: a column."""
        table = given.table_for_fit(self, X)
        given.require_length(table.rows, y)
        if table.rows == 1:
            refuse("X", "there is only one row (n_samples=1)", "two are needed")
        if sample_weight is not None:
            sample_weight = given.weights_of(sample_weight, table.rows)
        job = Job(table, y, task=task, features=None, ignore=(), missing=self.missing,
                  categorical=self.categorical or (), dates=self.dates, sample_weight=sample_weight, units=None,
                  source="X", options=self._options())
        return train_job(job, self.protocol, self.progress)[0]

    def _table(self, X):
        check_is_fitted(self, "model_")
        return given.table_for_use(self, X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self._allows_gaps()
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.target_tags.required = True
        return tags

    def _more_tags(self):
        """For releases before 1.6."""
        return {"allow_nan": self._allows_gaps(), "requires_y": True,
                "X_types": ["2darray", "string"]}


class TerseRegressor(RegressorMixin, TerseEstimator):
    """Predicts a number through codes of a few bits."""

    def fit(self, X, y, sample_weight=None):
        """Learn thresholds and decoder.

        Parameters
        ----------
        X : table of shape (rows, columns)
        y : array of shape (rows,)
        sample_weight : array of shape (rows,), optional

        Returns
        -------
        TerseRegressor
        """
        self.model_ = self._train(X, Numbers(given.numbers_of(y)), "regression", sample_weight)
        return self

    def predict(self, X):
        """float32 of shape (rows,): predictions through the codes, in the unit of y."""
        table = self._table(X)
        return self.model_.predict(table)


class TerseClassifier(ClassifierMixin, TerseEstimator):
    """Predicts one of several classes through codes of a few bits."""

    def fit(self, X, y, sample_weight=None):
        """Learn thresholds and decoder.

        Parameters
        ----------
        X : table of shape (rows, columns)
        y : array of shape (rows,)
            Labels of two or more classes.
        sample_weight : array of shape (rows,), optional

        Returns
        -------
        TerseClassifier
        """
        self.classes_, column = labels_of(y)
        self.model_ = self._train(X, column, "classification", sample_weight)
        # The library orders labels as numbers or as texts, numpy as what they are.
        self._places = np.array([column.words.index(label) for label in self.model_._said["classes"]])
        return self

    def predict_proba(self, X):
        """float32 of shape (rows, classes), in the order of ``classes_``."""
        table = self._table(X)
        own = self.model_.predict_proba(table)
        result = np.zeros((len(own), len(self.classes_)), np.float32)
        result[:, self._places] = own
        return result

    def predict(self, X):
        """Labels of shape (rows,)."""
        check_is_fitted(self, "model_")
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class TerseEncoder(TransformerMixin, TerseEstimator):
    """Turns readings into what a message holds of them, learned for a target.

    ``output`` is "codes" (uint8, a column for each feature), "onehot" (a column for each code) or "thermometer"
    (a column for each threshold: whether the reading is above it; codes without order have one-hot columns).
    """

    __init__ = constructor(output="codes", decoder="network")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags

    def _more_tags(self):
        return {**super()._more_tags(), "preserves_dtype": []}

    def fit(self, X, y, sample_weight=None):
        """Learn thresholds for predicting y: numbers or labels."""
        if self.output not in ("codes", "onehot", "thermometer"):
            refuse("output", f"{self.output!r} is not a choice", "choose codes, onehot or thermometer")
        if y is None:
            given.require_target(y)
        if type_of_target(y).startswith("continuous"):
            task, column = "regression", Numbers(given.numbers_of(y))
        else:
            task, column = "classification", labels_of(y)[1]
        self.model_ = self._train(X, column, task, sample_weight)
        return self

    def transform(self, X):
        """uint8 of shape (rows, columns of get_feature_names_out())."""
        table = self._table(X)
        codes = self.model_.codes(table)
        if self.output == "codes":
            return codes
        blocks = [steps_of(codes[:, place], feature, self.output)
                  for place, feature in enumerate(self.model_.features)]
        return np.concatenate(blocks, axis=1)

    def get_feature_names_out(self, input_features=None):
        """Names of the columns of transform(): "lux", "lux=3" or "lux>0.5"."""
        check_is_fitted(self, "model_")
        given.check_names(self, input_features)
        names = []
        for feature in self.model_.features:
            if self.output == "codes":
                names.append(feature["name"])
            else:
                names += [feature["name"] + step for step in step_names(feature, self.output)]
        return np.array(names, dtype=object)


def labels_of(y):
    """(classes, column of their places or names)."""
    y = given.column_or_1d(y)
    check_classification_targets(y)
    classes, places = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        refuse("y", "there is only one class", "two or more are needed")
    words = [str(label).removesuffix(".0") for label in classes.tolist()]
    if len(set(words)) != len(words) or any(word != word.strip() or not word for word in words):
        words = [str(place) for place in range(len(classes))]
    return classes, Words(words, places.reshape(-1).astype(np.int32))


def special_codes(feature):
    """Codes that do not count thresholds."""
    counted = 0 if feature["categories"] else len(feature["thresholds"]) + 1
    return range(counted, feature["levels"])


def step_names(feature, output):
    if output == "onehot":
        return [f"={code}" for code in range(feature["levels"])]
    steps = [f">{feature['origin'] + float(value):.6g}" for value in feature["thresholds"]]
    return steps + [f"={code}" for code in special_codes(feature)]


def steps_of(codes, feature, output):
    if output == "onehot":
        return (codes[:, None] == np.arange(feature["levels"])).astype(np.uint8)
    special = np.array(list(special_codes(feature)), int)
    counted = codes[:, None] > np.arange(len(feature["thresholds"]))
    counted &= ~np.isin(codes, special)[:, None]
    return np.concatenate([counted, codes[:, None] == special], axis=1).astype(np.uint8)


for estimator in (TerseRegressor, TerseClassifier, TerseEncoder):
    estimator.__doc__ += PARAMETERS.replace("{others}", OTHERS)

__all__ = ["TerseClassifier", "TerseEncoder", "TerseRegressor"]
