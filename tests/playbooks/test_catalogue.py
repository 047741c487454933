"""Every kind has a playbook that copes with whatever it is given."""

import re

import pytest

from counterfoil.playbooks.catalogue import all_playbooks, playbook_of
from counterfoil.playbooks.following import tell
from counterfoil.playbooks.playbook import Playbook
from counterfoil.rules.exceptions import ExceptionKind, declared_kinds, kind_named
from counterfoil.testing.builders import issue_one
from tests.playbooks.scenes import a_case

OURS = [one for one in all_playbooks() if not one.kind.name.startswith("lost_")]
NONSENSE = {
    name: value
    for value, names in {
        "": ("error", "connection", "order", "line", "first", "account", "dispute", "person"),
        None: ("amount", "count", "reasons", "rows", "faults", "units", "product_keys"),
    }.items()
    for name in names
}


def test_every_kind_we_know_of_has_a_playbook() -> None:
    assert {one.value for one in ExceptionKind} <= {one.kind.name for one in OURS}
    assert [one.name for one in declared_kinds()] == [one.kind.name for one in all_playbooks()]


@pytest.mark.parametrize("playbook", OURS, ids=lambda one: one.kind.name)
def test_says_what_it_is_how_it_arises_and_by_when(playbook: Playbook) -> None:
    kind = playbook.kind
    assert re.fullmatch(r"[a-z_]{3,40}", kind.name)
    assert all(text.strip() for text in (kind.title, kind.summary, playbook.arises))
    assert kind.due.total_seconds() > 0


@pytest.mark.django_db
@pytest.mark.parametrize("evidence", [{}, NONSENSE], ids=["empty", "nonsense"])
@pytest.mark.parametrize("playbook", OURS, ids=lambda one: one.kind.name)
def test_copes_with_a_case_that_says_nothing(playbook: Playbook, evidence: dict[str, str]) -> None:
    issued = issue_one()
    for about in ({}, {"purchase": issued.purchase, "entitlement": issued.entitlement()}):
        case = a_case(playbook.kind.name, f"nonsense {len(about)}", evidence, **about)

        told = tell(case.pk)

        names = [one.name for one in told.suggestions]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z0-9_]{1,40}", name) for name in names)
        assert all(one.will and all(one.will) for one in told.suggestions)
        assert isinstance(playbook.brief(evidence), str)


@pytest.mark.django_db
def test_a_kind_that_nobody_brings_any_more_can_still_be_read() -> None:
    case = a_case("of_yesterday", "x", {"error": "Lost"})

    told = tell(case.pk)

    assert ("Error", "Lost") in [(one.label, one.text) for one in told.facts]
    assert told.suggestions == told.leads == ()
    assert kind_named("of_yesterday").title == playbook_of("of_yesterday").kind.title
