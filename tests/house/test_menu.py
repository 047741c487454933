"""Every part of the console is in its menu, for those who may open it."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern

from counterfoil.console.menu import MENU, Entry
from counterfoil.console.urls import urlpatterns

NOT_IN_IT = {"search", "sign-in", "sign-out"}  # they are in the bar, or before it
PATTERNS = {one.name: one for one in urlpatterns if isinstance(one, URLPattern)}
ENTRIES = [entry for group in MENU for entry in group.entries]


def part(pattern: URLPattern) -> str:
    """Give the first part of an address: the part of the console it belongs to."""
    return str(pattern.pattern).partition("/")[0]


def left_out(entries: list[Entry]) -> Iterator[str]:
    parts = {part(PATTERNS[entry.name]) for entry in entries}
    for name, pattern in PATTERNS.items():
        if not pattern.pattern.converters and part(pattern) not in parts | NOT_IN_IT:
            yield str(name)


def test_every_page_that_needs_no_argument_is_under_an_entry_of_the_menu() -> None:
    assert list(left_out(ENTRIES)) == []


def test_a_page_that_was_left_out_is_found() -> None:
    without = [entry for entry in ENTRIES if entry.section != "batches"]

    assert list(left_out(without)) == ["console-batches", "console-batch-ask"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry.section))
def test_whoever_sees_an_entry_may_open_its_page(entry: Entry) -> None:
    assert entry.permission in vars(PATTERNS[entry.name].callback)["permissions"]


def test_no_two_entries_mark_themselves_as_current() -> None:
    sections = [entry.section for entry in ENTRIES]

    assert len(sections) == len(set(sections))
