"""What came of it: a table for people, JSON for comparing."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from bench.suite.figures import Figure, Sizes

BENCH = Path(__file__).parents[1]
RESULTS = BENCH / "results" / "results.json"
BASELINE = BENCH / "baseline.json"
HEADINGS = ("workload", "value", "target", "verdict", "baseline", "measured as")


def show(figures: Sequence[Figure]) -> None:
    """Print the table."""
    before = json.loads(BASELINE.read_text())["figures"] if BASELINE.exists() else {}
    for line in table(figures, before):
        print(line)


def keep(figures: Sequence[Figure], sizes: Sizes, *, accept: bool) -> None:
    """Write the figures down; as the baseline too where they were accepted."""
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "conditions": conditions(sizes),
        "figures": {_key(one): one.as_data() for one in figures},
    }
    RESULTS.parent.mkdir(exist_ok=True)
    text = json.dumps(found, indent=2) + "\n"
    RESULTS.write_text(text)
    if accept:
        BASELINE.write_text(text)


def conditions(sizes: Sizes) -> dict[str, object]:
    """Say on what it was measured."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'),"
            " current_setting('synchronous_commit')"
        )
        [[version, fsync, synchronous]] = cursor.fetchall()
    return {
        "postgresql": version,
        "fsync": fsync,
        "synchronous_commit": synchronous,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
        "rounds": sizes.rounds,
        "clients": sizes.clients,
        "web": f"granian WSGI, {sizes.workers} workers x {sizes.threads} threads",
        "quick": sizes.quick,
    }


def table(figures: Sequence[Figure], before: dict[str, dict[str, float]]) -> list[str]:
    """Draw the table: what, the figure, its target, the verdict, the last accepted figure."""
    rows: list[tuple[str, ...]] = [HEADINGS]
    for one in figures:
        known = before.get(_key(one), {}).get("value")
        rows.append(
            (
                one.name,
                f"{_short(one.value)} {one.unit}".strip(),
                "" if one.target is None else f"{'<=' if one.at_most else '>='} {one.target:g}",
                one.verdict,
                "" if known is None else _short(known),
                one.measured,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows.insert(1, tuple("-" * width for width in widths))
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    for one in figures:
        lines += [f"{one.name}: {name} {number:,.1f}" for name, number in one.numbers.items()]
    return lines


def _short(value: float) -> str:
    return f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"


def _key(one: Figure) -> str:
    return f"{one.name}: {one.measured}"
