"""Telling how far the work has come: a bar with time left on a terminal or in a notebook, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from .execute import Meter

EVERY = 10.0  # seconds between two plain lines


class Silent:
    """Tells nobody."""

    def say(self, text: str) -> None:
        """Say nothing."""

    def advance(self, quarters: float) -> None:
        """Show nothing."""


@dataclass
class Bar:
    """A bar with the share done and the time left."""

    bar: Progress
    task: TaskID

    def say(self, text: str) -> None:
        """A line above the bar."""
        self.bar.console.print(text, highlight=False)

    def advance(self, quarters: float) -> None:
        """Move the bar."""
        self.bar.advance(self.task, quarters)


@dataclass
class Lines:
    """A plain line every ten seconds, for logs and pipes."""

    total: float
    what: str
    out: TextIO
    done: float = 0.0
    begun: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """The sentence on a line of its own."""
        print(text, file=self.out, flush=True)

    def advance(self, quarters: float) -> None:
        """Say how far the work has come, if the last line was long ago."""
        self.done += quarters
        now = time.monotonic()
        if now - self.told >= EVERY and 0 < self.done < self.total:
            self.told = now
            left = (now - self.begun) * (self.total - self.done) / self.done
            self.say(f"{self.what}: {100 * self.done / self.total:.0f} % done, {duration(left)} left")


@contextlib.contextmanager
def meter(total: float, what: str, quiet: bool = False, out: TextIO | None = None) -> Iterator[Meter]:
    """Something to tell progress to: `total` quarters of work called `what`; `out` is standard error if not given."""
    if quiet:
        yield Silent()
        return
    from rich.console import Console

    console = Console(file=out or sys.stderr)
    if not (console.is_terminal or console.is_jupyter):
        yield Lines(total, what, out or sys.stderr)
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    parts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*parts, console=console, transient=True) as bar:
        yield Bar(bar, bar.add_task(what, total=total))


def duration(seconds: float) -> str:
    """A length of time as people say it: "40 s", "3 minutes", "2.5 hours"."""
    if seconds < 90:
        step = 1 if seconds < 10 else 5
        return f"{max(step, step * round(seconds / step))} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"
