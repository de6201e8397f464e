"""Training and allocation."""

import warnings
from collections.abc import Mapping, Sequence

from terse import _terse
from terse.cells import Numbers, Words, refuse
from terse.curve import Curve, CurvePoint
from terse.frames import column_of, table_of, targets_of
from terse.model import Model
from terse.progress import with_progress

TASKS = ("regression", "classification")
OWN_WEIGHT = "sample_weight"


class TerseWarning(UserWarning):
    """Something about the table that its owner should know: a column left out, classes out of balance."""


def options():
    """The options of a training.

    Returns
    -------
    list of dict
        For each option its ``name``, ``kind`` (int, float or str), ``text``, ``bounds`` and ``choices``.
    """
    return _terse.training_options()


def option_texts(given):
    """Lists and dicts as the table's texts."""
    result = {}
    for name, value in given.items():
        if value is None:
            continue
        if isinstance(value, Mapping):
            value = ",".join(f"{key}={each}" if key else str(each) for key, each in value.items())
        elif isinstance(value, Sequence) and not isinstance(value, str):
            value = ",".join(str(each) for each in value)
        result[name] = value
    return result


def one_of(name, value, choices):
    if value not in choices:
        refuse(name, f"{value!r} is not a choice", f"choose {', '.join(str(choice) for choice in choices)}")
    return value


def names_of(name, value):
    if isinstance(value, str) or not all(isinstance(each, str) for each in value):
        refuse(name, f"{value!r} is not a list of names", "give a list of str")
    return list(value)


class Job:
    """What a training is asked for: columns, wishes about them, options."""

    def __init__(self, X, y, *, task, features, ignore, missing, categorical, dates, sample_weight, units, source,
                 options):
        table = table_of(X)
        columns = list(table.columns)
        self.targets = self.add_targets(table, columns, y)
        self.target = self.targets[0] if len(self.targets) == 1 else tuple(self.targets)
        self.options = option_texts(options)
        if sample_weight is not None and OWN_WEIGHT in table.names:
            refuse("X", f"has a column '{OWN_WEIGHT}'", "rename it, or name it by the option weight")
        if sample_weight is not None:
            columns.append((OWN_WEIGHT, column_of(sample_weight, table.rows, OWN_WEIGHT)[1]))
            self.options["weight"] = OWN_WEIGHT
        table.columns = columns
        ignore = names_of("ignore", ignore)
        self.wishes = {
            "target": self.targets[0],
            "further_targets": self.targets[1:],
            "features": names_of("features", features or ()),
            "ignore": ignore,
            "task": "" if task is None else one_of("task", task, TASKS),
            "missing": one_of("missing", missing, ("error", "level")),
            "categorical": self.categories(table, names_of("categorical", categorical), ignore),
            "dates": one_of("dates", dates, ("ignore", "parts", "levels")),
        }
        if task is None and len(self.targets) == 1 and self.target in table.categorical():
            self.wishes["task"] = "classification"
        self.columns = table.native(source, units)

    def categories(self, table, named, ignore):
        names = dict.fromkeys([*table.categorical(), *named])
        return [name for name in names if name not in self.targets and name not in ignore]

    @staticmethod
    def add_targets(table, columns, y):
        """Names of the targets, whose columns are then among `columns`."""
        if isinstance(y, tuple) and len(y) > 1 and all(isinstance(each, str) and each in table.names for each in y):
            return list(y)
        if isinstance(y, str):
            if y not in table.names:
                refuse("y", f"there is no column '{y}' in X", "give a column's name, or one value for each row")
            return [y]
        pairs = [(None, y)] if isinstance(y, (Numbers, Words)) else targets_of(y, table.rows)
        names = []
        for name, column in pairs:
            if name is None:
                name = "y"
                while name in table.names:
                    name += "_"
            if name in table.names:
                refuse("y", f"'{name}' is also a column of X", "leave it out of X, or rename it")
            columns.append((name, column))
            names.append(name)
        return names


def warn(notes):
    for note in notes:
        warnings.warn(note, TerseWarning, stacklevel=3)


