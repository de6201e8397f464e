"""Makes sensor data small enough to send: thresholds and model are learned together.

>>> import terse
>>> model = terse.train(readings, target, bits=3)       # doctest: +SKIP
>>> payloads = model.encode(readings)                   # doctest: +SKIP
>>> model.predict_payloads(payloads)                    # doctest: +SKIP

The work is done by the C++ library; a model is the same, bit for bit, as the one that the program ``terse``
makes of the same table, seed and options. ``terse.sklearn`` has estimators for scikit-learn, ``terse.torch``
layers for PyTorch; both are imported when asked for.
"""

from terse._terse import __version__
from terse.curve import Curve, CurvePoint
from terse.model import Inspection, Model
from terse.training import TerseWarning, allocate, options, train

__all__ = [
    "Curve", "CurvePoint", "Inspection", "Model", "TerseClassifier", "TerseEncoder", "TerseRegressor", "TerseWarning",
    "__version__", "allocate", "options", "train",
]


def __getattr__(name):
    if name in ("TerseRegressor", "TerseClassifier", "TerseEncoder"):
        import terse.sklearn
        return getattr(terse.sklearn, name)
    raise AttributeError(f"module 'terse' has no attribute {name!r}")
