"""What the page about reservations shows can be called, in that order."""

import shlex
from types import ModuleType

import pytest

from tests.docs.pages import DOCS
from tests.docs.test_code import python
from tests.docs.told_calls import SHELL, call
from tests.reservations import later, stock

pytestmark = pytest.mark.django_db


def test_a_partner_can_reserve_as_its_page_says() -> None:
    page, module = DOCS / "how-to" / "reservations.md", ModuleType("docs_reservations")
    for _, code in python(page):
        exec(code, module.__dict__)  # noqa: S102 - ours
    stock(3, partner=module.partner)
    known = {"$UNTIL": later(1).isoformat(), "$LATER": later(2).isoformat()}

    answers = []
    for block in SHELL.findall(page.read_text()):
        for name, value in known.items():
            block = block.replace(name, value)
        answers.append(call(shlex.split(block.replace("\\\n", " ")), module.made.secret))
        known.setdefault("$RESERVATION", answers[0].json()["id"])

    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 200]
    made, read, items, renewed, released = (answer.json() for answer in answers)
    assert made == read
    assert len(items["entitlements"]) == 3
    assert renewed["until"] > made["until"]
    assert (released["released"], released["is_open"]) == (3, False)
