"""Moments as people write them."""

from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.rules.moments import moment_since

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("30d", NOW - timedelta(days=30)),
        (" 12H ", NOW - timedelta(hours=12)),
        ("90m", NOW - timedelta(minutes=90)),
        ("2w", NOW - timedelta(weeks=2)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T08:30", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("2026-11-01t08:30z", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("2026-11-01T08:30+02:00", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
    ],
)
def test_reads(text: str, wanted: datetime) -> None:
    assert moment_since(text, now=NOW) == wanted


@pytest.mark.parametrize(
    "text", ["", "d", "-3d", "3y", "99999w", "tomorrow", "2027-01-01", "1e9d", "\x00", "٣d"]
)
def test_refuses_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\."):
        moment_since(text, now=NOW)
