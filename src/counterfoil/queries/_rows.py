"""The rows a trace is made of, read in a number of queries that does not grow with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Model, Q, QuerySet

from counterfoil.models import (
    Account,
    Approval,
    Assignment,
    Attempt,
    AuditEntry,
    Code,
    Connection,
    Delivery,
    Dispute,
    Entitlement,
    Entry,
    ExceptionCase,
    Hold,
    Line,
    Message,
    Milestone,
    Note,
    OnboardingStep,
    Person,
    Purchase,
    Refund,
    RefundedEntitlement,
    Transfer,
)
from counterfoil.models.ids import handle_of
from counterfoil.queries._hits import masked
from counterfoil.rules.acts import Act
from counterfoil.rules.approvals import ApprovalKind

PAGE = 50
Row = TypeVar("Row", bound=Model)

READ_PERSONAL, CORRECT_BUYER = "read_personal", Act.CORRECT_BUYER.value
MOST = 500  # rows of one kind that a page tells of, the newest ones


@dataclass(slots=True)
class Rows:
    """One page of entitlements with everything that hangs on them and on their purchase."""

    purchase: Purchase | None
    units: Sequence[Entitlement]
    first: int
    counts: dict[str, int]
    faces: dict[UUID, str] = field(default_factory=dict)
    lines: list[Line] = field(init=False)
    codes: list[Code] = field(init=False)
    assignments: list[Assignment] = field(init=False)
    steps: list[OnboardingStep] = field(init=False)
    holds: list[Hold] = field(init=False)
    offers: list[Transfer] = field(init=False)
    milestones: list[Milestone] = field(init=False)
    entries: list[Entry] = field(init=False)
    act_sizes: dict[UUID, int] = field(init=False)
    refunds: list[Refund] = field(init=False)
    decisions: list[RefundedEntitlement] = field(init=False)
    disputes: list[Dispute] = field(init=False)
    deliveries: list[Delivery] = field(init=False)
    attempts: list[Attempt] = field(init=False)
    messages: list[Message] = field(init=False)
    exceptions: list[ExceptionCase] = field(init=False)
    notes: list[Note] = field(init=False)
    approvals: list[Approval] = field(init=False)
    readings: list[AuditEntry] = field(init=False)
    addressed: list[AuditEntry] = field(init=False)

    def __post_init__(self) -> None:
        """Read the rest."""
        ids = [unit.pk for unit in self.units]
        self._read_units(ids)
        self._read_purchase()
        about = Q(entitlement__in=ids) | Q(purchase=self.purchase, entitlement=None)
        if self.purchase is None:
            about = Q(entitlement__in=ids)
        deliveries = Delivery.objects.filter(about).select_related("target")
        self.deliveries = _newest(deliveries, "created_at")
        tries = Attempt.objects.filter(Q(entitlement__in=ids) | self._by_those_concerned())
        self.attempts = _newest(tries, "at")
        parked = about | Q(message__in=[message.pk for message in self.messages])
        if self.purchase is not None:
            parked |= Q(purchase=self.purchase)
        self.exceptions = _newest(ExceptionCase.objects.filter(parked), "opened_at")
        noted = about | Q(case__in=[case.pk for case in self.exceptions])
        self.notes = _newest(Note.objects.filter(noted), "at")
        self._read_oversight()

    def _read_oversight(self) -> None:
        """Read who approved it, had an address shown from here, or gave the order another."""
        named = self.purchase.external_reference if self.purchase else ""
        asked = Approval.objects.filter(
            kind=ApprovalKind.GRANT.value, subject=named.removeprefix("grant-")
        )
        self.approvals = list(asked) if named.startswith("grant-") else []
        here = [f"trace:{handle_of(unit.pk)}" for unit in self.units]
        here += [f"trace:{self.purchase.pk}"] if self.purchase else []
        here += [str(self.purchase.pk)] if self.purchase else []
        told = (READ_PERSONAL, CORRECT_BUYER)
        beside = AuditEntry.objects.filter(connection=None, subject__in=here, act__in=told)
        found = _newest(beside, "at")
        self.readings = [one for one in found if one.act == READ_PERSONAL]
        self.addressed = [one for one in found if one.act == CORRECT_BUYER]

    def _by_those_concerned(self) -> Q:
        """Say which tries led to no code of anybody, and were made by who bought or has this."""
        accounts: set[UUID | None] = {one.account_id for one in self.assignments}
        if self.purchase is not None:
            account: Account | None = getattr(self.purchase.buyer, "account", None)
            accounts |= {self.purchase.account_id, account.pk if account else None}
        known = [one for one in accounts if one is not None]
        return Q(account__in=known, entitlement=None) & ~Q(outcome="ok")

    def face(self, person: Person | None) -> str:
        """Show whose it is, masked; each address is opened once."""
        if person is None:
            return ""
        if person.pk not in self.faces:
            self.faces[person.pk] = masked(person)
        return self.faces[person.pk]

    def face_of(self, account: Account) -> str:
        """Show who has it: masked, or by the host's own reference where no address is known."""
        return self.face(account.person) or account.external_reference or str(account)

    @property
    def connection(self) -> Connection | None:
        """Give the connection it was bought through."""
        return self.purchase.connection if self.purchase else None

    def _read_units(self, ids: list[UUID]) -> None:
        self.codes = list(Code.objects.filter(entitlement__in=ids).order_by("created_at"))
        self.assignments = list(
            Assignment.objects.filter(entitlement__in=ids)
            .select_related("account__person", "subject")
            .order_by("started_at")
        )
        asks = any(unit.terms.data.get("onboarding") for unit in self.units)
        held = [one.pk for one in self.assignments if one.ended_at is None and asks]
        answered = OnboardingStep.objects.filter(assignment__in=held).select_related("text")
        self.steps = list(answered.defer("answers_sealed")) if held else []
        self.holds = list(Hold.objects.filter(entitlement__in=ids, lifted_seq=None))
        offers = Transfer.objects.filter(entitlement__in=ids, ended_at=None)
        self.offers = list(offers.select_related("recipient"))
        happened = Milestone.objects.filter(assignment__entitlement__in=ids)
        self.milestones = _newest(happened.select_related("assignment"), "recorded_at")
        self.entries = _newest(Entry.objects.filter(entitlement__in=ids), "recorded_at", "seq")
        acts = {entry.act for entry in self.entries}
        sizes = Entry.objects.filter(act__in=acts).values("act").annotate(size=Count("*"))
        self.act_sizes = dict(sizes.values_list("act", "size"))

    def _read_purchase(self) -> None:
        own = Q(purchase=self.purchase) if self.purchase else Q(pk__in=())
        lines = Line.objects.filter(own).select_related("product", "gift_wish__recipient")
        self.lines = list(lines.order_by("pk")[:MOST])
        self.refunds = _newest(Refund.objects.filter(own), "at")
        refunds = [refund.pk for refund in self.refunds]
        decisions = RefundedEntitlement.objects.filter(refund__in=refunds, superseded_at=None)
        self.decisions = _newest(decisions, "decided_at")
        self.disputes = _newest(Dispute.objects.filter(own), "opened_at")
        self.messages = []
        if self.purchase is not None and self.purchase.connection_id is not None:
            of_order = Message.objects.filter(
                connection=self.purchase.connection_id,
                order_reference=self.purchase.external_reference,
            )
            self.messages = _newest(of_order.defer("body_sealed"), "acked_at")


def read_purchase(purchase_id: UUID) -> Purchase | None:
    """Read a purchase and what it points to."""
    pointed_to = ("connection", "buyer__account", "grantrecord", "partner")
    return Purchase.objects.select_related(*pointed_to).filter(pk=purchase_id).first()


def read_units(units: "QuerySet[Entitlement]") -> "QuerySet[Entitlement]":
    """Say how entitlements are read: in the order of the purchase, with what they point to."""
    pointed_to = ("product", "terms", "batch", "provisioning", "reserved_for__person", "partner")
    return units.select_related(*pointed_to).order_by("line_id", "ordinal")


def _newest(rows: "QuerySet[Row]", *moments: str) -> list[Row]:
    return list(rows.order_by(*(f"-{moment}" for moment in moments))[:MOST])
