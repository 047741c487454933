"""What programs at a channel read at the order: the same for every channel, and never a code."""

import json
from collections import Counter, defaultdict

from counterfoil.channels.base import OrderReport

LONGEST_STATUS = 60_000  # characters; a longer one is summed up


def status_of(report: OrderReport) -> str:
    """Write the status: each unit by line, state and handle, or only how many of each."""
    units = sorted(report.units, key=lambda unit: (unit.line, unit.handle))
    listed = [{"line": one.line, "state": one.state, "ref": one.handle} for one in units]
    written = json.dumps({"v": 1, "units": listed}, separators=(",", ":"))
    if len(written) <= LONGEST_STATUS:
        return written
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in units:
        counts[one.line][one.state] += 1
    summed = [{"line": line, "states": dict(sorted(of.items()))} for line, of in counts.items()]
    return json.dumps({"v": 1, "lines": summed}, separators=(",", ":"))
