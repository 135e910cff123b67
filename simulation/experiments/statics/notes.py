"""What stands behind signs that are contrary to expectation, and remarks on single comparisons.

Written by hand after looking at other measures of the same runs; a text is shown only while its verdict is contrary.
"""

from __future__ import annotations

MECHANISMS: dict[str, str] = {}  # by claim
REMARKS: dict[str, str] = {}  # by number of the comparison
