"""Sweeps on a Dask cluster (extra `cluster`): the same batches, parts and ledger, played by workers elsewhere.

The workers must see the folder of results under the same path and have the same version of the code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..engine.jit import CODE_HASH
from ..errors import UsageError
from .batch import Batch, play_batch

if TYPE_CHECKING:
    from .execute import Meter
    from .sweep import Sweep

PATIENCE = 15  # seconds for a scheduler to answer
AHEAD = 2  # batches waiting for every worker


def code_there() -> str:
    """The version of the code that a worker has."""
    return CODE_HASH


def connect(address: str) -> Any:
    """A client of the scheduler at an address. Errors: UsageError if nothing answers or the code differs there."""
    place = f"--cluster {address}"
    try:
        from distributed import Client
    except ImportError:
        next_step = "install tif-cycle[cluster]"
        raise UsageError.at(place, "Dask is not installed", "the extra `cluster`", "", next_step) from None
    try:
        client: Any = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError.at(
            place, f"no Dask scheduler answers there ({type(error).__name__})", "the address of one that runs",
            "tcp://127.0.0.1:8786", "start one with: dask scheduler, and workers with: dask worker ADDRESS",
        ) from None  # fmt: skip
    versions = client.run(code_there)
    if not versions:
        client.close()
        raise UsageError.at(place, "a scheduler without workers", "one worker or more", "", "dask worker " + address)
    if set(versions.values()) != {CODE_HASH}:
        client.close()
        raise UsageError.at(place, "workers with another version of the code", "the same version everywhere")
    return client


def play_on_cluster(sweep: Sweep, address: str, done: set[int], told: Meter) -> None:
    """Play what is left on the workers of a cluster; a worker that dies takes no finished run with it."""
    from distributed import as_completed

    client = connect(address)
    waiting = sweep.batches(done)
    again: list[Any] = []
    running: dict[Any, Batch] = {}
    coming: Any = as_completed(loop=client.loop)  # type: ignore[no-untyped-call]
    begun = 0

    def hand_out() -> None:
        nonlocal begun
        workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        for batch in sweep.to_begin(waiting, again, len(running), workers):
            future = client.submit(play_batch, batch, key=f"{batch.name}-{begun}", pure=False)
            begun += 1
            running[future] = batch
            coming.add(future)

    try:
        hand_out()
        while running:
            future = next(coming)
            batch = running.pop(future)
            if future.status == "finished":
                again += sweep.note(batch, future.result(), told)
            else:
                told.say("A worker was lost; its runs are played again, one by one.")
                again += sweep.died(batch)
            future.release()
            hand_out()
    finally:
        client.close()
