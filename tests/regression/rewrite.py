"""Write the regression baseline anew and say what moved: `python -m tests.regression.rewrite`."""

from __future__ import annotations

from tests.regression.small_run import BASELINE, played, stored, write


def main() -> None:
    """Compare with the file, then replace it."""
    before = stored()["indicators"] if BASELINE.exists() else {}
    after = played()["indicators"]
    moved = [name for name in after if before.get(name) != after[name]]
    gone = [name for name in before if name not in after]
    write(played())
    print(f"{len(moved)} of {len(after)} indicators moved: {', '.join(moved) or 'none'}")
    if gone:
        print(f"no longer measured: {', '.join(gone)}")


if __name__ == "__main__":
    main()
