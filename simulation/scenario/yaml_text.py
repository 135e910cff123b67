"""From a path to text: a scenario is a small file in UTF-8, and nothing else is opened."""

from __future__ import annotations

from pathlib import Path

from simulation.errors import Place, UserError, nearest_name

MOST_BYTES = 1_000_000


def read_text(path: Path, shown: str, kind: type[UserError], asked: Place | None = None) -> str:
    """Text of a YAML file; refuses what is missing, no regular file, too large, binary or not UTF-8.

    asked: where another file asked for this one, so that a missing file is told there.
    """
    place = asked or Place(shown)
    name = f"{shown[:200]}: " if asked else ""
    try:
        if path.is_dir():
            raise kind.at(place, f"{name}a folder", "a YAML file", _example_in(path, shown), "name a file in it")
        if not path.exists():
            near = nearest_name(path.name, _names_beside(path))
            raise kind.at(
                place, f"{name}no such file", "a YAML file that exists", near, "check the name and the folder"
            )
        if not path.is_file():
            raise kind.at(place, f"{name}neither a file nor a folder", "a YAML file")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise kind.at(place, f"{name}a file that cannot be read ({reason})", "a readable file") from None
    return _decoded(data, shown, kind)


def _names_beside(path: Path) -> list[str]:
    folder = path.parent
    return sorted(other.name for other in folder.glob("*.y*ml")) if folder.is_dir() else []


def _example_in(folder: Path, shown: str) -> str:
    names = sorted(file.name for file in folder.glob("*.yaml"))
    return f"{shown.rstrip('/')}/{names[0]}" if names else ""


def _decoded(data: bytes, shown: str, kind: type[UserError]) -> str:
    if len(data) > MOST_BYTES:
        raise kind.at(shown, "a file of more than 1 MB", "at most 1 MB; most scenarios are below 2 kB")
    if b"\0" in data:
        advice = "check that this is the right file, and save it as plain text in UTF-8"
        raise kind.at(shown, "a binary file, or text in UTF-16", "plain text in UTF-8", "", advice)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        advice = "save the file again in UTF-8 (editors offer it under `encoding`)"
        raise kind.at(
            Place(shown, line),
            f"a byte that is not UTF-8 (0x{data[error.start]:02x})",
            "plain text in UTF-8",
            "",
            advice,
        ) from None
