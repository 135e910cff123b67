"""What every test stands on: figures without a window, one thread a worker, repeatable examples."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

# A first example may compile kernels, so time limits say nothing; the quick tier draws the same examples every time.
_PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("quick", deadline=None, derandomize=True, suppress_health_check=_PATIENT)
settings.register_profile("long", deadline=None, max_examples=1000, print_blob=True, suppress_health_check=_PATIENT)
settings.load_profile(os.environ.get("TIF_EXAMPLES", "quick"))


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's root, where scenarios/ lies."""
    return Path(__file__).resolve().parent.parent


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: pytest.ExitCode, config: pytest.Config
) -> None:
    """Long tests that were played by whole files, to their end, leave in tests/statistical/last.json how they ended."""
    from tests.statistical.tier import by_file, is_whole, keep_tests

    asked = config.option
    ended = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not (asked.maxfail or getattr(asked, "lf", False))
    if ended and is_whole(asked.markexpr, asked.keyword, config.args):
        keep_tests(by_file(terminalreporter.stats))
