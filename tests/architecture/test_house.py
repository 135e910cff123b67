"""Files and functions stay small, chance has one source, and the project names no machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.source import ROOT, Source, dotted, sources

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
CODE = ("simulation", "tests", "benchmarks", "notebooks")

CHANCE = "simulation/engine/draws.py"
RANDOM_LIBRARIES = {"random", "secrets", "uuid"}
SAMPLERS = {"experiments", "mesa_model"}  # designs and bootstraps may use a generator that is given its seed
UNSTABLE = {"exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "power", "tanh", "sin", "cos"}

TEXTS = ("*.py", "*.md", "*.toml", "*.txt", "*.yaml", "*.yml", "Makefile", "run")
PLACES = ("simulation", "tests", "benchmarks", "notebooks", "scenarios", "docs", ".ci")
MACHINE = re.compile(r"(?<![\w.*/-])/(?:root|home|work|Users)/\w|pypi\.org|pythonhosted\.org|registry\.npmjs")


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def chance(source: Source) -> Iterator[str]:
    """Places where a file would make random numbers of its own."""
    for imported in source.imports():
        if imported.library in RANDOM_LIBRARIES:
            yield source.at(imported.line, f"imports {imported.library}")
        elif imported.name.startswith("numpy.random") and source.room not in SAMPLERS:
            yield source.at(imported.line, "imports numpy.random")
    for node in ast.walk(source.tree):
        name = dotted(node) if isinstance(node, ast.Attribute) else ""
        if re.match(r"(np|numpy)\.random\.", name) and not (source.room in SAMPLERS and is_seedable(name)):
            yield source.at(node.lineno, f"uses {name}")
        made = isinstance(node, ast.Call) and dotted(node.func).endswith("default_rng")
        if made and not (node.args or node.keywords):
            yield source.at(node.lineno, "makes a generator without a seed")


def is_seedable(name: str) -> bool:
    """Whether this name of numpy.random is a generator, which takes a seed, and not the global one."""
    return name.rpartition(".")[2] in {"default_rng", "Generator", "SeedSequence", "Philox", "PCG64"}


def set_iterations(source: Source) -> Iterator[str]:
    """Loops over a set, whose order may differ from one process to the next."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.For | ast.comprehension):
            target = node.iter
            called = isinstance(target, ast.Call) and dotted(target.func) in {"set", "frozenset"}
            if called or isinstance(target, ast.Set | ast.SetComp):
                yield source.at(target.lineno, "loops over a set; sort it")


def compiled(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions under the decorators of engine/jit.py."""
    for function in source.functions():
        names = {dotted(d.func if isinstance(d, ast.Call) else d).rpartition(".")[2] for d in function.decorator_list}
        if names & {"rule", "kernel"}:
            yield function


def unstable_mathematics(source: Source) -> Iterator[str]:
    """numpy's transcendental functions in compiled code: their bits differ with the JIT on and off."""
    for function in compiled(source):
        for node in ast.walk(function):
            owner, _, name = dotted(node).rpartition(".")
            if owner in {"np", "numpy"} and name in UNSTABLE:
                yield source.at(node.lineno, f"{function.name} uses np.{name}; use math")


def every(check: Callable[[Source], Iterator[str]], folder: str = "simulation") -> list[str]:
    """What a check finds in all files of a folder."""
    return [fault for source in sources(folder) for fault in check(source)]


@pytest.mark.parametrize("folder", CODE)
def test_no_file_is_longer_than_400_lines(folder: str) -> None:
    lengths = {source.path: source.text.count("\n") for source in sources(folder)}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


@pytest.mark.parametrize("folder", CODE)
def test_no_function_is_longer_than_60_lines(folder: str) -> None:
    def long_functions(source: Source) -> Iterator[str]:
        for function in source.functions():
            if code_lines(function) > LONGEST_FUNCTION:
                yield source.at(function.lineno, f"{function.name}: {code_lines(function)} lines")

    assert every(long_functions, folder) == []


def test_only_draws_makes_random_numbers() -> None:
    assert [fault for fault in every(chance) if not fault.startswith(CHANCE)] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("simulation/markets/credit.py", "import random"),
        ("simulation/markets/credit.py", "from numpy.random import default_rng\nx = 1"),
        ("simulation/markets/credit.py", "import numpy as np\nx = np.random.default_rng(1)"),
        ("simulation/experiments/compare.py", "import numpy as np\nx = np.random.default_rng()"),
        ("simulation/experiments/compare.py", "import numpy as np\nnp.random.seed(1)"),
    ],
)
def test_another_source_of_chance_is_seen(path: str, text: str) -> None:
    assert len(list(chance(Source(path, text)))) == 1


def test_a_bootstrap_with_a_seed_is_allowed() -> None:
    text = "import numpy as np\nx = np.random.default_rng(7).integers(3)"
    assert list(chance(Source("simulation/experiments/compare.py", text))) == []


def test_nothing_loops_over_a_set() -> None:
    assert every(set_iterations) == []
    assert list(set_iterations(Source("x.py", "y = [a for a in {1, 2}]")))


def test_compiled_code_uses_math_and_not_numpy_for_transcendental_functions() -> None:
    assert every(unstable_mathematics) == []
    assert list(unstable_mathematics(Source("x.py", "@kernel\ndef f(x):\n    return np.exp(x)")))


def test_nothing_is_compiled_with_fast_mathematics() -> None:
    uses = [s.at(node.lineno, "fastmath") for s in sources() for node in ast.walk(s.tree)
            if isinstance(node, ast.keyword) and node.arg == "fastmath"]  # fmt: skip
    assert uses == []


def test_the_project_names_no_machine_and_no_registry() -> None:
    files = [path for pattern in TEXTS for path in ROOT.glob(pattern)]
    files += [path for place in PLACES for pattern in TEXTS for path in (ROOT / place).rglob(pattern)]
    named = {path.relative_to(ROOT).as_posix(): MACHINE.findall(path.read_text(encoding="utf-8", errors="ignore"))
             for path in files if path.is_file()}  # fmt: skip
    assert {path: found for path, found in named.items() if found} == {}
    assert MACHINE.search("see /" + "home/anna/x")
