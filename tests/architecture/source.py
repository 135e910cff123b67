"""The package's source as syntax trees: what the tests of the architecture look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "simulation"


@dataclass(frozen=True)
class Import:
    """One name that a file imports, written out in full: `simulation.engine.draws`, `numpy.random`."""

    name: str
    line: int

    @property
    def library(self) -> str:
        """The first part of the name."""
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class Source:
    """One Python file; `path` counts from the project's root, with `/` between parts."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The file's syntax tree."""
        return ast.parse(self.text, self.path)

    @property
    def room(self) -> str:
        """The folder of the package in which the file lives, or the file's own name at the top."""
        return self.path.removeprefix(f"{PACKAGE}/").partition("/")[0].removesuffix(".py")

    def at(self, line: int, found: str) -> str:
        """A place and what was found there, for a list of faults."""
        return f"{self.path}:{line} {found}"

    def imports(self) -> Iterator[Import]:
        """Every import, wherever in the file it stands, relative ones resolved."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (Import(alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                yield from (Import(f"{base}.{alias.name}", node.lineno) for alias in node.names)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, nested ones included."""
        yield from (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        folders = self.path.split("/")[: -node.level]
        return ".".join([*folders, *([node.module] if node.module else [])])


@cache
def sources(folder: str = PACKAGE) -> tuple[Source, ...]:
    """All Python files below a folder of the project, in order of their paths."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths)


def dotted(node: ast.AST) -> str:
    """`np.random.rand` for an attribute chain of plain names, an empty text for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
