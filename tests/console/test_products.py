"""Products in the console: made, changed, their terms published after a look at what changes."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.console.conftest import SignedIn

from counterfoil.console.terms_draft import posted
from counterfoil.console.terms_reading import draft_of, terms_of
from counterfoil.models import AuditEntry, Product, TermsVersion
from counterfoil.operations.publish_terms import publish_terms
from counterfoil.rules.onboarding import Question, Step, StepKind
from counterfoil.rules.terms import SubjectField, Terms
from counterfoil.testing.builders import (
    DOG,
    OPERATOR,
    issue_one,
    make_connection,
    make_product,
    now,
)
from counterfoil.testing.shop import OFFERS

pytestmark = pytest.mark.django_db
LIST = "/console/products/"
NEW = {"sku": "KIT-1", "name": "Kit", "unit_amount": "49.50", "currency": "eur"}
RICH = Terms(
    subject_kind="dog",
    subject_fields=(
        SubjectField(name="name", label="Name"),
        SubjectField(name="sex", label="Sex", required=False, choices=("female", "male")),
    ),
    onboarding=(
        Step(
            key="details",
            kind=StepKind.QUESTIONNAIRE,
            title="A few questions",
            titles={"de": "Ein paar Fragen"},
            questions=(
                Question(name="born", label="Born", kind="date", labels={"de": "Geboren"}),
                Question(name="size", label="Size", kind="choice", choices=("small", "large")),
            ),
        ),
        Step(key="address", kind=StepKind.SHIPPING_ADDRESS, required=False),
    ),
    reminder_days=(7, 30),
    valid_days=730,
    warning_days=(30,),
)


@pytest.fixture
def operations(signed_in: SignedIn) -> Client:
    """Give the browser of somebody who looks after the catalogue."""
    return signed_in("Operations")


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def where(product: Product) -> str:
    return f"{LIST}{product.pk}/"


def form_of(terms: Terms, **changed: str) -> dict[str, str]:
    return draft_of(terms).flat() | {"instead_of": "1"} | changed


@pytest.mark.parametrize("terms", [Terms(), DOG, RICH, *(one.terms for one in OFFERS)])
def test_terms_go_through_the_form_and_come_out_the_same(terms: Terms) -> None:
    assert terms_of(posted(draft_of(terms).flat())) == terms


def test_a_product_is_made_and_its_terms_are_asked_for_next(operations: Client) -> None:
    answer = operations.post(f"{LIST}make/", NEW)

    product = Product.objects.get()
    assert answer["Location"] == f"{where(product)}terms/"
    assert (product.unit_amount, product.currency, product.on_sale) == (4_950, "EUR", False)
    assert "Kit" in text_of(operations.get(LIST))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"sku": "a b"}, "Letters, digits"),
        ({"unit_amount": "many"}, "An amount such as"),
        ({"unit_amount": "1.999"}, "no coin as small"),
        ({"currency": "XXXX"}, "Three letters"),
        ({"name": ""}, "what it is called"),
    ],
)
def test_what_is_wrong_with_a_product_is_said_beside_it(
    operations: Client, wrong: dict[str, str], told: str
) -> None:
    answer = operations.post(f"{LIST}make/", NEW | wrong)

    assert answer.status_code == 409
    assert told in text_of(answer)
    assert not Product.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_price_somebody_else_changed_is_not_overwritten(operations: Client) -> None:
    product = make_product()
    page = f"{where(product)}change/"
    stamps = dict(re.findall(r'name="(was_\w+)" value="([^"]*)"', text_of(operations.get(page))))
    answers = {"name": product.name, "currency": "USD", "description": ""}
    operations.post(page, stamps | answers | {"unit_amount": "120.00"})

    stale = operations.post(page, stamps | answers | {"unit_amount": "99.00"})

    assert stale.status_code == 409
    assert "Somebody else changed it" in text_of(stale)
    assert "$120.00" in text_of(stale)  # as it is now
    assert 'value="99.00"' in text_of(stale)  # what was written is not lost
    product.refresh_from_db()
    assert product.unit_amount == 12_000
    shown = text_of(operations.get(where(product)))
    assert "$114.00" in shown  # before and after, and who
    assert "Mara Operations" in shown


def test_terms_are_looked_at_before_they_are_published(operations: Client) -> None:
    product = issue_one().entitlement().product
    page, answers = f"{where(product)}terms/", form_of(DOG, valid_days="365")

    looked = text_of(operations.post(page, answers))
    assert "One term changes" in looked
    assert "without end" in looked
    assert "365 days from issue" in looked
    assert "1 entitlement keeps version 1" in looked
    assert TermsVersion.objects.count() == 1

    done = operations.post(page, answers | {"publish": "yes"})
    assert done["Location"] == where(product)
    assert product.newest_terms().terms.valid_days == 365
    shown = text_of(operations.get(f"{where(product)}terms/2/"))
    assert "Different from version 1" in shown
    assert "Mara Operations" in shown


def test_of_two_who_write_terms_the_second_is_shown_what_the_first_did(
    operations: Client,
) -> None:
    product = make_product()
    page, mine = f"{where(product)}terms/", form_of(DOG, undo_hours="48")
    publish_terms(
        product_id=product.pk,
        terms=Terms(**(DOG.as_data() | {"subject_fields": DOG.subject_fields, "valid_days": 90})),
        instead_of=1,
        by=OPERATOR,
        at=now(),
    )

    for press in ({}, {"publish": "yes"}):
        stale = operations.post(page, mine | press)
        assert stale.status_code == 409
        assert "While you wrote, version 2 was published" in text_of(stale)
        assert "90 days from issue" in text_of(stale)  # which mine would undo
        assert TermsVersion.objects.count() == 2

    back = text_of(operations.post(page, mine | {"back": "yes"}))
    assert 'value="48"' in back  # nothing that was written is lost
    operations.post(page, mine | {"instead_of": "2", "publish": "yes"})
    assert product.newest_terms().version == 3


def test_rows_come_and_go_without_anything_being_saved(operations: Client) -> None:
    product = make_product()
    page, answers = f"{where(product)}terms/", form_of(RICH)

    added = text_of(operations.post(page, answers | {"press": "add steps.0.questions"}))
    assert 'name="steps.0.questions.2.label"' in added
    dropped = text_of(operations.post(page, answers | {"press": "drop steps.0"}))
    assert 'name="steps.1.key"' not in dropped
    moved = text_of(operations.post(page, answers | {"press": "up steps.1"}))
    assert re.search(r'name="steps.0.key" value="address"', moved)
    for nonsense in (
        "add nothing",
        "drop steps.99",
        "up fields.x",
        "drop",
        "add steps.9.questions",
    ):
        assert operations.post(page, answers | {"press": nonsense}).status_code == 200
    assert TermsVersion.objects.count() == 1


def test_a_wrong_answer_in_terms_is_said_beside_it_and_nothing_is_lost(
    operations: Client,
) -> None:
    product = make_product()
    wrong = {"valid_days": "soon", "steps.0.questions.0.label": ""}

    answer = operations.post(f"{where(product)}terms/", form_of(RICH, **wrong))

    assert answer.status_code == 409
    assert "Give a whole number" in text_of(answer)
    assert 'value="soon"' in text_of(answer)
    assert "Ein paar Fragen" in text_of(answer)
    assert TermsVersion.objects.count() == 1


def test_whoever_may_not_change_products_is_shown_them_without_buttons(
    signed_in: SignedIn,
) -> None:
    product = make_product()
    make_connection(product)
    shown = text_of(signed_in("Auditor").get(where(product)))

    assert "Change the terms" not in shown
    assert "Put on sale" not in shown
    assert "sku:DNA-STD" in shown


def test_a_connection_that_does_not_know_the_product_is_named(operations: Client) -> None:
    product = make_product()
    make_connection(slug="elsewhere")

    shown = text_of(operations.get(where(product)))

    assert "Nothing is mapped to it there" in shown
    assert "/console/mapping/elsewhere/?key=sku%3ADNA-STD#form" in shown
