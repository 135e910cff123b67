"""State: everything that changes in a run, so that a run can be copied, branched, hashed, saved and continued."""

from __future__ import annotations

import copy
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from .table import Table

Array = NDArray[np.float64] | NDArray[np.int64]


class State:
    """Named tables and arrays, each an attribute, plus seed, quarter (0 = first of the burn-in) and scale.
    Nothing mutable lives elsewhere.
    """

    def __init__(
        self, seed: int, scale: float, tables: Mapping[str, Table], arrays: Mapping[str, Array], quarter: int = 0
    ) -> None:
        self.seed = seed
        self.scale = scale
        self.quarter = quarter
        vars(self).update({**tables, **arrays})

    @property
    def tables(self) -> Mapping[str, Table]:
        """The tables by name, to be read; to put another in the place of one, set the attribute."""
        return MappingProxyType({name: part for name, part in vars(self).items() if isinstance(part, Table)})

    @property
    def arrays(self) -> Mapping[str, Array]:
        """The arrays by name, to be read; to put another in the place of one, set the attribute."""
        return MappingProxyType({name: part for name, part in vars(self).items() if isinstance(part, np.ndarray)})

    def copy(self) -> Self:
        """An independent twin, from which another future can be played."""
        twin = copy.copy(self)
        vars(twin).update({name: part.copy() for name, part in {**self.tables, **self.arrays}.items()})
        return twin

    def _parts(self) -> list[tuple[str, Array]]:
        parts: list[tuple[str, Array]] = []
        for name, table in self.tables.items():
            parts.append((f"{name}.num", table.num[:, : table.used]))
            parts.append((f"{name}.code", table.code[:, : table.used]))
        parts.extend(self.arrays.items())
        return sorted(parts, key=lambda part: part[0])

    def hash(self) -> str:
        """Fingerprint of every number in the state (sha256, 64 hex digits)."""
        digest = hashlib.sha256(json.dumps([self.seed, self.scale, self.quarter]).encode())
        for name, array in self._parts():
            digest.update(f"{name}{array.shape}{array.dtype}".encode())
            for part in array if array.ndim > 1 else [array]:
                digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()

    def save(self, path: Path) -> None:
        """Write the state to one file, whole or not at all."""
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        header = np.array([self.seed, self.quarter], dtype=np.int64)
        contents: dict[str, Any] = {"seed,quarter": header, "scale": np.array(self.scale), **dict(self._parts())}
        with part.open("wb") as out:
            np.savez(out, allow_pickle=False, **contents)
        part.replace(path)

    def restore(self, path: Path) -> None:
        """Read into this (freshly built) state what `save` wrote."""
        with np.load(path) as stored:
            self.seed, self.quarter = (int(x) for x in stored["seed,quarter"])
            self.scale = float(stored["scale"])
            for name in stored.files:
                if name not in ("seed,quarter", "scale") and "." not in name:
                    setattr(self, name, stored[name])
            for name, table in self.tables.items():
                num, code = stored[f"{name}.num"], stored[f"{name}.code"]
                fresh = Table(table.layout, max(num.shape[1], table.capacity), num.shape[1])
                fresh.num[:, : fresh.used], fresh.code[:, : fresh.used] = num, code
                setattr(self, name, fresh)
