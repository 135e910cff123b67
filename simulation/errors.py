"""The errors a user can meet, as one tree, and the block of text each of them prints.

TifError
├── UserError              a mistake that the user can put right: exit code 2, never a traceback
│   ├── UsageError         a command line or a Python call that asks for something impossible
│   ├── CatalogueError     a record of scenario/catalogue/*.yaml that does not hold together
│   ├── ScenarioError      a scenario, history or policy file
│   ├── DesignError        a sweep, sensitivity, calibration or optimisation file
│   └── ResultsError       a results folder that cannot be written, read or replaced
└── InternalError          our fault: exit code 1
    └── IdentityError      the books do not close
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written: a file and a line, or a name such as `--set` when there is no file."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: where it is, what was found, what is allowed, the nearest known name, and what to do next."""

    place: Place
    found: str
    allowed: str = ""
    nearest: str = ""
    next: str = ""

    def block(self) -> str:
        """The fault as a few lines of text, empty parts left out."""
        parts = [("found", self.found), ("allowed", self.allowed), ("nearest", self.nearest), ("next", self.next)]
        return "\n".join([str(self.place), *(f"  {f'{name}:':<9}{text}" for name, text in parts if text)])


class TifError(Exception):
    """Root of everything this program raises on purpose."""

    exit_code: ClassVar[int] = 1


class UserError(TifError):
    """One or several mistakes of the user, told together."""

    exit_code: ClassVar[int] = 2
    subject: ClassVar[str] = "request"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    @classmethod
    def at(cls, place: Place | str, found: str, allowed: str = "", nearest: str = "", next: str = "") -> Self:  # noqa: A002
        """An error made of a single fault; a text stands for a place without a line."""
        where = Place(place) if isinstance(place, str) else place
        return cls([Fault(where, found, allowed, nearest, next)])

    def render(self) -> str:
        """The block that the command line prints: a heading with the number of faults, then every fault."""
        count = len(self.faults)
        heading = f"{count} fault{'' if count == 1 else 's'} in the {self.subject}"
        return "\n\n".join([heading, *(fault.block() for fault in self.faults)])

    def __str__(self) -> str:
        return self.render()


class UsageError(UserError):
    """A command line or a Python call that asks for something impossible."""


class CatalogueError(UserError):
    """A record of the catalogue that does not hold together."""

    subject: ClassVar[str] = "catalogue"


class ScenarioError(UserError):
    """A scenario, history or policy that cannot be played as written."""

    subject: ClassVar[str] = "scenario"


class DesignError(UserError):
    """A sweep, sensitivity, calibration or optimisation file that cannot be carried out as written."""

    subject: ClassVar[str] = "design"


class ResultsError(UserError):
    """A results folder that cannot be written, read or replaced."""

    subject: ClassVar[str] = "results folder"


class InternalError(TifError):
    """A fault of this program; the run stops, because its numbers could not be trusted."""


class IdentityError(InternalError):
    """The books do not close: the message names identity, sector, line, quarter and amount."""


@dataclass
class Faults:
    """A list of faults that grows while a file is read, so that all are told in one go."""

    kind: type[UserError]
    found: list[Fault] = field(default_factory=list)

    def add(self, place: Place, found: str, allowed: str = "", nearest: str = "", next: str = "") -> None:  # noqa: A002
        """Note a fault and go on reading."""
        self.found.append(Fault(place, found, allowed, nearest, next))

    def stop(self) -> None:
        """Raise what has been noted, in the order of the files' lines, each fault once; do nothing if all is well."""
        if self.found:
            files = list(dict.fromkeys(fault.place.file for fault in self.found))
            unique = dict.fromkeys(self.found)
            raise self.kind(sorted(unique, key=lambda fault: (files.index(fault.place.file), fault.place.line or 0)))


def nearest_name(word: str, names: Iterable[str], likeness: float = 0.6) -> str:
    """The known name most like `word`, or an empty text if none is close (likeness 1 = the same)."""
    known = sorted(names)
    exact = [name for name in known if name.lower() == word.lower().replace("-", "_").replace(" ", "_")]
    return next(iter(exact or difflib.get_close_matches(word.lower(), known, n=1, cutoff=likeness)), "")
