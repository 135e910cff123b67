"""Row views: one row of an agent table seen as a Mesa agent. A view copies nothing; it reads the table when asked.

Only Mesa names that exist and behave alike in 3.3 and 3.5 are used here and in model.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from ..agents.bank import BANKS
from ..agents.enterprise import FIRM, ID, PROOF, REGION, SECTOR, STAGE
from ..agents.founder import FOUNDER_ID, FOUNDER_WAITING, FOUNDERS
from ..agents.government import REGIONS
from ..agents.investor import FUND, FUND_ALIVE, FUND_ID, MANAGERS, STATUS
from ..engine.table import Column, Ints, Layout, Table
from ..errors import UsageError
from ..scenario.parameter import REGIONS as REGION_CODES
from ..scenario.parameter import SECTORS as SECTOR_CODES
from ..scenario.parameter import label

if TYPE_CHECKING:
    from .model import CycleModel

STAGES = ("concept", "prototype", "pilot", "market", "queue", "listed")


class _Numbers:
    """Mesa's `unique_id`: the number of views that the model has made so far.

    Mesa 3.3 counts in a dictionary of the class, which keeps every model alive for ever and starts anew after pickling.
    """

    def __getitem__(self, model: CycleModel) -> Iterator[int]:
        return iter((model.views_made,))


class RowView(mesa.Agent):
    """A row of a table as a Mesa agent: a table's name and a permanent id, with a read-only property for each column.

    Quarters in columns count from the first of the burn-in: 80 is 2021Q1. Reading an agent that has left the model
    raises UsageError; `is_alive` asks first.
    """

    table: ClassVar[str]
    layout: ClassVar[Layout]
    key: ClassVar[int | None] = None
    """Code column that holds the permanent id; None if rows never change hands, so that the row is the id."""
    _ids: ClassVar[_Numbers] = _Numbers()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for column in cls.layout.columns:
            setattr(cls, column.name, _number(column))
        for column in cls.layout.codes:
            if column.index != cls.key:
                setattr(cls, column.name, _code(column))

    def __init__(self, model: CycleModel, id: int, row: int) -> None:  # noqa: A002
        model.views_made += 1
        super().__init__(model)
        self.id = id
        self._row = row

    @staticmethod
    def lives(code: Ints) -> NDArray[np.bool_]:
        """Which columns of the code array (codes x rows) stand for a living agent."""
        return np.ones(np.shape(code)[-1], dtype=np.bool_)

    @classmethod
    def living(cls, model: CycleModel) -> dict[int, int]:
        """Permanent id -> row of every living agent of this kind, in the order of rows."""
        table = model.state.tables[cls.table]
        rows = np.flatnonzero(cls.lives(table.code[:, : table.used]))
        ids = rows if cls.key is None else table.code[cls.key, rows]
        return dict(zip(ids.tolist(), rows.tolist(), strict=True))

    @property
    def is_alive(self) -> bool:
        """Whether this agent is still in the model."""
        return self._find() >= 0

    @property
    def row(self) -> int:
        """Row of the table in which this agent stands now; UsageError if it has left the model."""
        row = self._find()
        if row < 0:
            name = type(self).__name__
            found = f"an agent that has left the model by {self.model.date}"
            advice = f"ask model.agents_by_type[{name}] again, or look at is_alive first"
            raise UsageError.at(f"{name} {self.id}", found, next=advice)
        return row

    def values(self) -> dict[str, float | int]:
        """All columns by name: floats in the unit that the property's docstring names, codes as whole numbers."""
        table, row = self._rows, self.row
        names = [column.name for column in (*self.layout.columns, *self.layout.codes)]
        return dict(zip(names, [*table.num[:, row].tolist(), *table.code[:, row].tolist()], strict=True))

    @property
    def _rows(self) -> Table:
        table: Table = self.model.state.tables[self.table]
        return table

    def _find(self) -> int:
        """The row where it stands, looked up again if the table was put in order since; -1 if it has left."""
        if not self._stands_in(self._row):
            table = self._rows
            same = [] if self.key is None else np.flatnonzero(table.code[self.key, : table.used] == self.id).tolist()
            self._row = next((row for row in same if self._stands_in(row)), -1)
        return self._row

    def _stands_in(self, row: int) -> bool:
        table = self._rows
        if not 0 <= row < table.used or (self.key is not None and table.code[self.key, row] != self.id):
            return False
        return bool(self.lives(table.code[:, row : row + 1])[0])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


