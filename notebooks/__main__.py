"""`python -m notebooks [WORD ...]`: execute the notebooks, or those whose name holds a word, and write them anew."""

from __future__ import annotations

import sys
import time

from .execute import scripts, write


def main(words: tuple[str, ...]) -> int:
    """Execute and write; says which one is under way and how long it took."""
    chosen = scripts(words)
    if not chosen:
        print(f"No notebook is called {' or '.join(words)}; there are {', '.join(path.stem for path in scripts())}.")
        return 2
    for path in chosen:
        print(f"{path.stem} ...", end=" ", flush=True)
        begun = time.monotonic()
        target = write(path)
        print(f"{time.monotonic() - begun:.0f} s, {target.stat().st_size / 1000:.0f} kB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:])))
