"""The queue of cases: whose each is, by when, and that two do not get into each other's way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from tests.console.conftest import SignedIn, make_staff
from tests.playbooks.scenes import a_case, refunded_in_use, suggested
from tests.records import unchanged

from counterfoil.models import AuditEntry, ExceptionCase, Note
from counterfoil.operations.park import park
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db
QUEUE = "/console/exceptions/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page(case: ExceptionCase, what: str = "") -> str:
    return f"{QUEUE}{case.pk}/{what}"


def an_old_one(key: str = "old", *, days: int = 3) -> ExceptionCase:
    return park(
        kind=ExceptionKind.ORDER_STUCK,
        key=key,
        evidence={"order": key, "error": "TimeoutError"},
        by=SYSTEM,
        at=now() - timedelta(days=days),
    )


@pytest.fixture
def bert() -> Client:
    client = Client()
    user = make_staff("Operations", username="bert")
    User.objects.filter(pk=user.pk).update(first_name="Bert", last_name="Boss")
    client.force_login(user)
    return client


def test_what_is_due_first_comes_first_and_overdue_says_so(support: Client) -> None:
    new = a_case(ExceptionKind.ORDER_STUCK, "new", {"order": "new"})
    old = an_old_one()

    shown = text(support.get(QUEUE))
    late = text(support.get(QUEUE, {"show": "overdue"}))

    assert shown.index(page(old)) < shown.index(page(new))
    assert "overdue by 2 days" in shown
    assert "TimeoutError" in shown
    assert page(new) not in late


def test_filters_are_in_the_address_and_say_how_much_there_is(support: Client) -> None:
    mine, other = an_old_one("a"), an_old_one("b")
    support.post(page(mine, "take/"))

    of_mine, free = support.get(QUEUE, {"show": "mine"}), support.get(QUEUE, {"show": "nobodys"})
    none = text(support.get(QUEUE, {"kind": "poison_message"}))
    settled = text(support.get(QUEUE, {"show": "settled"}))

    assert page(mine) in text(of_mine)
    assert page(other) not in text(of_mine)
    assert page(other) in text(free)
    assert "No open case fits" in none
    assert "Nothing was settled yet" in settled
    assert 'Mine <span class="number">1</span>' in text(of_mine)
    assert support.get(QUEUE, {"kind": "x" * 300, "after": "no", "show": "?"}).status_code == 200


def test_taken_handed_over_and_given_back_and_all_of_it_remembered(
    support: Client, bert: Client
) -> None:
    case, user = an_old_one(), User.objects.get(username="bert")
    mara = str(User.objects.get(username="support-2").pk)

    support.post(page(case, "take/"))
    support.post(page(case, "hand-over/"), {"owner": str(user.pk), "seen": mara})
    bert.post(page(case, "give-back/"))
    support.post(page(case, "note/"), {"text": "Asked the shop", "ticket": "T-12"})

    case.refresh_from_db()
    assert case.owner_id == ""
    acts = AuditEntry.objects.filter(subject=str(case.pk)).order_by("at", "pk")
    assert list(acts.values_list("act", flat=True)) == [
        "take_case",
        "hand_over_case",
        "give_back_case",
    ]
    assert Note.objects.get(case=case).reference == "T-12"
    shown = text(support.get(page(case)))
    for said in ("Taken on", "Handed over to Bert Boss", "Given back", "Asked the shop", "T-12"):
        assert said in shown


def test_the_second_who_takes_one_is_told_who_has_it(support: Client, bert: Client) -> None:
    case = an_old_one()
    support.post(page(case, "take/"))

    with unchanged():
        late = bert.post(page(case, "take/"))
        by_hand = bert.post(page(case), {"outcome": "done"})
        postponed = bert.post(
            page(case, "postpone/"),
            {"until": f"{timezone.localdate() + timedelta(days=2)}", "comment": "x"},
        )

    for refused in (late, by_hand, postponed):
        assert refused.status_code == 409
        assert "Mara Support 2 works on this case" in text(refused)


def test_taken_over_only_from_whoever_was_shown_as_its_owner(support: Client, bert: Client) -> None:
    case, mara = an_old_one(), User.objects.get(username="support-2")
    boss = str(User.objects.get(username="bert").pk)
    support.post(page(case, "take/"))

    with unchanged():
        stale = bert.post(page(case, "hand-over/"), {"owner": boss, "seen": ""})
        nobody = bert.post(page(case, "hand-over/"), {"owner": "0", "seen": str(mara.pk)})
    taken = bert.post(page(case, "hand-over/"), {"owner": boss, "seen": str(mara.pk)})

    assert "Mara Support 2 has it now" in text(stale)
    assert nobody.status_code == 409
    assert taken.status_code == 302
    case.refresh_from_db()
    assert case.owner_display == "Bert Boss"


def test_only_who_works_on_cases_can_be_given_one(support: Client, signed_in: SignedIn) -> None:
    case = an_old_one()
    signed_in("Auditor")
    auditor = str(User.objects.get(username="auditor").pk)

    with unchanged():
        refused = support.post(page(case, "hand-over/"), {"owner": auditor, "seen": ""})

    assert refused.status_code == 409
    assert f'value="{auditor}"' not in text(refused)


def test_a_suggestion_is_followed_and_the_second_press_is_told(
    support: Client, bert: Client, signed_in: SignedIn
) -> None:
    case, issued = refunded_in_use()
    mark = suggested(case)["revoke"].mark
    given = {"mark": mark, "comment": "As asked, ann@example.com", "ticket": "T-9"}

    may_not = signed_in("Support 1").post(page(case, "do/revoke/"), given)
    done = support.post(page(case, "do/revoke/"), given)
    finance = signed_in("Finance").post(page(case, "do/keep/"), {"mark": mark})

    assert may_not.status_code == 403
    assert done["Location"] == page(case)
    assert issued.entitlement().state == "revoked"
    assert finance.status_code == 409
    assert "Mara Support 2 has settled this already" in text(finance)
    entry = issued.entitlement().entries.latest("seq")
    assert entry.comment == "As asked, a•••@example.com"
    assert entry.data["case"] == "T-9"


def test_a_role_reads_what_it_may_not_do(signed_in: SignedIn) -> None:
    case, _issued = refunded_in_use()

    shown = text(signed_in("Auditor").get(page(case)))

    assert "Your role does not include: decide what a refund takes back" in shown
    assert "do/revoke/" in shown
    assert '<button class="button">Take it back' not in shown
    assert "Take it on" not in shown


def test_let_wait_until_a_day_with_a_word_for_what(support: Client) -> None:
    case, day = an_old_one(), timezone.localdate() + timedelta(days=3)
    wrong: list[Callable[[], dict[str, str]]] = [
        lambda: {"until": "", "comment": "x"},
        lambda: {"until": "2020-01-01", "comment": "x"},
        lambda: {"until": "2999-13-41", "comment": "x"},
        lambda: {"until": f"{day}", "comment": " "},
    ]
    for given in wrong:
        with unchanged():
            assert support.post(page(case, "postpone/"), given()).status_code == 409

    done = support.post(page(case, "postpone/"), {"until": f"{day}", "comment": "The bank"})

    assert done.status_code == 302
    case.refresh_from_db()
    assert case.due_at is not None
    assert timezone.localdate(case.due_at) == day
    assert "The bank" in text(support.get(page(case)))
    assert page(case) not in text(support.get(QUEUE, {"show": "overdue"}))


def test_closed_by_hand_with_something_else_only_in_words(support: Client) -> None:
    case = an_old_one()
    with unchanged():
        assert support.post(page(case), {"outcome": "other"}).status_code == 409

    support.post(page(case), {"outcome": "other", "comment": "The shop is closed."})

    case.refresh_from_db()
    assert (case.outcome, case.resolution) == ("The shop is closed.", "by_hand:other")
    assert page(case) in text(support.get(QUEUE, {"show": "settled"}))
