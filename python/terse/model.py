"""A trained model."""

import os
import re

import numpy as np

from terse import _terse
from terse.cells import refuse, values_of
from terse.frames import Table, column_of, made_names, table_of, targets_of
from terse.inspection import Inspection
from terse.payloads import payload_bytes_of, whole_bytes

FORMATS = ("c", "arduino", "platformio", "esp-idf", "zephyr", "rust", "micropython", "js", "onnx", "header")


class Model:
    """Thresholds, decoder, and the record of their training. Immutable; made by train, allocate or load.

    Attributes
    ----------
    payload_bytes, payload_bits : int
        Size of a message.
    features : list of dict
        Of each feature its name, unit, levels, thresholds (raw units), categories.
    metrics : dict of str to float
        Figures of the test part of its training.
    """

    def __init__(self, native):
        self._native = native
        self._said = native.description()

    @classmethod
    def load(cls, path):
        """Read a ``.terse`` file.

        Parameters
        ----------
        path : str or os.PathLike

        Returns
        -------
        Model
        """
        return cls(_terse.Model.load(os.fspath(path)))

    @classmethod
    def from_bytes(cls, data):
        """The model of the bytes of a ``.terse`` file."""
        return cls(_terse.Model.from_bytes(bytes(data)))

    def to_bytes(self):
        """The bytes of the ``.terse`` file."""
        return self._native.to_bytes()

    def save(self, path):
        """Write the ``.terse`` file, whole or not at all.

        Parameters
        ----------
        path : str or os.PathLike
        """
        self._native.save(os.fspath(path))

    def __reduce__(self):
        return Model.from_bytes, (self.to_bytes(),)

    def __eq__(self, other):
        return self.to_bytes() == other.to_bytes() if isinstance(other, Model) else NotImplemented

    def __hash__(self):
        return hash(self.to_bytes())  # the record counts, and with it the time that the training took

    @property
    def payload_bytes(self):
        return self._said["payload_bytes"]

    @property
    def payload_bits(self):
        return self._said["payload_bits"]

    @property
    def features(self):
        return self._said["features"]

    @property
    def feature_names(self):
        """list of str: the features in the order of the codes."""
        return [feature["name"] for feature in self.features]

    @property
    def reading_names(self):
        """list of str: the features that are readings; what the device computes of them comes behind."""
        return [feature["name"] for feature in self.features if not feature["computed"]]

    @property
    def metrics(self):
        return dict(self._said["metrics"])

    @property
    def settings(self):
        """dict of str to str: the options of its training, as recorded."""
        return dict(self._said["settings"])

    @property
    def task(self):
        """str: regression, classification, or several (targets)."""
        return self._said["task"]

    @property
    def target_name(self):
        """str: what is predicted; of several targets their names with commas."""
        return ", ".join(self.target_names)

    @property
    def target_names(self):
        """list of str: each target, in the order of the columns of :meth:`predict`."""
        return [target["name"] for target in self._said["targets"]]

    @property
    def classes_(self):
        """numpy.ndarray of shape (classes,): the labels, as numbers or bools where their texts are; None of a
        number. Of several targets a dict of them, for those that are classes."""
        if self.task == "several":
            return {target["name"]: values_of(target["classes"]) for target in self._said["targets"]
                    if target["classes"]}
        return values_of(self._said["classes"]) if self._said["classes"] else None

    def encode(self, X):
        """What devices send.

        Parameters
        ----------
        X : table of shape (rows, columns)
            With the model's features by name; of an array without names the model's features in its order.

        Returns
        -------
        numpy.ndarray of uint8, shape (rows, payload_bytes)
        """
        return self._of_readings(X, self._native.encode)

    def codes(self, X):
        """The code of each reading.

        Returns
        -------
        numpy.ndarray of uint8, shape (rows, features)
            From 0 to levels - 1.
        """
        return self._of_readings(X, self._native.codes)

    def decode(self, payloads):
        """The codes that payloads hold; of a model in full precision the readings.

        Parameters
        ----------
        payloads : numpy.ndarray of uint8 of shape (rows, payload_bytes), bytes, or a list of bytes or hexadecimal
            texts

        Returns
        -------
        numpy.ndarray of uint8 or float32, shape (rows, features)
        """
        return self._native.decode(self._payloads(payloads))

    def predict(self, X, decision_threshold=None):
        """Predictions through the codes, as a server makes them.

        Parameters
        ----------
        X : table of shape (rows, columns)
        decision_threshold : float, optional
            Of two classes: the second is predicted from this probability on.

        Returns
        -------
        numpy.ndarray of shape (rows,)
            float32 (float64 far from 0) in the target's unit, or labels. Of several targets (rows, targets); of
            objects if some are classes.
        """
        return self._answers(self._of_readings(X, self._native.predict), decision_threshold)

    def predict_proba(self, X):
        """Probabilities of the classes.

        Returns
        -------
        numpy.ndarray of float32, shape (rows, classes)
            Of several targets a dict of them, for those that are classes.
        """
        if self.task != "several":
            self._require_classes()
        outputs = self._of_readings(X, self._native.predict)
        if self.task != "several":
            return outputs
        return {target["name"]: own for target, own in self._parts(outputs) if target["classes"]}

    def predict_payloads(self, payloads, decision_threshold=None):
        """Predictions from what devices sent; see :meth:`decode` and :meth:`predict`."""
        return self._answers(self._native.predict_payloads(self._payloads(payloads)), decision_threshold)

    def predict_codes(self, codes, decision_threshold=None):
        """Predictions from codes: numpy.ndarray of shape (rows, features)."""
        return self._answers(self._native.predict_codes(whole_bytes(codes, "codes")), decision_threshold)

    def evaluate(self, X, y=None, *, sample_weight=None, part="all", decision_threshold=None):
        """Figures with the codes that a device would send.

        Parameters
        ----------
        X : table of shape (rows, columns)
        y : array of shape (rows,) or (rows, targets), table or str, optional
            True values, or the column of X that holds them (the model's target).
        sample_weight : array of shape (rows,), optional
        part : {"all", "test", "train"}
            The rows of the table that the model was made from.
        decision_threshold : float, optional

        Returns
        -------
        dict
            Of a number mse (standardised), mse_raw, rmse and mae (in the target's unit), r2; of classes accuracy,
            log_loss, f1_macro, roc_auc, pr_auc, brier, calibration_error, the figures of each class, confusion. Of
            several targets loss, the weighted mean, and under targets these figures of each.
        """
        table = self._named(table_of(X))
        columns = list(table.columns)
        target, weight = y if isinstance(y, str) else "", ""
        if y is not None and not isinstance(y, str):
            given = targets_of(y, table.rows)
            if len(given) != len(self.target_names):
                refuse("y", f"has {len(given)} columns", f"the model predicts {self.target_name}")
            own = self.target_names
            columns = [(name, column) for name, column in columns if name not in own]
            named = dict(given) if {name for name, _ in given} == set(own) else {}
            columns += [(name, named.get(name, column)) for name, (_, column) in zip(own, given)]
            target = own[0] if len(own) == 1 else ""
        if sample_weight is not None:
            weight = self.settings.get("weight", "sample_weight")
            columns = [(name, column) for name, column in columns if name != weight]
            columns.append((weight, column_of(sample_weight, table.rows, "sample_weight")[1]))
        if part not in ("all", "test", "train"):
            refuse("part", f"{part!r} is not a part", "choose all, test or train")
        native = Table(table.rows, columns, True).native("X")
        return self._native.evaluate(native, target, weight, part, decision_threshold)

    def export(self, to, folder, *, prefix=None, form="size", inputs=(), with_network=False, send_on_change=False,
               compact=False, flat=False, network=False):
        """Write what a device, or a receiver other than Terse, needs.

        Parameters
        ----------
        to : {"c", "arduino", "platformio", "esp-idf", "zephyr", "rust", "micropython", "js", "onnx", "header"}
        folder : str or os.PathLike
        prefix : str, optional
            What every name begins with (the folder's name).
        form : {"size", "speed"}
            Of encoders in C.
        inputs : list of str
            c, rust, micropython: what the firmware holds, as ``--input`` of ``terse export`` takes it:
            "int16,0.01" for all features, "temperature=int16,0.01,missing=-32768" for one. float32 by default.
        with_network : bool
            c: the network of a compressed model, too.
        send_on_change : bool
            c: what decides whether a message says something new, too.
        compact, flat, network : bool
            js: bounds of a byte each; plain values; predict in the script.

        Returns
        -------
        list of str
            Paths of the files below the folder.
        """
        if form not in ("size", "speed"):
            refuse("form", f"{form!r} is not a form", "choose size or speed")
        folder = os.fspath(folder)
        if prefix is None:
            words = re.sub(r"[^a-z0-9]+", "_", os.path.basename(os.path.abspath(folder)).lower()).strip("_")
            prefix = words if words[:1].isalpha() else f"model_{words}".strip("_")
        return self._native.export(to, folder, prefix, form, with_network, send_on_change, compact,
                                   flat, network, [inputs] if isinstance(inputs, str) else list(inputs))

    def inspect(self):
        """What the model is: features, levels, thresholds, message, record.

        Returns
        -------
        Inspection
            Shown as a table in notebooks; ``dict(model.inspect())`` has everything.
        """
        return Inspection(self._said)

    def plot_thresholds(self, ax=None):
        """Draw where the thresholds of each feature stand among its training readings.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes
        """
        from terse.figures import plot_thresholds
        return plot_thresholds(self, ax)

    def __repr__(self):
        return f"<terse.Model: {self.inspect().head()}>"

    def _repr_html_(self):
        return self.inspect()._repr_html_()

    def _require_classes(self):
        if self.task != "classification":
            raise ValueError("the model predicts a number, which has no probabilities; use predict()")

    def _named(self, table):
        """With the model's names for columns that have none of their own."""
        if table.named:
            return table
        own = self.reading_names
        if set(own) <= set(made_names(len(table.columns))):
            return table
        if len(table.columns) != len(own):
            refuse("X", f"has {len(table.columns)} columns",
                   f"the model has {len(own)} features: {', '.join(own[:10])}{' ...' if len(own) > 10 else ''}")
        return Table(table.rows, [(name, column) for name, (_, column) in zip(own, table.columns)], True)

    def _of_readings(self, X, work):
        """work() of the model's readings, without a copy where X already is what the library computes with."""
        if isinstance(X, np.ndarray) and X.dtype == np.float32 and X.ndim == 2 and X.flags.c_contiguous \
                and self._said["plain"] and X.shape[1] == len(self.reading_names) and len(X) and np.isfinite(X).all():
            own = self.reading_names
            if own == made_names(len(own)) or not set(own) <= set(made_names(len(own))):
                return work(X)
        table = self._named(table_of(X))
        wanted = set(self.reading_names)
        wanted |= {name.rsplit(" ", count)[0] for name in wanted for count in (1, 2, 3, 4)}  # columns of dates
        kept = Table(table.rows, [pair for pair in table.columns if pair[0] in wanted], True)
        return work(self._native.readings(kept.native("X")))

    def _payloads(self, payloads):
        if isinstance(payloads, (bytes, bytearray, memoryview)):
            payloads = [bytes(payloads)]
        if not isinstance(payloads, np.ndarray) or payloads.dtype.kind in "OSU":
            payloads = [payload_bytes_of(payload, place) for place, payload in enumerate(payloads)]
            for place, payload in enumerate(payloads):
                if len(payload) != self.payload_bytes:
                    refuse(f"payloads: payload {place + 1}", f"has {len(payload)} bytes",
                           f"those of this model have {self.payload_bytes}")
            payloads = np.frombuffer(b"".join(payloads), np.uint8).reshape(len(payloads), self.payload_bytes)
        return whole_bytes(payloads, "payloads")

    def _parts(self, outputs):
        """Of several targets each with its columns of the outputs."""
        begin = 0
        for target in self._said["targets"]:
            end = begin + max(1, len(target["classes"]))
            yield target, outputs[:, begin:end]
            begin = end

    def _answers(self, outputs, decision_threshold):
        if self.task == "several":
            if decision_threshold is not None:
                refuse("decision_threshold", "the model has several targets", "leave it out")
            answers = []
            for target, own in self._parts(outputs):
                if target["classes"]:
                    answers.append(values_of(target["classes"])[own.argmax(axis=1)].astype(object))
                else:
                    answers.append(own[:, 0] + np.float64(target["origin"]) if target["origin"] else own[:, 0])
            return np.stack(answers, axis=1)
        if self.task == "regression":
            if decision_threshold is not None:
                refuse("decision_threshold", "the model predicts a number", "leave it out")
            origin = self._said["target_origin"]
            return outputs[:, 0] + np.float64(origin) if origin else outputs[:, 0]
        if decision_threshold is None:
            return self.classes_[outputs.argmax(axis=1)]
        if outputs.shape[1] != 2 or not 0 < decision_threshold < 1:
            refuse("decision_threshold", f"{decision_threshold!r} does not decide between {outputs.shape[1]} classes",
                   "give a probability between 0 and 1 for two classes")
        return self.classes_[(outputs[:, 1] >= np.float32(decision_threshold)).astype(int)]


__all__ = ["Inspection", "Model"]
