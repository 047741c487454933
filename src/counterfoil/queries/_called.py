"""What goes by a name: of an order, a ticket, a subject, an account, a partner."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower

from counterfoil.models import (
    Account,
    Assignment,
    Attempt,
    AuditEntry,
    Entitlement,
    Entry,
    ExceptionCase,
    Gift,
    Hold,
    Note,
    Partner,
    Person,
    Purchase,
    Subject,
    Transfer,
)
from counterfoil.models.ids import uuid_of
from counterfoil.queries.found import Place, PlaceKind

ON_CASES = ("try_case", "settle_case")
ON_PURCHASES = ("correct_buyer",)
"""What staff do upon a ticket beside the ledger, by what its subject is the id of."""


def people_reading(mail: str) -> list[UUID]:
    """Give whoever reads an address."""
    return list(Person.objects.reading(mail).values_list("pk", flat=True))


def units_of(people: Collection[UUID], also: Q, limit: int) -> list[UUID]:
    """Give the newest entitlements somebody bought, has or had: each by its own index."""
    if not people:
        return []
    bought = Entitlement.objects.filter(also, purchase__buyer__in=people).order_by("-pk")
    had = Assignment.objects.filter(account__person__in=people).values("entitlement")
    theirs = Entitlement.objects.filter(also, pk__in=had).order_by("-pk")
    return sorted({*some(bought, limit), *some(theirs, limit)}, reverse=True)[:limit]


def units_meant_for(people: Collection[UUID], limit: int) -> list[UUID]:
    """Give the newest entitlements that were to be somebody's: given, offered or kept for them."""
    if not people:
        return []
    given = Gift.objects.filter(recipient__in=people).values("entitlement")
    offered = Transfer.objects.filter(recipient__in=people).values("entitlement")
    accounts = list(Account.objects.filter(person__in=people).values_list("pk", flat=True))
    each = (Q(pk__in=given), Q(pk__in=offered), Q(reserved_for__in=accounts))
    found = (some(Entitlement.objects.filter(one).order_by("-pk"), limit) for one in each)
    return sorted({unit for units in found for unit in units}, reverse=True)[:limit]


def units_tried_by(people: Collection[UUID], limit: int) -> list[UUID]:
    """Give the entitlements whose codes somebody presented in vain, the last try first."""
    accounts = list(Account.objects.filter(person__in=people).values_list("pk", flat=True))
    tries = Attempt.objects.filter(account__in=accounts).exclude(outcome="ok").order_by("-at")
    rows = tries.values_list("entitlement", flat=True)[: 4 * limit] if accounts else ()
    return [unit for unit in dict.fromkeys(rows) if unit is not None][:limit]


def spellings(name: str) -> set[str]:
    """Give the ways in which a number may be kept."""
    bare = name.removeprefix("#")
    return {name, bare, f"#{bare}", name.upper()} - {""}


def purchases_called(reference: str, limit: int) -> list[UUID]:
    """Give the purchases an order, payment, refund, dispute or grant's case is about."""
    asked = (
        Q(external_reference__in={reference, reference.removeprefix("#")} - {""}),
        Q(number__in=spellings(reference)),
        Q(payment_reference=reference),
        Q(grantrecord__reference=reference),
        Q(refunds__external_reference=reference),
        Q(disputes__external_reference=reference),
    )
    each = [Purchase.objects.filter(one).values_list("pk", flat=True) for one in asked]
    return list(each[0].union(*each[1:]).order_by("-pk")[:limit])


def under_ticket(ticket: str, limit: int) -> tuple[list[UUID], list[UUID], list[Place]]:
    """Give the purchases, entitlements and cases that staff touched upon a ticket."""
    named = spellings(ticket)
    notes = Note.objects.filter(reference__in=named).exclude(reference="")
    noted = list(notes.values_list("purchase", "entitlement", "case")[:limit])
    held = Hold.objects.filter(reference__in=named).exclude(reference="")
    acts = Entry.objects.alias(ticket=KeyTextTransform("case", "data")).filter(
        data__has_key="case", ticket__in=named
    )
    units = {unit for _, unit, _ in noted if unit}
    units |= set(held.values_list("entitlement", flat=True)[:limit])
    units |= set(acts.values_list("entitlement", flat=True)[:limit])
    purchases = {purchase for purchase, unit, _ in noted if purchase and not unit}
    cases = [case for purchase, unit, case in noted if case and not (purchase or unit)]
    cases += _beside_the_ledger(named, ON_CASES, limit)
    purchases |= set(_beside_the_ledger(named, ON_PURCHASES, limit))
    return list(purchases), sorted(units, reverse=True)[:limit], cases_of(cases)


def _beside_the_ledger(named: set[str], acts: Collection[str], limit: int) -> list[UUID]:
    """Give the ids of what staff did upon a ticket that is no act on an entitlement."""
    done = AuditEntry.objects.alias(ticket=KeyTextTransform("case", "data")).filter(
        connection=None, act__in=acts, ticket__in=named
    )
    about = done.order_by("-at").values_list("subject", flat=True)[:limit]
    return list(dict.fromkeys(one for text in about if (one := uuid_of(text))))


def units_for(name: str, limit: int) -> list[UUID]:
    """Give the entitlements that are, or were, for a subject of this name or reference."""
    subjects = Subject.objects.alias(name=Lower(KeyTextTransform("name", "data")))
    each = (
        subjects.filter(data__has_key="name", name=name.lower()),
        Subject.objects.filter(external_reference=name).exclude(external_reference=""),
    )
    found = {pk for one in each for pk in one.values_list("pk", flat=True)[: 4 * limit]}
    return units_assigned(Q(subject__in=found), limit) if found else []


def units_of_account(reference: str, limit: int) -> list[UUID]:
    """Give the entitlements of the account that the host calls so."""
    account = Account.objects.filter(external_reference=reference).first()
    return units_assigned(Q(account=account), limit) if account else []


def units_assigned(how: Q, limit: int) -> list[UUID]:
    """Give the newest entitlements with such an assignment, ended ones included."""
    rows = Assignment.objects.filter(how).order_by("-pk").values_list("entitlement", flat=True)
    return list(dict.fromkeys(rows[:limit]))


def partners_called(name: str) -> list[Place]:
    """Give the partners of this name or short name; there are few."""
    rows = Partner.objects.filter(Q(slug=name.lower()) | Q(name__iexact=name))
    if not rows and len(name) >= 3:
        rows = Partner.objects.filter(name__istartswith=name)
    return [
        Place(kind=PlaceKind.PARTNER, where=one.slug, label=one.name)
        for one in rows.order_by("name")[:10]
    ]


def cases_of(ids: Iterable[UUID]) -> list[Place]:
    """Give the pages of cases."""
    rows = ExceptionCase.objects.filter(pk__in=list(ids))
    return [Place(kind=PlaceKind.CASE, where=str(one.pk), label=one.kind) for one in rows]


def people_known(people: Collection[UUID], masked: str) -> list[Place]:
    """Give the pages of people."""
    return [Place(kind=PlaceKind.PERSON, where=str(one), label=masked) for one in people]


def some(rows: QuerySet[Model], limit: int) -> list[UUID]:
    """Give the ids of some rows, each once."""
    return list(dict.fromkeys(rows.values_list("pk", flat=True)[:limit]))
