"""Pages of the site that live outside docs/: taken in as they are, with links that fit where they stand now."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "index.md": "README.md",
    "user_guide.md": "scenarios/README.md",
    "decisions.md": "DECISIONS.md",
    "not_modelled.md": "NOT_MODELLED.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "map.md": "simulation/README.md",
    "results.md": "results/README.md",
}
LINK = re.compile(r"(\]\()([^)#\s]+)")


def moved(link: str, source: str) -> str:
    """Where a link of a page leads from inside docs/: pages that moved, files of docs/, else unchanged."""
    if "://" in link or link.startswith("mailto:"):
        return link
    here = (Path(source).parent / link).as_posix()
    for page, origin in PAGES.items():
        if here == origin:
            return page
    return here.removeprefix("docs/") if here.startswith("docs/") else link


def on_files(files: Files, config: Any) -> Files:
    """Add the pages to the site."""
    for page, source in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        text = LINK.sub(lambda found, source=source: found[1] + moved(found[2], source), text)
        files.append(File.generated(config, page, content=text))
    return files
