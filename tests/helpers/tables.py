"""Tables of one or a few agents, set by hand."""

from __future__ import annotations

from typing import Any

from simulation.engine.table import Layout, Table


def rows_of(layout: Layout, *rows: dict[str, Any]) -> Table:
    """A table with the given rows; columns and codes that are not named hold their initial values."""
    table = Table(layout, len(rows), 0)
    columns = {column.name: column.index for column in layout.columns}
    codes = {code.name: code.index for code in layout.codes}
    first = table.append(len(rows))
    for row, values in enumerate(rows, first):
        for name, value in values.items():
            if name in columns:
                table.num[columns[name], row] = value
            else:
                table.code[codes[name], row] = value
    return table
