"""
How much processor time something burns, in all processes taken together.

On a machine that others use as well, the clock also measures them. Processor time does not, and
where a machine is busy throughout, what can be done in a second is what the processors have time
for. Linux only: it reads ``/proc``.
"""

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def burnt() -> float:
    """Give the seconds of processor time our processes and the database have used so far."""
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for pid, parent, ticks in _processes():
        parents[pid], seconds[pid] = parent, ticks / _TICKS
    roots = {os.getpid(), _postmaster()}
    return sum(used for pid, used in seconds.items() if _descends(pid, roots, parents))


def _processes() -> Iterator[tuple[int, int, int]]:
    """Give each process, its parent, and the time it and those it has waited for have used."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            told = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        yield int(place.name), int(told[1]), sum(map(int, told[11:15]))


def _descends(pid: int, roots: set[int], parents: dict[int, int]) -> bool:
    while pid > 1 and pid not in roots:
        pid = parents.get(pid, 0)
    return pid in roots


def _postmaster() -> int:
    file = Path(os.environ["BENCH_PLACE"], "database", "cluster", "postmaster.pid")
    return int(file.read_text().split()[0])
