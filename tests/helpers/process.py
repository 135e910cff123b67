"""Fresh Python processes, for what must not depend on this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import simulation

HERE = Path(simulation.__file__).resolve().parents[1]  # where the package under test lies
ROOT = Path(__file__).resolve().parents[2]


def in_fresh_process(code: str, package: Path = HERE, timeout: float = 1800.0, **environment: str) -> Any:
    """Run `code`, which ends by calling tell(value), in a new process; returns the value (anything JSON holds)."""
    first = "import json, sys\ndef tell(value):\n    print('\\n' + json.dumps(value))\n"
    path = os.pathsep.join([str(package), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-P", "-B", "-c", first + code], check=False, capture_output=True, text=True, timeout=timeout,
        env={**os.environ, "PYTHONPATH": path, **environment},
    )  # fmt: skip
    if done.returncode != 0:
        raise AssertionError(done.stderr[-3000:])
    return json.loads(done.stdout.strip().splitlines()[-1])
