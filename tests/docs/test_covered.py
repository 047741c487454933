"""The table of failures and tests tells the truth."""

import ast
from pathlib import Path

from tests.docs.pages import covered
from tests.house.source import ROOT


def missing() -> list[str]:
    """Give the tests that are named and do not exist."""
    names = {name for tests in covered.covered().values() for name in tests}
    inherited = {test for tests in covered.CONTRACT.values() for test in tests}
    contract = (ROOT / "src/counterfoil/testing/channel_contract.py").read_text()
    assert all(f"def {test}(" in contract for test in inherited)
    there = {name for name in names if name.split("::")[1] in inherited}
    for path in {name.split("::")[0] for name in names}:
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.FunctionDef):
                there.add(f"{path}::{node.name}")
    return sorted(names - there)


def test_every_test_that_is_named_exists() -> None:
    assert covered.covered()
    assert missing() == []


def test_every_failure_that_is_named_is_known() -> None:
    assert {failure for failure, _ in covered.covered()} <= set(covered.FAILURES)


def test_every_cell_is_shown_or_explained() -> None:
    empty = [
        f"{failure} at {channel}"
        for failure in set(covered.FAILURES) - covered.OF_NO_CHANNEL
        for channel in covered.CHANNELS
        if not covered.covered().get((failure, channel))
        and not covered.covered().get((failure, covered.ALL))
        and failure not in covered.APART.get(channel, {})
    ]
    assert empty == []


def test_nothing_is_excused_that_is_shown() -> None:
    excused = {(failure, channel) for channel, apart in covered.APART.items() for failure in apart}
    assert excused & set(covered.covered()) == set()
    assert {channel for _, channel in excused} <= set(covered.CHANNELS)


def test_a_file_belongs_to_the_channel_in_its_name() -> None:
    assert covered.channel_of(Path("test_order_file_job.py")) == "order_file"
    assert covered.channel_of(Path("test_stripe_story.py")) == "stripe"
    assert covered.channel_of(Path("test_door.py")) == covered.ALL
