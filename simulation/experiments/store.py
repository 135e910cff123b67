"""Results folders: built beside their place and moved there whole, so that a half-written one never exists.

The same question already answered there: nothing is played. Another question: refused with the differences, unless the
folder may be replaced. What is no results folder is never touched.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ResultsError
from .manifest import Manifest, differences, read_manifest

if TYPE_CHECKING:
    from .plan import Plan

REASONS = {
    errno.ENOSPC: "the disk is full",
    getattr(errno, "EDQUOT", -1): "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "no permission to write here",
    errno.EPERM: "no permission to write here",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EEXIST: "a file of that name is in the way",
    errno.ENAMETOOLONG: "the path is too long",
}


def is_answered(folder: Path, plan: Plan, again: bool = False, replace: bool = False) -> bool:
    """Whether the folder holds the answer to this plan already; otherwise it may be written.

    again: play it although it does. replace: another answer may be replaced. Errors: ResultsError when the folder
    holds something else, answers another question, or cannot be written.
    """
    if folder.name in ("", "..") or "\0" in folder.name:
        raise ResultsError.at(folder.as_posix(), "not a name", "the name of a folder, e.g. results/mine")
    with told_by_disk(folder):
        _finish_swap(folder)
        there = folder.is_dir()
        if os.path.lexists(folder) and not there:
            raise ResultsError.at(folder.as_posix(), "a file", "a folder, or a name that is free")
        manifest = read_manifest(folder) if there else None
        if there and manifest is None and any(folder.iterdir()):
            next_step = "choose another name with --out"
            raise ResultsError.at(
                folder.as_posix(), "a folder with something else", "a results folder, or a free name", "", next_step
            )
    if manifest is not None and manifest.get("complete", True):
        if manifest["hash"] == plan.hash:
            if not again:
                return True
        elif not replace:
            _refuse(folder, plan, manifest)
    _try_to_write(folder)
    return False


def _refuse(folder: Path, plan: Plan, manifest: Manifest) -> None:
    """Tell that the folder answers another question, and in what."""
    found = "results of another question:\n" + "\n".join(f"           {line}" for line in differences(plan, manifest))
    raise ResultsError.at(
        folder.as_posix(),
        found,
        "a free name, or the same question",
        "",
        "--out NAME keeps both, --replace replaces the old ones",
    )


def _try_to_write(folder: Path) -> None:
    """Find out now, and not after an hour, whether the folder can be written."""
    with building(folder) as part:
        (part / "probe").write_text("probe", encoding="utf-8")


def write_folder(folder: Path, fill: Callable[[Path], None]) -> Path:
    """Build a results folder with `fill` and move it to its place. Errors: ResultsError, and nothing is left behind."""
    with building(folder) as part:
        fill(part)
        _move(part, folder)
    return folder


def open_folder(folder: Path, kind: str, fill: Callable[[Path], None]) -> None:
    """Make a folder in which work goes on for long, whole or not at all, whenever the process dies.

    kind: what the folder is of, e.g. 'a sweep'. Errors: ResultsError if it holds something else.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise ResultsError.at(
            folder.as_posix(), "a folder with something else", f"the folder of {kind}, or a free name", "",
            "choose another name with --out",
        )  # fmt: skip
    with building(folder) as part:
        fill(part)
        if folder.is_dir():
            folder.rmdir()
        part.replace(folder)


def _finish_swap(folder: Path) -> None:
    """Bring back results that were set aside by a process that died before it put the new ones in their place."""
    old = folder.with_name(f".{folder.name}.old")
    if old.is_dir() and not os.path.lexists(folder):
        old.replace(folder)


def _move(part: Path, folder: Path) -> None:
    """Put the new folder in place of the old one, which comes back if that fails."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    try:
        part.replace(folder)
    except OSError:
        if old.exists():
            old.replace(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def building(folder: Path, inside: str = "") -> Iterator[Path]:
    """The folder in which something is built, beside `folder` or under a name inside it.

    It and parents made for it are gone afterwards, whatever happens, unless something was put into them.
    """
    part = folder / inside if inside else folder.with_name(f".{folder.name}.part")
    with told_by_disk(folder):
        made = [parent for parent in part.parents if not parent.exists()]
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)
            for parent in made:
                with contextlib.suppress(OSError):
                    parent.rmdir()


@contextlib.contextmanager
def told_by_disk(folder: Path) -> Iterator[None]:
    """Turn what the operating system says about a folder into a block for the user."""
    try:
        yield
    except OSError as error:
        reason = REASONS.get(error.errno or 0, error.strerror or str(error))
        raise ResultsError.at(
            folder.as_posix(),
            f"cannot be written: {reason}",
            "a folder that can be written",
            "",
            "free some room, or choose another with --out",
        ) from error
