"""Codes that nobody has seen: brought back, they would work, and be known to no one."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from counterfoil.models import (
    Code,
    CodeState,
    Delivery,
    DeliveryKind,
    Entitlement,
    Entry,
    Gift,
    Link,
)
from counterfoil.operations import _ledger
from counterfoil.operations._codes import END_CODE, give_codes
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Actor

NEVER_SENT = "never_sent"
SHOWING = (Act.REVEAL_CODE, Act.COLLECT_CODES)

PICKED = "SELECT id, version, state FROM counterfoil_entitlement WHERE id = ANY(%(ids)s::uuid[])"


def replace_unseen(entitlement_ids: Collection[UUID], *, by: Actor, at: datetime) -> None:
    """
    Give a new code to those of these whose code was never sent, shown or printed, as one act.

    They were withdrawn before their mail was made, and what brought them back could not make their
    codes readable again. Their buyers are sent the new ones, also where they read the first on the
    page after paying, which is written down nowhere.
    """
    own = OuterRef("pk")
    # A mail about very many codes has no links: they are read where one is signed in.
    announced = Delivery.objects.filter(
        purchase=OuterRef("purchase"), kind=DeliveryKind.CODES, sent_at__isnull=False, links=None
    )
    unseen = Entitlement.objects.filter(
        ~Exists(Code.objects.filter(entitlement=own, ciphertext__isnull=False)),
        ~Exists(Link.objects.filter(code__entitlement=own)),
        ~Exists(Entry.objects.filter(entitlement=own, act_name__in=SHOWING)),
        ~Exists(Gift.objects.filter(entitlement=own, recipient=None)),
        ~Exists(announced),
        pk__in=entitlement_ids,
        state=State.ISSUED,
        batch=None,
    )
    forms = {one.pk: one.terms.terms.code_form for one in unseen.select_related("terms")}
    if not forms:
        return
    _ledger.record(
        _ledger.Change(act=Act.REPLACE_CODE, by=by, at=at, reason=NEVER_SENT),
        picked=PICKED,
        parameters={"ids": list(forms), "code_state": CodeState.REPLACED.value},
        also=(END_CODE,),
    )
    give_codes(forms=forms, at=at)
