"""The only importer of numba: the decorators `rule`, `open_rule` and `kernel`, and a cache that never serves stale code.

numba's own cache does not notice that a rule in another file has changed. The cache folder therefore carries a hash of
every source file and of the catalogue (whose order fixes parameter indices) together with the numba version.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

PACKAGE = Path(__file__).resolve().parent.parent
DEBUG = os.environ.get("TIF_DEBUG", "") not in ("", "0")
BOUNDS = os.environ.get("TIF_BOUNDS", "") not in ("", "0")
if DEBUG:
    os.environ["NUMBA_DISABLE_JIT"] = "1"

import numba  # noqa: E402  (the debug switch above must act before numba reads its environment)

Function = TypeVar("Function", bound=Callable[..., Any])


def source_hash(package: Path = PACKAGE) -> str:
    """Hash of all code that a compiled kernel may depend on, as 16 hex digits."""
    digest = hashlib.sha256(f"{numba.__version__} {sys.version_info[:2]} {DEBUG} {BOUNDS}".encode())
    for path in sorted([*package.rglob("*.py"), *package.glob("scenario/catalogue/*.yaml")]):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def user_cache() -> Path:
    """Folder for everything that can be made again: compiled kernels, the parsed catalogue, shared pasts."""
    named = os.environ.get("TIF_CACHE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir()))
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Caches"
    else:
        home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return home / "tif-cycle"


CODE_HASH = source_hash()
CACHE_FOLDER = user_cache() / "code" / CODE_HASH
numba.config.CACHE_DIR = str(CACHE_FOLDER)

KERNELS: list[Any] = []


def rule(function: Function) -> Function:
    """Compile a pure rule that only kernels and other rules call; without an entry from Python it compiles much faster."""
    compiled = numba.njit(function, error_model="numpy", boundscheck=BOUNDS, no_cfunc_wrapper=True, no_cpython_wrapper=True)
    return compiled  # type: ignore[no-any-return]


def open_rule(function: Function) -> Function:
    """Compile a pure rule that stages written in Python call as well."""
    return numba.njit(function, error_model="numpy", boundscheck=BOUNDS, no_cfunc_wrapper=True)  # type: ignore[no-any-return]


def kernel(function: Function) -> Function:
    """Compile a loop that holds only order and money, and keep the machine code between sessions."""
    compiled = numba.njit(function, cache=True, error_model="numpy", boundscheck=BOUNDS, no_cfunc_wrapper=True)
    KERNELS.append(compiled)
    return compiled  # type: ignore[no-any-return]


def is_compiled() -> bool:
    """Whether this version of the code has been compiled on this machine before."""
    return DEBUG or (CACHE_FOLDER / "complete").exists()


def mark_compiled() -> None:
    """Record that every kernel of this version of the code now lies in the cache."""
    CACHE_FOLDER.mkdir(parents=True, exist_ok=True)
    (CACHE_FOLDER / "complete").touch()
