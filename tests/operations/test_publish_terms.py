"""Products and their terms: new versions, what stays, two people at once, and what is refused."""

from typing import Any

import pytest

from counterfoil.errors import (
    ProductChanged,
    ProductInvalid,
    SkuTaken,
    TermsChanged,
    TermsInvalid,
)
from counterfoil.models import AuditEntry, Entitlement, Product, TermsVersion
from counterfoil.operations.change_product import change_product
from counterfoil.operations.make_product import make_product
from counterfoil.operations.publish_consent import publish_consent
from counterfoil.operations.publish_terms import publish_terms
from counterfoil.operations.put_on_sale import put_on_sale
from counterfoil.operations.take_off_sale import take_off_sale
from counterfoil.rules.onboarding import Question, Step, StepKind
from counterfoil.rules.products import ProductFacts
from counterfoil.rules.terms import SubjectField, Terms
from counterfoil.testing.builders import DOG, OPERATOR, issue_one, now
from counterfoil.testing.builders import make_product as made

pytestmark = pytest.mark.django_db
KIT = ProductFacts(name="Kit", description="", unit_amount=11_400, currency="USD")


def standing() -> tuple[Any, ...]:
    """Give everything a refusal must leave alone."""
    return (
        list(Product.objects.order_by("pk").values()),
        list(TermsVersion.objects.order_by("pk").values()),
        AuditEntry.objects.count(),
    )


def test_a_new_product_has_terms_and_is_not_on_sale() -> None:
    product = make_product(sku="KIT-1", facts=KIT, terms=Terms(), by=OPERATOR, at=now())

    assert not product.on_sale
    assert product.newest_terms().version == 1
    assert {one.act for one in AuditEntry.objects.all()} == {"publish_terms", "make_product"}
    assert AuditEntry.objects.count() == 2


def test_what_was_issued_keeps_its_terms_and_what_comes_has_the_new_ones() -> None:
    first = issue_one().entitlement()
    product = first.product

    publish_terms(
        product_id=product.pk, terms=Terms(valid_days=30), instead_of=1, by=OPERATOR, at=now()
    )

    assert Entitlement.objects.get(pk=first.pk).terms.version == 1
    assert product.newest_terms().terms.valid_days == 30
    [entry] = AuditEntry.objects.filter(act="publish_terms")
    assert entry.data == {"before": 1, "after": 2}


def test_the_second_of_two_who_write_over_the_same_version_is_refused() -> None:
    product = made()
    about = {"product_id": product.pk, "instead_of": 1, "by": OPERATOR, "at": now()}
    publish_terms(terms=Terms(valid_days=30), **about)
    before = standing()

    with pytest.raises(TermsChanged):
        publish_terms(terms=Terms(valid_days=60), **about)

    assert standing() == before


def test_publishing_what_holds_already_makes_no_version() -> None:
    product = made()
    before = standing()

    kept = publish_terms(product_id=product.pk, terms=DOG, instead_of=99, by=OPERATOR, at=now())

    assert kept.version == 1
    assert standing() == before


def _questionnaire(*questions: Question) -> Terms:
    step = Step(key="details", kind=StepKind.QUESTIONNAIRE, questions=questions)
    return Terms(onboarding=(step,))


CONSENT = Step(key="privacy", kind=StepKind.CONSENT, document="nowhere")


