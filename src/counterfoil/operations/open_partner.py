"""Set up a partner."""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import PartnerInvalid, PartnerSlugTaken
from counterfoil.models import Partner
from counterfoil.operations._announcing import announce
from counterfoil.operations._partnering import audit, read_partner
from counterfoil.rules.events import EventType
from counterfoil.rules.partners import DEEPEST
from counterfoil.rules.people import Actor

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST = 64


@transaction.atomic
def open_partner(
    *, slug: str, name: str, by: Actor, at: datetime, parent_id: UUID | None = None
) -> Partner:
    """
    Set up a partner, alone or below another, which stays so.

    Opening the same partner again gives it.

    :raises NotFound: if there is no partner to stand below.
    :raises PartnerInvalid: if slug or name cannot be, or it would stand too far down.
    :raises PartnerSlugTaken: if another partner is called so.
    """
    name = " ".join(name.replace("\0", "").split())[:200]
    if not name:
        raise PartnerInvalid("A partner needs a name.")
    if len(slug) > LONGEST or not SLUG.fullmatch(slug):
        raise PartnerInvalid("The short name takes small letters, digits and single hyphens.")
    parent = read_partner(parent_id) if parent_id else None
    if parent is not None and _depth(parent) >= DEEPEST:
        raise PartnerInvalid(f"At most {DEEPEST} partners stand below each other.")
    partner = Partner(slug=slug, name=name, parent=parent, created_at=at)
    Partner.objects.bulk_create([partner], ignore_conflicts=True)
    known = Partner.objects.get(slug=slug)
    if (known.name, known.parent_id) != (name, parent_id):
        raise PartnerSlugTaken
    if known.pk == partner.pk:
        above = {"parent": parent.slug} if parent else {}
        audit("open_partner", known, by=by, at=at, data=above.items())
        told = {"parent": parent.slug if parent else None}
        announce(EventType.PARTNER_OPENED, told, at=at, partner=known)
    return known


def _depth(partner: Partner) -> int:
    depth, above = 1, partner.parent
    while above is not None:
        depth, above = depth + 1, above.parent
    return depth
