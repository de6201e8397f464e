"""Layers for PyTorch: readings become soft steps that learn, and hard codes in eval().

>>> from terse.torch import BitwiseSoftQuantization, TemperatureSchedule
>>> layer = BitwiseSoftQuantization.from_data(X, levels=8)              # doctest: +SKIP
>>> network = torch.nn.Sequential(layer, torch.nn.Linear(layer.outputs, 1))     # doctest: +SKIP
>>> schedule = TemperatureSchedule(network, epochs=50)                  # doctest: +SKIP
"""

import numbers

import numpy as np
import torch
from torch import nn

from terse import _terse
from terse.cells import refuse
from terse.torch_export import export


def initial_thresholds(X, levels=16, start="quantile", y=None, seed=0):
    """Thresholds to begin with.

    Parameters
    ----------
    X : tensor or array of shape (rows, features)
        Finite readings, best standardised.
    levels : int or list of int
        Levels of every feature, or of each: 1 to 256; one less thresholds.
    start : {"quantile", "minmax", "kmeans", "tree"}
    y : tensor or array of shape (rows,), optional
        For tree: what the trees predict.
    seed : int
        For tree.

    Returns
    -------
    list of torch.Tensor
        float32, ascending, of each feature.
    """
    rows = array_of(X)
    if rows.ndim != 2:
        refuse("X", f"has shape {rows.shape}", "give rows x features")
    targets = np.empty(0, np.float32) if y is None else array_of(y).reshape(-1)
    found = _terse.starting_thresholds(rows, levels_of(levels, rows.shape[1]), start, targets, seed)
    return [torch.from_numpy(own) for own in found]


def array_of(values):
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().to(torch.float32).numpy()
    return np.ascontiguousarray(values, np.float32)


def levels_of(levels, features):
    own = [levels] * features if isinstance(levels, numbers.Integral) else list(levels)
    if len(own) != features:
        refuse("levels", f"there are {len(own)} where there are {features} features", "give one for each")
    if any(not isinstance(each, numbers.Integral) or not 1 <= each <= 256 for each in own):
        refuse("levels", f"{levels!r} is out of range", "give 1 to 256 for each feature")
    return [int(each) for each in own]


class SoftSteps(nn.Module):
    """Thresholds of each feature of the last axis, which learn by soft steps of a temperature.

    Thresholds may cross: a code is how many lie below the reading, in any order. In eval() steps are hard, 0 or 1.
    What is computed is float32 or float64, also under autocast; the result has the input's kind.
    """

    def __init__(self, thresholds, temperature=1.0):
        super().__init__()
        own = [torch.as_tensor(each, dtype=torch.float32).reshape(-1) for each in thresholds]
        if not own or not all(torch.isfinite(each).all() for each in own):
            refuse("thresholds", "there are none, or some are not finite", "give finite numbers for each feature")
        self.features = len(own)
        self.thresholds = nn.Parameter(torch.cat(own).clone())
        counts = torch.tensor([len(each) for each in own])
        # Of each threshold the feature that it belongs to.
        self.register_buffer("feature", torch.repeat_interleave(torch.arange(len(own)), counts), persistent=False)
        self.register_buffer("temperature", torch.tensor(1.0))
        self.set_temperature(temperature)

    @classmethod
    def from_data(cls, X, levels=16, start="quantile", y=None, seed=0, temperature=1.0):
        """A layer whose thresholds begin where the data say; see :func:`initial_thresholds`."""
        return cls(initial_thresholds(X, levels, start, y, seed), temperature)

    @classmethod
    def from_model(cls, model, temperature=1e-3):
        """A layer with the thresholds of a terse.Model, in raw units."""
        if any(feature["categories"] or feature["missing_level"] for feature in model.features):
            refuse("model", "it has categories or codes for gaps", "give a model of numbers alone")
        return cls([feature["origin"] + feature["thresholds"] for feature in model.features], temperature)

    def set_temperature(self, temperature):
        """Softer steps above, harder ones below; above 0."""
        if not 0.0 < float(temperature) < float("inf"):
            refuse("temperature", f"{temperature!r} is out of range", "give a number above 0")
        self.temperature.fill_(float(temperature))

    def sorted_thresholds(self):
        """list of torch.Tensor: ascending, of each feature."""
        values = self.thresholds.detach()
        return [values[self.feature == place].sort().values for place in range(self.features)]

    def codes(self, x):
        """Tensor of uint8, shape (..., features): how many thresholds lie below each reading."""
        with torch.no_grad():
            return self.summed(self.hard(self.wide(x))).to(torch.uint8)

    def steps(self, x):
        """One column for each threshold, in the order of the features."""
        wide = self.wide(x)
        if not self.training:
            return self.hard(wide)
        return torch.sigmoid((wide[..., self.feature] - self.thresholds.to(wide.dtype)) / self.temperature)

    def hard(self, wide):
        return (wide[..., self.feature] > self.thresholds).to(wide.dtype)

    def wide(self, x):
        if x.shape[-1:] != (self.features,):
            refuse("input", f"has shape {tuple(x.shape)}", f"its last axis has {self.features} features")
        return x if x.dtype == torch.float64 else x.to(torch.float32)

    def summed(self, steps):
        zeros = steps.new_zeros((*steps.shape[:-1], self.features))
        return zeros.index_add(-1, self.feature, steps)

    def extra_repr(self):
        return f"features={self.features}, thresholds={len(self.thresholds)}"


