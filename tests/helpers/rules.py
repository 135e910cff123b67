"""Rules have no entry from Python (they are compiled for kernels only); here tests get one, plain or compiled."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import numba

_MADE: dict[Any, Callable[..., Any]] = {}


def plain(rule: Any) -> Callable[..., Any]:
    """The rule as plain Python; whatever compiled rules it calls are made plain too. With the JIT off: the rule itself."""
    source = getattr(rule, "py_func", None)
    if source is None:
        return rule  # type: ignore[no-any-return]
    if rule not in _MADE:
        scope = dict(source.__globals__)
        copy = types.FunctionType(source.__code__, scope, source.__name__, source.__defaults__, source.__closure__)
        _MADE[rule] = copy
        for name in source.__code__.co_names:
            if hasattr(scope.get(name), "py_func"):
                scope[name] = plain(scope[name])
    return _MADE[rule]


def compiled(rule: Any) -> Callable[..., Any]:
    """The rule as kernels meet it: compiled, behind a compiled caller of as many arguments as are given."""

    @numba.njit
    def caller(*arguments):  # type: ignore[no-untyped-def]
        return rule(*arguments)

    return caller  # type: ignore[no-any-return]
