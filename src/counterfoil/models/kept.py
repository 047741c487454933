"""
What is kept under keys of the ring: where it stands, under which key, and to what it is bound.

Whoever adds a column with the number of a key adds a line here; a test of the house sees to it.
Everything here can be renewed, save what is kept as a keyed hash alone: that is in :data:`WAITING`,
and goes with time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from django.db.models import Model, Q
from django.db.models.functions import Now

from counterfoil.models.approvals import Approval
from counterfoil.models.catalogue import Connection
from counterfoil.models.declared import DeclaredOrder
from counterfoil.models.entitlements import Code
from counterfoil.models.gifts import Gift, GiftWish
from counterfoil.models.grant_lists import GrantListRow
from counterfoil.models.handouts import HandoutRow
from counterfoil.models.inbox import Message
from counterfoil.models.onboarding import OnboardingStep
from counterfoil.models.order_files import OrderFile, OrderFileRow
from counterfoil.models.outbox import Link
from counterfoil.models.people import Person, SignIn
from counterfoil.models.staff import RecoveryCode, SecondFactor
from counterfoil.models.support import ConsoleSignIn
from counterfoil.models.webhooks import WebhookEndpoint
from counterfoil.rules.keyring import Purpose
from counterfoil.rules.people import normalise_mail


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """
    A column of ciphertext, and the one beside it that says under which key.

    ``about`` is what the ciphertext is bound to, with names of columns in braces; ``{key_id}`` is
    the number of the key it is sealed with.
    """

    name: str
    model: type[Model]
    column: str
    about: str
    purpose: Purpose = Purpose.PERSONAL
    key: str = "key_id"

    def columns(self) -> list[str]:
        """Give the columns that are read to renew a row: its key, the ciphertext, what binds it."""
        named = {name for _, name, _, _ in Formatter().parse(self.about) if name}
        return [self.key, self.column, *sorted(named - {"key_id"})]

    def bound_to(self, row: Mapping[str, Any], number: int) -> str:
        """Say what the ciphertext of a row is bound to under this key."""
        return self.about.format_map({**row, "key_id": number})


@dataclass(frozen=True, kw_only=True, slots=True)
class LookedUp:
    """A keyed hash that can be made anew, since what it is of is kept sealed in the same row."""

    name: str
    model: type[Model]
    label: str
    plain: Callable[[Any], str | None]
    readable: Q
    column: str = "lookup"
    key: str = "key_id"


SEALED: tuple[Sealed, ...] = (
    Sealed(
        name="codes",
        model=Code,
        column="ciphertext",
        key="seal_key_id",
        purpose=Purpose.SEAL,
        about="counterfoil:code:1|{entitlement_id}|{id}|{key_id}",
    ),
    Sealed(name="people", model=Person, column="own_key", about="person|{id}"),
    Sealed(name="messages", model=Message, column="body_sealed", about="message|{id}"),
    Sealed(name="told orders", model=DeclaredOrder, column="body_sealed", about="declared|{id}"),
    Sealed(name="wishes for gifts", model=GiftWish, column="words_sealed", about="gift|{id}"),
    Sealed(name="gifts", model=Gift, column="words_sealed", about="given|{id}"),
    Sealed(
        name="steps of onboarding",
        model=OnboardingStep,
        column="answers_sealed",
        about="step|{id}",
    ),
    Sealed(name="approvals", model=Approval, column="parameters_sealed", about="approval|{id}"),
    Sealed(name="order files", model=OrderFile, column="content_sealed", about="order_file|{id}"),
    Sealed(
        name="rows of order files",
        model=OrderFileRow,
        column="personal_sealed",
        about="order_file_row|{file_id}|{number}",
    ),
    Sealed(
        name="rows of grant lists",
        model=GrantListRow,
        column="recipient_sealed",
        about="grantlist|{id}",
    ),
    Sealed(name="rows of handouts", model=HandoutRow, column="words_sealed", about="handout|{id}"),
    Sealed(
        name="connections",
        model=Connection,
        column="secrets_sealed",
        purpose=Purpose.SECRET,
        about="connection|{id}",
    ),
    Sealed(
        name="webhook endpoints",
        model=WebhookEndpoint,
        column="secrets_sealed",
        purpose=Purpose.SECRET,
        about="endpoint|{id}",
    ),
    Sealed(
        name="second factors",
        model=SecondFactor,
        column="secret_sealed",
        purpose=Purpose.SECRET,
        about="second-factor|{user_id}",
    ),
)

LOOKED_UP: tuple[LookedUp, ...] = (
    LookedUp(
        name="look-ups of codes",
        model=Code,
        label="code:",
        plain=lambda code: code.opened(),
        readable=Q(state="live", ciphertext__isnull=False),
    ),
    LookedUp(
        name="look-ups of addresses",
        model=Person,
        label="mail:",
        key="mail_key_id",
        column="mail_lookup",
        plain=lambda person: (kept := person.contact()) and normalise_mail(kept.mail),
        readable=Q(own_key__isnull=False, contact_sealed__isnull=False),
    ),
)

#: Keyed hashes of what is kept nowhere: the rows that still need the key they were made with.
WAITING: Mapping[str, tuple[type[Model], Q]] = {
    "codes that are not kept readable": (Code, Q(state="live", ciphertext__isnull=True)),
    "links in mails": (Link, Q(code__state="live")),
    "recovery codes": (RecoveryCode, Q(used_at__isnull=True)),
    "sign-ins under way": (
        SignIn,
        Q(used_at__isnull=True, lookup__isnull=False, expires_at__gt=Now()),
    ),
}

#: Keyed hashes that nothing is lost with: tries at the console are counted for an hour.
PASSING: tuple[type[Model], ...] = (ConsoleSignIn,)