@pytest.mark.parametrize(
    ("terms", "place"),
    [
        (Terms(valid_days=0), "valid_days"),
        (Terms(valid_days=40_000), "valid_days"),
        (Terms(undo_hours=9_000), "undo_hours"),
        (Terms(offer_days=0), "offer_days"),
        (Terms(cutoff="Sample received"), "cutoff"),
        (Terms(reminder_days=(7, 7)), "reminder_days"),
        (Terms(valid_days=5, reminder_days=(7,)), "reminder_days"),
        (Terms(warning_days=(7,)), "warning_days"),
        (Terms(subject_kind="unicorn"), "subject_kind"),
        (Terms(subject_fields=(SubjectField(name="a", label="A"),)), "subject_kind"),
        (
            Terms(subject_kind="x", subject_fields=(SubjectField(name="relation", label="A"),)),
            "fields.0.name",
        ),
        (Terms(onboarding=(CONSENT,)), "steps.0.document"),
        (_questionnaire(), "steps.0.kind"),
        (_questionnaire(Question(name="a", label="")), "steps.0.questions.0.label"),
        (
            _questionnaire(Question(name="a", label="A"), Question(name="a", label="B")),
            "steps.0.questions.1.name",
        ),
        (
            _questionnaire(Question(name="a", label="A", kind="choice", choices=("x",))),
            "steps.0.questions.0.choices",
        ),
        (_questionnaire(Question(name="a", label="A", kind="song")), "steps.0.questions.0.kind"),
    ],
)
def test_terms_nobody_could_keep_are_refused_where_they_are_wrong(terms: Terms, place: str) -> None:
    product = made()
    before = standing()

    with pytest.raises(TermsInvalid) as refused:
        publish_terms(product_id=product.pk, terms=terms, instead_of=1, by=OPERATOR, at=now())

    assert place in dict(refused.value.faults)
    assert standing() == before


def test_a_step_may_name_a_text_once_it_is_published() -> None:
    product = made()
    texts = {"en": ("Privacy", "We keep it.")}
    publish_consent(document="nowhere", texts=texts, by=OPERATOR, at=now())

    added = publish_terms(
        product_id=product.pk,
        terms=Terms(onboarding=(CONSENT,)),
        instead_of=1,
        by=OPERATOR,
        at=now(),
    )

    assert (added.version, added.needs_onboarding) == (2, True)


@pytest.mark.parametrize(
    ("sku", "facts", "place"),
    [
        ("", KIT, "sku"),
        ("no spaces", KIT, "sku"),
        ("KIT", ProductFacts(name=" ", description="", unit_amount=1, currency="USD"), "name"),
        ("KIT", ProductFacts(name="x", description="", unit_amount=-1, currency="USD"), "unit_am"),
        ("KIT", ProductFacts(name="x", description="", unit_amount=1, currency="EURO"), "currency"),
    ],
)
def test_a_product_nobody_could_sell_is_refused(sku: str, facts: ProductFacts, place: str) -> None:
    before = standing()

    with pytest.raises(ProductInvalid) as refused:
        make_product(sku=sku, facts=facts, terms=Terms(), by=OPERATOR, at=now())

    assert any(one.at.startswith(place) for one in refused.value.faults)
    assert standing() == before


def test_a_sku_is_taken_once() -> None:
    made("KIT")
    before = standing()

    with pytest.raises(SkuTaken):
        make_product(sku="KIT", facts=KIT, terms=Terms(), by=OPERATOR, at=now())

    assert standing() == before


def test_a_change_keeps_what_was_before_and_refuses_who_has_not_seen_it() -> None:
    product = made()
    seen = ProductFacts(
        name=product.name, description="", unit_amount=product.unit_amount, currency="USD"
    )
    about = {"product_id": product.pk, "instead_of": seen, "by": OPERATOR, "at": now()}
    change_product(facts=KIT, **about)
    [entry] = AuditEntry.objects.all()
    assert entry.data == {"before": {"name": seen.name}, "after": {"name": "Kit"}}
    before = standing()

    other = ProductFacts(name="Other", description="", unit_amount=1, currency="USD")
    with pytest.raises(ProductChanged):
        change_product(facts=other, **about)

    assert standing() == before


def test_on_and_off_sale_are_said_once_each() -> None:
    product = made()
    about: dict[str, Any] = {"product_id": product.pk, "by": OPERATOR}

    assert take_off_sale(at=now(), **about)
    assert not take_off_sale(at=now(), **about)
    assert put_on_sale(at=now(), **about)
    assert not put_on_sale(at=now(), **about)

    acts = [one.act for one in AuditEntry.objects.order_by("pk")]
    assert acts == ["take_off_sale", "put_on_sale"]
