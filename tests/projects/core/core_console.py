"""Staff: come in, look at everything, act, and let others in."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from counterfoil.models import Entry
from counterfoil.queries.colleagues import colleagues
from counterfoil.queries.staff_names import names_of, staff_names
from counterfoil.rules.permissions import Permission
from counterfoil.testing.builders import issue_one
from tests.projects.core.conftest import hidden_in, token_in
from tests.projects.core.core_pages import names

pytestmark = pytest.mark.django_db


def test_staff_see_every_page(console: Client) -> None:
    issue_one()
    asked = [name for name in names() if name.startswith("console")]
    assert len(asked) > 30

    answers = {one: console.get(reverse(f"counterfoil:{one}")).status_code for one in asked}

    assert {one: it for one, it in answers.items() if it not in {200, 302, 405}} == {}
    assert sum(it == 200 for it in answers.values()) > 25


def test_staff_find_a_purchase_and_withdraw_it(console: Client, staff: Any) -> None:
    issued = issue_one()
    trace = console.get(reverse("counterfoil:console-trace", args=[issued.purchase.pk]))
    assert trace.status_code == 200
    where = reverse("counterfoil:console-act", args=[issued.entitlement().handle, "revoke"])

    page = console.get(where)
    said = {"reason": "mistake", "comment": "Sold by mistake."}
    answer = console.post(where, hidden_in(page) | said)
    assert answer.status_code == 302, answer.content

    assert issued.entitlement().state == "revoked"
    assert Entry.objects.latest("at").actor_id == str(staff.pk)
    assert names_of([str(staff.pk)])[str(staff.pk)] == staff.get_username()


def test_staff_are_found_and_told(staff: Any) -> None:
    assert str(staff.pk) in dict(staff_names())
    assert list(colleagues(Permission.USE_CONSOLE)) == [staff]


def test_staff_are_let_in_or_it_is_said_that_they_are_not(console: Client) -> None:
    where = reverse("counterfoil:console-staff-new")
    before = get_user_model()._default_manager.count()

    answer = console.post(
        where,
        {
            "csrfmiddlewaretoken": token_in(console.get(where)),
            "username": "nils@example.com",
            "first_name": "Nils",
            "last_name": "New",
            "mail": "nils@example.com",
            "role": ["Support 1"],
        },
    )

    made = get_user_model()._default_manager.count() - before
    assert (answer.status_code, made) in {(302, 1), (200, 1), (422, 0)}
