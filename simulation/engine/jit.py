"""The only importer of numba: the decorators `rule` and `kernel`, and a cache that never serves stale code.

numba would compile a function anew for every constant it is called with, and again for every mix of argument types.
Here the annotations are the signature: a rule or kernel is compiled once, when it is first needed, for exactly them.

numba's own cache does not notice that a rule in another file has changed. The cache folder therefore carries a hash of
every source file that compiled code may depend on and of the catalogue (whose order fixes parameter indices).
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import inspect
import os
import subprocess
import sys
import tempfile
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

PACKAGE = Path(__file__).resolve().parent.parent
DEBUG = os.environ.get("TIF_DEBUG", "") not in ("", "0")
BOUNDS = os.environ.get("TIF_BOUNDS", "") not in ("", "0")
if DEBUG:
    os.environ["NUMBA_DISABLE_JIT"] = "1"
os.environ.setdefault("NUMBA_OPT", "2")  # the third level compiles for longer and gives no faster code

import numba  # noqa: E402  (the debug switch above must act before numba reads its environment)

Function = TypeVar("Function", bound=Callable[..., Any])


def load_without_scipy() -> None:
    """Load numba's array functions without SciPy's linear algebra: no kernel calls it, and its import takes about
    as long as that of numba. Whoever compiles a product of matrices in this process still finds it.
    """
    blas, arrays = "scipy.linalg.cython_blas", "numba.np.arraymath"
    if blas in sys.modules or arrays in sys.modules:
        return
    cast("dict[str, Any]", sys.modules)[blas] = None
    try:
        vars(importlib.import_module(arrays))["_HAVE_BLAS"] = True
    finally:
        del sys.modules[blas]


load_without_scipy()

# What compiled code may depend on: not the plots, the reports or the texts.
COMPILED = ("engine/*.py", "accounting/*.py", "agents/*.py", "markets/*.py", "economy/*.py", "scenario/parameter.py")
CATALOGUE = "scenario/catalogue/*.yaml"
MODEL = "simulation.economy.run"  # importing it declares every kernel

# What an annotation means to numba; arrays are C-contiguous.
TYPES: dict[str, Any] = {
    "int": numba.int64,
    "float": numba.float64,
    "bool": numba.boolean,
    "Word": numba.uint64,
    "Vector": numba.float64[::1],
    "Matrix": numba.float64[:, ::1],
    "Cube": numba.float64[:, :, ::1],
    "Ints": numba.int64[::1],
    "Codes": numba.int64[:, ::1],
    "Cubes": numba.float64[:, :, :, ::1],
}
prange = numba.prange  # over blocks: in order in a kernel, side by side in its twin for threads


def source_hash(package: Path = PACKAGE, patterns: Sequence[str] = ("**/*.py",)) -> str:
    """Hash of the files that match `patterns` and of the catalogue, as 16 hex digits; by default of all code."""
    digest = hashlib.sha256(f"{numba.__version__} {sys.version_info[:2]} {DEBUG} {BOUNDS}".encode())
    for path in sorted({path for pattern in (*patterns, CATALOGUE) for path in package.glob(pattern)}):
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
CACHE_FOLDER = user_cache() / "code" / source_hash(patterns=COMPILED)
numba.config.CACHE_DIR = str(CACHE_FOLDER)

KERNELS: list[Any] = []
OPEN_RULES: list[Any] = []
THREADED: list[Any] = []  # twins of the kernels over blocks; compiled only where a run asks for threads


def signature(function: Callable[..., Any]) -> tuple[Any, ...] | None:
    """The numba types of a function's arguments, read from its annotations; None if it has not annotated them all."""
    code = function.__code__
    names = [function.__annotations__.get(name) for name in code.co_varnames[: code.co_argcount]]
    if code.co_flags & inspect.CO_VARARGS or not TYPES.keys() >= set(names):
        return None
    return tuple(TYPES[str(name)] for name in names)


def rule(function: Function) -> Function:
    """Compile a pure rule for kernels and other rules; it compiles faster without an entry from Python, which plays it
    as it is written.
    """
    return _compiled(function, no_cpython_wrapper=True)


def inlined_rule(function: Function) -> Function:
    """Compile a rule into each caller, so that a loop over it becomes vector code."""
    return _compiled(function, no_cpython_wrapper=True, forceinline=True)


def open_rule(function: Function) -> Function:
    """Compile a pure rule that stages written in Python call as well; one signature is kept between sessions."""
    kept = signature(function) is not None and not function.__defaults__
    compiled = _compiled(function, cache=kept)
    if kept:
        OPEN_RULES.append(compiled)
    return compiled


def kernel(function: Function) -> Function:
    """Compile a loop that holds only order and money, and keep the machine code between sessions."""
    if signature(function) is None:
        raise TypeError(f"{function.__module__}.{function.__name__}: a kernel annotates every argument")
    compiled = _compiled(function, cache=True)
    KERNELS.append(compiled)
    return compiled


def block_kernel(function: Function) -> Callable[[int], Function]:
    """Compile a loop over blocks twice, in order and side by side: called with a number of threads, it gives the one.

    The twin has a name of its own, because numba's cache does not tell the two apart.
    """
    serial = kernel(function)
    name = f"{function.__name__}_side_by_side"
    twin = types.FunctionType(function.__code__.replace(co_name=name), function.__globals__, name)
    twin.__annotations__, twin.__qualname__, twin.__doc__ = function.__annotations__, name, function.__doc__
    threaded = cast("Function", _compiled(twin, cache=True, parallel=True))
    THREADED.append(threaded)
    return lambda threads: serial if threads == 1 else threaded


