"""What the page for partners shows can be called, in that order."""

import shlex
from types import ModuleType
from typing import Any

import pytest

from counterfoil.jobs.running import work_jobs
from tests.docs.pages import DOCS
from tests.docs.test_code import python
from tests.docs.told_calls import SHELL, call

pytestmark = pytest.mark.django_db


def test_a_partner_hands_out_as_its_page_says() -> None:
    module = ModuleType("docs_portal")
    for _, code in python(DOCS / "how-to" / "portal.md"):
        exec(code, module.__dict__)  # noqa: S102 - ours
    blocks = SHELL.findall((DOCS / "how-to" / "portal.md").read_text())
    known: dict[str, str] = {}

    def make(block: str) -> Any:
        for name, value in known.items():
            block = block.replace(name, value)
        answer = call(shlex.split(block.replace("\\\n", " ")), module.made.secret)
        assert answer.status_code < 300, answer.content
        return answer.json()

    created, bad = make(blocks[0]), blocks[1]
    known["$HANDOUT"] = created["id"]
    [row] = make(bad)["rows"]
    make(blocks[2])
    work_jobs()
    done = make(blocks[3])
    rows = make(blocks[1].replace("sort=bad", "sort=given"))["rows"]
    known["$ENTITLEMENT"] = rows[0]["entitlement"]
    back = make(blocks[4])

    assert (created["rows"]["good"], created["rows"]["bad"]) == (1, 1)
    assert row["fault"] == "not_an_address"
    assert (done["status"], done["rows"]["given"]) == ("done", 1)
    assert back["entitlements"][0]["refused"] == ""
