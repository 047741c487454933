"""Who acts, and for whom: the two words every operation takes."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

MAIL_FORM = re.compile(r"[^@\s<>\"',;:()\[\]\\]+@[^@\s<>\"',;:()\[\]\\]+\.[^@\s.<>\"',;:()\[\]\\]+")
ERASED_WITHIN = timedelta(days=30)  # the law's month
MAIL_MAX = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets


class ActorKind(StrEnum):
    """What sort of hand moved."""

    CUSTOMER = "customer"
    OPERATOR = "operator"
    PARTNER = "partner"
    CHANNEL = "channel"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """
    Whoever an act is attributed to.

    ``id`` is a pseudonymous reference that stays true when people change their names; ``display``
    is what support reads, and never holds a customer's name or address. ``case`` is the ticket
    staff act upon: it is kept with what they do, and found by the search.
    """

    kind: ActorKind
    id: str
    display: str = ""
    case: str = ""


SYSTEM = Actor(kind=ActorKind.SYSTEM, id="system", display="Counterfoil")


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignee:
    """Whom an entitlement is for: an account, and the subject if it is known already."""

    account_id: UUID
    subject_id: UUID | None = None


def normalise_mail(text: str | None) -> str | None:
    """
    Give the one spelling of a mail address under which a person is known, or ``None``.

    The whole address is lower-cased: mail systems that tell ``Ann@`` from ``ann@`` are rarer than
    people who type it both ways. ``None`` stands for missing and for what no mail can reach.
    """
    address = unicodedata.normalize("NFC", text or "").strip().lower()
    if len(address) > MAIL_MAX or not address.isprintable() or not MAIL_FORM.fullmatch(address):
        return None
    return address


def mask_mail(address: str) -> str:
    """Show whose address it is to its owner, and little to anybody else."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """
    Where a code was presented: what an attempt remembers, and what guesses are counted by.

    ``network`` is the /24 or /48 around the address; an IPv6 address is kept as its /64.
    """

    surface: str
    session: str = ""
    address: str = ""
    network: str = ""
    api_key_id: UUID | None = None
    account_id: UUID | None = None
