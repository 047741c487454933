"""What the host tells later: that a record was made, or is gone."""

import re
from datetime import datetime

from counterfoil.errors import NotAsked, NotFound
from counterfoil.models import Downstream, Provisioning
from counterfoil.models.ids import id_of
from counterfoil.operations.confirm_fulfilment import confirm_fulfilment
from counterfoil.operations.confirm_removal import confirm_removal
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import Actor

VERSION = re.compile(r"[1-9][0-9]{0,8}")


def confirm_made(*, handle: str, key: str, reference: str, by: Actor, at: datetime) -> Provisioning:
    """
    Take the host's word that the record asked for under this key was made.

    Telling again changes nothing. What was withdrawn meanwhile is taken down again.

    :raises NotFound: if there is no such entitlement, or nothing was ever asked for it.
    :raises NotAsked: if something else was asked for since.
    """
    row = _asked(handle, key)
    row = confirm_fulfilment(
        entitlement_id=row.pk, version=row.tried_version or 0, reference=reference, by=by, at=at
    )
    _settle(row, by, at)
    return row


def confirm_gone(*, handle: str, key: str, by: Actor, at: datetime) -> Provisioning:
    """
    Take the host's word that the record made under this key is gone.

    :raises NotFound: if there is no such entitlement, or nothing was ever asked for it.
    :raises NotAsked: if it was not to go, or something else was asked for since.
    """
    row = _asked(handle, key)
    if row.wanted == Downstream.ACTIVE and row.version == row.tried_version:
        raise NotAsked
    row = confirm_removal(entitlement_id=row.pk, version=row.tried_version or 0, by=by, at=at)
    _settle(row, by, at)
    return row


def _asked(handle: str, key: str) -> Provisioning:
    entitlement_id = id_of(handle)
    row = Provisioning.objects.filter(pk=entitlement_id).first()
    if row is None:
        raise NotFound("Nothing was asked for this entitlement.")
    named, _colon, version = key.rpartition(":")
    fits = VERSION.fullmatch(version) and named[:40].startswith("ent_")
    if not fits or id_of(named) != entitlement_id or row.tried_version != int(version):
        raise NotAsked
    return row


def _settle(row: Provisioning, by: Actor, at: datetime) -> None:
    if row.wanted == row.got:
        resolve_exception(
            kind=ExceptionKind.PROVISIONING_PARKED,
            key=row.entitlement.handle,
            outcome="It was confirmed in the end.",
            by=by,
            at=at,
        )
