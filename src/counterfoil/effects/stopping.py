"""
Links by which mails of a kind are stopped.

Such a link proves that somebody got a mail of ours, and is no session: whoever has it can stop
that kind of mail for that person, or have it again, and nothing else. It holds no address.
"""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from counterfoil.errors import MailUnknown
from counterfoil.models import DeliveryKind
from counterfoil.models.ids import uuid_of
from counterfoil.operations.unsubscribe import STOPPABLE


def stop_token(person_id: UUID, kind: DeliveryKind) -> str:
    """Give what stands in the link: whose mails, of which kind, and our signature."""
    return _signer().sign(f"{kind.value}.{person_id.hex}")


def read_token(token: str) -> tuple[UUID, DeliveryKind]:
    """
    Read whose mails of which kind a link stops.

    :raises MailUnknown: if it is none of ours.
    """
    try:
        kind, _, person = _signer().unsign(token).partition(".")
    except BadSignature:
        raise MailUnknown from None
    person_id = uuid_of(person)
    if person_id is None or kind not in STOPPABLE:
        raise MailUnknown
    return person_id, DeliveryKind(kind)


def _signer() -> Signer:
    return Signer(salt="counterfoil.stop", sep=".")