class BitwiseSoftQuantization(SoftSteps):
    """One soft bit for each threshold: (..., features) becomes (..., thresholds).

    The first layer behind it learns what each step is worth, so that a server looks it up by code.
    """

    sums_steps = False

    @property
    def outputs(self):
        """int: size of the last axis of the result."""
        return len(self.thresholds)

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):
            return self.steps(x).to(x.dtype)


class SoftQuantization(SoftSteps):
    """One soft code for each feature, the sum of its steps: (..., features) stays (..., features)."""

    sums_steps = True

    @property
    def outputs(self):
        """int: size of the last axis of the result."""
        return self.features

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):
            return self.summed(self.steps(x)).to(x.dtype)


class TemperatureSchedule:
    """The temperatures of a training, set in every layer of a module.

    Parameters
    ----------
    module : torch.nn.Module
    epochs : int
    schedule : {"exponential", "linear", "warmup", "cosine", "cyclical"}
    end : float
        The last temperature. The first is 1.

    Call :meth:`step` after each epoch, as with a scheduler of the learning rate.
    """

    def __init__(self, module, epochs, schedule="exponential", end=1e-3):
        self.layers = [layer for layer in module.modules() if isinstance(layer, SoftSteps)]
        if not self.layers:
            refuse("module", "it has no layer with a temperature", "give one with BitwiseSoftQuantization in it")
        if not isinstance(epochs, numbers.Integral) or epochs < 1:
            refuse("epochs", f"{epochs!r} is out of range", "give 1 or more")
        self.epochs, self.schedule, self.end, self.epoch = epochs, schedule, end, 0
        self.set()

    def set(self):
        temperature = _terse.temperature(self.schedule, min(self.epoch, self.epochs - 1), self.epochs, self.end)
        for layer in self.layers:
            layer.set_temperature(temperature)

    def step(self):
        """The next epoch's temperature; behind the last one it stays."""
        self.epoch += 1
        self.set()

    def get_last_temperature(self):
        """float: what the layers have now."""
        return float(self.layers[0].temperature)

    def state_dict(self):
        return {"epoch": self.epoch}

    def load_state_dict(self, state):
        self.epoch = int(state["epoch"])
        self.set()


__all__ = ["BitwiseSoftQuantization", "SoftQuantization", "TemperatureSchedule", "export", "initial_thresholds"]