def train(X, y, *, protocol="terse", task=None, features=None, ignore=(), missing="error", categorical=(),
          dates="ignore", sample_weight=None, units=None, source="X", progress=None, tag=None,
          encoder=None, **options):
    """Learn thresholds and decoder together.

    Parameters
    ----------
    X : table of shape (rows, columns)
        numpy array, pandas or polars frame, Arrow table, dict of columns, or whatever exchanges data frames.
        Readings are numbers in the units of the sensors. Texts, bools and pandas categories are categories;
        None, NaN and NA are gaps. Columns of an array are called x0, x1, ...
    y : array of shape (rows,) or (rows, targets), table, str or tuple of str
        What to predict, or the name of the column of X that holds it. Rows without it are left out. Of several
        columns one message serves all: one encoder, and a decoder that answers each (``target_weight={"a": 2}``
        weighs their losses).
    protocol : {"terse", "paper"}
        Whose defaults start, scale, between, average and temperature_end have.
    task : {"regression", "classification"}, optional
        Classification if the target is text, bool, or 0 and 1 alone.
    features, ignore : list of str, optional
        Columns to use (all), and to leave out.
    missing : {"error", "level"}
        A gap in a feature: an error, or a code of its own, which the device also sends without a reading.
    categorical : list of str, optional
        Columns whose numbers are categories.
    dates : {"ignore", "parts", "levels"}
        What becomes of columns of dates.
    sample_weight : array of shape (rows,), optional
        Weights of the rows in losses and figures, at least 0.
    units : dict of str to str, optional
        Units of columns, by name, for people who read the model.
    source : str
        How the model calls its data.
    progress : bool or callable, optional
        A bar of tqdm; by default where a person looks. A callable gets (step, steps, epoch, epochs, loss,
        temperature).
    tag : int or "auto", optional
        First byte of each message, 0 to 255, which tells formats apart; ``"auto"`` is made of what travels.
    encoder : Model, optional
        A model in the field whose messages stay as they are, bit for bit: only what decodes them is trained, on
        this table and target.
    **options
        By the names of :func:`terse.options`: bits, levels={"lux": 5}, hidden=(128, 128), epochs, learning_rate,
        decoder, seed, threads, test_fraction, split, and so on.

    Returns
    -------
    Model
        With the figures of its test part in ``model.metrics``.

    Raises
    ------
    ValueError
        One line that names the column or option, what is wrong, and how to mend it.
    RuntimeError
        The training diverged.
    KeyboardInterrupt
        Ctrl-C: the training stops within a step.
    """
    job = Job(X, y, task=task, features=features, ignore=ignore, missing=missing, categorical=categorical,
              dates=dates, sample_weight=sample_weight, units=units, source=source, options=options)
    if encoder is not None:
        require_kept(encoder, (("features", features, (None, ())), ("ignore", ignore, ((), [])),
                               ("missing", missing, ("error",)), ("categorical", categorical, ((), [])),
                               ("protocol", protocol, ("terse",))))
    model, notes = train_job(job, protocol, progress, True, tag_text(tag), encoder)
    warn(notes)
    return model


def require_kept(encoder, given):
    """given: (name, value, values that say nothing) of what a kept encoder has settled."""
    if not isinstance(encoder, Model):
        refuse("encoder", f"is a {type(encoder).__name__}", "give a terse.Model")
    for name, value, nothing in given:
        if value not in nothing:
            refuse(name, "the encoder stays as it is", "leave it out, or train without `encoder`")


def tag_text(tag):
    if tag is None:
        return "none"
    if tag != "auto" and (isinstance(tag, bool) or not isinstance(tag, int)):
        refuse("tag", f"{tag!r} is not a tag", 'give a number from 0 to 255, or "auto"')
    return str(tag)


def train_job(job, protocol, progress, check_order=False, tag="none", encoder=None):
    """(model, notes for the user). check_order: one of them warns of a table in which the order of rows matters."""
    native, notes = with_progress(progress, lambda told: _terse.train(
        job.columns, job.wishes, protocol, job.options, f"terse.train(y={job.target!r})", check_order, told, tag,
        None if encoder is None else encoder._native))
    return Model(native), notes


