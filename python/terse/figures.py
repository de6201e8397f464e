"""Figures by matplotlib, which is asked for only here."""

import math


def axes(ax, height=None):
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise ImportError("matplotlib draws the figures: pip install matplotlib") from None
    return plt.subplots(figsize=(7, height or 4))[1]


def plot_curve(curve, ax=None):
    ax = axes(ax)
    bits = [point.bits / 8 for point in curve.points]
    ax.plot(bits, [point.loss for point in curve.points], marker="o", label="message")
    if curve.reference_loss is not None:
        ax.axhline(curve.reference_loss, linestyle="--", color="grey", label="full precision")
    if curve.chosen is not None:
        point = curve.points[curve.chosen]
        ax.plot([point.bits / 8], [point.loss], marker="o", markersize=12, fillstyle="none", linestyle="none",
                color="black", label="chosen")
    ax.set_xlabel("bytes of a message")
    ax.set_ylabel("loss on validation rows")
    ax.legend()
    return ax


def plot_thresholds(model, ax=None):
    features = [feature for feature in model.features if len(feature["thresholds"])]
    ax = axes(ax, 1 + 0.35 * max(1, len(features)))
    for row, feature in enumerate(features):
        deviation = feature["deviation"] or 1.0
        places = [(float(value) - feature["mean"]) / deviation for value in feature["thresholds"]]
        ax.plot([place for place in places if math.isfinite(place)], [row] * len(places), "|", markersize=14)
    ax.set_yticks(range(len(features)), [label_of(feature) for feature in features])
    ax.set_ylim(len(features) - 0.5, -0.5)
    ax.set_xlabel("threshold, in standard deviations from the mean of the training rows")
    return ax


def label_of(feature):
    return feature["name"] + (f" [{feature['unit']}]" if feature["unit"] else "")
