"""What people do with what they bought and have: their own only, and nothing by looking."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from counterfoil.models import Assignment, Entry, Gift, Subject, Transfer
from counterfoil.operations.assign import assign
from counterfoil.operations.cancel_gift import cancel_gift
from counterfoil.operations.revoke import revoke
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import Terms, TransferPolicy
from counterfoil.testing.builders import (
    OPERATOR,
    Issued,
    issue_one,
    make_account,
    make_assignee,
    now,
)
from tests.giving import GIVER, give
from tests.pages.visits import sign_in, text
from tests.records import unchanged
from tests.scenes import end, fulfil, suspend, use
from tests.transfers import BOB, CLUB, answer, cut_off, let_lapse, offer

pytestmark = pytest.mark.django_db
ANN = "ann.buyer@example.com"


def as_(mail: str) -> Client:
    """Be whoever reads this address."""
    client = Client()
    sign_in(client, make_account(mail))
    return client


def page_of(issued: Issued, act: str = "") -> str:
    return f"/my/{issued.entitlement().handle}/" + (f"{act}/" if act else "")


def held_by(mail: str, terms: Terms = CLUB) -> Issued:
    """Let somebody have one."""
    issued = issue_one(terms=terms)
    use(issued, make_assignee(mail))
    return issued


def holder_of(issued: Issued) -> str:
    held = Assignment.objects.select_related("account__person").get(
        entitlement=issued.id, ended_at=None
    )
    assert held.account.person is not None
    contact = held.account.person.contact()
    assert contact is not None
    return contact.mail


def test_the_buyer_uses_it_without_its_code() -> None:
    issued, ann = issue_one(terms=Terms()), as_(ANN)
    assert "Use it myself" in text(ann.get(page_of(issued)))

    done = ann.post(page_of(issued, "use"))

    held = Assignment.objects.get()
    assert done.headers["Location"] == f"/c/claimed/{held.pk}/"
    assert holder_of(issued) == ANN
    entry = Entry.objects.latest("seq")
    assert (entry.act_name, entry.actor_kind) == ("assign", "customer")
    with unchanged():  # double click, back button
        assert ann.post(page_of(issued, "use")).headers["Location"] == f"/c/claimed/{held.pk}/"


def test_the_buyer_gives_it_to_an_address_at_once() -> None:
    issued, ann = issue_one(), as_(ANN)

    done = ann.post(page_of(issued, "give"), {"email": " Bob@example.com"})

    assert done.headers["Location"] == page_of(issued)
    assert holder_of(issued) == BOB
    page = text(ann.get(page_of(issued)))
    assert "You gave it to <bdi>b•••@example.com</bdi>" in page
    with unchanged():
        ann.post(page_of(issued, "give"), {"email": BOB})
    again = ann.post(page_of(issued, "give"), {"email": "carl@example.com"})
    assert again.status_code == 409
    assert "Somebody has it already" in text(again)
    assert holder_of(issued) == BOB


@pytest.mark.parametrize("act", ["use", "give"])
def test_a_gift_is_called_off_before_it_is_used_otherwise(act: str) -> None:
    """Whoever has a page open from before would kill the link somebody was sent."""
    issued, ann = issue_one(), as_(ANN)
    give(issued.id)

    with unchanged():
        refused = ann.post(page_of(issued, act), {"email": BOB})
        assert refused.status_code == 409
        assert "Call that off first" in text(refused)
    assert Gift.objects.get().ended_at is None

    cancel_gift(entitlement_id=issued.id, by=GIVER, at=now())
    assert ann.post(page_of(issued, act), {"email": BOB}).status_code == 302


def test_giving_it_to_oneself_is_using_it() -> None:
    issued, ann = issue_one(terms=Terms()), as_(ANN)

    done = ann.post(page_of(issued, "give"), {"email": ANN.upper()})

    assert done.headers["Location"].startswith("/c/claimed/")


def test_an_address_that_is_none_is_told_beside_it() -> None:
    issued, ann = issue_one(), as_(ANN)

    with unchanged():
        wrong = ann.post(page_of(issued, "give"), {"email": "bob@"})

    assert wrong.status_code == 422
    assert "does not look like an address" in text(wrong)
    assert 'value="bob@"' in text(wrong)


@pytest.mark.parametrize("act", ["use", "give", "reveal", "give-back", "offer", "offer/cancel", ""])
def test_what_is_somebody_elses_is_not_there(act: str) -> None:
    theirs, used = issue_one(terms=CLUB), held_by("ana@example.com")
    offer(used, make_assignee("ana@example.com"), "carl@example.com")
    bob = as_(BOB)

    with unchanged():
        for one in (theirs, used):
            assert bob.post(page_of(one, act), {"email": BOB}).status_code == 404
        assert bob.post("/my/ent_nonsense/use/").status_code == 404


def test_a_session_that_is_over_leads_to_signing_in_and_back() -> None:
    issued, stranger = held_by(ANN), Client()

    for act, back in (("use", ""), ("give", ""), ("offer", "offer"), ("give-back", "give-back")):
        where = stranger.post(page_of(issued, act)).headers["Location"]
        assert where.startswith("/sign-in/?next=")
        assert page_of(issued, back).replace("/", "%2F") in where


@pytest.mark.parametrize("spoil", [end, suspend])
def test_what_cannot_be_used_says_why(spoil: Any) -> None:
    issued, ann = issue_one(), as_(ANN)
    spoil(issued.id)

    with unchanged():
        refused = ann.post(page_of(issued, "use"))

    assert refused.status_code == 409
    assert 'role="alert"' in text(refused)


def test_given_back_it_is_among_what_was_bought_again() -> None:
    issued, ann = held_by(ANN), as_(ANN)
    asked = text(ann.get(page_of(issued, "give-back")))
    assert "Give it back?" in asked

    done = ann.post(page_of(issued, "give-back"))

    assert done.headers["Location"] == page_of(issued)
    assert issued.entitlement().state == "issued"
    assert "Use it myself" in text(ann.get(page_of(issued)))
    assert ann.post(page_of(issued, "give-back")).status_code == 404


def test_given_back_by_somebody_else_it_is_with_its_buyer() -> None:
    issued, bob = held_by(BOB), as_(BOB)

    done = bob.post(page_of(issued, "give-back"))

    assert "You gave it back" in text(done)
    assert bob.get(page_of(issued)).status_code == 404


def test_says_until_when_it_can_be_undone_and_hides_it_afterwards() -> None:
    issued, ann = held_by(ANN), as_(ANN)
    assert "hours left" in text(ann.get(page_of(issued)))

    cut_off(issued.id)

    page = text(ann.get(page_of(issued)))
    assert "It is under way" in page
    assert "Give it back" not in page
    assert "Pass it on" not in page
    refused = ann.post(page_of(issued, "give-back"))
    assert refused.status_code == 409
    assert "Too much has happened with it" in text(refused)
    assert ann.get(page_of(issued, "give-back")).headers["Location"] == page_of(issued)
    assert ann.get(page_of(issued, "offer")).headers["Location"] == page_of(issued)


def test_an_offer_is_made_once_and_called_off() -> None:
    issued, ann = held_by(ANN), as_(ANN)
    assert "They see your address" in text(ann.get(page_of(issued, "offer")))

    for _ in range(2):
        done = ann.post(page_of(issued, "offer"), {"email": BOB})
        assert done.headers["Location"] == page_of(issued)

    assert Transfer.objects.count() == 1
    assert "You have offered it to <bdi>b•••@example.com</bdi>" in text(ann.get(page_of(issued)))
    other = ann.post(page_of(issued, "offer"), {"email": "carl@example.com"})
    assert other.status_code == 409
    assert "Call that off first" in text(other)
    assert ann.post(page_of(issued, "offer/cancel")).headers["Location"] == page_of(issued)
    assert Transfer.objects.get().ended_because == "cancelled"
    with unchanged():
        ann.post(page_of(issued, "offer/cancel"))


@pytest.mark.parametrize(
    ("typed", "words"), [("bob", "does not look like an address"), (ANN, "your own address")]
)
def test_an_offer_to_nobody_or_oneself_is_told_beside_it(typed: str, words: str) -> None:
    issued, ann = held_by(ANN), as_(ANN)

    with unchanged():
        wrong = ann.post(page_of(issued, "offer"), {"email": typed})

    assert wrong.status_code == 422
    assert words in text(wrong)


def test_an_offer_the_terms_do_not_allow_is_refused_in_words() -> None:
    issued = held_by(ANN, Terms(transfer_policy=TransferPolicy.STAFF))
    ann = as_(ANN)

    with unchanged():
        refused = ann.post(page_of(issued, "offer"), {"email": BOB})

    assert refused.status_code == 409
    assert "cannot be passed on here" in text(refused)
    assert "Pass it on" not in text(ann.get(page_of(issued)))


def test_a_wrong_subject_is_corrected_from_what_was_said() -> None:
    issued = issue_one()
    fulfil(issued, make_assignee(ANN))
    ann = as_(ANN)
    assert "It is for somebody else" in text(ann.get(page_of(issued)))
    assert 'value="Rex"' in text(ann.get(page_of(issued, "correct")))

    with unchanged():
        wrong = ann.post(page_of(issued, "correct"), {"which": "new", "name": ""})
    assert wrong.status_code == 422
    done = ann.post(page_of(issued, "correct"), {"which": "new", "name": "Miso"})

    assert done.headers["Location"] == page_of(issued)
    assert "for Miso" in text(ann.get(page_of(issued)))
    assert Assignment.objects.count() == 2
    with unchanged():
        ann.post(page_of(issued, "correct"), {"which": "new", "name": "Miso"})
    rex = Subject.objects.get(data__name="Rex")
    ann.post(page_of(issued, "correct"), {"which": f"own:{rex.pk}"})
    assert Assignment.objects.get(ended_at=None).subject == rex


def test_a_subject_is_not_corrected_too_late_or_by_others() -> None:
    issued = issue_one()
    fulfil(issued, make_assignee(ANN))
    suspend(issued.id)
    bob = as_(BOB)

    with unchanged():
        assert bob.post(page_of(issued, "correct"), {"name": "Miso"}).status_code == 404
        late = as_(ANN).post(page_of(issued, "correct"), {"which": "new", "name": "Miso"})
        other = as_(ANN).get(page_of(issued, "correct"))

    assert (late.status_code, "suspended" in text(late)) == (409, True)
    assert other.headers["Location"] == page_of(issued)


def offered() -> tuple[Issued, Assignee, str]:
    issued, ann = held_by(ANN), make_assignee(ANN)
    return issued, ann, f"/transfer/{offer(issued, ann).pk}/"


def test_strangers_are_shown_nothing_of_an_offer() -> None:
    _, _, where = offered()

    answered = Client().get(where)

    assert answered.headers["Location"] == f"/sign-in/?next={where.replace('/', '%2F')}"


def test_somebody_else_learns_nothing_of_an_offer() -> None:
    _, _, where = offered()
    carl = as_("carl@example.com")

    with unchanged():
        seen, said = carl.get(where), carl.post(where, {"answer": "accept"})
        none = carl.get(f"/transfer/{uuid4()}/")

    assert [one.status_code for one in (seen, said, none)] == [404] * 3
    assert "There is no such offer for you" in text(seen)
    assert "DNA" not in text(seen)


def test_looking_at_an_offer_answers_nothing() -> None:
    _, _, where = offered()
    bob = as_(BOB)

    with unchanged():
        seen = bob.get(where)
        bob.get(where, {"answer": "accept"})
        bob.post(where, {"answer": "nonsense"})

    assert "could be yours" in text(seen)
    assert ANN in text(seen)
    assert "Look at the offer" in text(bob.get("/my/"))


def test_accepted_it_goes_on_as_after_a_claim() -> None:
    issued, _, where = offered()
    bob = as_(BOB)

    done = bob.post(where, {"answer": "accept"})

    assert done.headers["Location"].startswith("/c/claimed/")
    assert holder_of(issued) == BOB
    with unchanged():
        assert bob.post(where, {"answer": "accept"}).headers["Location"].startswith("/c/claimed/")
        late = bob.post(where, {"answer": "decline"})
    assert late.status_code == 409
    assert "You accepted it" in text(bob.get(where))
    assert "It was accepted" in text(as_(ANN).get(where))


def test_declined_it_stays_where_it_is() -> None:
    issued, _, where = offered()
    bob = as_(BOB)

    assert bob.post(where, {"answer": "decline"}).headers["Location"] == where

    assert holder_of(issued) == ANN
    assert "You declined it" in text(bob.get(where))
    assert "It was declined" in text(as_(ANN).get(where))


def test_the_sender_cannot_answer_for_the_other() -> None:
    issued, _, where = offered()
    ann = as_(ANN)

    with unchanged():
        page = text(ann.post(where, {"answer": "accept"}))

    assert "Your offer stands" in page
    assert holder_of(issued) == ANN


def test_what_changed_meanwhile_is_told_in_words() -> None:
    bob = as_(BOB)
    issued, _, where = offered()
    let_lapse(Transfer.objects.get())
    lapsed = bob.post(where, {"answer": "accept"})
    assert (lapsed.status_code, "This offer is over" in text(lapsed)) == (409, True)
    assert "The time to answer is over" in text(bob.get(where))

    again = f"/transfer/{offer(issued, make_assignee(ANN)).pk}/"
    suspend(issued.id)
    assert "suspended for the moment" in text(bob.get(again))
    held = bob.post(again, {"answer": "accept"})
    assert (held.status_code, "suspended for the moment" in text(held)) == (409, True)
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="fraud")
    assert "The offer is over" in text(bob.get(again))


def test_what_was_passed_on_is_with_its_former_holder_as_ended() -> None:
    issued, _, _ = offered()
    answer(Transfer.objects.get(), make_assignee(BOB))
    ann = as_(ANN)

    page = text(ann.get("/my/"))

    assert "Ended" in page
    assert "Given to <bdi>b•••@example.com</bdi> on" in text(ann.get("/my/?show=given"))
    assert "You gave it to <bdi>b•••@example.com</bdi>" in text(ann.get(page_of(issued)))


def test_the_buyer_is_not_told_to_whom_the_other_passed_it_on() -> None:
    issued, bob, ann = issue_one(terms=CLUB), make_assignee(BOB), as_(ANN)
    ann.post(page_of(issued, "give"), {"email": BOB})
    assert "You gave it to <bdi>b•••@example.com</bdi>" in text(ann.get(page_of(issued)))

    answer(offer(issued, bob, "zoe@example.com"), make_assignee("zoe@example.com"))

    page = text(ann.get(page_of(issued)))
    assert "Somebody has used its code" in page
    assert "z•••@" not in page + text(ann.get("/my/"))


def test_an_assignment_by_staff_is_nobodys_secret_but_its_holders() -> None:
    issued = issue_one(terms=Terms())
    assign(entitlement_id=issued.id, to=make_assignee(BOB), by=OPERATOR, at=now(), reason="case")

    assert "bob" not in text(as_(ANN).get(page_of(issued)))


def test_the_window_is_told_in_hours_and_minutes() -> None:
    held = held_by(ANN, Terms(undo_hours=1))
    assert "minutes left" in text(as_(ANN).get(page_of(held)))
