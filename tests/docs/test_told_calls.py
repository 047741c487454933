"""What the pages for those who tell us of purchases show can be called, in that order."""

from types import ModuleType

import pytest

from counterfoil.models import Entitlement
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
