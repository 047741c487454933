"""What the pages for those who tell us of purchases show can be called, in that order."""

from types import ModuleType

import pytest

from counterfoil.models import Entitlement, Milestone
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import issue_one
from tests.docs.pages import DOCS
from tests.docs.test_code import python
from tests.docs.told_calls import calls_of

pytestmark = pytest.mark.django_db


def test_a_partner_can_do_what_its_page_says() -> None:
    module = ModuleType("docs_partner")
    for _, code in python(DOCS / "how-to" / "partner-api.md"):
        exec(code, module.__dict__)  # noqa: S102 - ours

    answers = calls_of("partner-api", module.made.secret)

    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 200, 200]
    told, read, page, codes, part, whole = (answer.json() for answer in answers)
    assert told == read
    assert (len(page["entitlements"]), page["next"] is None) == (2, False)
    assert len({one["code"] for one in codes["codes"]}) == 3
    assert [one["cancelled"] for one in part["entitlements"]].count("withdrawn") == 1
    assert whole["status"] == "cancelled"
    assert not Entitlement.objects.exclude(state="revoked").exists()


def test_a_back_office_can_do_what_its_page_says() -> None:
    module = ModuleType("docs_transfer")
    for _, code in python(DOCS / "how-to" / "transfer.md"):
        exec(code, module.__dict__)  # noqa: S102 - ours
    issued = issue_one(terms=Terms(cutoff="sample_received"))

    handle = issued.entitlement().handle
    answers = calls_of("transfer", module.made.secret, ENTITLEMENT=handle)

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert issued.entitlement().assignments.count() == 2
    assert Milestone.objects.get().name == "sample_received"
