"""What a model is, for people."""

import html
from collections.abc import Mapping


class Inspection(Mapping):
    """Everything that a model says of itself, by name; as text and, in notebooks, as a table."""

    def __init__(self, said):
        self._said = said

    def __getitem__(self, name):
        return self._said[name]

    def __iter__(self):
        return iter(self._said)

    def __len__(self):
        return len(self._said)

    def head(self):
        """str: method, size and figures in one line."""
        said = self._said
        count = len(said["features"])
        targets = ", ".join(target["name"] for target in said["targets"])
        text = (f"{said['method']}, {said['decoder']} decoder, {count} feature{'s' if count != 1 else ''} -> "
                f"{targets}: {said['payload_bits']} bits, {said['payload_bytes']} "
                f"byte{'s' if said['payload_bytes'] != 1 else ''} a message")
        shown = ("loss",) if said["task"] == "several" else ("mse", "r2", "accuracy", "log_loss")
        figures = [f"{name} {said['metrics'][name]:.4g}" for name in shown
                   if name in said["metrics"]]
        return "; ".join([text, *figures])

    def rows(self):
        """list of (name, levels, codes): of each feature, as texts."""
        return [(feature["name"] + (f" [{feature['unit']}]" if feature["unit"] else ""), str(feature["levels"]),
                 codes_text(feature)) for feature in self._said["features"]]

    def __repr__(self):
        rows = self.rows()
        width = max([7, *(len(name) for name, _, _ in rows)])
        lines = [self.head(), "", f"{'feature':{width}}  levels  thresholds (code = how many lie below the reading)"]
        lines += [f"{name:{width}}  {levels:>6}  {codes}" for name, levels, codes in rows]
        return "\n".join(lines)

    def _repr_html_(self):
        rows = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>"
                       for row in self.rows())
        return (f"<p>{html.escape(self.head())}</p><table><thead><tr><th>feature</th><th>levels</th>"
                f"<th>thresholds</th></tr></thead><tbody>{rows}</tbody></table>")


def codes_text(feature):
    if feature["levels"] == 1:
        return "not sent"
    said = [f"{name} = {code}" for code, name in enumerate(feature["categories"])]
    said += [f"{feature['origin'] + float(value):.6g}" for value in feature["thresholds"]]
    if len(said) > 7:
        said = [*said[:6], "...", said[-1]]
    last = feature["levels"] - (1 if feature["missing_level"] else 0)
    if feature["unseen_level"]:
        said.append(f"any other = {last - 1}")
    if feature["missing_level"]:
        said.append(f"missing = {last}")
    return ", ".join(said)
