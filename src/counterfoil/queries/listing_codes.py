"""Codes as a list shows them: masked, and what each is good for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as later

from counterfoil.models import Code, CodeState, Connection, Product
from counterfoil.queries._filters import Filter, Part, begins, choice, day, is_over
from counterfoil.queries._hits import flags_of, reference_of
from counterfoil.queries.filtering import BATCH, CONNECTION, PRODUCT, TEST, id_of_name, tests_of
from counterfoil.queries.listing import in_order
from counterfoil.queries.unit_words import ForTests
from counterfoil.rules.lifecycle import State

CODE_STATES = {
    CodeState.LIVE: later("live"),
    CodeState.SPENT: later("spent: it was used"),
    CodeState.REPLACED: later("replaced by another"),
    CodeState.VOID: later("void: revoked or taken back"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeFilter(Filter):
    """Which codes; what is empty narrows nothing down."""

    PARTS: ClassVar[tuple[Part, ...]] = (
        choice("state", later("Good for"), CODE_STATES, kind="many"),
        PRODUCT,
        CONNECTION,
        BATCH,
        day("made_from", later("Made from")),
        day("made_until", later("Made until")),
        day("ended_from", later("Ended from")),
        day("ended_until", later("Ended until")),
        TEST,
    )

    state: tuple[CodeState, ...] = ()
    product: str = ""
    connection: str = ""
    batch: str = ""
    made_from: date | None = None
    made_until: date | None = None
    ended_from: date | None = None
    ended_until: date | None = None
    test: ForTests | None = None

    def rows(self, *, now: datetime) -> QuerySet[Code]:
        """Give them, in no order."""
        wanted = tests_of(self.test, "entitlement__is_test")
        if self.state:
            wanted &= Q(state__in=[state.value for state in self.state])
        if self.product:
            wanted &= Q(entitlement__product=id_of_name(Product, sku=self.product))
        if self.connection:
            found = id_of_name(Connection, slug=self.connection)
            wanted &= Q(entitlement__purchase__connection=found)
        if self.batch:
            wanted &= Q(entitlement__batch__name=self.batch)
        if self.made_from is not None:
            wanted &= Q(created_at__gte=begins(self.made_from))
        if self.made_until is not None:
            wanted &= Q(created_at__lt=is_over(self.made_until))
        if self.ended_from is not None:
            wanted &= Q(ended_at__gte=begins(self.ended_from))
        if self.ended_until is not None:
            wanted &= Q(ended_at__lt=is_over(self.ended_until))
        return Code.objects.filter(wanted)


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeInList:
    """One code among others; nothing of it is told but the last four."""

    id: UUID
    last_four: str
    state: CodeState
    handle: str
    product: str
    sku: str
    reference: str
    unit_state: State
    flags: tuple[str, ...]
    is_test: bool
    made_at: datetime
    ended_at: datetime | None


def codes_in_list(ids: Sequence[UUID], *, now: datetime) -> Sequence[CodeInList]:
    """Read these, in this order, in one query."""
    rows = (
        Code.objects.filter(pk__in=ids)
        .defer("ciphertext", "lookup")
        .select_related(
            *("entitlement__product", "entitlement__batch"),
            *("entitlement__purchase__connection", "entitlement__purchase__grantrecord"),
        )
    )
    return in_order(ids, [_told(row, now) for row in rows])


def _told(code: Code, now: datetime) -> CodeInList:
    unit = code.entitlement
    printed = f"{unit.batch.name} {unit.batch_ordinal}" if unit.batch else ""
    return CodeInList(
        id=code.pk,
        last_four=code.last_four,
        state=CodeState(code.state),
        handle=unit.handle,
        product=unit.product.name,
        sku=unit.product.sku,
        reference=reference_of(unit.purchase) if unit.purchase else printed,
        unit_state=State(unit.state),
        flags=flags_of(unit, now=now),
        is_test=unit.is_test,
        made_at=code.created_at,
        ended_at=code.ended_at,
    )
