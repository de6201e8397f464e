"""Loss against the size of a message."""

import math
from dataclasses import dataclass, field


@dataclass
class CurvePoint:
    """One size of a message.

    Attributes
    ----------
    bits : float
        Bits of information in a message.
    loss : float
        Mean loss on rows unseen in training: squared error of the standardised target, or log loss.
    levels : dict of str to int
        Levels of each feature; 1 means that it is not sent.
    decoder : str
        network or boosted.
    as_good : bool or None
        Whether it is shown to be as good as full precision; None if that was not asked.
    model : Model or None
        The model, where it was trained to its end.
    """

    bits: float
    loss: float
    levels: dict
    decoder: str
    as_good: bool | None = None
    model: object = field(default=None, repr=False)

    @property
    def bytes(self):
        """Bytes of a message."""
        return math.ceil(self.bits / 8)


class Curve:
    """The points of an allocation, from large messages to small ones.

    Attributes
    ----------
    points : list of CurvePoint
    chosen : int or None
        Place of the chosen point; None if no message is shown to lose as little as was asked for.
    reference_loss : float or None
        Loss of full precision on the same rows, where it was measured.
    """

    def __init__(self, points, chosen, reference_loss=None):
        self.points, self.chosen, self.reference_loss = points, chosen, reference_loss

    def __len__(self):
        return len(self.points)

    def __getitem__(self, place):
        return self.points[place]

    @property
    def model(self):
        """Model: that of the chosen point."""
        if self.chosen is None:
            raise ValueError("max_loss: no message is shown to lose as little; allow more, or give more rows or folds")
        return self.points[self.chosen].model

    def plot(self, ax=None):
        """Draw loss against bytes, full precision as a line, and the chosen point.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes
        """
        from terse.figures import plot_curve
        return plot_curve(self, ax)

    def __repr__(self):
        lines = ["  bits  bytes      loss  decoder"]
        for place, point in enumerate(self.points):
            mark = " *" if place == self.chosen else ""
            lines.append(f"{point.bits:6.1f}  {point.bytes:5d}  {point.loss:8.4f}  {point.decoder}{mark}")
        if self.reference_loss is not None:
            lines.append(f"full precision  {self.reference_loss:.4f}")
        return "\n".join(lines)

    def _repr_html_(self):
        rows = "".join(
            f"<tr><td>{point.bits:.1f}</td><td>{point.bytes}</td><td>{point.loss:.4f}</td><td>{point.decoder}</td>"
            f"<td>{'chosen' if place == self.chosen else ''}</td></tr>" for place, point in enumerate(self.points))
        return f"<table><tr><th>bits</th><th>bytes</th><th>loss</th><th>decoder</th><th></th></tr>{rows}</table>"