def use_threads(threads: int) -> None:
    """Let kernels over blocks run on so many threads (no more than the machine allows)."""
    if threads > 1 and not DEBUG:
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))


def _compiled(function: Function, **options: bool) -> Function:
    """The function under numba; no fast mathematics anywhere, so that every machine code gives the same bits.

    A function that makes no array need not count references to arrays: done by locked additions in every call of
    every rule, that would take a quarter of the time of a run, and more on several threads.
    """
    options |= {"boundscheck": BOUNDS, "no_cfunc_wrapper": True}
    options["_nrt"] = options.get("parallel", False) or allocates(function)
    compiled = numba.njit(function, error_model="numpy", **options)
    if options.get("no_cpython_wrapper") and not DEBUG:
        _play_in_python(compiled)
    return cast("Function", _once(compiled))


def _play_in_python(compiled: Any) -> None:
    """Let Python play a rule as it is written: its machine code has no entry from Python, and a call would crash."""
    compiled._insert = lambda *_: None
    compiled._compile_for_args = lambda *_, **__: compiled.py_func


def allocates(function: Callable[..., Any]) -> bool:
    """Whether a function makes arrays of its own."""
    makers = {"empty", "zeros", "ones", "full", "arange", "argsort", "copy"}
    return not makers.isdisjoint(function.__code__.co_names)


def _once(compiled: Any) -> Any:
    """Let a function be compiled for its annotations alone, and refuse arrays of another kind or order.

    An argument left to its default stays a constant, as numba wants it; everything else has its declared type.
    """
    wanted = None if DEBUG else signature(compiled.py_func)
    if wanted is None:
        return compiled
    compile_for = compiled.compile

    def compile_once(asked: Sequence[Any]) -> Any:
        for given, declared in zip(asked, wanted, strict=True):
            if isinstance(declared, numba.types.Array) and given != declared:
                raise TypeError(f"{compiled.py_func.__name__} takes {declared}, not {given}")
        pairs = zip(asked, wanted, strict=True)
        entry = compile_for(tuple(given if isinstance(given, numba.types.Omitted) else kind for given, kind in pairs))
        if not compiled.py_func.__defaults__:
            compiled.disable_compile()
        return entry

    compiled.compile = compile_once
    return compiled


def compile_kernels(which: Sequence[Any] | None = None) -> None:
    """Compile kernels now (all if none are named), or load them from the cache."""
    for compiled in [] if DEBUG else KERNELS + OPEN_RULES if which is None else which:
        if not compiled.overloads:
            compiled.compile(signature(compiled.py_func))


def compile_all(processes: int = 2, say: Callable[[str], None] | None = None) -> None:
    """Compile every kernel of the model, side by side in fresh processes, unless this version has been compiled before.

    `say` is given one line before it begins. The processes run no code of the caller, so no main guard is needed.
    """
    if is_compiled():
        return
    if say is not None:
        say("Compiling the model for this machine, once for this version: half a minute.")
    path = os.pathsep.join(part for part in (str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")) if part)
    program = f"from {__name__} import compile_share; compile_share({{}}, {processes})"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program.format(k)], env=os.environ | {"PYTHONPATH": path}, stderr=subprocess.PIPE
        )
        for k in range(processes)
    ]
    faults = [process.communicate()[1] for process in running]
    for process, fault in zip(running, faults, strict=True):
        if process.returncode:
            raise RuntimeError(f"a kernel did not compile\n{fault.decode(errors='replace')}")
    mark_compiled()


def compile_share(k: int, processes: int) -> None:
    """Compile part k of the kernels into the cache; called in a process of its own."""
    importlib.import_module(MODEL)
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)  # numba makes much and throws little away
    compile_kernels(shares(processes)[k])


def shares(processes: int) -> list[list[Any]]:
    """The kernels in parts of about equal work, rules that several kernels of a part call being counted once."""
    parts: list[list[Any]] = [[] for _ in range(processes)]
    known: list[dict[int, int]] = [{} for _ in range(processes)]
    work = [(compiled, called_by(compiled)) for compiled in KERNELS + OPEN_RULES]
    for compiled, sizes in sorted(work, key=lambda item: -sum(item[1].values())):
        place = min(range(processes), key=lambda n: sum((known[n] | sizes).values()))
        parts[place].append(compiled)
        known[place] |= sizes
    return parts


def called_by(compiled: Any) -> dict[int, int]:
    """Length of the code of a compiled function and of all compiled functions that it calls, by identity."""
    found = {id(compiled): len(compiled.py_func.__code__.co_code)}
    waiting = [compiled]
    while waiting:
        function = waiting.pop().py_func
        for name in function.__code__.co_names:
            other = function.__globals__.get(name)
            if hasattr(other, "py_func") and id(other) not in found:
                found[id(other)] = len(other.py_func.__code__.co_code)
                waiting.append(other)
    return found


def is_compiled() -> bool:
    """Whether this version of the code has been compiled on this machine before."""
    return DEBUG or (CACHE_FOLDER / "complete").exists()


def mark_compiled() -> None:
    """Record that every kernel of this version of the code now lies in the cache."""
    CACHE_FOLDER.mkdir(parents=True, exist_ok=True)
    (CACHE_FOLDER / "complete").touch()
