"""What is seen of a training while it runs."""

import sys

from terse.cells import refuse


def in_notebook():
    shell = sys.modules.get("IPython")
    return shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell"


class Bar:
    """A bar of tqdm, if it is there."""

    def __init__(self, factory):
        self.factory, self.bar = factory, None

    def __call__(self, step, steps, epoch, epochs, loss, temperature):
        if self.bar is None or self.bar.total != steps or step < self.bar.n:
            self.close()
            self.bar = self.factory(total=steps, unit="step", leave=False)
        self.bar.update(step - self.bar.n)
        self.bar.set_postfix_str(f"epoch {epoch}/{epochs}, loss {loss:.4f}", refresh=False)

    def close(self):
        if self.bar is not None:
            self.bar.close()
            self.bar = None


def shown(progress):
    """What to call, or None. progress: None where a person looks, True and False always and never; a function
    of (step, steps, epoch, epochs, loss, temperature)."""
    if callable(progress):
        return progress
    if progress not in (None, True, False):
        refuse("progress", f"{progress!r} is not a choice", "give True, False or a function")
    if progress is False or (progress is None and not (sys.stderr is not None and sys.stderr.isatty()
                                                       or in_notebook())):
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return Bar(tqdm)


def with_progress(progress, work):
    """work(what to call) between opening and closing the bar."""
    told = shown(progress)
    try:
        return work(told)
    finally:
        if isinstance(told, Bar):
            told.close()