def allocate(X, y, *, payload_bytes=None, payload_bits=None, max_loss=None, margin=2.0, decoder="best", folds=4,
             round_epochs=4, final_epochs=30, device_flash=None, models=False, task=None, features=None, ignore=(),
             missing="error", categorical=(), dates="ignore", sample_weight=None, units=None, source="X", progress=None,
             **options):
    """Choose features and their levels so that a message fits, and train that model.

    Parameters
    ----------
    X, y, task, features, ignore, missing, categorical, dates, sample_weight, units, source, progress, **options
        As for :func:`terse.train`.
    payload_bytes, payload_bits : int, optional
        The size of a message, at most.
    max_loss : float, optional
        Percent by which the loss may exceed full precision: the smallest message is chosen that is shown to lose
        no more, with 95 % certainty over the folds.
    margin : float
        Percent of full precision's loss that counts as equal to it, for a curve without a budget.
    decoder : {"best", "network", "boosted"}
        What predicts from the codes.
    folds : int
        Validation folds, whose losses decide together.
    round_epochs, final_epochs : int
        Epochs after each removal of levels, and at the chosen ones.
    device_flash : int, optional
        Bytes of flash that the device has for trees, code included: their level may then be sent, beside codes of
        readings or alone.
    models : bool
        Whether every point of the curve gets its model.

    Returns
    -------
    Curve
        Loss against size. ``curve.model`` is the chosen model: for a budget the best that fits, otherwise the
        bend of the curve.
    """
    goals = [goal for goal in (payload_bytes, payload_bits, max_loss) if goal is not None]
    if len(goals) > 1:
        refuse("payload_bytes", "more than one goal is given", "give payload_bytes, payload_bits or max_loss")
    if any(not isinstance(goal, (int, float)) or isinstance(goal, bool) or not 0 <= goal < 1e6 for goal in goals):
        refuse("payload_bytes", f"{goals[0]!r} is not a size", "give a number above 0")
    bits = 8.0 * payload_bytes if payload_bytes is not None else payload_bits
    if bits is not None and bits < 1:
        refuse("payload_bytes", "a message has at least one byte", "give 1 or more")
    for name, value, low, high in (("folds", folds, 2, 20), ("round_epochs", round_epochs, 0, 10**6),
                                   ("final_epochs", final_epochs, 0, 10**6)):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            refuse(name, f"{value!r} is out of range", f"give {low} to {high}")
    if device_flash is not None and (isinstance(device_flash, bool) or not isinstance(device_flash, int)
                                     or not 0 <= device_flash < 2**31):
        refuse("device_flash", f"{device_flash!r} is not a number of bytes", "give a whole number, such as 4096")
    if not isinstance(margin, (int, float)) or not 0 <= margin <= 1e6:
        refuse("margin", f"{margin!r} is not a share in percent", "give 0 to 1000000")
    one_of("decoder", decoder, ("best", "network", "boosted"))
    job = Job(X, y, task=task, features=features, ignore=ignore, missing=missing, categorical=categorical,
              dates=dates, sample_weight=sample_weight, units=units, source=source, options=options)
    if len(job.targets) > 1:
        refuse("y", "has several targets", "terse.allocate takes one, terse.train several")
    search = {"bits": None if bits is None else float(bits), "max_loss": None if max_loss is None else max_loss / 100.0,
              "curve": not goals, "margin": margin / 100.0, "folds": folds, "round_epochs": round_epochs,
              "final_epochs": final_epochs, "decoder": decoder, "models": bool(models),
              "device_flash": device_flash}
    found = with_progress(progress, lambda told: _terse.allocate(
        job.columns, job.wishes, job.options, search, f"terse.allocate(y={job.target!r})", told))
    warn(found["notes"])
    return curve_of(found)


def curve_of(found):
    every = len(found["models"]) == len(found["points"])
    points = []
    for place, point in enumerate(found["points"]):
        own = [found["models"][place]] if every else found["models"][:1] if place == found["chosen"] else []
        levels = dict(zip([*found["features"], point["computed"]], point["levels"]))
        points.append(CurvePoint(bits=point["bits"], loss=point["loss"], levels=levels, decoder=point["decoder"],
                                 as_good=point.get("as_good"), model=Model(own[0]) if own else None))
    return Curve(points, found["chosen"], found["reference_loss"])
