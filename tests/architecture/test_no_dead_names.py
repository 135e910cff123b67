"""Nothing is declared that nobody uses: parameters, columns, tallies, lines, draws, reasons, kinds of events."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from simulation.scenario.parameter import CATALOGUE
from tests.architecture.source import Source, dotted, sources

ROOMS = {"engine", "accounting", "agents", "markets", "economy"}
DECLARES = {"column", "code", "Layout", "parameter", "purpose", "_row", "_split", "_line", "_reason", "_kind", "_costed"}

# Parameters that no module asks for, and why they stay.
UNREAD = {
    "origin_share_spinout": "what the other two shares of origin leave",
    "lpr_1y": "an input of history; loans of the model are longer than a year",
}
# Places in an enumeration that nothing fills yet.
EMPTY = {"I", "BONDS", "GROWTH", "LATE", "EXPECTED_LOSS", "QUASI", "COST_MANDATE", "_P1", "_P2"}


def declares(value: ast.expr | None) -> bool:
    """Whether an assigned value is a declaration, a list of declarations or an enumeration."""
    if isinstance(value, ast.ListComp):
        return declares(value.elt)
    if isinstance(value, ast.List):
        return any(declares(element) for element in value.elts)
    if not isinstance(value, ast.Call):
        return False
    name = dotted(value.func).rpartition(".")[2]
    return name in DECLARES or name == "range"


def declarations(source: Source) -> dict[str, ast.stmt]:
    """The names that a file declares at its top level, with the statement that does so."""
    found: dict[str, ast.stmt] = {}
    for statement in source.tree.body:
        if isinstance(statement, ast.Assign) and declares(statement.value):
            for target in statement.targets:
                names = (node.id for node in ast.walk(target) if isinstance(node, ast.Name))
                found.update((name, statement) for name in names if name == name.upper())
    return found


def imported_names(all_sources: tuple[Source, ...]) -> set[tuple[str, str]]:
    """(module, name) of everything that is imported from a module, or read as an attribute of one."""
    found: set[tuple[str, str]] = set()
    for source in all_sources:
        aliases: dict[str, str] = {}
        for imported in source.imports():
            module, _, name = imported.name.rpartition(".")
            found.add((module, name))
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    aliases[alias.asname or alias.name] = alias.name
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.add((aliases.get(node.value.id, node.value.id), node.attr))
    return found


def module_of(source: Source) -> str:
    """Dotted name of a file."""
    return source.path.removesuffix(".py").replace("/", ".")


def dead(source: Source, used: set[tuple[str, str]]) -> Iterator[str]:
    """Declared names that neither another statement of the file nor another file mentions."""
    module = module_of(source)
    for name, statement in declarations(source).items():
        elsewhere = any(
            isinstance(node, ast.Name) and node.id == name
            for other in source.tree.body
            if other is not statement
            for node in ast.walk(other)
        )
        taken = (module, name) in used or (module.rpartition(".")[2], name) in used
        if not (elsewhere or taken or name in EMPTY):
            yield source.at(statement.lineno, name)


def asked_for() -> set[str]:
    """The catalogue ids that modules ask for by name."""
    return {
        str(node.args[0].value)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and dotted(node.func) == "parameter" and node.args
        if isinstance(node.args[0], ast.Constant)
    }


def is_read(name: str, asked: set[str]) -> bool:
    """Whether a parameter is asked for, by itself or as a later place of a family that begins with _0."""
    stem, _, place = name.rpartition("_")
    return name in asked or (place.isdigit() and f"{stem}_0" in asked)


def test_every_declared_name_is_used() -> None:
    used = imported_names(sources())
    assert [fault for source in sources() if source.room in ROOMS for fault in dead(source, used)] == []


def test_every_parameter_is_read_by_some_module() -> None:
    asked = asked_for()
    assert [name for name in CATALOGUE if not is_read(name, asked) and name not in UNREAD] == []
    assert [name for name in UNREAD if is_read(name, asked) or name not in CATALOGUE] == []


@pytest.mark.parametrize(
    "text",
    ['CASH = FIRM.column("cash", "CNY mn", "deposits")', 'RATE = parameter("rate")', "ONE, TWO = range(2)\nx = TWO"],
)
def test_a_dead_name_is_seen(text: str) -> None:
    assert len(list(dead(Source("simulation/agents/enterprise.py", text), set()))) == 1
