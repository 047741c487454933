"""Issuing what a line still lacks."""

from datetime import datetime, timedelta

import pytest

from counterfoil.models import Entitlement, Entry, Line
from counterfoil.operations import issue as module
from counterfoil.operations.issue import issue
from counterfoil.rules.codes import CodeForm, display, normalise
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import (
    CHANNEL,
    DOG,
    Issued,
    issue_many,
    issue_one,
    make_terms,
    read_issued,
)
from tests.records import unchanged

pytestmark = pytest.mark.django_db


def test_numbers_go_on_where_they_ended(issued: Issued, at: datetime) -> None:
    assert issue(line=issued.line(), units=4, by=CHANNEL, at=at) == 3

    made = Entitlement.objects.filter(line=issued.line()).order_by("ordinal")
    assert [one.ordinal for one in made] == [0, 1, 2, 3]
    assert issued.line().units_paid == 4
    codes = read_issued(issued.purchase).codes
    assert len(set(codes)) == 4
    assert all(normalise(display(code)) == code for code in codes)
    assert Entry.objects.values("act").distinct().count() == 2  # one act each


def test_as_many_or_fewer_change_nothing(at: datetime) -> None:
    issued = issue_many(2)

    for units in (2, 1, 0, -1):
        with unchanged():
            assert issue(line=issued.line(), units=units, by=CHANNEL, at=at) == 0


def test_a_line_that_was_read_long_ago_is_read_again(issued: Issued, at: datetime) -> None:
    stale = issued.line()
    issue(line=stale, units=3, by=CHANNEL, at=at)

    assert issue(line=stale, units=3, by=CHANNEL, at=at) == 0
    assert Entitlement.objects.count() == 3


def test_it_is_sold_under_the_newest_terms_and_others_keep_theirs(at: datetime) -> None:
    issued = issue_one(terms=DOG)
    newer = make_terms(issued.entitlement().product, Terms(valid_days=10, code_form=CodeForm.LONG))

    issue(line=issued.line(), units=2, by=CHANNEL, at=at)

    old, new = Entitlement.objects.order_by("ordinal")
    assert old.expires_at is None
    assert (new.terms, new.expires_at) == (newer, at + timedelta(days=10))
    short, long = read_issued(issued.purchase).codes
    assert len(long) > len(short)


def test_many_are_issued_in_batches(
    issued: Issued, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 3)

    assert issue(line=issued.line(), units=9, by=CHANNEL, at=at) == 8

    ordinals = Entitlement.objects.order_by("ordinal").values_list("ordinal", flat=True)
    assert list(ordinals) == list(range(9))
    assert Line.objects.get().units_paid == 9
