"""The documents that are made from the program's records, and the one command that writes them.

python -m simulation.report.documents          writes those pages of docs/ anew that differ; a test says which are stale

Whole pages are made here; in the others, places are filled: what stands between `<!-- made: NAME -->` and
`<!-- end -->` belongs to the program, the text around it to people.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ..errors import InternalError
from ..experiments import references
from ..experiments.reference_model import PARTS, parameters_page, variables_page
from ..experiments.references import DOCS
from .source_page import linked, sources_page

PLACE = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
FILLED = {"odd.md": ("entities", "overview", "inputs"), "matrices.md": ("balance", "changes", "flows", "payments")}


def with_links(make: Callable[[], str]) -> str:
    """A page whose codes of sources are links."""
    return linked(make())


def filled(name: str) -> str:
    """A written page of docs/ with its places filled. Errors: InternalError if a place is missing or not known."""
    text = (DOCS / name).read_text(encoding="utf-8")
    found = tuple(place for _, place, _ in PLACE.findall(text))
    if found != FILLED[name]:
        raise InternalError(f"docs/{name} has places for {', '.join(found)} and should have {', '.join(FILLED[name])}")
    return PLACE.sub(lambda place: place[1] + "\n" + linked("\n".join(PARTS[place[2]]())) + "\n" + place[3], text)


PAGES: dict[str, Callable[[], str]] = {
    **{name: partial(with_links, make) for name, make in references.PAGES.items()},
    "parameters.md": partial(with_links, parameters_page),
    "variables.md": variables_page,
    "sources.md": sources_page,
    **{name: partial(filled, name) for name in FILLED},
}


def write_pages(folder: Path = DOCS) -> list[Path]:
    """Write every page; returns those that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, make in PAGES.items():
        path, text = folder / name, make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            changed.append(path)
    return changed


if __name__ == "__main__":
    told = write_pages(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS)
    print("\n".join(f"written: {path.name}" for path in told) or "all pages are up to date")