def _number(column: Column) -> property:
    def read(view: RowView) -> float:
        return float(view._rows.num[column.index, view.row])

    return property(read, doc=f"{column.meaning} ({column.unit})")


def _code(column: Column) -> property:
    def read(view: RowView) -> int:
        return int(view._rows.code[column.index, view.row])

    return property(read, doc=column.meaning)


class Enterprise(RowView):
    """An enterprise or project, from proof of concept to listing."""

    table, layout, key = "firm", FIRM, ID

    @staticmethod
    def lives(code: Ints) -> NDArray[np.bool_]:
        """Neither closed nor acquired, and not a free row."""
        return np.asarray(code[STAGE] >= PROOF)

    @property
    def sector_name(self) -> str:
        """Sector in words."""
        return label("sector", SECTOR_CODES[self._rows.code[SECTOR, self.row]])

    @property
    def region_name(self) -> str:
        """Region in words."""
        return label("region", REGION_CODES[self._rows.code[REGION, self.row]])

    @property
    def stage_name(self) -> str:
        """Stage in words."""
        return label("stage", STAGES[self._rows.code[STAGE, self.row]])


class Fund(RowView):
    """A venture fund with a finite life, or the standing secondary fund."""

    table, layout, key = "fund", FUND, FUND_ID

    @staticmethod
    def lives(code: Ints) -> NDArray[np.bool_]:
        """Neither closed nor a free row."""
        return np.asarray(code[STATUS] == FUND_ALIVE)


class FundManager(RowView):
    """A fund manager, who raises one fund after another."""

    table, layout = "manager", MANAGERS


class Bank(RowView):
    """A bank."""

    table, layout = "bank", BANKS


class LocalGovernment(RowView):
    """A local government with its guidance fund."""

    table, layout = "region", REGIONS


class Founder(RowView):
    """A founder between two companies; the id is that of the company to come."""

    table, layout, key = "founder", FOUNDERS, FOUNDER_ID

    @staticmethod
    def lives(code: Ints) -> NDArray[np.bool_]:
        """Still waiting to start again."""
        return np.asarray(code[FOUNDER_WAITING] == 1)


KINDS: tuple[type[RowView], ...] = (Enterprise, Fund, FundManager, Bank, LocalGovernment, Founder)


class Views(Mapping[type[RowView], AgentSet]):
    """Views by kind, as Mesa's `agents_by_type`: made when a kind is asked for, one a living row, and then kept."""

    def __init__(self, model: CycleModel) -> None:
        self._model = model
        self._made: dict[type[RowView], dict[int, RowView]] = {kind: {} for kind in KINDS}
        self._sets: dict[type[RowView], tuple[int, AgentSet]] = {}

    def __getitem__(self, kind: type[RowView]) -> AgentSet:
        quarter, agents = self._sets.get(kind, (-1, None))
        if quarter != self._model.state.quarter:
            agents = AgentSet(self._refresh(kind), random=self._model.random)
            self._sets[kind] = (self._model.state.quarter, agents)
        return agents

    def __iter__(self) -> Iterator[type[RowView]]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)

    def _refresh(self, kind: type[RowView]) -> list[RowView]:
        """Make what is missing, let go what has left; returns the living in the order of rows."""
        made, living = self._made[kind], kind.living(self._model)
        for gone in [known for known in made if known not in living]:
            made.pop(gone).remove()
        for newcomer, row in living.items():
            if newcomer not in made:
                made[newcomer] = kind(self._model, newcomer, row)
        return [made[one] for one in living]
