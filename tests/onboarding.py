"""A product that asks a lot between claiming and using, and somebody who has claimed it."""

from typing import Any
from uuid import UUID

from counterfoil.models import Assignment, ConsentText, OnboardingStep, Product, Subject
from counterfoil.operations.complete_step import complete_step
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.publish_consent import publish_consent
from counterfoil.operations.redeem import redeem
from counterfoil.rules.onboarding import Question, Step, StepKind
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import (
    ORIGIN,
    Issued,
    customer,
    issue_one,
    make_assignee,
    make_terms,
    now,
)

CONSENT = Step(key="consent", kind=StepKind.CONSENT, document="dna")
ADDRESS = Step(key="address", kind=StepKind.SHIPPING_ADDRESS)
QUESTIONS = Step(
    key="questions",
    kind=StepKind.QUESTIONNAIRE,
    required=False,
    questions=(Question(name="heard", label="How did you hear of us?"),),
)
DOG_KIND: dict[str, Any] = {
    "label": "Dog",
    "labels": {"de": "Hund"},
    "schema": {
        "type": "object",
        "properties": {
            "chip": {
                "type": "string",
                "title": "Chip number",
                "pattern": "^[0-9]{15}$",
                "maxLength": 15,
            },
            "name": {"type": "string", "title": "Name", "maxLength": 40},
            "sex": {"enum": ["female", "male"], "title": "Sex"},
            "born": {"type": "string", "format": "date", "title": "Born"},
            "weight": {"type": "number", "minimum": 0.5, "maximum": 120, "title": "Weight"},
            "neutered": {"type": "boolean", "title": "Neutered"},
            "vet": {"type": "string", "format": "email", "title": "Vet's address"},
            "notes": {"type": "string", "x-widget": "textarea", "title": "Notes"},
        },
        "required": ["name"],
        "x-order": ["name", "sex"],
    },
    "unique": ["chip"],
}
KINDS = {
    "dog": DOG_KIND,
    "pet": DOG_KIND | {"label": "Pet", "unique": "one_live"},
    "member": DOG_KIND | {"label": "Member", "unique": "one_per_account"},
    "plain": DOG_KIND | {"label": "Plain", "unique": "none"},
}
FULL = Terms(subject_kind="dog", onboarding=(CONSENT, ADDRESS, QUESTIONS))
HOME = {"name": "Ana Alvarez", "line1": "Elm Road 1", "city": "Madrid", "country": "Spain"}
REX = {"name": "Rex", "chip": "276098102345678"}


def publish(body: str = "We look at your dog's DNA.") -> list[ConsentText]:
    """Publish the next version of the text, in two languages."""
    texts = {"en": ("Your dog's DNA", body), "de": ("Die DNA Ihres Hundes", f"{body} (de)")}
    publish_consent(document="dna", texts=texts, by=SYSTEM, at=now())
    return list(ConsentText.objects.newest("dna").order_by("-language"))


def claim(terms: Terms = FULL, by: Assignee | None = None) -> tuple[Issued, Assignee, Assignment]:
    """Sell one under these terms, and let somebody claim it."""
    product = Product.objects.filter(sku="DNA-STD").first()
    if product is not None and product.newest_terms().terms != terms:
        make_terms(product, terms)
    issued, ana = issue_one(terms=terms), by or make_assignee()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    return issued, ana, Assignment.objects.get(entitlement=issued.id, ended_at=None)


def agree(assignment: Assignment, text: ConsentText | UUID | None) -> OnboardingStep:
    """Agree to a text as the holder."""
    return complete_step(
        assignment_id=assignment.pk,
        key="consent",
        text_id=text.pk if isinstance(text, ConsentText) else text,
        by=customer(Assignee(account_id=assignment.account_id)),
        at=now(),
    )


def send_to(assignment: Assignment, **other: str) -> OnboardingStep:
    """Say where to send it, as the holder."""
    return complete_step(
        assignment_id=assignment.pk,
        key="address",
        answers=HOME | other,
        by=customer(Assignee(account_id=assignment.account_id)),
        at=now(),
    )


def name_it(assignment: Assignment, **given: Any) -> Subject:
    """Say what it is for, as the holder."""
    return complete_subject(
        entitlement_id=assignment.entitlement_id,
        by=customer(Assignee(account_id=assignment.account_id)),
        at=now(),
        **(given or {"answers": REX}),
    )
