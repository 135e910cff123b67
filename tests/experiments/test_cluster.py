"""The same sweep on a Dask cluster: real scheduler, two workers, one of them killed on the way, the same tables."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from simulation.errors import UsageError
from simulation.experiments.cluster import connect
from simulation.experiments.design_file import read_design
from simulation.experiments.results import open_results
from simulation.experiments.sweep import Sweep, run_sweep
from simulation.experiments.sweep_store import SweepStore

pytest.importorskip("distributed")
ROOT = Path(__file__).resolve().parents[2]
TEXT = """
name: small
base: baseline
vary: {early_mandate: [0.1, 0.3, 0.5], ipo_window: [0.5, 1.0, 1.5, 2.0]}
seeds: 1-3
quarters: 20
scale: 0.004
"""


@contextlib.contextmanager
def dask(*words):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "3"}
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]], env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_workers(address, count):
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def test_the_cluster_gives_the_tables_of_the_local_sweep_though_a_worker_is_killed(tmp_path, monkeypatch):
    path = tmp_path / "small.yaml"
    path.write_text(TEXT, encoding="utf-8")
    design = read_design(path)
    monkeypatch.setattr("simulation.experiments.sweep.LARGEST_BATCH", 3)
    address = f"tcp://127.0.0.1:{(port := free_port())}"
    worker = ("dask_worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny")
    with (
        dask("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"),
        dask(*worker) as first,
        dask(*worker),
    ):
        wait_for_workers(address, 2)
        store = SweepStore(tmp_path / "out")
        store.open(design)
        noted = store.note_done
        killed = []

        def kill_one(part, runs):
            noted(part, runs)
            if not killed:
                killed.append(os.kill(first.pid, signal.SIGKILL))

        monkeypatch.setattr(store, "note_done", kill_one)
        run_sweep(Sweep(design, store, 1, True, cluster=address))
    assert killed
    local = SweepStore(tmp_path / "local")
    local.open(design)
    run_sweep(Sweep(design, local, 1, True))
    there, here = open_results(tmp_path / "out").table("runs"), open_results(tmp_path / "local").table("runs")
    assert there["run"].tolist() == list(range(design.runs))
    pd.testing.assert_frame_equal(there, here)


def test_a_cluster_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr("simulation.experiments.cluster.PATIENCE", 1)
    began = time.monotonic()
    with pytest.raises(UsageError, match="no Dask scheduler answers"):
        connect(f"tcp://127.0.0.1:{free_port()}")
    assert time.monotonic() - began < 60
