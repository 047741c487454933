"""Holders that were known before the payment: units that are issued and assigned in one act."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from counterfoil.models import Account, Assignment, Contact, Line, Subject
from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import PROVISION
from counterfoil.operations._people import account_of, person_for
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.orders import OrderHolder, OrderLine, OrderPath
from counterfoil.rules.people import Actor, Assignee, normalise_mail

MOST_ANSWERS = 50

PICKED = """
SELECT e.id, e.version, e.state, e.terms_id, n.assignment, n.account, n.subject
  FROM unnest(%(entitlements)s::uuid[], %(assignments)s::uuid[], %(accounts)s::uuid[],
              %(subjects)s::uuid[]) AS n(id, assignment, account, subject)
  JOIN counterfoil_entitlement e ON e.id = n.id"""

ASSIGN_EACH = """
assigned AS (
    INSERT INTO counterfoil_assignment (id, entitlement_id, account_id, subject_id, started_at)
    SELECT assignment, id, account, subject, clock_timestamp() FROM changed
 RETURNING id
)"""

PROVISION_EACH = PROVISION.replace("%(subject)s::uuid", "changed.subject")


def faults_of_holders(path: OrderPath, line: OrderLine) -> list[str]:
    """Say why the holders of a line cannot be believed, where they cannot."""
    name = line.reference[:60]
    faults = [
        f"Holder {number} of line {name} has neither an account nor an address."
        for number, holder in enumerate(line.holders, 1)
        if not _reference(holder) and normalise_mail(holder.mail) is None
    ]
    if path is OrderPath.COUPLED and len(line.holders) < line.quantity:
        faults.append(f"Line {name} has {len(line.holders)} holders for {line.quantity} units.")
    return faults[:5]


def assign_units(
    holders: Mapping[UUID, Assignee], *, act_id: UUID, by: Actor, at: datetime
) -> None:
    """Assign entitlements that this very act has just issued, and that never had a code."""
    change = _ledger.Change(
        act=Act.ASSIGN, by=by, at=at, move=Move.REDEEM, to=State.ASSIGNED, act_id=act_id
    )
    _ledger.record(
        change,
        picked=PICKED,
        parameters={
            "entitlements": list(holders),
            "assignments": [uuid7() for _ in holders],
            "accounts": [one.account_id for one in holders.values()],
            "subjects": [one.subject_id for one in holders.values()],
            "onboarded": True,  # whoever sold it the old way has asked all there was to ask
        },
        keeps="p.terms_id, p.assignment, p.account, p.subject",
        also=(ASSIGN_EACH, PROVISION_EACH),
    )


def assignees(holders: Iterable[OrderHolder], line: Line, *, at: datetime) -> list[Assignee]:
    """Find, or open, the accounts of holders, and record their subjects."""
    told = list(holders)
    accounts = _accounts({_reference(holder) for holder in told} - {""}, at=at)
    subject_kind = line.product.newest_terms().terms.subject_kind
    return [
        Assignee(account_id=account.pk, subject_id=_subject(holder, account, subject_kind, at=at))
        for holder in told
        for account in [accounts.get(_reference(holder)) or _reader(holder, at=at)]
    ]


def contradicted(line: Line, wanted: OrderLine, path: OrderPath) -> list[int]:
    """
    Give the ordinals of units whose holder the channel names otherwise than when it sold them.

    Whoever has a unit by now is another matter: it may have been passed on.
    """
    count = (
        line.units_paid if path is OrderPath.COUPLED else min(line.units_paid, len(wanted.holders))
    )
    if not count:
        return []
    first: dict[int, Assignment] = {}
    told = Assignment.objects.filter(entitlement__line=line, entitlement__ordinal__lt=count)
    rows = told.select_related("entitlement", "account__person", "subject")
    for assignment in rows.order_by("started_at").iterator(chunk_size=2_000):
        first.setdefault(assignment.entitlement.ordinal, assignment)
    return [
        ordinal
        for ordinal in range(count)
        if ordinal >= len(wanted.holders)
        or ordinal not in first
        or not _is_same(first[ordinal], wanted.holders[ordinal])
    ]


def _is_same(assignment: Assignment, holder: OrderHolder) -> bool:
    subject = assignment.subject.external_reference if assignment.subject else ""
    if subject and holder.subject_reference and subject != holder.subject_reference[:200]:
        return False
    account = assignment.account
    if _reference(holder):
        return account.external_reference == _reference(holder)
    mail, person = normalise_mail(holder.mail), account.person
    if mail is None or person is None:
        return False
    return (person.mail_key_id, bytes(person.mail_lookup)) in keyring().lookups("mail:", mail)


def _reference(holder: OrderHolder) -> str:
    return holder.account.replace("\0", "").strip()[:200]


def _accounts(references: set[str], *, at: datetime) -> dict[str, Account]:
    Account.objects.bulk_create(
        (Account(external_reference=one, created_at=at) for one in sorted(references)),
        ignore_conflicts=True,
    )
    known = Account.objects.filter(external_reference__in=references)
    return {str(account.external_reference): account for account in known}


def _reader(holder: OrderHolder, *, at: datetime) -> Account:
    return account_of(person_for(Contact(mail=holder.mail or ""), at=at), at=at)


def _subject(holder: OrderHolder, account: Account, kind: str, *, at: datetime) -> UUID | None:
    """Record what a unit is for, as the host told it; the same subject is recorded once."""
    reference = holder.subject_reference.replace("\0", "")[:200]
    if not reference and not holder.subject_data:
        return None
    if reference:
        known = Subject.objects.filter(account=account, external_reference=reference).first()
        if known is not None:
            return known.pk
    answers = sorted(holder.subject_data.items())[:MOST_ANSWERS]
    subject = Subject.objects.create(
        account=account,
        kind=(holder.subject_kind or kind)[:32],
        data={name[:60]: answer.replace("\0", "")[:300] for name, answer in answers},
        external_reference=reference,
        created_at=at,
    )
    return subject.pk
