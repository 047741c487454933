"""Choosing what it is for: one of one's own, one of the host's, and what is refused."""

import logging
from typing import Any

import pytest
from django.test import Client

from counterfoil.effects.choosers import HostSubject
from counterfoil.models import Assignment, ExceptionCase, Subject
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import make_account, make_assignee
from tests.onboarding import KINDS, REX, claim, name_it
from tests.outside import kennel_club
from tests.pages.visits import sign_in, text
from tests.records import unchanged

pytestmark = pytest.mark.django_db
PLACE = "tests.outside.kennel_club"
MISO = HostSubject(reference="stud-7", label="Miso of the Elms", data={"sex": "female"})


@pytest.fixture(autouse=True)
def club(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ana have a dog at the club, and Bob another."""
    theirs = [HostSubject(reference="stud-8", label="Rollo")]
    monkeypatch.setattr(kennel_club, "DOGS", {"ana@example.com": [MISO], "bob@example.com": theirs})
    settings.COUNTERFOIL_SUBJECT_KINDS = KINDS | {
        "show_dog": KINDS["dog"] | {"chooser": f"{PLACE}.Kennel"},
        "club_dog": KINDS["dog"] | {"chooser": f"{PLACE}.Kennel", "lives": "host"},
        "burnt": KINDS["dog"] | {"chooser": f"{PLACE}.BurntKennel"},
        "burnt_club": KINDS["dog"] | {"chooser": f"{PLACE}.BurntKennel", "lives": "host"},
        "babbling": KINDS["dog"] | {"chooser": f"{PLACE}.BabblingKennel"},
        "slow": KINDS["dog"] | {"chooser": f"{PLACE}.SlowKennel"},
        "searched": KINDS["dog"] | {"chooser": f"{PLACE}.SearchableKennel"},
    }


@pytest.fixture
def ana(client: Client) -> Client:
    sign_in(client, make_account())
    return client


def page_for(kind: str) -> tuple[str, Assignment]:
    """Let Ana claim something that is for this kind, and give the page that asks."""
    _, _, held = claim(Terms(subject_kind=kind))
    return f"/c/subject/{held.pk}/", held


def test_asks_in_the_order_of_the_declaration_with_the_fields_it_declares(ana: Client) -> None:
    where, _ = page_for("dog")

    page = text(ana.get(where))

    order = [page.index(f'name="{name}"') for name in ("name", "sex", "chip", "born", "weight")]
    assert order == sorted(order)
    assert 'type="date"' in page
    assert 'inputmode="decimal"' in page
    assert '<option value="yes"' in page
    assert "<textarea" in page
    assert "For my child or pet" in page


def test_keeps_typed_answers_and_for_whom_it_is(ana: Client) -> None:
    where, held = page_for("dog")
    given = {"name": "Rex", "weight": "12,5", "neutered": "no", "born": "2020-02-29"}

    answer = ana.post(where, given | {"relation": "dependant", "colour": "blue", "id": "7"})

    assert answer.status_code == 302
    assert Subject.objects.get().data == {
        "name": "Rex",
        "born": "2020-02-29",
        "weight": 12.5,
        "neutered": False,
    }
    held.refresh_from_db()
    assert held.relation == "dependant"


@pytest.mark.parametrize("relation", ["", "cat", "self' OR 1"])
def test_a_relation_nobody_offers_is_none(ana: Client, relation: str) -> None:
    where, held = page_for("dog")
    ana.post(where, {"name": "Rex", "relation": relation})
    held.refresh_from_db()
    assert held.relation == ""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "Rex", "weight": "heavy"}, "This is not a number."),
        ({"name": "Rex", "weight": "1e999999999"}, "This is not a number."),
        ({"name": "Rex", "weight": "0.1"}, "This is less than 0.5."),
        ({"name": "Rex", "weight": "1000"}, "This is more than 120."),
        ({"name": "Rex", "born": "29.02.2020"}, "This is not a date."),
        ({"name": "Rex", "born": "2021-02-29"}, "This is not a date."),
        ({"name": "Rex", "vet": "nobody"}, "This is not an address that mail can reach."),
        ({"name": "Rex", "chip": "12"}, "This does not have the form that is asked for."),
        ({"name": "Rex", "neutered": "perhaps"}, "Choose yes or no."),
        ({"name": "Rex", "notes": "x" * 2001}, "This is longer than 2000 characters."),
    ],
)
def test_tells_at_the_field_what_is_wrong(ana: Client, given: dict[str, str], told: str) -> None:
    where, _ = page_for("dog")

    with unchanged():
        answer = ana.post(where, given)

    assert answer.status_code == 422
    assert told in text(answer)
    assert 'value="Rex"' in text(answer)


def test_one_of_ones_own_can_be_chosen_again(ana: Client) -> None:
    _, _, first = claim(Terms(subject_kind="dog"))
    rex = name_it(first)
    where, held = page_for("dog")
    assert f'value="own:{rex.pk}"' in text(ana.get(where))

    assert ana.post(where, {"which": f"own:{rex.pk}", "name": ""}).status_code == 302

    held.refresh_from_db()
    assert held.subject == rex
    assert Subject.objects.count() == 1


def test_nobody_elses_can_be_chosen(ana: Client) -> None:
    _, _, theirs = claim(Terms(subject_kind="dog"), by=make_assignee("bob@example.com"))
    rollo = name_it(theirs, answers={"name": "Rollo"})
    where, _ = page_for("dog")

    for which in (f"own:{rollo.pk}", "own:7", "own:", "host:stud-8"):
        with unchanged():
            answer = ana.post(where, {"which": which})
        assert answer.status_code == 422
        assert "Choose one of these." in text(answer) or "This cannot be chosen" in text(answer)
    assert "Rollo" not in text(ana.get(where))


def test_a_number_that_is_taken_is_told_in_words(ana: Client) -> None:
    _, _, theirs = claim(Terms(subject_kind="dog"), by=make_assignee("bob@example.com"))
    name_it(theirs)
    where, _ = page_for("dog")

    with unchanged():
        answer = ana.post(where, REX)

    assert answer.status_code == 422
    assert "registered already" in text(answer)


def test_one_of_the_hosts_can_be_chosen_and_is_asked_for_anew(ana: Client) -> None:
    where, held = page_for("show_dog")
    page = text(ana.get(where))
    assert "Miso of the Elms" in page
    assert "Rollo" not in page

    with unchanged():
        refused = ana.post(where, {"which": "host:stud-8"})
    assert refused.status_code == 422
    assert ana.post(where, {"which": "host:stud-7"}).status_code == 302

    held.refresh_from_db()
    assert held.subject is not None
    assert held.subject.external_reference == "stud-7"
    assert held.subject.data == {"name": "Miso of the Elms", "sex": "female"}
    again, _ = page_for("show_dog")
    assert text(ana.get(again)).count("Miso of the Elms") == 1  # hers already


def test_where_all_live_elsewhere_no_new_one_can_be_described(ana: Client) -> None:
    where, _ = page_for("club_dog")
    assert 'name="name"' not in text(ana.get(where))

    with unchanged():
        assert ana.post(where, {"name": "Rex"}).status_code == 422
        assert ana.post(where, {"which": "new", "name": "Rex"}).status_code == 422


@pytest.mark.parametrize("kind", ["burnt", "slow", "babbling"])
def test_a_host_that_does_not_answer_keeps_nobody_from_going_on(
    ana: Client, settings: Any, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings.COUNTERFOIL_CHOOSER_SECONDS = 0.05
    where, held = page_for(kind)

    with caplog.at_level(logging.WARNING):
        page = text(ana.get(where))

    assert "What you claimed is safe" in page
    assert 'name="name"' in page
    assert "ana@example.com" not in caplog.text
    case = ExceptionCase.objects.get(kind="adapter_failing", resolved_at=None)
    assert case.evidence["setting"] == f"COUNTERFOIL_SUBJECT_KINDS: {kind}"
    assert "ana@example.com" not in str(case.evidence)
    assert ana.post(where, {"which": "host:stud-7"}).status_code == 422
    assert ana.post(where, {"which": "new", "name": "Rex"}).status_code == 302
    held.refresh_from_db()
    assert held.subject is not None


@pytest.mark.parametrize(
    "data",
    [
        {"se\0x": "female"},
        {7: "female"},
        {"weight": float("nan")},
        {"breed": "\ud800"},
        {"litter": [{"weight": float("inf")}]},
        {"litter": {"dam": ["Miso\0"]}},
        {"litter": ({"\ud800": 1},)},
        {"number": 10**5_000},
    ],
    ids=["zero", "number", "nan", "half", "deep-inf", "deep-zero", "deep-half", "endless"],
)
def test_what_no_database_keeps_is_no_answer(
    ana: Client, monkeypatch: pytest.MonkeyPatch, data: dict[Any, Any]
) -> None:
    odd = HostSubject(reference="stud-7", label="Miso of the Elms", data=data)
    monkeypatch.setattr(kennel_club, "DOGS", {"ana@example.com": [odd]})
    where, _ = page_for("show_dog")

    answer = ana.post(where, {"which": "host:stud-7"})

    assert (answer.status_code, Subject.objects.exists()) == (422, False)
    assert "What you claimed is safe" in text(answer)
    assert ExceptionCase.objects.filter(kind="adapter_failing", resolved_at=None).exists()
    assert ana.post(where, {"which": "new", "name": "Rex"}).status_code == 302


def test_nothing_to_choose_from_is_told_and_the_claim_stays(ana: Client) -> None:
    where, held = page_for("burnt_club")

    assert "What you claimed is safe" in text(ana.get(where))
    assert ana.post(where, {"which": "host:stud-7"}).status_code == 422
    held.refresh_from_db()
    assert (held.ended_at, held.subject) == (None, None)


def test_a_host_may_draw_and_judge_its_own_form(ana: Client) -> None:
    where, held = page_for("searched")
    assert "Number in the stud book" in text(ana.get(where))

    answer = ana.post(where, {"which": "host:", "stud": "stud-8"})
    assert answer.status_code == 422
    assert "There is no dog of yours with this number." in text(answer)
    assert 'value="stud-8"' in text(answer)

    assert ana.post(where, {"which": "host:", "stud": "stud-7"}).status_code == 302
    held.refresh_from_db()
    assert held.subject is not None
    assert held.subject.external_reference == "stud-7"


def test_what_was_recorded_under_an_older_declaration_stays(ana: Client, settings: Any) -> None:
    _, _, first = claim(Terms(subject_kind="dog"))
    rex = name_it(first)
    stricter = {**KINDS["dog"]["schema"], "required": ["name", "born", "vet"]}
    settings.COUNTERFOIL_SUBJECT_KINDS = {"dog": KINDS["dog"] | {"schema": stricter}}
    where, held = page_for("dog")

    assert ana.post(where, {"name": "Miso"}).status_code == 422
    assert ana.post(where, {"which": f"own:{rex.pk}"}).status_code == 302
    held.refresh_from_db()
    assert held.subject == rex
    assert "Rex" in text(ana.get("/my/"))
