"""The pages between claiming and using: whose they are, and what is refused on them."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from counterfoil.models import OnboardingStep, Provisioning
from counterfoil.operations.unassign import unassign
from counterfoil.rules.onboarding import Question, Step, StepKind
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import OPERATOR, make_account, now
from tests.onboarding import ADDRESS, CONSENT, FULL, HOME, KINDS, agree, claim, publish
from tests.pages.visits import sign_in, text
from tests.records import unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _declared(settings: Any) -> None:
    settings.COUNTERFOIL_SUBJECT_KINDS = KINDS


@pytest.fixture
def ana(client: Client) -> Client:
    sign_in(client, make_account())
    return client


def test_every_step_is_shown_with_what_is_missing(ana: Client) -> None:
    publish()
    _, _, held = claim()

    page = text(ana.get(f"/c/claimed/{held.pk}/"))

    assert "Still 3 steps, then it is set up." in page
    assert "after you have agreed" in page
    assert "if you like" not in page  # waits, too
    assert f"/c/step/{held.pk}/consent/" in page
    assert f"/c/step/{held.pk}/address/" not in page
    assert "3 steps left" in text(ana.get("/my/")) or "Steps left" in text(ana.get("/my/"))


def test_whoever_else_looks_finds_nothing(client: Client) -> None:
    [english, _] = publish()
    issued, _, held = claim()
    pages = [f"/c/step/{held.pk}/{key}/" for key in ("consent", "address", "subject")]
    for page in pages:
        assert client.get(page).headers["Location"].startswith("/sign-in/?next=")

    sign_in(client, make_account("bob@example.com"))
    with unchanged():
        for page in [*pages, f"/c/claimed/{held.pk}/", f"/c/step/{uuid4()}/consent/"]:
            assert client.get(page).status_code == 404
            given = {"answer": "agree", "text": str(english.pk)}
            assert client.post(page, given).status_code == 404

    sign_in(client, make_account())
    unassign(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="mistake")
    assert client.get(pages[0]).status_code == 404


def test_a_step_that_waits_or_is_none_is_not_answered(ana: Client) -> None:
    publish()
    _, _, held = claim()

    with unchanged():
        early = ana.post(f"/c/step/{held.pk}/address/", HOME)
        assert early.headers["Location"] == f"/c/claimed/{held.pk}/"
        early = ana.post(f"/c/subject/{held.pk}/", {"name": "Rex"})
        assert early.headers["Location"] == f"/c/claimed/{held.pk}/"
        assert ana.post(f"/c/step/{held.pk}/nothing/", HOME).status_code == 404
        assert ana.get(f"/c/step/{held.pk}/address/").status_code == 302


@pytest.mark.parametrize("sent", ["", "7", "01a1ff23-4b30-74b8-a399-89e828cca1af"])
def test_a_text_that_was_not_shown_is_not_agreed_to(ana: Client, sent: str) -> None:
    publish()
    _, _, held = claim()

    with unchanged():
        answer = ana.post(f"/c/step/{held.pk}/consent/", {"answer": "agree", "text": sent})

    assert answer.status_code == 422
    assert "This text has changed while you were reading" in text(answer)


def test_without_a_text_one_is_asked_to_come_back(ana: Client) -> None:
    _, _, held = claim()
    page = f"/c/step/{held.pk}/consent/"

    assert "Your claim is safe" in text(ana.get(page))
    with unchanged():
        ana.post(page, {"answer": "agree"})
        ana.post(page, {"answer": "decline"})


def test_sent_twice_or_from_a_page_one_went_back_to_it_is_done_once(ana: Client) -> None:
    [english, _] = publish()
    _, _, held = claim()
    page = f"/c/step/{held.pk}/consent/"
    given = {"answer": "agree", "text": str(english.pk)}
    ana.post(page, given)

    with unchanged():
        assert ana.post(page, given).status_code == 302
        declined = ana.post(page, given | {"answer": "decline"})
        assert declined.headers["Location"] == f"/c/claimed/{held.pk}/"
    assert "You agreed to this on" in text(ana.get(page))


def test_what_was_answered_can_be_changed_until_it_is_set_up(ana: Client) -> None:
    _, _, held = claim(Terms(subject_kind="dog", onboarding=(ADDRESS,)))
    page = f"/c/step/{held.pk}/address/"
    ana.post(page, HOME | {"evil": "1", "subject_id": "2"})
    assert OnboardingStep.objects.get().answers() == HOME
    assert 'value="Madrid"' in text(ana.get(page))

    ana.post(page, HOME | {"city": "Toledo"})
    ana.post(f"/c/subject/{held.pk}/", {"name": "Rex"})
    assert Provisioning.objects.get().wanted == "active"

    with unchanged():
        assert ana.post(page, HOME).headers["Location"] == f"/c/claimed/{held.pk}/"
    shown = text(ana.get(page))
    assert "It is being set up with it" in shown
    assert "Toledo" in shown


def test_every_sort_of_question_is_asked_and_judged(ana: Client) -> None:
    asked = Step(
        key="asked",
        kind=StepKind.QUESTIONNAIRE,
        title="Your vet",
        questions=(
            Question(name="vet", label="Vet", kind="email"),
            Question(name="visits", label="Visits", kind="number", required=False),
            Question(name="how", label="How", kind="choice", choices=("phone", "mail")),
            Question(name="fit", label="I confirm that it is fit", kind="yes"),
        ),
    )
    _, _, held = claim(Terms(onboarding=(asked,)))
    page = f"/c/step/{held.pk}/asked/"
    assert "Your vet" in text(ana.get(page))

    with unchanged():
        answer = text(ana.post(page, {"vet": "nobody", "visits": "few", "how": "pigeon"}))
    for told in (
        "not an address that mail can reach",
        "This is not a number.",
        "Choose one of these.",
        "Tick this to go on.",
    ):
        assert told in answer

    ana.post(page, {"vet": "vet@example.com", "how": "phone", "fit": "on", "visits": "3"})
    assert OnboardingStep.objects.get().answers() == {
        "vet": "vet@example.com",
        "visits": 3,
        "how": "phone",
        "fit": True,
    }


def test_a_draft_is_for_whoever_wrote_it_alone(client: Client) -> None:
    _, _, held = claim(Terms(onboarding=(ADDRESS,)))
    page = f"/c/step/{held.pk}/address/"
    client.post(page, HOME)

    sign_in(client, make_account("bob@example.com"))
    assert client.get(page).status_code == 404
    sign_in(client, make_account())
    assert 'value="Madrid"' in text(client.get(page))
    assert not OnboardingStep.objects.exists()
    assert "Alvarez" not in str(dict(client.session))


def test_the_text_is_in_the_language_of_the_page(ana: Client) -> None:
    [_, german] = publish()
    _, _, held = claim(Terms(onboarding=(CONSENT,)))

    page = text(ana.get(f"/c/step/{held.pk}/consent/", headers={"Accept-Language": "de"}))

    assert "DNA. (de)" in page
    assert 'lang="de" dir="auto"' in page
    assert agree(held, german).text == german
    assert FULL.needs_onboarding
